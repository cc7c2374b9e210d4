// jindo ingest --sample: the first rows of a file as they would be read, for the eye or (--json) for a program.
#include <algorithm>

#include "base/clock.h"
#include "base/json_writer.h"
#include "cli/ingest_reading.h"
#include "cli/shared_arguments.h"
#include "exports/summary.h"

namespace jindo::cli {
namespace {
constexpr size_t kSampleRows = 20;

const char* part_word(exports::Part part) {
  switch (part) {
    case exports::Part::kBlockLevel:
      return "block";
    case exports::Part::kFee:
      return "fee";
    case exports::Part::kNative:
      return "value";
    case exports::Part::kInternal:
      return "internal";
    case exports::Part::kToken:
      return "token";
  }
  return "";
}

std::string amount_of(const exports::Movement& movement) {
  return movement.decimal.empty() ? base::to_decimal(movement.amount) : movement.decimal + " (whole units)";
}

// Rows of cells, each column as wide as its widest cell.
std::string as_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i)
      out += row[i] + (i + 1 < row.size() ? std::string(widths[i] - row[i].size() + 2, ' ') : "\n");
  }
  return out;
}

void print_sample(const exports::Reading& reading) {
  print(reading.file + ": " + reading.format + (reading.chain.empty() ? "" : ", " + reading.chain) + ", " +
        std::to_string(reading.rows) + " rows\n");
  std::vector<std::vector<std::string>> rows = {
      {"row", "block", "time", "transaction", "what", "from", "to", "asset", "amount"}};
  for (size_t i = 0; i < reading.movements.size() && i < kSampleRows; ++i) {
    const exports::Movement& movement = reading.movements[i];
    rows.push_back({std::to_string(movement.row), movement.block ? std::to_string(*movement.block) : "-",
                    movement.time ? base::format_time(*movement.time) : "-",
                    movement.transaction.empty() ? "-" : movement.transaction, part_word(movement.part),
                    movement.from.empty() ? "-" : movement.from, movement.to.empty() ? "-" : movement.to,
                    exports::asset_name(reading, movement.asset), amount_of(movement)});
  }
  if (rows.size() > 1) print(as_table(rows));
  const exports::Summary summary = exports::summarise(reading);
  print(std::to_string(summary.movements) + " movements, " + std::to_string(summary.fees) + " fees, " +
        std::to_string(reading.refused()) + " rows refused\n");
  for (const exports::Refusal& refusal : reading.refusals) {
    print("refused: " + (refusal.row == 0 ? std::string() : "row " + std::to_string(refusal.row) + ": ") + refusal.why +
          (refusal.count > 1 ? " (" + std::to_string(refusal.count) + " rows)" : "") + "\n");
  }
  std::string unknown;
  for (const std::string_view name : reading.unknown.names())
    unknown += (unknown.empty() ? "" : ", ") + std::string(name);
  if (!unknown.empty()) print("not told: " + unknown + "\n");
  for (const std::string& text : reading.notes) print("note: " + text + "\n");
}

void print_sample_json(const exports::Reading& reading) {
  base::JsonWriter json(print);
  json.object([&] {
    json.field("file", reading.file);
    json.field("format", reading.format);
    json.field("chain", reading.chain);
    json.field("rows", reading.rows);
    const auto end =
        reading.movements.begin() + static_cast<std::ptrdiff_t>(std::min(reading.movements.size(), kSampleRows));
    json.rows("movements", std::vector<exports::Movement>(reading.movements.begin(), end),
              [&](const exports::Movement& movement) {
                json.field("row", movement.row);
                if (movement.block) json.field("block", *movement.block);
                if (movement.time) json.field("time", base::format_time(*movement.time));
                json.field("transaction", movement.transaction);
                json.field("kind", part_word(movement.part));
                json.field("from", movement.from);
                json.field("to", movement.to);
                json.field("asset", exports::asset_name(reading, movement.asset));
                if (movement.decimal.empty())
                  json.field("amount", base::to_decimal(movement.amount));
                else
                  json.field("whole_units", movement.decimal);
              });
    json.rows("refused", reading.refusals, [&](const exports::Refusal& refusal) {
      json.field("row", refusal.row);
      json.field("count", refusal.count);
      json.field("why", refusal.why);
    });
    json.list("unknown", reading.unknown.names());
    json.list("notes", reading.notes);
  });
}
}  // namespace

base::Status run_sample(const Arguments& arguments) {
  JINDO_TRY(const std::unique_ptr<ForeignOptions> options, foreign_options(arguments, true));
  for (const std::string& path : arguments.operands) {
    JINDO_TRY(const exports::Reading reading, read_foreign(path, *options));
    if (arguments.has("--json"))
      print_sample_json(reading);
    else
      print_sample(reading);
  }
  return {};
}
}  // namespace jindo::cli
