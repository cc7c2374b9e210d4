// Any bytes as a column map, then as the table that it is for: the part behind the first "---\n" line.
#include "exports/column_map.h"
#include "fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const std::string_view text = tests::as_text(data, size);
  const size_t end = text.find("---\n");
  const auto map = exports::ColumnMap::parse("map.yaml", std::string(text.substr(0, end)));
  if (!map.ok() || end == std::string_view::npos) return 0;
  const std::string_view table = text.substr(end + 4);
  if (table.substr(0, 4) == "PAR1") return 0;
  const auto reading = exports::read_mapped(tests::input_file("mapped.csv", table), *map, {});
  if (!reading.ok()) return 0;
  CHECK(!reading->file_refused || reading->movements.empty());
  return 0;
}
