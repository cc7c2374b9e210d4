// Transfers, row by row to one record each.
#include "decode/transfers.h"

#include <charconv>

#include "decode/csv.h"

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
  if (text.empty()) return {};
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
  if (!integer(cells[0], out.block)) return wrong(0, cells[0], "an integer from 0 to 2^64-1");
  if (!integer(cells[1], out.time)) return wrong(1, cells[1], "unix seconds");
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

Status read_transfers_csv(const chain::Network& network, const std::string& path, const TransferSink& sink,
                          const TransferProgress& progress) {
  const std::vector<std::string> wanted(std::begin(kTransferColumns), std::end(kTransferColumns));
  JINDO_TRY(CsvReader reader, CsvReader::open(path, wanted, {}));
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

Status read_transfers(const chain::Network& network, const std::string& path, size_t memory_bytes,
                      const TransferSink& sink, const TransferProgress& progress) {
  if (path.size() > 8 && path.substr(path.size() - 8) == ".parquet") {
    return read_transfers_parquet(network, path, memory_bytes, sink, progress);
  }
  return read_transfers_csv(network, path, sink, progress);
}
}  // namespace jindo::decode
