// Any bytes as tags of shared wallets: the reader ends with a value or an error, whatever they are.
#include "attribution/tag_history.h"
#include "intel/wallet_tags.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)intel::wallets_in_pattern(text);
  const auto objects = stix::parse_objects(text);
  if (!objects.ok()) return 0;
  intel::Organisation maker;
  maker.id = "identity--00000000-0000-4000-8000-000000000001";
  maker.name = "maker";
  maker.kind = "agency";
  for (const stix::Object& object : *objects) {
    const auto tags = intel::wallet_tags(object, maker, intel::Marking::kAmber, [&](const std::string& id) {
      for (const stix::Object& other : *objects)
        if (other.id == id) return std::optional(other.json);
      return std::optional<std::string>();
    });
    for (const attribution::Tag& tag : tags.batch.tags) {
      if (tag.label.empty() || tag.source != object.id || tag.marking != intel::Marking::kAmber) __builtin_trap();
      (void)attribution::identity_of(tag);
    }
  }
  return 0;
}
