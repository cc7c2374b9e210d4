// Any bytes as a policy: the reader ends with a value or an error, whatever they are.
#include "screening/policy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)jindo::screening::parse_policy("policy.yaml", text);
  return 0;
}
