// Watches: what alerts are asked for, as it is looked up when value arrives: by address (a cluster's members too), by
// incident, by category. Not thread safe: belongs to the thread that changes.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "alerts/alert_store.h"
#include "attribution/tag_index.h"
#include "exposure/tracker.h"
#include "screening/screen.h"

namespace jindo::node {

class Watches {
 public:
  using Place = std::pair<const chain::Network*, chain::AddressKey>;

  // All that the store has now; of a cluster, its members as the clusters have them now.
  base::Status load(const alerts::AlertStore& store, const ledger::Ledger& ledger,
                    const screening::ClusterMap& clusters);
  bool is_current(const alerts::AlertStore& store) const { return store.watch_version() == version_; }

  bool empty() const { return by_address_.empty() && !follow_value(); }
  bool follow_value() const { return !by_incident_.empty() || !by_category_.empty(); }  // wherever it arrives
  bool have(const Place& place) const { return !by_address_.empty() && by_address_.count(place) != 0; }
  bool have_clusters() const { return have_clusters_; }
  const std::map<Place, std::vector<alerts::Watch>>& by_address() const { return by_address_; }
  // Which ask for an arrival. `fresh`: it is no arrival in blocks that were alerted before; only such ones are of
  // interest to watches of incidents and categories. Valid until load().
  std::vector<const alerts::Watch*> that_ask_for(const exposure::Arrival& arrival, const exposure::SourceInfo& source,
                                                 bool fresh, const attribution::TagIndex& tags) const;

 private:
  base::Status add_cluster(const alerts::Watch& watch, const Place& place, const ledger::Ledger& ledger,
                           const screening::ClusterMap& clusters);

  uint64_t version_ = 0;  // of the store's watches
  bool have_clusters_ = false;
  std::map<Place, std::vector<alerts::Watch>> by_address_;
  std::map<std::string, std::vector<alerts::Watch>> by_incident_, by_category_;
};

}  // namespace jindo::node
