// Blocks of an account chain (EVM or Tron) as planned: what the table writers turn into the rows of an export. Flat
// arrays; bytes of inputs and logs stand in one blob.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/uint256.h"
#include "synth/keys.h"
#include "synth/owner_file.h"

namespace jindo::synth {

struct BlobRange {
  uint32_t at = 0;
  uint32_t bytes = 0;
};
struct AccountTx {
  uint64_t number = 0;  // names its hash: account_tx_hash
  uint32_t block = 0;   // in the batch
  uint32_t index = 0;   // in the block
  Account20 from{}, to{};
  base::Uint128 value = 0;
  uint64_t gas_price = 0;  // wei, or sun for energy
  uint32_t gas_limit = 0, gas_used = 0;
  uint32_t nonce = 0;
  bool failed = false;
  const char* error = "";  // of its top call, when it failed
  BlobRange input;
  uint32_t first_call = 0, calls = 0;
  uint32_t first_log = 0, logs = 0;
};
enum class CallKind : uint8_t { kCall, kDelegateCall, kStaticCall };
struct AccountCall {  // an internal call; the transaction's own is not among them
  Account20 from{}, to{};
  base::Uint128 value = 0;
  CallKind kind = CallKind::kCall;
  uint8_t depth = 1;  // below the transaction's own call
  std::array<uint8_t, 4> path{};
  uint8_t children = 0;
  std::array<uint8_t, 4> selector{};  // zero: plain value
};
struct AccountLog {
  Account20 address{};
  uint8_t topics_count = 0;
  std::array<base::Hash256, 4> topics{};
  BlobRange data;
};
struct AccountBlockPlan {
  uint64_t number = 0;
  int64_t time = 0;
  uint32_t first_tx = 0, txs = 0;
  uint64_t gas_used = 0;
};
struct GenesisGrant {
  Account20 to{};
  base::Uint128 value = 0;
};
struct AccountBatch {
  std::vector<AccountBlockPlan> blocks;
  std::vector<AccountTx> txs;
  std::vector<AccountCall> calls;
  std::vector<AccountLog> logs;
  std::vector<GenesisGrant> genesis;  // of block 0
  std::string blob;
  std::string owners;  // the answer key's rows for addresses that come into use here
};

// Hashes of an exercise are values of its seed, not of their content: exports carry no signatures to compute them from.
inline base::Hash256 account_tx_hash(uint64_t chain_seed, uint64_t number) {
  return random_hash(chain_seed, number, 1);
}
inline base::Hash256 account_block_hash(uint64_t chain_seed, uint64_t number) {
  return random_hash(chain_seed, number, 2);
}
// Tron's block identifiers begin with the block's number, eight bytes (java-tron, Sha256Hash with height).
inline base::Hash256 tron_block_hash(uint64_t chain_seed, uint64_t number) {
  base::Hash256 out = account_block_hash(chain_seed, number);
  for (size_t i = 0; i < 8; ++i) out[i] = static_cast<uint8_t>(number >> (56 - 8 * i));
  return out;
}

}  // namespace jindo::synth
