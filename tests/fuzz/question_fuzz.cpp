// Any bytes as a question to screening: the reader ends with a value or an error, whatever they are.
#include "screening/screen.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)jindo::screening::parse_question(text);
  return 0;
}
