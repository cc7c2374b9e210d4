// One file: what it is, which format recognises it, and its reading.
#include "exports/format.h"

#include <algorithm>
#include <iterator>

#include "exports/decimals.h"
#include "exports/holder.h"
#include "exports/json_records.h"
#include "exports/opened_file.h"
#include "exports/table.h"
#include "exports/table_parquet.h"
#include "exports/unrecognised.h"
#include "exports/workbook.h"

namespace jindo::exports {
namespace {
Probe probe_of(const std::string& path, const Table& table) {
  Probe out;
  out.path = path;
  out.header = table.header();
  out.written_header = table.written_header();
  out.head = table.head();
  return out;
}

// Reads what `format` says into `out`, counts all rows, also those behind a refusal of the file.
base::Status read_one_table(const Probe& probe, const Format& format, Table& table, const ReadOptions& options,
                            Reading& out) {
  JINDO_DO(format.read_table(probe, table, options, out));
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
  }
  out.rows += table.rows();
  if (out.file_refused && !out.refusals.empty()) out.refusals.front().count = out.rows;
  return {};
}

base::Status read_table_file(const Probe& probe, Table& table, const ReadOptions& options, const Format* format,
                             Reading& out) {
  if (format == nullptr) format = find_foreign_format(probe);
  if (format == nullptr || format->read_table == nullptr) return describe_unrecognised(probe, table, out);
  out.format = format->name;
  return read_one_table(probe, *format, table, options, out);
}

base::Status read_workbook(const OpenedFile& file, const ReadOptions& options, const Format* format, Reading& out) {
  JINDO_TRY(const Workbook book, Workbook::open(file.path(), file.bytes()));
  std::optional<size_t> first_unread;
  for (size_t i = 0; i < book.sheets().size(); ++i) {
    JINDO_TRY(Table table, book.sheet(i));
    Probe probe = probe_of(file.path(), table);
    probe.sheets = book.sheets();
    probe.sheet = book.sheets()[i];
    const Format* found = format != nullptr ? format : find_foreign_format(probe);
    if (found != nullptr && found->read_table != nullptr && (out.format == "none" || out.format == found->name)) {
      out.format = found->name;
      JINDO_DO(read_one_table(probe, *found, table, options, out));
      continue;
    }
    if (!first_unread) first_unread = i;
    uint64_t rows = 0;
    for (;; ++rows) {
      JINDO_TRY(const bool more, table.next());
      if (!more) break;
    }
    if (rows == 0) continue;
    out.notes.push_back("sheet '" + probe.sheet + "' is not read: " + std::to_string(rows) + " rows" +
                        (found != nullptr ? std::string(" of format ") + found->name : ""));
  }
  if (out.format != "none") return {};
  JINDO_TRY(Table table, book.sheet(first_unread.value_or(0)));
  return describe_unrecognised(probe_of(file.path(), table), table, out);
}

base::Status read_json_file(const OpenedFile& file, const ReadOptions& options, const Format* format, Reading& out) {
  JINDO_TRY(JsonRecords records, JsonRecords::open(file.path(), file.bytes()));
  Probe probe;
  probe.path = file.path();
  probe.keys = records.keys();
  if (format == nullptr) format = find_foreign_format(probe);
  if (format == nullptr || format->read_json == nullptr) {
    out.refuse_file("JSON that no format recognises; its first record has: " + first_names(probe.keys));
    return {};
  }
  out.format = format->name;
  return format->read_json(probe, records, options, out);
}

base::Status read_by_kind(const OpenedFile& file, const ReadOptions& options, const Format* format, Reading& out) {
  switch (file.kind()) {
    case FileKind::kEmpty:
      out.refuse_file("the file is empty");
      return {};
    case FileKind::kBinary:
      out.refuse_file("neither text, JSON, Parquet nor a workbook");
      return {};
    case FileKind::kJson:
      return read_json_file(file, options, format, out);
    case FileKind::kWorkbook:
      return read_workbook(file, options, format, out);
    case FileKind::kParquet: {
      JINDO_TRY(Table table, open_parquet_table(file.path(), options.memory_bytes));
      Probe probe = probe_of(file.path(), table);
      probe.parquet = true;
      return read_table_file(probe, table, options, format, out);
    }
    case FileKind::kText: {
      JINDO_TRY(Table table, Table::from_text(file.path(), file.bytes()));
      return read_table_file(probe_of(file.path(), table), table, options, format, out);
    }
  }
  return {};
}

bool row_has_all(const std::vector<std::string>& row, std::initializer_list<std::string_view> names) {
  std::vector<std::string> normal;
  for (const std::string& cell : row) normal.push_back(normal_name(cell));
  return std::all_of(names.begin(), names.end(), [&](std::string_view name) {
    return std::find(normal.begin(), normal.end(), name) != normal.end();
  });
}

// The lists, in the order in which they are asked.
std::vector<std::span<const Format>> all_formats() { return {table_formats(), json_formats(), account_formats()}; }
}  // namespace

