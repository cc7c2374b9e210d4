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
#include "node/withdrawn_marks.h"

namespace jindo::node {

class SecondLook {
 public:
  // All four outlive it.
  SecondLook(LiveNode& node, Jobs& jobs, const Publisher& publisher, NodeCounts& counts)
      : node_(node), jobs_(jobs), publisher_(publisher), counts_(counts), marks_(node.options().data + "/withdrawn") {}

  // Looks whenever a state was published that outdates answers, until the node stops.
  void run();
  // What answers may have rested on is about to go: an incident's identifier, "tag:SOURCE", "category:NAME". The next
  // state that outdates answers is without it.
  base::Status mark_withdrawn(const std::vector<std::string>& marks) {
    return marks_.mark(marks, publisher_.outdatings() + 1);
  }

 private:
  base::Status look(const Publisher::Newest& now);

  LiveNode& node_;
  Jobs& jobs_;
  const Publisher& publisher_;
  NodeCounts& counts_;
  WithdrawnMarks marks_;
};

}  // namespace jindo::node
