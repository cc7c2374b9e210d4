// Why two addresses are in one cluster: the shortest chain of transactions that joins them, found in the ledger itself,
// so that it can be checked without trusting the tables. Every step is a transaction whose inputs both addresses own.
#pragma once

#include <functional>

#include "cluster/clusters.h"

namespace jindo::cluster {

struct JoinStep {
  uint64_t transaction = 0;
  chain::AddressKey from, to;             // both spend here
  uint64_t from_input = 0, to_input = 0;  // positions of inputs of theirs in the transaction
  JoinFinding suspected;                  // a joint transaction of a kind that is kept in (PayJoin, suspected)
};
struct Why {
  std::vector<JoinStep> steps;  // from A to B; empty: not joined
  uint64_t transactions_visited = 0;
  bool gave_up = false;  // the limit was reached before an answer
};
// The shortest chain from `a` to `b`; among several, one of which every step is as early as can be from A's side.
// Joint transactions that the rules keep out, splits and held joins are no steps. `transactions_max`: where to give up.
base::Result<Why> why_joined(const ledger::UtxoReader& reader, const Clusters& clusters, const chain::AddressKey& a,
                             const chain::AddressKey& b, uint64_t transactions_max = 50'000'000);

// The members of an address's cluster, in order of address number, at most `limit`: walks the ledger from the address,
// so it costs what the cluster holds.
base::Result<std::vector<uint32_t>> members_of(const ledger::UtxoReader& reader, const Clusters& clusters,
                                               uint32_t number, size_t limit);

}  // namespace jindo::cluster