bool Probe::has(std::string_view name) const {
  return std::find(header.begin(), header.end(), name) != header.end() ||
         std::find(keys.begin(), keys.end(), name) != keys.end();
}
bool Probe::has_all(std::initializer_list<std::string_view> names) const {
  return std::all_of(names.begin(), names.end(), [&](std::string_view name) { return has(name); });
}
bool Probe::has_any(std::initializer_list<std::string_view> names) const {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return has(name); });
}
bool Probe::head_has_all(std::initializer_list<std::string_view> names) const {
  return std::any_of(head.begin(), head.end(), [&](const auto& row) { return row_has_all(row, names); });
}

const Format* find_foreign_format(const Probe& probe) {
  for (const std::span<const Format> list : all_formats())
    for (const Format& format : list)
      if ((format.read_json != nullptr) == probe.header.empty() && format.recognises(probe)) return &format;
  return nullptr;
}

const Format* find_foreign_format(std::string_view name) {
  for (const std::span<const Format> list : all_formats())
    for (const Format& format : list)
      if (format.name == name) return &format;
  return nullptr;
}

base::Status check_export_bytes(const std::string& name, uint64_t bytes, bool parquet, size_t memory_bytes) {
  const uint64_t most = memory_bytes / (parquet ? 16 : 4);
  if (bytes <= most) return {};
  return base::wrong_use(name + ": " + std::to_string(bytes) + " bytes; with " + std::to_string(memory_bytes >> 20) +
                         " MiB of memory an export may have " + std::to_string(most) +
                         ": give more --memory, cut it into parts, or take a stream (ethereum-etl, bitcoin-etl)");
}

bool is_format_family(std::string_view name) { return name == "etherscan"; }

std::vector<const char*> foreign_format_names() {
  std::vector<const char*> out = {"etherscan"};
  for (const std::span<const Format> list : all_formats())
    for (const Format& format : list)
      if (std::find_if(out.begin(), out.end(), [&](std::string_view name) { return name == format.name; }) == out.end())
        out.push_back(format.name);
  return out;
}

base::Result<Probe> probe_file(const std::string& path, size_t memory_bytes) {
  JINDO_TRY(const OpenedFile file, OpenedFile::open(path));
  Probe out;
  out.path = path;
  switch (file.kind()) {
    case FileKind::kEmpty:
    case FileKind::kBinary:
      return out;
    case FileKind::kJson: {
      JINDO_TRY(const JsonRecords records, JsonRecords::open(path, file.bytes()));
      out.keys = records.keys();
      return out;
    }
    case FileKind::kWorkbook: {
      JINDO_TRY(const Workbook book, Workbook::open(path, file.bytes()));
      if (book.sheets().empty()) return out;
      JINDO_TRY(const Table table, book.sheet(0));
      out = probe_of(path, table);
      out.sheets = book.sheets();
      return out;
    }
    case FileKind::kParquet: {
      JINDO_TRY(const Table table, open_parquet_table(path, memory_bytes));
      out = probe_of(path, table);
      out.parquet = true;
      return out;
    }
    case FileKind::kText: {
      JINDO_TRY(const Table table, Table::from_text(path, file.bytes()));
      return probe_of(path, table);
    }
  }
  return out;
}

namespace {
// Etherscan's rows are an EVM chain's, whatever the user says: its addresses would read as Tron's bytes.
bool reads_tron(std::string_view format) {
  constexpr std::string_view kWithTron[] = {"tronscan", "trongrid", "bitquery", "graphsense",
                                            "arkham",   "exchange", "none"};
  return std::find(std::begin(kWithTron), std::end(kWithTron), format) != std::end(kWithTron);
}
}  // namespace

base::Result<Reading> read_export(const std::string& path, const ReadOptions& options, const Format* format) {
  JINDO_TRY(const OpenedFile file, OpenedFile::open(path));
  JINDO_DO(check_export_bytes(path, file.bytes().size(), file.kind() == FileKind::kParquet, options.memory_bytes));
  Reading out;
  out.file = path;
  out.format = "none";
  out.chain = options.chain;
  JINDO_DO(read_by_kind(file, options, format, out));
  apply_decimals(options, out);
  if (out.chain == "tron" && !reads_tron(out.format))
    out.refuse_file("a file of format " + out.format + " is of another chain than tron");
  find_holder(out);
  return out;
}
}  // namespace jindo::exports
