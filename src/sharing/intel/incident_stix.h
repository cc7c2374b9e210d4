// Incidents as STIX 2.1 and back. An incident is an `incident` with Jindo's extension (so that nothing of it is lost),
// its actor a `threat-actor`, its addresses `cryptocurrency-wallet`s, its named movements `virtual-asset-transfer`s,
// tied by relationships; what an organisation did about it is a `sighting` of it. docs/formats/stix.md.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "incidents/incident.h"
#include "intel/directory.h"
#include "stix/object.h"

namespace jindo::intel {

// Who publishes. Identifiers of what it makes follow from a secret of its records, so that nobody can ask for one that
// they may not see by guessing it: an object refused as another's would tell that it is there.
struct Publisher {
  Organisation own;
  std::string secret;
  std::string identifier(std::string_view type, const std::string& content) const;
};
// Whom what is published is for.
struct Release {
  Marking tlp = Marking::kAmber;
  std::vector<std::string> organisations, groups, countries, kinds, individuals;
  int64_t embargo_until_us = 0;
  bool restricted() const;
};
// The marking definitions that a release needs beside TLP's own, and the identifiers to mark objects with.
struct Markings {
  std::vector<std::string> definitions, refs;
};
Markings markings_of(const Release& release, const Publisher& by);

// Objects without created, modified and signature, which a version gets when it is made. Identifiers follow from what
// they say, so that publishing again makes versions, not doubles.
// `block_of`: the block that a transaction is in, by this node's ledger.
struct Block {
  uint64_t height = 0;
  int64_t time = 0;
};
using BlockOf = std::function<std::optional<Block>(const chain::Network&, const chain::TxId&)>;
std::vector<std::string> incident_objects(const incidents::Incident& incident, const Publisher& by,
                                          const Markings& markings, const BlockOf& block_of = {});
std::string incident_object_id(const std::string& incident, const Publisher& by);
// The incident that an object carries; nullopt where it has no such extension. `marking`: what it came under.
base::Result<std::optional<incidents::Incident>> incident_of(const stix::Object& object, const std::string& owner,
                                                             Marking marking);

// What was done about an incident.
struct Action {
  std::string act;  // "seen", "held", "frozen", "returned"
  std::string incident_object;
  int64_t at_us = 0;
  std::optional<int64_t> after_ms;  // since this organisation had it, by its own clock
  std::string chain, asset, amount, transaction, comment;
};
// A sighting of the incident; of what was frozen or returned also a `course-of-action` for it, related to it.
std::vector<std::string> action_objects(const Action& action, const Publisher& by, const Markings& markings);
// Of a sighting; nullopt for others.
std::optional<Action> action_of(std::string_view json);
// A version's text: the object with its times.
std::string with_times(const std::string& object, int64_t created_us, int64_t modified_us);
// The last version withdrawn.
base::Result<std::string> withdrawn(const std::string& object, int64_t modified_us);
// Whether two versions say the same, but for times and signatures.
bool same_content(const std::string& a, const std::string& b);

}  // namespace jindo::intel
