// ethereum-etl's tables, CSV or JSON lines: row by row to records of fixed size.
#include "decode/ethereum_etl.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/hex.h"
#include "decode/csv.h"
#include "decode/evm_logs.h"
#include "decode/json_fields.h"
#include "decode/text_lines.h"

namespace jindo::decode {
namespace {
using base::bad_input;
using base::Status;
using base::Uint256;

// One row, whatever the file's kind: cells by column name index. JSON objects are read into the same shape.
struct Columns {
  std::vector<std::string> wanted;
  std::vector<std::string> optional;
};

const Columns& columns_of(EvmTable table) {
  static const Columns blocks{{"number", "timestamp", "hash", "parent_hash", "withdrawals"},
                              {"parent_hash", "withdrawals"}};
  static const Columns transactions{
      {"hash", "block_number", "transaction_index", "from_address", "to_address", "value", "gas_price",
       "block_timestamp", "block_hash", "receipt_gas_used", "receipt_effective_gas_price", "receipt_status",
       "receipt_contract_address", "receipt_l1_fee", "input"},
      {"input", "block_hash", "receipt_gas_used", "receipt_effective_gas_price", "receipt_status",
       "receipt_contract_address", "receipt_l1_fee", "gas_price"}};
  static const Columns receipts{
      {"transaction_hash", "block_number", "gas_used", "effective_gas_price", "status", "contract_address", "l1_fee"},
      {"effective_gas_price", "status", "contract_address", "l1_fee"}};
  static const Columns transfers{{"token_address", "from_address", "to_address", "value", "transaction_hash",
                                  "log_index", "block_number", "block_timestamp", "block_hash"},
                                 {"block_timestamp", "block_hash"}};
  static const Columns traces{{"block_number", "transaction_index", "from_address", "to_address", "value", "trace_type",
                               "call_type", "error", "status", "trace_address", "block_timestamp"},
                              {"call_type", "error", "status", "block_timestamp"}};
  static const Columns logs{
      {"log_index", "transaction_hash", "block_number", "address", "data", "topics", "block_timestamp"},
      {"block_timestamp"}};
  switch (table) {
    case EvmTable::kLogs:
      return logs;
    case EvmTable::kBlocks:
      return blocks;
    case EvmTable::kTransactions:
      return transactions;
    case EvmTable::kReceipts:
      return receipts;
    case EvmTable::kTokenTransfers:
      return transfers;
    case EvmTable::kTraces:
      return traces;
  }
  return traces;
}

class Row {
 public:
  explicit Row(const Columns& columns) : columns_(columns), cells_(columns.wanted.size()) {}
  std::vector<std::string_view>& cells() { return cells_; }
  std::string_view cell(size_t column) const { return cells_[column]; }

