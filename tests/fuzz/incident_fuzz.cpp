#include "casework/incident.h"
#include "fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const auto incident = casework::parse_incident("fuzz.yaml", std::string(tests::as_text(data, size)));
  if (incident.ok()) (void)casework::trace_sources({*incident});
  return 0;
}
