// FlaggedIncidents: the incidents in force on a live node, each with the text that it was written down in. Those given
// at the start come first; one flagged over the API with the same identifier takes the place of the earlier.
// Not thread safe: belongs to the thread that changes.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "exposure/snapshot.h"
#include "incidents/incident.h"

namespace jindo::node {

struct Flagged {
  incidents::Incident incident;
  std::string digest, yaml;  // SHA-256 of the YAML, hex; the YAML
};

class FlaggedIncidents {
 public:
  // `given`: files or folders; `folder`: those flagged here, the last word.
  base::Status load(const std::vector<std::string>& given, const std::string& folder);
  void put(incidents::Incident incident, const std::string& yaml);
  void remove(const std::string& id);
  const Flagged* find(const std::string& id) const;  // null: none
  const std::vector<Flagged>& all() const { return all_; }
  void sort();  // by identifier

  // The marking that alerts of a source carry, "" for none.
  std::string marking_of(const exposure::SourceInfo& source) const;
  // Names an incident's version, or a category, in the facts beside the alerts: once it is there, all that came of it
  // in the blocks before was alerted.
  std::string alerted_fact(const exposure::SourceInfo& source) const;
  static std::string alerted_fact(const Flagged& flagged);
  static std::string alerted_fact_of_category(const std::string& category);

 private:
  std::vector<Flagged> all_;
};

}  // namespace jindo::node
