// Any bytes as blocks pushed to a node: the reader ends with a value or an error, whatever they are.
#include "server/routes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)jindo::server::parse_blocks(text);
  return 0;
}
