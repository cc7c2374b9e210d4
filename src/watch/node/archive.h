// The archive of a live node: every policy and incident that answers rested on, each under the digest of its text, and
// the lists of incidents in force. Read back by replays, years on.
#pragma once

#include <string>
#include <vector>

#include "incidents/incident.h"

namespace jindo::node {

// `kind`: "policy", "incident", "incidents". `data`: the node's folder. What is there already stays.
base::Status keep_in_archive(const std::string& data, const std::string& kind, const std::string& digest,
                             const std::string& text);

struct ArchivedIncidents {
  std::vector<incidents::Incident> incidents;
  std::vector<std::string> digests;  // one an incident
};
// Those of a list, by the list's digest. The error is of a text that is missing, or is not what its name says.
base::Result<ArchivedIncidents> read_archived_incidents(const std::string& data, const std::string& digest);

}  // namespace jindo::node
