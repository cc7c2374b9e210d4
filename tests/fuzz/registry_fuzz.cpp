// Any bytes as a registry file: the reader ends with a value or an error, whatever they are.
#include "fuzz/fuzz_input.h"
#include "resolve/registry.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const auto registry = resolve::Registry::parse("fuzz.yaml", std::string(tests::as_text(data, size)));
  if (registry.ok() && registry->version().empty()) __builtin_trap();
  return 0;
}
