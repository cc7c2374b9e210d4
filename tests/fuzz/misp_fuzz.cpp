// Any bytes as a MISP event: the reader ends with a value or an error, whatever they are.
#include "intel/misp.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const std::string text(reinterpret_cast<const char*>(data), size);
  static const intel::WarningLists lists = [] {
    intel::WarningLists out;
    (void)out.add("a", R"({"name":"a","type":"cidr","list":["10.0.0.0/8","::/3"]})");
    (void)out.add("b", R"({"name":"b","type":"hostname","list":[".example.test"]})");
    return out;
  }();
  intel::WarningLists fresh;
  (void)fresh.add("fuzz", text);
  (void)fresh.holds("domain", text);
  intel::Organisation own;
  own.id = "identity--00000000-0000-4000-8000-000000000001";
  own.name = "own";
  const auto event = intel::read_misp_event(text, {own, "secret"}, {{"Ring", "ring"}}, lists);
  if (!event.ok()) return 0;
  for (const std::string& json : event->objects)
    if (!stix::parse_object(json).ok()) __builtin_trap();  // what it writes is STIX
  return 0;
}
