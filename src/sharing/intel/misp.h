// MISP's core format (https://www.misp-standard.org/rfc/misp-standard-core.html): events and feeds in, as STIX 2.1, and
// out again. An event becomes a `report` of observables, each attribute that is to be looked for an `indicator`
// besides. Who may see it is the stricter of its TLP tag and its distribution; a distribution that cannot be kept to is
// this organisation's only. docs/formats/misp.md.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "intel/incident_stix.h"
#include "stix/object.h"

namespace jindo::intel {

struct MispRefusal {
  std::string attribute, reason;
};
struct MispEvent {
  std::vector<std::string> objects;  // STIX, with times
  std::vector<MispRefusal> refused;  // attributes left out
  size_t attributes = 0;
};
// Values that no indicator may be: of MISP's warning lists (string, hostname, substring, cidr; others are named in
// `unread`). Immutable once read.
class WarningLists {
 public:
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
// `groups`: sharing groups known here, by MISP's UUID or name.
base::Result<MispEvent> read_misp_event(std::string_view json, const Publisher& by,
                                        const std::map<std::string, std::string>& groups, const WarningLists& warnings);
// One event of the objects that may go to its reader, all under `tlp`. `name`: what it is about.
std::string write_misp_event(const std::string& uuid, const std::string& name, Marking tlp, const Organisation& own,
                             const std::vector<stix::Object>& objects, int64_t now);

}  // namespace jindo::intel
