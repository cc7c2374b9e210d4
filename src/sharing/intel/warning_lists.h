// Values that no indicator may be: MISP's warning lists (https://github.com/MISP/misp-warninglists) of the types
// string, hostname, substring and cidr; lists of other types are named in unread(). Immutable once read.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace jindo::intel {

class WarningLists {
 public:
  // `name`: of the file, for errors and where the list has none. The error: no warning list, or a network that is none.
  base::Status add(const std::string& name, std::string_view json);
  // The list that holds the value; "" for none. `type`: MISP's of the attribute.
  std::string holds(std::string_view type, std::string_view value) const;
  const std::vector<std::string>& unread() const { return unread_; }
  size_t size() const { return lists_.size(); }

 private:
  struct List {
    std::string name;
    std::set<std::string> types;  // attributes that it is for; empty: all
    std::set<std::string, std::less<>> strings, hostnames;
    std::vector<std::string> substrings;
    std::vector<std::pair<std::vector<uint8_t>, unsigned>> networks;  // address, bits
  };
  std::vector<List> lists_;
  std::vector<std::string> unread_;
};

}  // namespace jindo::intel
