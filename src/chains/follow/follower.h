// Follower: keeps one chain of the ledger at a node's tip. Asks, finds the fork where the node left the ledger's
// branch, hands over blocks in batches, and waits until they are in; then unconfirmed transactions. A node that fails
// is asked again after a while that doubles up to half a minute; nothing is lost, since every round begins at the
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
  // Blocks above `keep` are taken back (nullopt: none are kept), these put in their place; returns when it is done.
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
  uint64_t blocks = 0, taken_back = 0, failures = 0;
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
  base::Result<bool> find_fork(const NodeTip& ours, std::optional<uint64_t>& keep);
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
