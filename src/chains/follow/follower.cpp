#include "follow/follower.h"

#include "base/clock.h"

#include <zmq.h>

#include <algorithm>
#include <set>

namespace jindo::follow {
Follower::Follower(const chain::Network& network, std::unique_ptr<Node> node, Target target,
                   const FollowOptions& options)
    : network_(network), node_(std::move(node)), target_(std::move(target)), options_(options) {
  status_.network = &network;
}
Follower::~Follower() { stop(); }

void Follower::start() {
  thread_ = std::thread([this] { run(); });
  if (!options_.zmq.empty()) listener_ = std::thread([this] { listen(); });
}
void Follower::stop() {
  stopping_ = true;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    woken_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (listener_.joinable()) listener_.join();
}
FollowStatus Follower::status() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return status_;
}

void Follower::wait(unsigned ms) {
  std::unique_lock<std::mutex> lock(mutex_);
  wake_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return woken_; });
  woken_ = false;
}

void Follower::run() {
  unsigned pause = 500;
  while (!stopping_) {
    const auto more = round();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      status_.connected = more.ok();
      status_.problem = more.ok() ? "" : more.error().message;
      if (!more.ok()) ++status_.failures;
      if (!more.ok() || *more) status_.synced = false;
    }
    if (!more.ok()) {
      wait(pause);
      pause = std::min(pause * 2, 30000u);
      continue;
    }
    pause = 500;
    if (*more) continue;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      status_.synced = true;
    }
    if (options_.pending) {
      const auto refreshed = refresh_pending();
      if (!refreshed.ok()) {
        const std::lock_guard<std::mutex> lock(mutex_);
        status_.problem = refreshed.error().message;
      }
    }
    wait(options_.poll_ms);
  }
}

// The height up to which the ledger and the node agree; false where it is the ledger's own tip.
base::Result<bool> Follower::find_fork(const NodeTip& ours, std::optional<uint64_t>& keep) {
  uint64_t height = ours.height;
  for (unsigned depth = 0; depth < options_.fork_depth_max; ++depth) {
    const auto own = target_.hash_at(height);
    if (!own) {  // the ledger begins above: nothing is kept
      keep.reset();
      return true;
    }
    const auto theirs = node_->hash_at(height);
    if (theirs.ok() && *theirs == *own) {
      keep = height;
      return depth > 0;
    }
    if (!theirs.ok()) return theirs.error();
    if (height == 0) {
      return base::machine_failed("the node's chain has another first block than the ledger's; is it " +
                                  std::string(network_.name) + "?");
    }
    --height;
  }
  return base::machine_failed("the node left the ledger's branch more than " + std::to_string(options_.fork_depth_max) +
                              " blocks ago; roll the ledger back by hand if that is right");
}

base::Result<bool> Follower::round() {
  JINDO_TRY(const NodeTip theirs, node_->tip());
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    status_.node_height = theirs.height;
  }
  const auto ours = target_.tip();
  std::optional<uint64_t> keep;
  bool forked = false;
  uint64_t first = options_.first_height;
  if (ours) {
    if (ours->height == theirs.height && ours->hash == theirs.hash) return false;
    if (theirs.height < ours->height) {
      // Behind: restarted, or on a branch that is shorter by blocks. Where it agrees with us it has just to catch up.
      const auto own = target_.hash_at(theirs.height);
      if (!own || *own == theirs.hash) return false;
      JINDO_TRY(forked, find_fork({theirs.height, theirs.hash}, keep));
      forked = true;
    } else {
      JINDO_TRY(forked, find_fork(*ours, keep));
    }
    if (!keep) return base::machine_failed("the node shares no block with the ledger");
    first = *keep + 1;
  }
  if (first > theirs.height) return false;
  // A branch is put in whole, so that the ledger never stands on half of one.
  const uint64_t missing = theirs.height - first + 1;
  const uint64_t count =
      forked ? std::min<uint64_t>(missing, std::max<uint64_t>(ours->height - *keep + 1, options_.blocks_batch))
             : std::min<uint64_t>(missing, options_.blocks_batch);
  JINDO_TRY(auto blocks, node_->blocks(first, count));
  if (ours && keep) {
    const auto own = target_.hash_at(*keep);
    const chain::BlockHash& previous =
        network_.model == chain::LedgerModel::kUtxo ? blocks[0].utxo.previous : blocks[0].account.previous;
    if (own && *own != previous) return base::machine_failed("the node's chain changed while it was read");
  }
  JINDO_DO(target_.put(keep, std::move(blocks)));
  const std::lock_guard<std::mutex> lock(mutex_);
  status_.blocks += count;
  if (forked) status_.taken_back += ours->height - *keep;
  status_.last_block_ms = base::unix_ms();
  return true;
}

base::Status Follower::refresh_pending() {
  JINDO_TRY(auto ids, node_->pending_ids());
  uint64_t left_out = 0;
  if (ids.size() > options_.pending_max) {  // those that are looked at already stay
    left_out = ids.size() - options_.pending_max;
    std::set<chain::TxId> held;
    for (const NodePending& tx : pending_) held.insert(tx.id);
    std::stable_partition(ids.begin(), ids.end(), [&](const chain::TxId& id) { return held.count(id) != 0; });
    ids.resize(options_.pending_max);
  }
  const std::set<chain::TxId> wanted(ids.begin(), ids.end());
  std::set<chain::TxId> known;
  std::vector<NodePending> kept;
  for (NodePending& tx : pending_) {
    if (wanted.count(tx.id) == 0) continue;
    known.insert(tx.id);
    kept.push_back(std::move(tx));
  }
  std::vector<chain::TxId> fresh;
  for (const chain::TxId& id : ids)
    if (known.count(id) == 0) fresh.push_back(id);
  const bool changed = !fresh.empty() || kept.size() != pending_.size() || left_out != left_out_;
  pending_ = std::move(kept);
  if (!fresh.empty()) {
    JINDO_TRY(auto more, node_->pending(fresh));
    for (NodePending& tx : more) pending_.push_back(std::move(tx));
  }
  left_out_ = left_out;
  if (changed) target_.set_pending(pending_, left_out);
  return {};
}

void Follower::listen() {
  void* context = zmq_ctx_new();
  void* socket = zmq_socket(context, ZMQ_SUB);
  const int timeout = 250, linger = 0;
  zmq_setsockopt(socket, ZMQ_RCVTIMEO, &timeout, sizeof timeout);
  zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
  for (const char* topic : {"hashblock", "rawblock", "hashtx", "rawtx"})
    zmq_setsockopt(socket, ZMQ_SUBSCRIBE, topic, std::char_traits<char>::length(topic));
  if (zmq_connect(socket, options_.zmq.c_str()) != 0) {
    const std::lock_guard<std::mutex> lock(mutex_);
    status_.problem = options_.zmq + ": " + zmq_strerror(zmq_errno());
  } else {
    char part[64];
    while (!stopping_) {
      if (zmq_recv(socket, part, sizeof part, 0) < 0) continue;
      int more = 0;
      size_t size = sizeof more;
      zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size);
      if (more != 0) continue;  // the last part of a message wakes
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        woken_ = true;
      }
      wake_.notify_all();
    }
  }
  zmq_close(socket);
  zmq_ctx_term(context);
}
}  // namespace jindo::follow
