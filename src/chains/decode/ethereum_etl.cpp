// ethereum-etl's tables from files of three kinds: rows as cells, then to records (evm_tables).
#include "decode/ethereum_etl.h"

#include <algorithm>
#include <cstring>

#include "chain/block.h"
#include "decode/call_tracer.h"
#include "decode/csv.h"
#include "decode/json_fields.h"
#include "decode/json_texts.h"
#include "decode/parquet.h"

namespace jindo::decode {
namespace {
using base::bad_input;
using base::Status;
using simdjson::dom::element;
using simdjson::dom::object;

base::Error placed(const std::string& place, const base::Error& error) {
  return {error.kind, place + ": " + error.message};
}

Status read_csv(const EvmFile& file, InputFile input, uint64_t& sequence, const EvmSinks& sinks) {
  const Columns& columns = columns_of(file.table);
  JINDO_TRY(CsvReader reader, CsvReader::of(std::move(input), file.path, columns.wanted, columns.optional));
  EvmCells row(columns);
  for (uint64_t rows = 1;; ++rows) {
    JINDO_TRY(const bool more, reader.next());
    if (!more) return {};
    for (size_t i = 0; i < columns.wanted.size(); ++i) row.cells()[i] = reader.cell(i);
    if (sinks.places != nullptr) sinks.places->note(sequence, reader.line_number(), false);
    const Status status = read_evm_row(file.table, row, sequence++, sinks);
    if (!status.ok()) return placed(reader.place(), status.error());
    if (rows % 16384 == 0 && sinks.progress) sinks.progress(reader.bytes_done(), 16384);
  }
}

Status read_parquet(const EvmFile& file, const EvmReadOptions& options, uint64_t& sequence, const EvmSinks& sinks) {
  const Columns& columns = columns_of(file.table);
  JINDO_TRY(const auto table, ParquetTable::open(file.path, columns.wanted, columns.optional, options.memory_bytes));
  EvmCells row(columns);
  for (;;) {
    JINDO_TRY(const bool more, table->next());
    if (!more) return {};
    for (size_t i = 0; i < columns.wanted.size(); ++i) row.cells()[i] = table->cell(i);
    if (sinks.places != nullptr) sinks.places->note(sequence, table->row(), false);
    const Status status = read_evm_row(file.table, row, sequence++, sinks);
    if (!status.ok()) return placed(file.path + ": row " + std::to_string(table->row()), status.error());
    if (table->row() % 2048 == 0 && sinks.progress) sinks.progress(0, 2048);
  }
}

// A JSON text's rows: the object itself, or the objects of an array.
class JsonRows {
 public:
  JsonRows(EvmTable table, const EvmSinks& sinks)
      : table_(table), sinks_(sinks), columns_(columns_of(table)), row_(columns_), held_(columns_.wanted.size()) {}

  Status read(std::string_view text, uint64_t& sequence) {
    quote_long_integers(text, padded_);
    element root;
    JINDO_DO(parse_padded(parser_, padded_, root));
    object one;
    if (root.get(one) == simdjson::SUCCESS) return row(one, sequence);
    simdjson::dom::array many;
    if (root.get(many) != simdjson::SUCCESS) return bad_input("expected a JSON object");
    for (const element each : many) {
      if (each.get(one) != simdjson::SUCCESS) return bad_input("expected an array of JSON objects");
      JINDO_DO(row(one, sequence));
    }
    return {};
  }

 private:
  // `ethereumetl export_geth_traces`: a block's calls, one tree a transaction, in their order.
  Status geth_traces(object row, uint64_t& sequence) {
    const JsonFields fields(row);
    EvmTraceRow out;
    JINDO_TRY(out.block, fields.u64("block_number"));
    if (out.block > chain::kHeightMax) return bad_input("field 'block_number': expected at most 2^48");
    JINDO_TRY(const auto trees, fields.array("transaction_traces"));
    for (const element each : trees) {
      object tree, inner;
      if (each.get(tree) != simdjson::SUCCESS) return bad_input("field 'transaction_traces': expected objects");
      if (tree["result"].get(inner) == simdjson::SUCCESS) tree = inner;
      JINDO_DO(read_call_tree(tree, out, sequence, sinks_.notes, sinks_.trace));
      ++out.index;
    }
    return {};
  }
  Status row(object object, uint64_t& sequence) {
    if (table_ == EvmTable::kGethTraces) return geth_traces(object, sequence);
    const JsonFields fields(object);
    for (size_t i = 0; i < columns_.wanted.size(); ++i) {
      const std::string& name = columns_.wanted[i];
      element value;
      if (object[name].get(value) != simdjson::SUCCESS) {
        held_[i].clear();
        if (std::find(columns_.optional.begin(), columns_.optional.end(), name) == columns_.optional.end())
          return bad_input("field '" + name + "' is missing");
      } else if (value.is_array()) {
        held_[i] = simdjson::minify(value);
      } else {
        held_[i] = fields.number_or_empty(name.c_str());
        if (held_[i] == "?") held_[i] = simdjson::minify(value);  // no integer: errors show what it is
      }
      row_.cells()[i] = held_[i];
    }
    return read_evm_row(table_, row_, sequence++, sinks_);
  }

  EvmTable table_;
  const EvmSinks& sinks_;
  const Columns& columns_;
  simdjson::dom::parser parser_;
  std::string padded_;
  EvmCells row_;
  std::vector<std::string> held_;
};

Status read_json(const EvmFile& file, InputFile input, uint64_t& sequence, const EvmSinks& sinks) {
  JsonTexts texts = JsonTexts::of(std::move(input), file.path);
  JsonRows rows(file.table, sinks);
  for (uint64_t count = 1;; ++count) {
    std::string_view text;
    JINDO_TRY(const bool more, texts.next(text));
    if (!more) return {};
    const bool many = text.front() == '[' || file.table == EvmTable::kGethTraces;
    if (sinks.places != nullptr) sinks.places->note(sequence, texts.line_number(), many);
    const Status status = rows.read(text, sequence);
    if (!status.ok()) return placed(texts.place(), status.error());
    if (count % 4096 == 0 && sinks.progress) sinks.progress(texts.bytes_done(), 4096);
  }
}

// JSON or CSV, by the first byte that is no blank (behind a byte order mark).
bool is_json(base::Bytes text) {
  size_t at = text.size() >= 3 && std::memcmp(text.data(), "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n')) ++at;
  return at < text.size() && (text[at] == '{' || text[at] == '[');
}
}  // namespace

Status read_evm_file(const EvmFile& file, const EvmReadOptions& options, uint64_t& sequence, const EvmSinks& sinks) {
  if (sinks.places != nullptr) sinks.places->begin_file(file.path);
  if (is_parquet(file.path)) {
    if (file.table == EvmTable::kGethTraces) return bad_input(file.path + ": geth's traces are read from JSON");
    return read_parquet(file, options, sequence, sinks);
  }
  JINDO_TRY(InputFile input, InputFile::open(file.path, options.scratch));
  if (is_json(input.bytes())) return read_json(file, std::move(input), sequence, sinks);
  if (file.table == EvmTable::kGethTraces) return bad_input(file.path + ": geth's traces are read from JSON");
  return read_csv(file, std::move(input), sequence, sinks);
}
}  // namespace jindo::decode