  base::Error wrong(size_t column, const char* expected) const {
    std::string seen(cells_[column].substr(0, 60));
    for (char& c : seen) c = c >= 32 && c < 127 ? c : '?';
    return bad_input("column '" + columns_.wanted[column] + "': expected " + expected + ", found '" + seen + "'");
  }
  base::Result<uint64_t> u64(size_t column) const {
    const std::string_view text = cells_[column];
    uint64_t out = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), out);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
      return wrong(column, "an integer from 0 to 2^64-1");
    }
    return out;
  }
  base::Result<uint32_t> u32(size_t column) const {
    JINDO_TRY(const uint64_t wide, u64(column));
    if (wide >= UINT32_MAX) return wrong(column, "an integer below 2^32-1");
    return static_cast<uint32_t>(wide);
  }
  base::Result<Uint256> amount(size_t column) const {
    const auto value = base::parse_decimal(cells_[column]);
    if (!value) return wrong(column, "an integer from 0 to 2^256-1");
    return *value;
  }
  Status hash(size_t column, base::Hash256& out) const {
    const std::string_view text = cells_[column];
    if (text.size() != 66 || text.substr(0, 2) != "0x" || !base::from_hex(text.substr(2), out)) {
      return wrong(column, "0x and 64 hexadecimal digits");
    }
    return {};
  }
  Status address(size_t column, Account20& out) const {
    const std::string_view text = cells_[column];
    if (text.size() != 42 || text.substr(0, 2) != "0x" || !base::from_hex(text.substr(2), out)) {
      return wrong(column, "an address: 0x and 40 hexadecimal digits");
    }
    return {};
  }
  Status bytes(size_t column, std::vector<uint8_t>& out) const {
    const std::string_view text = cells_[column];
    if (!text.empty() && (text.size() < 2 || text.substr(0, 2) != "0x"))
      return wrong(column, "0x and hexadecimal digits");
    out.resize(text.size() / 2 - (text.empty() ? 0 : 1));
    if (!text.empty() && !base::from_hex(text.substr(2), out)) return wrong(column, "0x and hexadecimal digits");
    return {};
  }
  // An event's topics: up to four hashes with commas between.
  Status topics(size_t column, std::vector<base::Hash256>& out) const {
    out.clear();
    std::string_view text = cells_[column];
    while (!text.empty()) {
      const size_t comma = text.find(',');
      const std::string_view one = text.substr(0, comma);
      base::Hash256 topic;
      if (out.size() == 4 || one.size() != 66 || one.substr(0, 2) != "0x" || !base::from_hex(one.substr(2), topic))
        return wrong(column, "up to four times 0x and 64 hexadecimal digits, with commas between");
      out.push_back(topic);
      text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    }
    return {};
  }
  Status optional_address(size_t column, Account20& out, bool& has) const {
    has = !cells_[column].empty();
    return has ? address(column, out) : Status();
  }
  // Unix seconds, or BigQuery's "2016-06-23 08:12:42 UTC".
  base::Result<int64_t> time(size_t column) const {
    auto seconds = u64(column);
    if (seconds.ok() && *seconds < (uint64_t{1} << 40)) return static_cast<int64_t>(*seconds);
    return wrong(column, "unix seconds");
  }

 private:
  const Columns& columns_;
  std::vector<std::string_view> cells_;
};

Status read_block(const Row& row, uint64_t sequence, const EvmSinks& sinks) {
  EvmBlockRow out;
  out.sequence = sequence;
  JINDO_TRY(out.block, row.u64(0));
  JINDO_TRY(out.time, row.time(1));
  JINDO_DO(row.hash(2, out.hash));
  if (!row.cell(3).empty()) JINDO_DO(row.hash(3, out.parent));
  return sinks.block(out);
}

Status read_transaction(const Row& row, uint64_t sequence, const EvmSinks& sinks) {
  EvmTransactionRow out;
  out.sequence = sequence;
  JINDO_DO(row.hash(0, out.hash));
  JINDO_TRY(out.block, row.u64(1));
  JINDO_TRY(out.index, row.u32(2));
  JINDO_DO(row.address(3, out.from));
  JINDO_DO(row.optional_address(4, out.to, out.has_to));
  out.creates = !out.has_to;
  JINDO_TRY(out.value, row.amount(5));
  if (!row.cell(6).empty()) {
    JINDO_TRY(out.gas_price, row.amount(6));
  }
  JINDO_TRY(out.time, row.time(7));
  if (!row.cell(8).empty()) JINDO_DO(row.hash(8, out.block_hash));
  if (!row.cell(10).empty()) {
    JINDO_TRY(out.gas_price, row.amount(10));
  }
  if (!row.cell(9).empty()) {
    JINDO_TRY(const Uint256 gas_used, row.amount(9));
    out.fee = base::mul_div(gas_used, out.gas_price, 1).quotient;
    out.has_fee = true;
  }
  if (!row.cell(11).empty()) {
    JINDO_TRY(const uint64_t status, row.u64(11));
    if (status > 1) return row.wrong(11, "0 or 1");
    out.status = static_cast<uint8_t>(status);
  }
  if (!row.cell(12).empty() && out.creates) JINDO_DO(row.optional_address(12, out.to, out.has_to));
  if (!row.cell(13).empty()) {
    JINDO_TRY(const Uint256 l1_fee, row.amount(13));
    if (add_overflows(out.fee, l1_fee, out.fee)) return row.wrong(13, "a fee below 2^256");
  }
  if (row.cell(14).size() > 2) {
    thread_local std::vector<uint8_t> input;
    JINDO_DO(row.bytes(14, input));
    take_call_text(input, out);
  }
  return sinks.transaction(out);
}

