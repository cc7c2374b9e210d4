// AlertRaiser: what arrives at what is watched, alerted once; what a lost branch had caused, taken back. Alerts are
// stored before the facts that say how far they go, so that a crash between the two raises none twice (their uids) and
// loses none. Not thread safe: belongs to the thread that changes.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "node/flagged_incidents.h"
#include "node/watches.h"

namespace jindo::node {

// What alerts are made out of, as it is at the time of a call.
struct AlertView {
  const ledger::Ledger& ledger;
  const exposure::Tracker& tracker;
  const attribution::TagIndex& tags;
  const FlaggedIncidents& flagged;
};

class AlertRaiser {
 public:
  explicit AlertRaiser(alerts::AlertStore& store) : store_(store) {}

  // How far alerts went before this start.
  base::Status read_facts(const ledger::Ledger& ledger, const FlaggedIncidents& flagged);
  base::Status load_watches(const ledger::Ledger& ledger, const screening::ClusterMap& clusters) {
    return watches_.load(store_, ledger, clusters);
  }
  const Watches& watches() const { return watches_; }

  // The tracker calls it for every arrival that there is: only what somebody watches and was not alerted of is kept.
  // `sources`: the tracker's.
  void collect(const exposure::Arrival& arrival, const std::vector<exposure::SourceInfo>& sources,
               const FlaggedIncidents& flagged);
  void forget_collected() { arrived_.clear(); }
  // Stores alerts of what was collected since, and how far they go. How many alerts were new.
  base::Result<uint64_t> raise(const AlertView& view);
  // What lies already at watched addresses. How many alerts were new.
  base::Result<uint64_t> raise_standing(const AlertView& view);

  // Blocks of a chain from this number on were taken back: others in their place are alerted of again.
  void reverted(const chain::Network& network, uint64_t keep);
  // Takes back the alerts of blocks that the chain does not hold any more. How many were new.
  base::Result<uint64_t> take_back(const chain::Network& network, const ledger::Ledger& ledger);

 private:
  bool is_fresh(const exposure::Arrival& arrival) const;
  base::Status store_facts(const AlertView& view);

  alerts::AlertStore& store_;
  Watches watches_;
  std::vector<exposure::Arrival> arrived_;                   // that a watch asks for, since the last raise()
  std::map<const chain::Network*, uint64_t> alerted_up_to_;  // alerts of blocks before this number are stored …
  std::set<std::string> alerted_;  // … for these incidents and categories: names of their facts
};

}  // namespace jindo::node
