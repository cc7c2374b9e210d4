// Any bytes as an incident: the reader ends with a value or an error, whatever they are.
#include "fuzz/fuzz_input.h"
#include "incidents/incident.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const auto incident = incidents::parse_incident("fuzz.yaml", std::string(tests::as_text(data, size)));
  if (incident.ok()) (void)incidents::trace_sources({*incident});
  return 0;
}
