// GraphSense's Tron tables, row by row to the records that EVM chains have.
#include "decode/tron_export.h"

#include <algorithm>
#include <filesystem>

#include "base/base64.h"
#include "chain/block.h"
#include "decode/evm_logs.h"
#include "decode/json_fields.h"
#include "decode/text_lines.h"

namespace jindo::decode {
namespace {
using base::bad_input;
using base::Status;

class TronRow {
 public:
  explicit TronRow(const JsonFields& fields) : fields_(fields) {}
  Status hash(const char* name, base::Hash256& out) const {
    JINDO_TRY(const std::string_view text, fields_.text(name));
    if (!base::from_base64(text, out)) return wrong(name, "32 bytes in base64");
    return {};
  }
  Status address(const char* name, Account20& out) const {
    JINDO_TRY(const std::string_view text, fields_.text(name));
    if (!base::from_base64(text, out)) return wrong(name, "an address: 20 bytes in base64");
    return {};
  }
  Status optional_address(const char* name, Account20& out, bool& has) const {
    has = fields_.has(name) && !fields_.text_or_empty(name).empty();
    return has ? address(name, out) : Status();
  }
  base::Result<uint64_t> block(const char* name) const {
    JINDO_TRY(const uint64_t out, fields_.u64(name));
    if (out > chain::kHeightMax) return wrong(name, "a block number of at most 2^48");
    return out;
  }
  base::Result<int64_t> time(const char* name) const {
    JINDO_TRY(const uint64_t seconds, fields_.u64(name));
    if (seconds >= static_cast<uint64_t>(chain::kTimeMax)) return wrong(name, "unix seconds");
    return static_cast<int64_t>(seconds);
  }
  static base::Error wrong(const char* name, const char* expected) {
    return bad_input(std::string("field '") + name + "': expected " + expected);
  }
  const JsonFields& fields() const { return fields_; }

