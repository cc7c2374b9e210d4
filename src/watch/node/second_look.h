// SecondLook: answers that rested on blocks which the chain does not hold any more, or on an incident or tag that was
// withdrawn, are given again: asked as then, kept as decisions of their own that name the first one, alerted of where
// the verdict is another. They are found in the decision log, so that neither their number nor a crash loses one.
// One thread runs it; mark_withdrawn() is the worker's. What they share is files, the log and the stores, each with a
// lock of its own.
#pragma once

#include <string>
#include <vector>

#include "node/jobs.h"
#include "node/live_node.h"
#include "node/publisher.h"

namespace jindo::node {

class SecondLook {
 public:
  // All four outlive it.
  SecondLook(LiveNode& node, Jobs& jobs, const Publisher& publisher, NodeCounts& counts)
      : node_(node), jobs_(jobs), publisher_(publisher), counts_(counts) {}

  // Looks whenever a state was published that outdates answers, until the node stops.
  void run();
  // What answers may have rested on is about to go: an incident's identifier, "tag:SOURCE", "category:NAME". Each mark
  // is a file until the answers were given again.
  base::Status mark_withdrawn(const std::vector<std::string>& marks);

 private:
  base::Status look(const Publisher::StatePtr& now);
  std::string withdrawn_folder() const { return node_.options().data + "/withdrawn"; }

  LiveNode& node_;
  Jobs& jobs_;
  const Publisher& publisher_;
  NodeCounts& counts_;
};

}  // namespace jindo::node
