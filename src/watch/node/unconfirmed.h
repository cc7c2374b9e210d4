// Unconfirmed: the transactions that nodes hold and no block does, by chain, as the tracker wants them. Not thread
// safe: belongs to the thread that changes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "exposure/tracker.h"
#include "follow/node.h"

namespace jindo::node {

class Unconfirmed {
 public:
  // All of a chain's; `left_out`: how many more there are that are not looked at.
  void set(const chain::Network& network, std::vector<follow::NodePending> transactions, uint64_t left_out);
  // Those that are in these blocks; the follower brings the ones that are left.
  void confirm(const chain::Network& network, const std::vector<follow::NodeBlock>& blocks);
  // Parents before children. Outputs of unconfirmed ones are numbered on from the ledger's last. Those of UTXO chains
  // that the ledger does not have, and those that wait for each other, are left out.
  std::vector<exposure::Tracker::Pending> for_tracker(const ledger::Ledger& ledger) const;
  // What answers say of those that are not looked at, a line a chain.
  std::vector<std::string> left_out() const;

 private:
  std::map<const chain::Network*, std::vector<follow::NodePending>> transactions_;
  std::map<const chain::Network*, uint64_t> left_out_;
};

}  // namespace jindo::node
