// A decoded block, of either ledger model: what decoders produce and the column store takes. Flat arrays, so that a
// block of thousands of transactions is a handful of allocations.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/uint256.h"
#include "chain/address.h"
#include "chain/script.h"

namespace jindo::chain {

using TxId = base::Hash256;  // bitcoin: in hashing order, printed reversed; EVM: as printed
using BlockHash = base::Hash256;

// Bitcoin prints hashes last byte first; EVM chains and Tron print them as they are.
std::string format_hash(const Network& network, const base::Hash256& hash);
bool parse_hash(const Network& network, std::string_view text, base::Hash256& out);

// What readers take for a height and a time (unix seconds): far beyond any chain's, and far from where sums overflow.
constexpr uint64_t kHeightMax = uint64_t{1} << 48;
constexpr int64_t kTimeMax = int64_t{1} << 40;
constexpr uint64_t kMoneyMaxSatoshi = 2'100'000'000'000'000ULL;  // Bitcoin Core consensus/amount.h, MAX_MONEY

struct UtxoInput {
  TxId previous{};
  uint32_t output_index = 0;
  bool external = false;  // the previous output is older than a partial ledger; value and key are as exported
  uint64_t value = 0;     // only when external
  AddressKey key;         // only when external
};
struct UtxoOutput {
  uint64_t value = 0;
  ScriptType type = ScriptType::kNonStandard;
  AddressKey key;
};
// How a wallet wrote its transaction, as bits: what fingerprints compare (docs/methodology/clusters.md). 0: not known,
// as in exports that lack it. Not part of the block's digest: it moves no money.
enum TransactionForm : uint8_t {
  kFormKnown = 1,
  kFormLockTime = 2,     // a lock time other than 0
  kFormReplaceable = 4,  // an input signals BIP 125: sequence below 0xfffffffe
  kFormFinal = 8,        // every sequence is 0xffffffff: a lock time would have no force
  kFormVersion2 = 16,    // version 2 or higher (BIP 68)
  kFormWitness = 32,     // carries witnesses (BIP 144)
};

struct UtxoTransaction {
  TxId id{};
  uint32_t first_input = 0;  // into UtxoBlock::inputs; a coinbase has none
  uint32_t inputs = 0;
  uint32_t first_output = 0;
  uint32_t outputs = 0;
  uint8_t form = 0;           // TransactionForm bits
  uint32_t virtual_size = 0;  // BIP 141 vbytes; 0: not known
};
// What a transaction says beside the value it moves: a contract's event, data in an OP_RETURN output, text in a call's
// input. Evidence for resolvers (docs/formats/ledger.md); no part of the block's digest, for it moves no money.
enum class NoteKind : uint8_t { kEvent = 0, kOutputData = 1, kCallText = 2 };
inline constexpr uint32_t kNoteBytesMax = 4096;  // of data; what is longer is cut and says so
struct BlockNote {
  uint32_t transaction = 0;  // into the block's transactions
  uint32_t position = 0;     // the log's index in the block, or the output's in the transaction
  NoteKind kind = NoteKind::kEvent;
  uint8_t topics = 0;  // of an event: 0 to 4, 32 bytes each, before the data
  bool cut = false;
  AddressKey contract;                 // an event's emitter, or whom a call's text was sent to
  uint32_t first_byte = 0, bytes = 0;  // into the block's note_bytes: topics, then data
};

struct UtxoBlock {
  uint64_t height = 0;
  BlockHash hash{};
  BlockHash previous{};
  int64_t time = 0;
  uint32_t bits = 0;
  std::vector<UtxoTransaction> transactions;
  std::vector<UtxoInput> inputs;
  std::vector<UtxoOutput> outputs;
  std::vector<BlockNote> notes;  // in order of transactions
  std::vector<uint8_t> note_bytes;
};

// Adds an output's data to the block's notes, if it is an OP_RETURN that carries any. Transactions in order.
void add_output_note(UtxoBlock& block, uint32_t transaction, uint32_t output, base::Bytes script);

enum class MovementKind : uint8_t { kFee = 0, kTransfer = 1, kOpening = 2 };

struct AccountMovement {
  MovementKind kind = MovementKind::kTransfer;
  AddressKey asset;
  AddressKey from;  // kNone mints
  AddressKey to;    // kNone burns; a fee's end
  base::Uint256 amount;
};
constexpr uint32_t kBlockLevelIndex = UINT32_MAX;  // block rewards, genesis, irregular transfers, withdrawals
struct AccountTransaction {
  TxId id{};
  uint32_t index = 0;
  uint32_t first_movement = 0;
  uint32_t movements = 0;
  uint64_t gas_price = 0;  // in base units of the coin, as paid; 0: not known. No part of the digest
};
// A contract came to be: who made it (the transaction's sender, or the contract that called CREATE), and its address.
struct ContractCreation {
  uint32_t transaction = 0;  // into AccountBlock::transactions
  AddressKey contract;
  AddressKey creator;
};
struct AccountBlock {
  uint64_t height = 0;
  BlockHash hash{};      // zero where the export has none
  BlockHash previous{};  // zero where the export has none
  int64_t time = 0;
  std::vector<AccountTransaction> transactions;
  std::vector<AccountMovement> movements;
  std::vector<ContractCreation> creations;  // not part of the digest: a creation moves no money by itself
  std::vector<BlockNote> notes;             // in order of transactions
  std::vector<uint8_t> note_bytes;
};

// What a block commits to, for the ledger's digest (docs/formats/ledger.md): everything the store keeps of it.
base::Hash256 block_digest(const UtxoBlock& block);
base::Hash256 block_digest(const AccountBlock& block);
// The proof of work that `bits` stands for: 2^256 / (target+1) (Bitcoin Core chain.cpp, GetBlockProof). Zero if
// invalid.
base::Uint256 block_work(uint32_t bits);
// A chain's work with a block's. Work beyond 2^256-1, which no chain has and headers can claim, stays at that.
base::Uint256 add_work(const base::Uint256& chain, const base::Uint256& block);

}  // namespace jindo::chain