Status read_receipt(const Row& row, uint64_t sequence, const EvmSinks& sinks) {
  EvmReceiptRow out;
  out.sequence = sequence;
  JINDO_DO(row.hash(0, out.transaction));
  JINDO_TRY(out.block, row.u64(1));
  JINDO_TRY(out.gas_used, row.u64(2));
  out.has_price = !row.cell(3).empty();
  if (out.has_price) {
    JINDO_TRY(out.gas_price, row.amount(3));
  }
  if (!row.cell(4).empty()) {
    JINDO_TRY(const uint64_t status, row.u64(4));
    if (status > 1) return row.wrong(4, "0 or 1");
    out.status = static_cast<uint8_t>(status);
  }
  JINDO_DO(row.optional_address(5, out.contract, out.has_contract));
  if (!row.cell(6).empty()) {
    JINDO_TRY(out.l1_fee, row.amount(6));
  }
  return sinks.receipt(out);
}

Status read_token_transfer(const Row& row, uint64_t sequence, const EvmSinks& sinks) {
  EvmTokenTransferRow out;
  out.sequence = sequence;
  JINDO_DO(row.address(0, out.token));
  JINDO_DO(row.address(1, out.from));
  JINDO_DO(row.address(2, out.to));
  JINDO_TRY(out.value, row.amount(3));
  JINDO_DO(row.hash(4, out.transaction));
  JINDO_TRY(out.log_index, row.u64(5));
  JINDO_TRY(out.block, row.u64(6));
  if (!row.cell(7).empty()) {
    JINDO_TRY(out.time, row.time(7));
  }
  if (!row.cell(8).empty()) JINDO_DO(row.hash(8, out.block_hash));
  return sinks.token_transfer(out);
}

Status encode_path(const Row& row, size_t column, EvmTraceRow& out) {
  const std::string_view text = row.cell(column);
  for (size_t at = 0; at < text.size();) {
    uint32_t step = 0;
    const char* begin = text.data() + at;
    const auto parsed = std::from_chars(begin, text.data() + text.size(), step);
    if (parsed.ec != std::errc()) return row.wrong(column, "numbers with commas between");
    at = static_cast<size_t>(parsed.ptr - text.data());
    if (at < text.size() && text[at] != ',') return row.wrong(column, "numbers with commas between");
    ++at;
    if (!add_path_step(step, out)) return {};
  }
  return {};
}

Status read_trace(const Row& row, uint64_t sequence, const EvmSinks& sinks) {
  EvmTraceRow out;
  out.sequence = sequence;
  JINDO_TRY(out.block, row.u64(0));
  const std::string_view type = row.cell(5);
  if (type == "call")
    out.type = EvmTraceType::kCall;
  else if (type == "create")
    out.type = EvmTraceType::kCreate;
  else if (type == "suicide")
    out.type = EvmTraceType::kSuicide;
  else if (type == "reward")
    out.type = EvmTraceType::kReward;
  else if (type == "genesis")
    out.type = EvmTraceType::kGenesis;
  else if (type == "daofork")
    out.type = EvmTraceType::kDaoFork;
  else
    return row.wrong(5, "call, create, suicide, reward, genesis or daofork");
  const bool block_level =
      out.type == EvmTraceType::kReward || out.type == EvmTraceType::kGenesis || out.type == EvmTraceType::kDaoFork;
  if (block_level)
    out.index = UINT32_MAX;
  else {
    JINDO_TRY(out.index, row.u32(1));
  }
  JINDO_DO(row.optional_address(2, out.from, out.has_from));
  JINDO_DO(row.optional_address(3, out.to, out.has_to));
  if (!row.cell(4).empty()) {
    JINDO_TRY(out.value, row.amount(4));
  }
  const std::string_view call = row.cell(6);
  out.moves_value = out.type != EvmTraceType::kCall || call.empty() || call == "call";
  out.failed = !row.cell(7).empty() || row.cell(8) == "0";
  JINDO_DO(encode_path(row, 9, out));
  if (!row.cell(10).empty()) {
    JINDO_TRY(out.time, row.time(10));
  }
  return sinks.trace(out);
}

