// Any bytes as CSV: the reader ends with a value or an error, whatever they are.
#include "decode/csv.h"
#include "fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  auto reader = decode::CsvReader::from_text("fuzz.csv", {data, size}, {"a", "b"}, {"b"});
  if (!reader.ok()) return 0;
  uint64_t cells = 0;
  for (;;) {
    auto more = reader->next();
    if (!more.ok() || !*more) break;
    cells += reader->cell(0).size() + reader->cell(1).size();
  }
  CHECK(cells <= size);
  return 0;
}
