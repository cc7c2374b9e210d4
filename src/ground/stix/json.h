// JSON as STIX needs it beyond reading: the canonical form that identifiers and signatures are made of (RFC 8785, JCS),
// objects' own text out of an envelope. Include in .cpp files only.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

namespace jindo::stix {

// RFC 8785. `skip`: properties of the top level, or "name/name" below it, that are left out.
std::string canonical(simdjson::dom::element element, std::string_view skip = "");
// The text of each element of the array that is the member `name` of the object in `json`; the text is valid JSON.
std::vector<std::string_view> slices(std::string_view json, std::string_view name);
std::string_view text_of(const simdjson::dom::object& object, std::string_view name);

}  // namespace jindo::stix
