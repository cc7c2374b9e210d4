// The transfers format (docs/formats/transfers.md): one movement a row, CSV or Parquet, rows in any order.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "chain/block.h"

namespace jindo::decode {

struct TransferRow {
  uint64_t block = 0;
  uint64_t transaction_index = 0;
  uint64_t position = 0;
  uint64_t line = 0;  // in the file: CSV line, or Parquet row
  uint32_t file = 0;  // which of the files given; the caller numbers them
  int64_t time = 0;
  chain::MovementKind kind = chain::MovementKind::kTransfer;
  chain::TxId transaction{};
  chain::AddressKey asset;
  chain::AddressKey from;
  chain::AddressKey to;
  base::Uint256 amount;

  // Ledger order; a transaction's fee first.
  friend bool operator<(const TransferRow& a, const TransferRow& b) {
    if (a.block != b.block) return a.block < b.block;
    if (a.transaction_index != b.transaction_index) return a.transaction_index < b.transaction_index;
    const bool a_fee = a.kind == chain::MovementKind::kFee;
    const bool b_fee = b.kind == chain::MovementKind::kFee;
    if (a_fee != b_fee) return a_fee;
    if (a.position != b.position) return a.position < b.position;
    if (a.file != b.file) return a.file < b.file;
    return a.line < b.line;
  }
};

using TransferSink = std::function<base::Status(const TransferRow&)>;
using TransferProgress = std::function<void(uint64_t bytes_done, uint64_t rows)>;

// Parquet by its first bytes, anything else as CSV, packed or not (decode/input_file.h; `scratch` is its folder).
base::Status read_transfers(const chain::Network& network, const std::string& path, size_t memory_bytes,
                            const std::string& scratch, const TransferSink& sink, const TransferProgress& progress);

// One row's cells, in the order of kTransferColumns, to a record; the error names the column.
inline constexpr const char* kTransferColumns[] = {
    "block_number", "block_time", "transaction_hash", "transaction_index", "position",
    "kind",         "asset",      "from_address",     "to_address",        "amount"};
base::Status parse_transfer(const chain::Network& network, const std::string_view (&cells)[10], TransferRow& out);

}  // namespace jindo::decode
