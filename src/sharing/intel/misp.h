// MISP's core format (https://www.misp-standard.org/rfc/misp-standard-core.html): events and feeds in, as STIX 2.1, and
// out again. An event becomes a `report` of observables, each attribute that is to be looked for an `indicator`
// besides. Who may see it is the stricter of its TLP tag and its distribution; a distribution that cannot be kept to is
// this organisation's only. docs/formats/misp.md.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "intel/incident_stix.h"
#include "intel/warning_lists.h"
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
// `groups`: sharing groups known here, by MISP's UUID or name.
base::Result<MispEvent> read_misp_event(std::string_view json, const Publisher& by,
                                        const std::map<std::string, std::string>& groups, const WarningLists& warnings);
// One event of the objects that may go to its reader, all under `tlp`. `name`: what it is about.
std::string write_misp_event(const std::string& uuid, const std::string& name, Marking tlp, const Organisation& own,
                             const std::vector<stix::Object>& objects, int64_t now);

}  // namespace jindo::intel
