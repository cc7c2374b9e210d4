// A text field of JSON that this program wrote; "" where it is missing. Include in .cpp files only.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <set>
#include <string>

namespace jindo::node {
inline std::string text_of(simdjson::dom::element from, const char* name) {
  std::string_view out;
  return from[name].get(out) == simdjson::SUCCESS ? std::string(out) : std::string();
}
// A decision's record: the incidents that the caller might not see; see screening::Question::hidden.
inline std::set<std::string> left_out_of(const simdjson::dom::element& record) {
  std::set<std::string> out;
  const std::string list = text_of(record, "without");
  for (size_t at = 0; at < list.size();) {
    const size_t end = std::min(list.find(' ', at), list.size());
    out.insert(list.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace jindo::node
