// Any bytes as an exercise's answer: the reader ends with a value or an error, whatever they are.
#include "exercise/answer.h"
#include "fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const auto answer = exercise::parse_answer("fuzz.csv", std::string(tests::as_text(data, size)));
  if (!answer.ok() || answer->is_trace) return 0;
  for (const auto& row : answer->rows)
    if (row.size() != answer->columns.size()) __builtin_trap();
  return 0;
}
