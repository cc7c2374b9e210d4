// Rows of ethereum-etl's tables (blockchain-etl/ethereum-etl, docs/schema.md) as fixed-size records, so that a table of
// any size can be sorted by block in little memory. `sequence` is the row's number in its file: it keeps file order.
#pragma once

#include <array>
#include <cstdint>
#include <tuple>

#include "base/hash.h"
#include "base/uint256.h"

namespace jindo::decode {

using Account20 = std::array<uint8_t, 20>;
constexpr uint8_t kStatusFailed = 0;
constexpr uint8_t kStatusDone = 1;
constexpr uint8_t kStatusUnknown = 2;
constexpr int64_t kTimeUnknown = INT64_MIN;

struct EvmBlockRow {
  uint64_t block = 0;
  uint64_t sequence = 0;
  int64_t time = 0;
  base::Hash256 hash{};
  base::Hash256 parent{};
};
struct EvmTransactionRow {
  uint64_t block = 0;
  uint64_t sequence = 0;
  int64_t time = 0;
  uint32_t index = 0;
  uint8_t status = kStatusUnknown;
  bool has_fee = false;  // gas used is known
  bool creates = false;  // to_address is empty: contract creation
  base::Hash256 hash{};
  base::Hash256 block_hash{};
  Account20 from{};
  Account20 to{};  // the created contract's address when the receipt tells
  bool has_to = false;
  base::Uint256 value;
  base::Uint256 gas_price;
  base::Uint256 fee;
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
  base::Hash256 transaction{};
  Account20 contract{};
  uint64_t gas_used = 0;
  base::Uint256 gas_price;
  base::Uint256 l1_fee;  // rollups: what the first layer costs, charged beside the gas
};
// A part of an event: data in pieces, so that rows of one size can be sorted. Transfers and approvals of tokens are
// left out: the first are movements, the second say nothing that moves.
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
};

// A step of trace_address, as bytes that sort as the numbers do; a parent's path is a prefix of its children's. False
// when the path is full: what lies deeper is cut, and file order decides.
inline bool add_path_step(uint64_t step, EvmTraceRow& out) {
  uint8_t bytes[5] = {static_cast<uint8_t>(step)};
  size_t size = 1;
  if (step >= 0xf0) {
    bytes[0] = 0xff;
    for (size_t i = 0; i < 4; ++i) bytes[i + 1] = static_cast<uint8_t>(step >> (24 - 8 * i));
    size = 5;
  }
  if (out.path_size + size > EvmTraceRow::kPathBytes) return false;
  for (size_t i = 0; i < size; ++i) out.path[out.path_size + i] = bytes[i];
  out.path_size = static_cast<uint8_t>(out.path_size + size);
  return true;
}

template <class Row>
inline bool operator<(const Row& a, const Row& b) requires(std::is_same_v<Row, EvmBlockRow> ||
                                                           std::is_same_v<Row, EvmTransactionRow> ||
                                                           std::is_same_v<Row, EvmReceiptRow> ||
                                                           std::is_same_v<Row, EvmTokenTransferRow> ||
                                                           std::is_same_v<Row, EvmTraceRow>) {
  return std::tie(a.block, a.sequence) < std::tie(b.block, b.sequence);
}

// Of a validator's withdrawal: a reward of the block, of no transaction.
inline EvmTraceRow withdrawal_row(uint64_t block, uint64_t sequence, const Account20& to, const base::Uint256& wei) {
  EvmTraceRow row;
  row.block = block;
  row.sequence = sequence;
  row.index = UINT32_MAX;
  row.type = EvmTraceType::kReward;
  row.has_to = true;
  row.to = to;
  row.value = wei;
  return row;
}

}  // namespace jindo::decode
