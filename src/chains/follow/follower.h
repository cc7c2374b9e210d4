// Follower: keeps one chain of the ledger at a node's tip. Asks, finds the fork where the node left the ledger's
// branch, hands over blocks in batches, and waits until they are in; then unconfirmed transactions. A node that fails
// is asked again after a while that doubles up to half a minute; no block is missed, since every round begins at the
// ledger's tip. One thread each; ZMQ only wakes it (Bitcoin Core's hashblock and rawtx), polling goes on beside.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "follow/node.h"

namespace jindo::follow {

// What the follower needs to know of the ledger, and where blocks go.
struct Target {
  // The ledger's tip on this chain; none while it holds no block.
  std::function<std::optional<NodeTip>()> tip;
  std::function<std::optional<chain::BlockHash>(uint64_t height)> hash_at;
  // Blocks above `keep` are reverted (nullopt: none are kept), these put in their place; returns when it is done.
  std::function<base::Status(std::optional<uint64_t> keep, std::vector<NodeBlock> blocks)> put;
  // `left_out`: how many more the node has than are looked at.
  std::function<void(std::vector<NodePending> pending, uint64_t left_out)> set_pending;
};
struct FollowOptions {
  uint64_t first_height = 0;  // where an empty ledger begins
  unsigned blocks_batch = 50;
  unsigned poll_ms = 500;
  unsigned fork_depth_max = 10000;
  std::string zmq;  // tcp://HOST:PORT, "" for none
  size_t pending_max = 50000;
  bool pending = true;
};
struct FollowStatus {
  const chain::Network* network = nullptr;
  uint64_t node_height = 0;
  bool connected = false, synced = false;
  std::string problem;  // the last error, while it lasts
  uint64_t blocks = 0, reverted = 0, failures = 0;
  int64_t last_block_ms = 0;  // when the last one was in the ledger
};

class Follower {
 public:
  Follower(const chain::Network& network, std::unique_ptr<Node> node, Target target, const FollowOptions& options);
  ~Follower();
  void start();
  void stop();
  FollowStatus status() const;

 private:
  void run();
  base::Result<bool> round();  // true: there is more to do at once
  // Where the node's branch and the ledger's part.
  struct Fork {
    uint64_t keep = 0;    // the last height on which both agree
    bool forked = false;  // whether the ledger's branch goes on above it; else the node's just continues it
  };
  // The fork at or below `from`, a height that the ledger holds. Errors: no block in common, or too deep a fork.
  base::Result<Fork> find_fork(uint64_t from);
  // What to ask the node for next; nullopt: nothing.
  struct Wanted {
    std::optional<Fork> fork;  // none while the ledger is empty
    uint64_t first = 0, count = 0;
  };
  base::Result<std::optional<Wanted>> next_blocks(const NodeTip& theirs, const std::optional<NodeTip>& ours);
  base::Status refresh_pending();
  void wait(unsigned ms);
  void listen();
  const chain::Network& network_;
  std::unique_ptr<Node> node_;
  Target target_;
  FollowOptions options_;
  std::vector<NodePending> pending_;
  uint64_t left_out_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = false;
  std::atomic<bool> stopping_{false};
  FollowStatus status_;
  std::thread thread_, listener_;
};

}  // namespace jindo::follow
