// Any bytes as a URL: the reader ends with a value or an error, whatever they are.
#include "net/http.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)jindo::net::parse_url(text);
  jindo::net::Request request;
  request.query = text;
  (void)jindo::net::query_value(request, "a");
  return 0;
}
