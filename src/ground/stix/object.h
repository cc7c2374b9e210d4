// A STIX 2.1 object as it came, and what sharing needs to know of it. Nothing is lost: the text is kept, unknown
// properties, types and extensions included. Reading is strict about form (limits, identifiers, times, what the
// standard requires of each type) and refuses an envelope or bundle whole, naming the object and the property.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"

namespace jindo::stix {

struct Limits {
  size_t bytes = size_t{16} << 20;        // of an envelope or bundle
  size_t object_bytes = size_t{4} << 20;  // of one object
  size_t objects = 20'000;                // in one envelope
  size_t depth = 32;                      // of nesting, the envelope included
  size_t refs = 20'000;                   // that one object names
};

struct Signature {  // of the extension kSignature; hex
  std::string key, previous, value;
};
// What a marking definition says.
struct MarkingText {
  std::string tlp;  // "clear", "amber+strict"; "" where it is no TLP
  bool tlp1 = false;
  std::string statement;
  bool releasability = false;
  std::vector<std::string> organisations, sharing_groups, countries, kinds, individuals;
  int64_t embargo_until_us = 0;
  bool understood = false;  // one of the above
};
struct Object {
  std::string json;
  std::string type, id, created_by;
  std::string version;      // its text: modified, else created; "" for objects that have neither
  int64_t version_us = -1;  // of it
  bool revoked = false;
  std::vector<std::string> refs;      // what it names, once each; without created_by_ref and markings
  std::vector<std::string> markings;  // of the object and of parts of it
  base::Hash256 hash{};               // SHA-256 of the canonical form, without the signature's value
  std::optional<Signature> signature;
  std::optional<MarkingText> marking;  // of a marking definition
};

// A TAXII envelope ({"objects": [ … ]}), a bundle, or one object.
base::Result<std::vector<Object>> parse_objects(std::string_view json, const Limits& limits = {});
base::Result<Object> parse_object(std::string_view json, const Limits& limits = {});
// Cyber-observable: no versions of its own.
bool is_observable(std::string_view type);
// The identifier that STIX 2.1 gives an observable by what it says; "" where the type has no such rule.
std::string observable_identifier(std::string_view json);

}  // namespace jindo::stix
