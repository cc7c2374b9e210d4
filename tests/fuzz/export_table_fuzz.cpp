// Any bytes as a file of a foreign format: text, a workbook, whatever it looks like is recognised and read. It ends
// with a reading or an error, and a reading's figures fit together.
#include "exports/format.h"
#include "exports/summary.h"
#include "fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  if (size >= 4 && tests::as_text(data, 4) == "PAR1") return 0;  // DuckDB's decoder: parquet_fuzz
  exports::ReadOptions options;
  options.decimals = [](const std::string&, const std::string& contract) {
    return contract.size() % 2 == 0 ? std::optional(6) : std::nullopt;
  };
  const auto reading = exports::read_export(tests::input_file("export.csv", tests::as_text(data, size)), options);
  if (!reading.ok()) return 0;
  const exports::Summary summary = exports::summarise(*reading);
  CHECK(summary.movements + summary.fees >= reading->movements.size());
  CHECK(!reading->file_refused || reading->movements.empty());
  for (const exports::Movement& movement : reading->movements) {
    CHECK(movement.row > 0);
    CHECK(movement.transaction.empty() || movement.transaction.size() >= 64);
    CHECK(movement.decimal.empty() || movement.amount.is_zero());
  }
  return 0;
}
