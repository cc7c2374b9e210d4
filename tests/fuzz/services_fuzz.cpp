// Any bytes as a table of services: the reader ends with a value or an error, whatever they are.
#include "attribution/service_directory.h"
#include "fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  attribution::ServiceDirectory services;
  (void)services.read(tests::input_file("services.csv", tests::as_text(data, size))).ok();
  return 0;
}