Status read_log(const Row& row, uint64_t sequence, const EvmSinks& sinks) {
  if (!sinks.log) return {};
  thread_local std::vector<base::Hash256> topics;
  thread_local std::vector<uint8_t> data;
  EvmLogRow out;
  out.sequence = sequence;
  JINDO_TRY(out.log_index, row.u64(0));
  JINDO_DO(row.hash(1, out.transaction));
  JINDO_TRY(out.block, row.u64(2));
  JINDO_DO(row.address(3, out.contract));
  JINDO_DO(row.topics(5, topics));
  if (!keeps_event(topics)) return {};
  JINDO_DO(row.bytes(4, data));
  if (!row.cell(6).empty()) {
    JINDO_TRY(out.time, row.time(6));
  }
  return emit_log(out, topics, data, sinks.log);
}

Status read_row(EvmTable table, const Row& row, uint64_t sequence, const EvmSinks& sinks) {
  switch (table) {
    case EvmTable::kLogs:
      return read_log(row, sequence, sinks);
    case EvmTable::kBlocks:
      return read_block(row, sequence, sinks);
    case EvmTable::kTransactions:
      return read_transaction(row, sequence, sinks);
    case EvmTable::kReceipts:
      return read_receipt(row, sequence, sinks);
    case EvmTable::kTokenTransfers:
      return read_token_transfer(row, sequence, sinks);
    case EvmTable::kTraces:
      return read_trace(row, sequence, sinks);
  }
  return {};
}

base::Error placed(const std::string& place, const base::Error& error) {
  return {error.kind, place + ": " + error.message};
}

Status read_csv(const EvmFile& file, uint64_t& sequence, const EvmSinks& sinks) {
  const Columns& columns = columns_of(file.table);
  JINDO_TRY(CsvReader reader, CsvReader::open(file.path, columns.wanted, columns.optional));
  Row row(columns);
  for (uint64_t rows = 1;; ++rows) {
    JINDO_TRY(const bool more, reader.next());
    if (!more) return {};
    for (size_t i = 0; i < columns.wanted.size(); ++i) row.cells()[i] = reader.cell(i);
    const Status status = read_row(file.table, row, sequence++, sinks);
    if (!status.ok()) return placed(reader.place(), status.error());
    if (rows % 16384 == 0 && sinks.progress) sinks.progress(reader.bytes_done(), 16384);
  }
}

