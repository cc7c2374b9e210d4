// A round of the follower: the node's tip, the fork, the blocks behind it; then what is unconfirmed.
#include "follow/follower.h"

#include <zmq.h>

#include <algorithm>
#include <set>

#include "base/clock.h"

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

base::Result<Follower::Fork> Follower::find_fork(uint64_t from) {
  uint64_t height = from;
  for (unsigned depth = 0; depth < options_.fork_depth_max; ++depth) {
    const auto own = target_.hash_at(height);
    if (!own) return base::machine_failed("the node shares no block with the ledger");  // the ledger begins above
    JINDO_TRY(const chain::BlockHash theirs, node_->hash_at(height));
    if (theirs == *own) return Fork{height, depth > 0};
    if (height == 0) {
      return base::machine_failed("the node's chain has another first block than the ledger's; is it " +
                                  std::string(network_.name) + "?");
    }
    --height;
  }
  return base::machine_failed("the node left the ledger's branch more than " + std::to_string(options_.fork_depth_max) +
                              " blocks ago; roll the ledger back by hand if that is right");
}

base::Result<std::optional<Follower::Wanted>> Follower::next_blocks(const NodeTip& theirs,
                                                                    const std::optional<NodeTip>& ours) {
  Wanted out;
  out.first = options_.first_height;
  if (ours) {
    if (ours->height == theirs.height && ours->hash == theirs.hash) return std::optional<Wanted>();
    const bool behind = theirs.height < ours->height;
    if (behind) {
      // Restarted, or on a branch that is shorter by blocks. Where it agrees with us it has just to catch up.
      const auto own = target_.hash_at(theirs.height);
      if (!own || *own == theirs.hash) return std::optional<Wanted>();
    }
    JINDO_TRY(Fork fork, find_fork(behind ? theirs.height : ours->height));
    fork.forked |= behind;
    out.first = fork.keep + 1;
    out.fork = fork;
  }
  if (out.first > theirs.height) return std::optional<Wanted>();
  out.count = std::min<uint64_t>(theirs.height - out.first + 1, options_.blocks_batch);
  // A branch is put in whole, so that the ledger never holds half of one.
  if (out.fork && out.fork->forked) {
    const uint64_t whole = std::max<uint64_t>(ours->height - out.fork->keep + 1, options_.blocks_batch);
    out.count = std::min<uint64_t>(theirs.height - out.first + 1, whole);
  }
  return std::optional<Wanted>(out);
}

base::Result<bool> Follower::round() {
  JINDO_TRY(const NodeTip theirs, node_->tip());
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    status_.node_height = theirs.height;
  }
  const auto ours = target_.tip();
  JINDO_TRY(const std::optional<Wanted> wanted, next_blocks(theirs, ours));
  if (!wanted) return false;
  const std::optional<Fork>& fork = wanted->fork;
  JINDO_TRY(auto blocks, node_->blocks(wanted->first, wanted->count));
  if (fork) {
    const auto own = target_.hash_at(fork->keep);
    const chain::BlockHash& previous =
        network_.model == chain::LedgerModel::kUtxo ? blocks[0].utxo.previous : blocks[0].account.previous;
    if (own && *own != previous) return base::machine_failed("the node's chain changed while it was read");
  }
  JINDO_DO(target_.put(fork ? std::optional<uint64_t>(fork->keep) : std::nullopt, std::move(blocks)));
  const std::lock_guard<std::mutex> lock(mutex_);
  status_.blocks += wanted->count;
  if (fork && fork->forked) status_.reverted += ours->height - fork->keep;
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