 private:
  const JsonFields& fields_;
};

Status read_block(const TronRow& row, uint64_t sequence, const TronSinks& sinks) {
  EvmBlockRow out;
  out.sequence = sequence;
  JINDO_TRY(out.block, row.block("blockId"));
  JINDO_TRY(out.time, row.time("timestamp"));
  JINDO_DO(row.hash("blockHash", out.hash));
  if (row.fields().has("parentHash")) JINDO_DO(row.hash("parentHash", out.parent));
  return sinks.block(out);
}

Status read_transaction(const TronRow& row, uint64_t sequence, const TronSinks& sinks, TronNotes& notes) {
  EvmTransactionRow out;
  out.sequence = sequence;
  JINDO_DO(row.hash("txHash", out.hash));
  JINDO_TRY(out.block, row.block("blockId"));
  JINDO_TRY(const uint64_t index, row.fields().u64("transactionIndex"));
  if (index >= UINT32_MAX) return TronRow::wrong("transactionIndex", "an integer below 2^32-1");
  out.index = static_cast<uint32_t>(index);
  bool has_from = false;
  JINDO_DO(row.optional_address("fromAddress", out.from, has_from));
  JINDO_DO(row.optional_address("toAddress", out.to, out.has_to));
  JINDO_TRY(out.value, row.fields().amount("value"));
  if (!out.has_to && !out.value.is_zero()) {
    ++notes.without_recipient;
    out.value = {};
  }
  JINDO_TRY(out.time, row.time("blockTimestamp"));
  if (row.fields().has("blockHash")) JINDO_DO(row.hash("blockHash", out.block_hash));
  if (row.fields().has("input")) {
    std::vector<uint8_t> input;
    if (!base::from_base64(row.fields().text_or_empty("input"), input)) return TronRow::wrong("input", "base64");
    take_call_text(input, out);
  }
  if (row.fields().has("receiptStatus")) {
    JINDO_TRY(const uint64_t status, row.fields().u64("receiptStatus"));
    if (status > 1) return TronRow::wrong("receiptStatus", "0 or 1");
    out.status = static_cast<uint8_t>(status);
  }
  return sinks.transaction(out);
}

Status read_fee(const TronRow& row, uint64_t sequence, const TronSinks& sinks) {
  TronFeeRow out;
  out.sequence = sequence;
  JINDO_DO(row.hash("txHash", out.transaction));
  JINDO_TRY(out.fee, row.fields().amount("fee"));
  return sinks.fee(out);
}

Status read_trace(const TronRow& row, uint64_t sequence, const TronSinks& sinks, TronNotes& notes) {
  TronTraceRow out;
  EvmTraceRow& trace = out.trace;
  trace.sequence = sequence;
  JINDO_DO(row.hash("txHash", out.transaction));
  JINDO_TRY(trace.block, row.block("blockId"));
  JINDO_TRY(const uint64_t index, row.fields().u64("internalIndex"));
  JINDO_TRY(const uint64_t order, row.fields().u64("traceIndex"));
  if (index >= UINT32_MAX) return TronRow::wrong("internalIndex", "an integer below 2^32-1");
  if (order >= UINT32_MAX) return TronRow::wrong("traceIndex", "an integer below 2^32-1");
  trace.index = static_cast<uint32_t>(index);
  JINDO_DO(row.optional_address("callerAddress", trace.from, trace.has_from));
  JINDO_DO(row.optional_address("transfertoAddress", trace.to, trace.has_to));
  if (row.fields().is_negative("callValue")) {
    if (!sinks.leave_out_cut_amounts)
      return TronRow::wrong("callValue",
                            "an amount, found a negative one: the exporter cut amounts to 32 bits; export again, or "
                            "leave such rows out with --partial");
    ++notes.cut_amounts;
    return {};
  }
  JINDO_TRY(trace.value, row.fields().amount("callValue"));
  if (row.fields().has("rejected")) {
    JINDO_TRY(trace.failed, row.fields().boolean("rejected"));
  }
  const std::string_view note = row.fields().text_or_empty("note");
  trace.type = note == "create"    ? EvmTraceType::kCreate
               : note == "suicide" ? EvmTraceType::kSuicide
                                   : EvmTraceType::kCall;
  const std::string token = row.fields().number_or_empty("callTokenId");
  trace.moves_value = token.empty() || token == "0";
  if (!trace.moves_value) ++notes.trc10;
  // Below the transaction's own call, in the order given: the export keeps no depth.
  trace.path_size = 4;
  for (size_t i = 0; i < 4; ++i) trace.path[i] = static_cast<uint8_t>(order >> (24 - 8 * i));
  return sinks.trace(out);
}

Status read_log(const TronRow& row, uint64_t sequence, const TronSinks& sinks) {
  JINDO_TRY(const auto topics, row.fields().array("topics"));
  std::vector<base::Hash256> hashes;
  for (const simdjson::dom::element element : topics) {
    std::string_view text;
    base::Hash256 hash;
    if (element.get(text) != simdjson::SUCCESS || !base::from_base64(text, hash) || hashes.size() == 4)
      return TronRow::wrong("topics", "up to four times 32 bytes in base64");
    hashes.push_back(hash);
  }
  if (!hashes.empty() && hashes[0] == approval_topic()) return {};
  std::vector<uint8_t> data;
  if (!base::from_base64(row.fields().text_or_empty("data"), data)) return TronRow::wrong("data", "base64");
  JINDO_TRY(const uint64_t block, row.block("blockId"));
  JINDO_TRY(const uint64_t index, row.fields().u64("logIndex"));
  if (index >= UINT32_MAX) return TronRow::wrong("logIndex", "an integer below 2^32-1");
  if (transfer_shape(hashes, data.size()) != TransferShape::kAmount) {
    if (!sinks.log) return {};
    EvmLogRow out;
    out.sequence = sequence;
    out.block = block;
    out.log_index = index;
    JINDO_DO(row.hash("txHash", out.transaction));
    JINDO_DO(row.address("address", out.contract));
    return emit_log(out, hashes, data, sinks.log);
  }
  EvmTokenTransferRow out;
  out.sequence = sequence;
  out.block = block;
  out.log_index = index;
  JINDO_DO(row.hash("txHash", out.transaction));
  if (row.fields().has("blockHash")) JINDO_DO(row.hash("blockHash", out.block_hash));
  JINDO_DO(row.address("address", out.token));
  take_transfer(hashes, data, out.from, out.to, out.value);
  return sinks.token_transfer(out);
}
}  // namespace

Status read_tron_line(TronTable table, std::string_view line, uint64_t sequence, const TronSinks& sinks,
                      TronNotes& notes) {
  thread_local simdjson::dom::parser parser;
  thread_local std::string padded;
  quote_long_integers(line, padded);
  simdjson::dom::object object;
  const auto code = parser.parse(padded.data(), padded.size() - simdjson::SIMDJSON_PADDING, false).get(object);
  if (code != simdjson::SUCCESS) return json_error(code);
  const JsonFields fields(object);
  const TronRow row(fields);
  switch (table) {
    case TronTable::kBlocks:
      return read_block(row, sequence, sinks);
    case TronTable::kTransactions:
      return read_transaction(row, sequence, sinks, notes);
    case TronTable::kFees:
      return read_fee(row, sequence, sinks);
    case TronTable::kTraces:
      return read_trace(row, sequence, sinks, notes);
    case TronTable::kLogs:
      return read_log(row, sequence, sinks);
  }
  return {};
}

Status read_tron_file(const TronFile& file, const std::string& scratch, uint64_t& sequence, const TronSinks& sinks,
                      TronNotes& notes) {
  if (sinks.places != nullptr) sinks.places->begin_file(file.path);
  JINDO_TRY(TextLines lines, TextLines::open(file.path, scratch));
  for (uint64_t rows = 1;; ++rows) {
    std::string_view line;
    JINDO_TRY(const bool more, lines.next(line));
    if (!more) return {};
    if (line.empty()) continue;
    if (sinks.places != nullptr) sinks.places->note(sequence, lines.line_number(), false);
    const Status status = read_tron_line(file.table, line, sequence++, sinks, notes);
    if (!status.ok()) return base::Error{status.error().kind, lines.place() + ": " + status.error().message};
    if (rows % 4096 == 0 && sinks.progress) sinks.progress(lines.bytes_done(), 4096);
  }
}

base::Result<TronFiles> find_tron_files(const std::string& input) {
  TronFiles out;
  const auto consider = [&](const std::filesystem::path& path) {
    std::string name = path.filename().string();
    if (name.front() == '.' || name == "_SUCCESS") return;
    std::string plain = name;
    for (const char* packed : {".gz", ".zst"})
      if (plain.ends_with(packed)) plain.resize(plain.rfind('.'));
    const auto holds = [&](const char* word) { return name.find(word) != std::string::npos; };
    if (!plain.ends_with(".json") && !plain.ends_with(".jsonl"))
      out.not_read.push_back(path.string());
    else if (holds("fee"))
      out.tables.push_back({TronTable::kFees, path.string()});
    else if (holds("transactions"))
      out.tables.push_back({TronTable::kTransactions, path.string()});
    else if (holds("traces"))
      out.tables.push_back({TronTable::kTraces, path.string()});
    else if (holds("logs"))
      out.tables.push_back({TronTable::kLogs, path.string()});
    else if (holds("blocks"))
      out.tables.push_back({TronTable::kBlocks, path.string()});
    else
      out.not_read.push_back(path.string());
  };
  if (!base::is_folder(input)) {
    if (!base::exists(input)) return bad_input(input + ": no such file or folder");
    consider(input);
  } else {
    std::error_code code;
    for (std::filesystem::recursive_directory_iterator it(input, code), end; !code && it != end; it.increment(code)) {
      if (it->is_regular_file(code)) consider(it->path());
    }
    if (code) return bad_input(input + ": cannot list the folder: " + code.message());
  }
  std::sort(out.tables.begin(), out.tables.end(),
            [](const TronFile& a, const TronFile& b) { return std::tie(a.table, a.path) < std::tie(b.table, b.path); });
  std::sort(out.not_read.begin(), out.not_read.end());
  if (out.tables.empty()) return bad_input(input + ": no transactions, tx_fee, traces, logs or blocks .json here");
  return out;
}
}  // namespace jindo::decode
