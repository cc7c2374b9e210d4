// Any bytes as a scenario: the reader ends with a value or an error, whatever they are.
#include "exercise/scenario.h"
#include "fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const auto scenario = exercise::parse_scenario("fuzz.yaml", std::string(tests::as_text(data, size)));
  if (scenario.ok() && scenario->steps.empty()) __builtin_trap();
  return 0;
}
