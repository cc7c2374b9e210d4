// Constants of the ledger's disk format; docs/formats/ledger.md describes it. Disk format = memory format: columns are
// arrays of these types, little endian, mapped as they are.
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/hash.h"
#include "base/uint256.h"
#include "chain/block.h"

namespace jindo::ledger {

inline constexpr int kFormatVersion = 2;       // a reader refuses a higher one and says which it knows
inline constexpr int kFormatVersionWhole = 1;  // written to a COMMIT without coverage: older readers read it
inline constexpr int kSegmentVersion = 1;
inline constexpr uint64_t kNoNumber = UINT64_MAX;           // no spender, no address, no holding; an external input
inline constexpr uint64_t kWideAmount = uint64_t{1} << 63;  // movement amounts from 2^63 on stand in wide_amount

// One row a block. Numbers (transactions, inputs, outputs, movements) count from the chain's first block and never
// change.
struct BlockRow {
  uint64_t height = 0;
  int64_t time = 0;
  int64_t order_time = 0;  // running maximum of time: the order across chains
  uint64_t first_transaction = 0;
  uint64_t first_input = 0;     // UTXO chains
  uint64_t first_output = 0;    // UTXO chains
  uint64_t first_movement = 0;  // account chains
  chain::BlockHash hash{};
  base::Hash256 digest{};        // of the block's content
  base::Hash256 chain_digest{};  // SHA-256(chain digest before, digest)
  base::Uint256 work;            // UTXO chains: cumulative
  uint32_t bits = 0;             // UTXO chains: the header's compact target
  uint32_t reserved = 0;
};
struct IndexEntry {
  uint64_t prefix = 0;  // XXH3-64 of the identifier
  uint64_t number = 0;
};
struct ExternalRow {  // an input of a partial ledger whose output is older than the ledger
  uint64_t input = 0;
  chain::TxId previous{};
  uint32_t output_index = 0;
  uint32_t reserved = 0;
};
struct CreationRow {  // a contract and who made it
  uint64_t transaction = 0;
  chain::AddressKey contract;
  chain::AddressKey creator;
  uint8_t reserved[6] = {};
};
static_assert(sizeof(CreationRow) == 80 && std::is_trivially_copyable_v<CreationRow>);
struct NoteRow {  // an event, an OP_RETURN output's data, a call's text: chain::BlockNote on disk
  uint64_t transaction = 0;
  uint64_t first_byte = 0;  // into note_bytes: topics but the first, then data
  uint32_t bytes = 0;
  uint32_t position = 0;
  uint32_t topic = UINT32_MAX;     // the event's first topic: into note_topic; none for events without, other kinds
  uint32_t contract = UINT32_MAX;  // into note_contract
  chain::NoteKind kind = chain::NoteKind::kEvent;
  uint8_t topics = 0;
  uint8_t cut = 0;
  uint8_t reserved[5] = {};
};
static_assert(sizeof(NoteRow) == 40 && std::is_trivially_copyable_v<NoteRow>);
static_assert(sizeof(BlockRow) == 192 && sizeof(IndexEntry) == 16 && sizeof(ExternalRow) == 48);
static_assert(std::is_trivially_copyable_v<BlockRow> && std::is_trivially_copyable_v<chain::AddressKey>);

}  // namespace jindo::ledger
