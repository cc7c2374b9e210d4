// Transfers, row by row to one record each.
#include "decode/transfers.h"

#include <charconv>

#include "decode/csv.h"
#include "decode/null_cell.h"
#include "decode/parquet.h"

namespace jindo::decode {
namespace {
using base::bad_input;
using base::Status;

base::Error wrong(size_t column, std::string_view seen, const std::string& expected) {
  std::string text(seen.substr(0, 60));
  for (char& c : text) c = c >= 32 && c < 127 ? c : '?';
  return bad_input(std::string("column '") + kTransferColumns[column] + "': expected " + expected + ", found '" + text +
                   "'");
}
template <class T>
bool integer(std::string_view text, T& out) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}
Status address(const chain::Network& network, size_t column, std::string_view text, chain::AddressKey& out) {
  if (is_null_cell(text)) return {};
  // EVM exports write lower case; try that before the slower checks of the general parser.
  if (network.style == chain::AddressStyle::kEvm && text.find_first_of("ABCDEFX") == std::string_view::npos) {
    if (chain::parse_evm_hex(text, out)) return {};
  }
  auto key = chain::parse_address(network, text);
  if (!key.ok()) return bad_input(std::string("column '") + kTransferColumns[column] + "': " + key.error().message);
  out = *key;
  return {};
}
}  // namespace

Status parse_transfer(const chain::Network& network, const std::string_view (&cells)[10], TransferRow& out) {
  if (!integer(cells[0], out.block) || out.block > chain::kHeightMax)
    return wrong(0, cells[0], "a block number, an integer from 0 to 2^48");
  if (!integer(cells[1], out.time) || out.time < 0 || out.time > chain::kTimeMax)
    return wrong(1, cells[1], "unix seconds");
  if (!chain::parse_hash(network, cells[2], out.transaction))
    return wrong(2, cells[2], "a transaction hash of 64 hexadecimal digits");
  if (!integer(cells[3], out.transaction_index) || out.transaction_index >= UINT32_MAX) {
    return wrong(3, cells[3], "an integer from 0 to 2^32-2");
  }
  if (!integer(cells[4], out.position)) return wrong(4, cells[4], "an integer from 0 to 2^64-1");
  if (cells[5] == "transfer")
    out.kind = chain::MovementKind::kTransfer;
  else if (cells[5] == "fee")
    out.kind = chain::MovementKind::kFee;
  else if (cells[5] == "opening")
    out.kind = chain::MovementKind::kOpening;
  else
    return wrong(5, cells[5], "transfer, fee or opening");
  out.asset = chain::native_asset();
  if (cells[6] != network.native) {
    out.asset = {};
    JINDO_DO(address(network, 6, cells[6], out.asset));
    if (out.asset.is_none()) return wrong(6, cells[6], std::string(network.native) + " or a token contract's address");
  }
  out.from = {};
  out.to = {};
  JINDO_DO(address(network, 7, cells[7], out.from));
  JINDO_DO(address(network, 8, cells[8], out.to));
  const auto amount = base::parse_decimal(cells[9]);
  if (!amount) return wrong(9, cells[9], "base units, an integer from 0 to 2^256-1");
  out.amount = *amount;
  if (out.from.is_none() && out.to.is_none())
    return bad_input("from_address and to_address are both empty; expected one of them");
  if (out.kind == chain::MovementKind::kFee && (out.from.is_none() || !out.to.is_none())) {
    return bad_input("a fee; expected a from_address and an empty to_address");
  }
  if (out.kind == chain::MovementKind::kOpening && !out.from.is_none()) {
    return bad_input("an opening balance; expected an empty from_address");
  }
  return {};
}

namespace {
const std::vector<std::string>& transfer_columns() {
  static const std::vector<std::string> out(std::begin(kTransferColumns), std::end(kTransferColumns));
  return out;
}

Status read_transfers_csv(const chain::Network& network, const std::string& path, const std::string& scratch,
                          const TransferSink& sink, const TransferProgress& progress) {
  JINDO_TRY(CsvReader reader, CsvReader::open(path, transfer_columns(), {}, scratch));
  TransferRow row;
  for (uint64_t rows = 1;; ++rows) {
    JINDO_TRY(const bool more, reader.next());
    if (!more) return {};
    std::string_view cells[10];
    for (size_t i = 0; i < 10; ++i) cells[i] = reader.cell(i);
    Status status = parse_transfer(network, cells, row);
    row.line = reader.line_number();
    if (status.ok()) status = sink(row);
    if (!status.ok()) return base::Error{status.error().kind, reader.place() + ": " + status.error().message};
    if (rows % 16384 == 0 && progress) progress(reader.bytes_done(), 16384);
  }
}

Status read_transfers_parquet(const chain::Network& network, const std::string& path, size_t memory_bytes,
                              const TransferSink& sink, const TransferProgress& progress) {
  JINDO_TRY(const auto table, ParquetTable::open(path, transfer_columns(), {}, memory_bytes));
  TransferRow row;
  for (;;) {
    JINDO_TRY(const bool more, table->next());
    if (!more) return {};
    std::string_view cells[10];
    for (size_t c = 0; c < 10; ++c) cells[c] = table->cell(c);
    std::string amount;
    if (cells[9].substr(0, 2) == "0x") {  // a BLOB: up to 32 big-endian bytes
      const auto value = base::parse_hex_quantity(cells[9]);
      if (value) amount = base::to_decimal(*value);
      cells[9] = amount;
    }
    Status status = parse_transfer(network, cells, row);
    row.line = table->row();
    if (status.ok()) status = sink(row);
    if (!status.ok())
      return base::Error{status.error().kind,
                         path + ": row " + std::to_string(table->row()) + ": " + status.error().message};
    if (table->row() % 2048 == 0 && progress) progress(0, 2048);
  }
}
}  // namespace

Status read_transfers(const chain::Network& network, const std::string& path, size_t memory_bytes,
                      const std::string& scratch, const TransferSink& sink, const TransferProgress& progress) {
  if (is_parquet(path)) return read_transfers_parquet(network, path, memory_bytes, sink, progress);
  return read_transfers_csv(network, path, scratch, sink, progress);
}
}  // namespace jindo::decode
