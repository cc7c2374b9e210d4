// A serialised bitcoin block (Bitcoin Core, src/primitives; BIP 144 for witnesses) to a chain::UtxoBlock.
// Checks: canonical compact sizes, one coinbase and first, no null previous output elsewhere, values within
// MAX_MONEY, the merkle root, no bytes left over. Heights are not in a block (before BIP 34): the caller sets them.
#pragma once

#include <optional>

#include "base/result.h"
#include "chain/block.h"

namespace jindo::decode {

constexpr size_t kBlockHeaderBytes = 80;
constexpr size_t kBlockBytesMax = 4'000'000;  // consensus.h, MAX_BLOCK_SERIALIZED_SIZE

struct BlockHeader {
  chain::BlockHash hash{};
  chain::BlockHash previous{};
  base::Hash256 merkle_root{};
  int64_t time = 0;
  uint32_t bits = 0;
};
BlockHeader decode_block_header(base::Bytes header);  // exactly 80 bytes

// The height that a block's coinbase begins with (BIP 34, since version 2); nullopt where it says none.
std::optional<uint64_t> coinbase_height(base::Bytes block);

// One transaction by itself, as nodes relay it, no coinbase: the only one of `out`.
base::Status decode_transaction(base::Bytes bytes, chain::UtxoBlock& out);
// Errors name the offset inside `bytes` plus `base_offset`, and what was expected.
base::Status decode_block(base::Bytes bytes, uint64_t base_offset, chain::UtxoBlock& out);

}  // namespace jindo::decode
