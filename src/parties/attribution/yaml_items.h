// YAML as a list of records under a header, read by events: no tree of a file with a million tags is ever built.
//   title: …            header fields
//   tags:
//   - address: …        items: fields with one value, or a list of values; what nests deeper is kept as one text
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jindo::attribution {

struct YamlItem {
  int line = 0;
  std::map<std::string, std::vector<std::string>> fields;
  std::vector<std::string> includes;  // files that "key: !include FILE" of the header names, in order
  bool has(const std::string& name) const { return fields.count(name) != 0; }
  // The first value; "" when there is none.
  const std::string& one(const std::string& name) const;
};
// Calls `each` for every item of the sequence `list` of the top-level map; header fields that stand behind it are not
// seen by it, which is an error. Limits: depth 16, a million items, a field of 64 KiB.
base::Status read_yaml_items(const std::string& path, std::string_view content, const std::string& list,
                             YamlItem& header, const std::function<base::Status(const YamlItem&)>& each);
// A file of header fields alone, as such an include names.
base::Status read_yaml_header(const std::string& path, std::string_view content, YamlItem& header);

}  // namespace jindo::attribution