// Withdrawals of the beacon chain (EIP-4895) stand in JSON block rows; amounts are gwei.
Status read_withdrawals(const JsonFields& fields, uint64_t sequence, const EvmSinks& sinks) {
  if (!fields.has("withdrawals")) return {};
  JINDO_TRY(const auto array, fields.array("withdrawals"));
  JINDO_TRY(const uint64_t block, fields.u64("number"));
  for (const simdjson::dom::element element : array) {
    simdjson::dom::object object;
    if (element.get(object) != simdjson::SUCCESS) return bad_input("field 'withdrawals': expected objects");
    const JsonFields item(object);
    JINDO_TRY(const std::string_view text, item.text("address"));
    JINDO_TRY(const uint64_t gwei, item.u64("amount"));
    Account20 to{};
    if (text.size() != 42 || !base::from_hex(text.substr(2), to)) {
      return bad_input("field 'withdrawals': expected addresses of 0x and 40 hexadecimal digits");
    }
    JINDO_DO(sinks.withdrawal(block, sequence, to, base::mul_div(gwei, 1'000'000'000, 1).quotient));
  }
  return {};
}

Status read_json(const EvmFile& file, uint64_t& sequence, const EvmSinks& sinks) {
  const Columns& columns = columns_of(file.table);
  JINDO_TRY(TextLines lines, TextLines::open(file.path));
  simdjson::dom::parser parser;
  std::string padded;
  std::vector<std::string> held(columns.wanted.size());
  Row row(columns);
  const auto one = [&](std::string_view line) -> Status {
    quote_long_integers(line, padded);
    simdjson::dom::object object;
    const auto code = parser.parse(padded.data(), padded.size() - simdjson::SIMDJSON_PADDING, false).get(object);
    if (code != simdjson::SUCCESS) return json_error(code);
    const JsonFields fields(object);
    for (size_t i = 0; i < columns.wanted.size(); ++i) {
      const std::string& name = columns.wanted[i];
      held[i].clear();
      simdjson::dom::element element;
      if (object[name].get(element) != simdjson::SUCCESS) {
        if (std::find(columns.optional.begin(), columns.optional.end(), name) == columns.optional.end()) {
          return bad_input("field '" + name + "' is missing");
        }
      } else if (element.is_array()) {
        if (name == "trace_address") {
          for (const simdjson::dom::element step : simdjson::dom::array(element)) {
            uint64_t value = 0;
            if (step.get(value) != simdjson::SUCCESS) return bad_input("field 'trace_address': expected numbers");
            held[i] += (held[i].empty() ? "" : ",") + std::to_string(value);
          }
        } else if (name == "topics") {
          for (const simdjson::dom::element topic : simdjson::dom::array(element)) {
            std::string_view text;
            if (topic.get(text) != simdjson::SUCCESS) return bad_input("field 'topics': expected strings");
            held[i] += (held[i].empty() ? "" : ",") + std::string(text);
          }
        }
      } else {
        held[i] = fields.number_or_empty(name.c_str());
      }
      row.cells()[i] = held[i];
    }
    if (file.table == EvmTable::kBlocks) JINDO_DO(read_withdrawals(fields, sequence, sinks));
    return read_row(file.table, row, sequence++, sinks);
  };
  for (uint64_t rows = 1;; ++rows) {
    std::string_view line;
    JINDO_TRY(const bool more, lines.next(line));
    if (!more) return {};
    if (line.empty()) continue;
    const Status status = one(line);
    if (!status.ok()) return placed(lines.place(), status.error());
    if (rows % 4096 == 0 && sinks.progress) sinks.progress(lines.bytes_done(), 4096);
  }
}
}  // namespace

base::Result<std::vector<EvmFile>> find_evm_files(const std::string& folder) {
  std::vector<EvmFile> out;
  const auto consider = [&](const std::filesystem::path& path) {
    const std::string name = path.filename().string();
    const std::string ending = path.extension().string();
    if (ending != ".csv" && ending != ".json" && ending != ".jsonl") return;
    const auto holds = [&](const char* word) { return name.find(word) != std::string::npos; };
    const bool json = ending != ".csv";
    if (holds("token_transfers"))
      out.push_back({EvmTable::kTokenTransfers, path.string(), json});
    else if (holds("transactions"))
      out.push_back({EvmTable::kTransactions, path.string(), json});
    else if (holds("geth_traces"))
      return;  // node output, not a table; `ethereumetl extract_geth_traces` makes one of it
    else if (holds("traces"))
      out.push_back({EvmTable::kTraces, path.string(), json});
    else if (holds("receipts"))
      out.push_back({EvmTable::kReceipts, path.string(), json});
    else if (holds("logs"))
      out.push_back({EvmTable::kLogs, path.string(), json});
    else if (holds("blocks"))
      out.push_back({EvmTable::kBlocks, path.string(), json});
  };
  if (!base::is_folder(folder)) {
    consider(folder);
    if (out.empty() || !base::exists(folder)) {
      return bad_input(folder +
                       ": expected a folder, or a file named after its table (transactions, token_transfers, "
                       "traces, receipts, blocks) ending in .csv or .json");
    }
    return out;
  }
  std::error_code code;
  for (std::filesystem::recursive_directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
    if (it->is_regular_file(code)) consider(it->path());
  }
  if (code) return bad_input(folder + ": cannot list the folder: " + code.message());
  std::sort(out.begin(), out.end(),
            [](const EvmFile& a, const EvmFile& b) { return std::tie(a.table, a.path) < std::tie(b.table, b.path); });
  if (out.empty()) {
    return bad_input(folder +
                     ": no transactions, token_transfers, traces, receipts or blocks .csv or .json in this folder");
  }
  return out;
}

Status read_evm_file(const EvmFile& file, uint64_t& sequence, const EvmSinks& sinks) {
  return file.json ? read_json(file, sequence, sinks) : read_csv(file, sequence, sinks);
}
}  // namespace jindo::decode
