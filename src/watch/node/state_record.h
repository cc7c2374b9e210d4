// What the decision log says of a state that answers rested on (docs/formats/decisions.md), and whether the ledger
// still is, or has grown from, the one it was made over.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/ledger.h"
#include "screening/screen.h"

namespace jindo::node {

struct StateRecord {
  std::string policy, incidents, tags, findings;  // digests
  int64_t tags_on = 0;
  struct At {
    const chain::Network* network = nullptr;
    uint64_t height = 0;
    std::string digest;  // the chain's at that height
  };
  std::vector<At> chains;
};
// The fields of a state's record, for DecisionLog::append().
std::string write_state_record(const screening::State& state);
// `line`: a record of kind "state".
base::Result<StateRecord> read_state_record(const std::string& line);
// Whether the ledger holds every block that the state was made over.
bool holds(const ledger::Ledger& ledger, const StateRecord& record);

}  // namespace jindo::node
