// States of the past: everything that answers rest on, traced to the heights of then with the versions of then.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "node/archive.h"
#include "node/replay.h"
#include "node/state_record.h"

namespace jindo::node {

// What a past state is made of.
struct PastVersions {
  screening::Policy policy;
  ArchivedIncidents incidents;
  std::string incidents_digest;  // "" where the list is no archived one
  int64_t tags_on = 0;
  std::map<const chain::Network*, uint64_t> heights;  // up to which each chain counts; none: as the ledger is
};
// Not finished yet: what only the caller knows of it may be added before finish().
base::Result<std::shared_ptr<screening::State>> make_past_state(const ReplayRequest& request,
                                                                std::shared_ptr<const ledger::Ledger> ledger,
                                                                const PastVersions& versions);
struct RecordedState {
  std::shared_ptr<screening::State> state;
  bool tags_same = true;  // whether the records still hold the tags that the state had
};
// The state that a record names; the ledger holds it.
base::Result<RecordedState> make_recorded_state(const ReplayRequest& request,
                                                std::shared_ptr<const ledger::Ledger> ledger,
                                                const StateRecord& record);
base::Result<std::shared_ptr<const ledger::Ledger>> open_ledger(const std::string& folder);

}  // namespace jindo::node
