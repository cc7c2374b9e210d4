// Any bytes as an answer key: the reader ends with a value or an error, whatever they are.
#include "exercise/score.h"
#include "fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const auto truth = exercise::parse_truth("fuzz.json", std::string(tests::as_text(data, size)));
  if (!truth.ok()) return 0;
  for (const auto& holder : truth->holders)
    if (holder.source >= truth->sources.size()) __builtin_trap();
  return 0;
}
