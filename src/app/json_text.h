// A text field of JSON that this program wrote; "" where it is missing. Include in .cpp files only.
#pragma once

#include <simdjson.h>

#include <string>

namespace jindo::app {
inline std::string text_of(simdjson::dom::element from, const char* name) {
  std::string_view out;
  return from[name].get(out) == simdjson::SUCCESS ? std::string(out) : std::string();
}
}  // namespace jindo::app
