// Any bytes as a STIX object: the reader ends with a value or an error, whatever they are.
#include "intel/incident_stix.h"
#include "intel/provenance.h"
#include "stix/object.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)stix::observable_identifier(text);
  (void)intel::action_of(text);
  const auto objects = stix::parse_objects(text);
  if (!objects.ok()) return 0;
  for (const stix::Object& object : *objects) {
    // What was taken is taken again, and says the same.
    const auto again = stix::parse_object(object.json);
    if (!again.ok() || again->hash != object.hash || again->id != object.id) __builtin_trap();
    (void)intel::check_signature(object);
    (void)intel::incident_of(object, "identity--00000000-0000-4000-8000-000000000001", intel::Marking::kAmber);
    const auto bare = intel::with_extension(object.json, "x", "{}");
    if (!bare.ok()) __builtin_trap();
  }
  return 0;
}
