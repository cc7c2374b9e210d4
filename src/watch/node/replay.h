// The use case "audit": the decision log checked, its decisions made again years on. A replay takes the policy and
// incidents that the archive kept under their digests, the tags that were in force, the ledger as it was at the heights
// written down, and asks the same questions. What cannot be made again is reported and counted, never passed over.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "resolve/resolver.h"
#include "screening/decision_log.h"
#include "screening/screen.h"

namespace jindo::node {

struct ReplayRequest {
  std::string ledger, data, records;
  resolve::ResolveRequest resolve;
  uint64_t first = 1, last = UINT64_MAX;  // records
};
struct ReplaySummary {
  uint64_t decisions = 0, same = 0, differ = 0;
  uint64_t unconfirmed = 0;              // rested on transactions that no block held then
  uint64_t lost_branch = 0;              // on blocks that the ledger does not hold any more
  uint64_t findings = 0;                 // same verdict without techniques, or only these differ
  std::vector<std::string> differences;  // the first hundred, a line each
};
base::Result<ReplaySummary> replay_decisions(const ReplayRequest& request,
                                             const std::function<void(uint64_t record)>& progress);

// The state at a height, for questions about the past, by the log's records before `before`.
base::Result<std::shared_ptr<const screening::State>> replay_state_at(const ReplayRequest& request,
                                                                      const screening::State& now,
                                                                      const chain::Network& network, uint64_t height,
                                                                      uint64_t before = UINT64_MAX);

// What another policy would have answered to the questions in the log, over the ledger as it is now.
struct PolicyTestSummary {
  uint64_t decisions = 0, changed = 0;
  uint64_t matrix[3][3] = {};        // was, would be: allow, review, hold
  std::vector<std::string> changes;  // the first hundred
};
base::Result<PolicyTestSummary> test_policy(const ReplayRequest& request, const std::string& policy,
                                            const std::vector<std::string>& incidents);

}  // namespace jindo::node
