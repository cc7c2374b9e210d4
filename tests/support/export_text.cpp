// Recognises and reads, without a file.
#include "support/export_text.h"

#include "exports/json_records.h"
#include "exports/table.h"

namespace jindo::tests {
namespace {
exports::Reading broken(const base::Error& error) {
  exports::Reading out;
  out.format = "error";
  out.refuse_file(error.message);
  return out;
}
}  // namespace

exports::Reading read_json_text(std::string_view text, const exports::ReadOptions& options) {
  auto records = exports::JsonRecords::open("text.json", text);
  if (!records.ok()) return broken(records.error());
  exports::Probe probe;
  probe.path = "text.json";
  probe.keys = records->keys();
  const exports::Format* format = exports::find_foreign_format(probe);
  exports::Reading out;
  out.format = format == nullptr ? "none" : format->name;
  if (format == nullptr || format->read_json == nullptr) return out;
  const auto done = format->read_json(probe, *records, options, out);
  return done.ok() ? out : broken(done.error());
}

exports::Reading read_table_text(std::string_view text, const exports::ReadOptions& options) {
  auto table = exports::Table::from_text("text.csv", text);
  if (!table.ok()) return broken(table.error());
  exports::Probe probe;
  probe.path = "text.csv";
  probe.header = table->header();
  probe.written_header = table->written_header();
  probe.head = table->head();
  const exports::Format* format = exports::find_foreign_format(probe);
  exports::Reading out;
  out.format = format == nullptr ? "none" : format->name;
  if (format == nullptr || format->read_table == nullptr) return out;
  const auto done = format->read_table(probe, *table, options, out);
  return done.ok() ? out : broken(done.error());
}
}  // namespace jindo::tests
