// Rows of ethereum-etl's tables (blockchain-etl/ethereum-etl, docs/schema.md) as fixed-size records, so that a table of
// any size can be sorted by block in little memory. `sequence` is the row's number in its file: it keeps file order.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <tuple>

#include "base/hash.h"
#include "base/uint256.h"

namespace jindo::decode {

using Account20 = std::array<uint8_t, 20>;
constexpr uint8_t kStatusFailed = 0;
constexpr uint8_t kStatusDone = 1;
constexpr uint8_t kStatusUnknown = 2;
constexpr int64_t kTimeUnknown = INT64_MIN;
constexpr uint64_t kCountUnknown = UINT64_MAX;
// Types of transactions (EIP-2718) that say what else is paid or minted.
constexpr uint8_t kTypeBlob = 0x03;             // EIP-4844
constexpr uint8_t kTypeNewestKnown = 0x04;      // EIP-7702; those from 0 to here pay gas and value, and type 3 blobs
constexpr uint8_t kTypeSponsored = 0x64;        // Ronin: another pays the gas (field payer)
constexpr uint8_t kTypeArbitrumDeposit = 0x64;  // Arbitrum: its value is minted (field requestId)
constexpr uint8_t kTypeOpDeposit = 0x7e;        // OP stack (specs.optimism.io, deposits): field mint

struct EvmBlockRow {
  uint64_t block = 0;
  uint64_t sequence = 0;
  int64_t time = 0;
  base::Hash256 hash{};
  base::Hash256 parent{};
  uint64_t transactions = kCountUnknown;  // that the block has, as its row says
};
struct EvmTransactionRow {
  uint64_t block = 0;
  uint64_t sequence = 0;
  int64_t time = 0;
  uint32_t index = 0;
  uint8_t status = kStatusUnknown;
  bool has_fee = false;  // gas used is known
  bool creates = false;  // to_address is empty: contract creation
  bool has_blob_fee = false;
  bool has_payer = false;
  uint8_t type = 0;
  bool odd_type = false;  // of a type whose payments are not known here
  base::Hash256 hash{};
  base::Hash256 block_hash{};
  Account20 from{};
  Account20 to{};  // the created contract's address when the receipt tells
  bool has_to = false;
  base::Uint256 value;
  base::Uint256 gas_price;
  base::Uint256 fee;       // of the gas, and what the first layer costs
  base::Uint256 blob_fee;  // EIP-4844: charged beside the gas
  base::Uint256 mint;      // to the sender, before its call, whether that succeeds or not
  Account20 payer{};       // of the fee, where it is another than the sender
  static constexpr size_t kTextBytes = 128;
  uint8_t text_size = 0;  // of the input, where it is plain text or a router's memo (decode/call_text.h)
  bool text_cut = false;
  std::array<uint8_t, kTextBytes> text{};
};
struct EvmReceiptRow {
  uint64_t block = 0;
  uint64_t sequence = 0;
  uint8_t status = kStatusUnknown;
  bool has_price = false;
  bool has_contract = false;
  bool has_blob_fee = false;
  bool has_operator_fee = false;  // OP stack since Isthmus, where it is not zero: not computed here
  base::Hash256 transaction{};
  Account20 contract{};
  uint64_t gas_used = 0;
  base::Uint256 gas_price;
  base::Uint256 l1_fee;  // rollups: what the first layer costs, charged beside the gas
  base::Uint256 blob_fee;
};
// A part of an event: data in pieces, so that rows of one size can be sorted. Approvals of tokens are left out: they
// say nothing that moves.
struct EvmLogRow {
  static constexpr size_t kPartBytes = 224;
  uint64_t block = 0;
  uint64_t sequence = 0;  // of the file's row: its parts have the same, in order
  uint64_t log_index = 0;
  uint32_t data_size = 0;  // of the whole, at most chain::kNoteBytesMax
  uint16_t part = 0;
  uint8_t topics = 0;
  bool cut = false;
  int64_t time = kTimeUnknown;
  base::Hash256 transaction{};
  Account20 contract{};
  std::array<base::Hash256, 4> topic{};
  std::array<uint8_t, kPartBytes> data{};
};
inline bool operator<(const EvmLogRow& a, const EvmLogRow& b) {
  return std::tie(a.block, a.sequence, a.part) < std::tie(b.block, b.sequence, b.part);
}
struct EvmTokenTransferRow {
  uint64_t block = 0;
  uint64_t sequence = 0;
  int64_t time = kTimeUnknown;
  uint64_t log_index = 0;
  base::Hash256 transaction{};
  base::Hash256 block_hash{};
  Account20 token{};
  Account20 from{};
  Account20 to{};
  base::Uint256 value;
};
enum class EvmTraceType : uint8_t { kCall, kCreate, kSuicide, kReward, kGenesis, kDaoFork };
struct EvmTraceRow {
  static constexpr size_t kPathBytes = 60;
  uint64_t block = 0;
  uint64_t sequence = 0;
  int64_t time = kTimeUnknown;
  uint32_t index = 0;  // transaction index; UINT32_MAX for block-level traces
  uint32_t file = 0;   // which of the files it is of: rows without a name of their own are counted by file
  EvmTraceType type = EvmTraceType::kCall;
  bool moves_value = false;  // callcode, delegatecall and staticcall move none
  bool failed = false;
  bool has_from = false;
  bool has_to = false;
  uint8_t path_size = 0;  // order-preserving encoding of trace_address; deeper paths are cut, file order decides
  std::array<uint8_t, kPathBytes> path{};
  Account20 from{};
  Account20 to{};
  base::Uint256 value;
  uint64_t cut_path = 0;  // hash of the steps that were cut; 0: none
  uint64_t id = kNoId;    // a withdrawal's index, which names it for ever (EIP-4895)
  static constexpr uint64_t kNoId = UINT64_MAX;
};
// A trace that knows its transaction by hash only, as geth's callTracer answers.
struct EvmHashedTrace {
  base::Hash256 transaction{};
  EvmTraceRow trace;
  friend bool operator<(const EvmHashedTrace& a, const EvmHashedTrace& b) {
    return std::tie(a.transaction, a.trace.sequence) < std::tie(b.transaction, b.trace.sequence);
  }
};

// A step of trace_address, as bytes that sort as the numbers do; a parent's path is a prefix of its children's. When
// the path is full, what lies deeper is cut, and file order decides.
inline void add_path_step(uint32_t step, EvmTraceRow& out) {
  uint8_t bytes[5] = {static_cast<uint8_t>(step)};
  size_t size = 1;
  if (step >= 0xf0) {
    bytes[0] = 0xff;
    for (size_t i = 0; i < 4; ++i) bytes[i + 1] = static_cast<uint8_t>(step >> (24 - 8 * i));
    size = 5;
  }
  if (out.cut_path != 0 || out.path_size + size > EvmTraceRow::kPathBytes) {
    out.cut_path = (out.cut_path ^ (step + uint64_t{1})) * 0x9e3779b97f4a7c15ULL | 1;
    return;
  }
  for (size_t i = 0; i < size; ++i) out.path[out.path_size + i] = bytes[i];
  out.path_size = static_cast<uint8_t>(out.path_size + size);
}

template <class Row>
inline bool operator<(const Row& a, const Row& b) requires(std::is_same_v<Row, EvmBlockRow> ||
                                                           std::is_same_v<Row, EvmTransactionRow> ||
                                                           std::is_same_v<Row, EvmReceiptRow> ||
                                                           std::is_same_v<Row, EvmTokenTransferRow> ||
                                                           std::is_same_v<Row, EvmTraceRow>) {
  return std::tie(a.block, a.sequence) < std::tie(b.block, b.sequence);
}

// Of a validator's withdrawal: a reward of the block, of no transaction. `id`: its index; EvmTraceRow::kNoId: unknown.
inline EvmTraceRow withdrawal_row(uint64_t block, uint64_t sequence, uint64_t id, const Account20& to, uint64_t gwei) {
  EvmTraceRow row;
  row.block = block;
  row.sequence = sequence;
  row.index = UINT32_MAX;
  row.type = EvmTraceType::kReward;
  row.has_to = true;
  row.to = to;
  row.id = id;
  row.value = base::mul_div(gwei, 1'000'000'000, 1).quotient;
  return row;
}
// gas · price; nullopt beyond 2^256-1.
inline std::optional<base::Uint256> gas_cost(uint64_t gas, const base::Uint256& price) {
  base::Uint256 out;
  base::Uint128 carry = 0;
  for (size_t i = 0; i < 4; ++i) {
    carry += static_cast<base::Uint128>(price.words[i]) * gas;
    out.words[i] = static_cast<uint64_t>(carry);
    carry >>= 64;
  }
  if (carry != 0) return std::nullopt;
  return out;
}

}  // namespace jindo::decode
