// The nodes that a live node follows: a follower each, which reads the ledger's tip off the published state and hands
// its blocks in as anybody else does.
#include <utility>

#include "base/clock.h"
#include "ledger/block_places.h"
#include "node/live_node.h"

namespace jindo::node {

// What a follower is told of the ledger, and where its blocks go.
follow::Target LiveNode::target_of(const chain::Network& network) {
  follow::Target out;
  out.tip = [this, &network]() -> std::optional<follow::NodeTip> {
    const auto now = state();
    for (const exposure::ChainCoverage& chain : now->snapshot->chains)
      if (chain.network == &network) return follow::NodeTip{chain.height, chain.hash};
    return std::nullopt;
  };
  out.hash_at = [this, &network](uint64_t height) -> std::optional<chain::BlockHash> {
    const auto now = state();
    const ledger::LedgerChain* chain = now->snapshot->ledger->find(network);
    if (chain == nullptr) return std::nullopt;
    const uint64_t block = ledger::blocks_up_to(chain->reader(), height);
    if (block == 0 || chain->reader().block(block - 1).height != height) return std::nullopt;
    return chain->reader().block(block - 1).hash;
  };
  out.put = [this, &network](std::optional<uint64_t> keep, std::vector<follow::NodeBlock> blocks) {
    return submit({&network, keep, std::move(blocks)});
  };
  out.set_pending = [this, &network](std::vector<follow::NodePending> pending, uint64_t left_out) {
    set_pending(network, std::move(pending), left_out);
  };
  return out;
}

base::Result<std::unique_ptr<follow::Follower>> LiveNode::make_follower(const NodeSource& source) {
  const chain::Network& network = *source.network;
  follow::NodeOptions options;
  options.url = source.url;
  JINDO_TRY(auto client, net::Client::make(source.url, options.client));
  auto node = network.model == chain::LedgerModel::kUtxo ? follow::bitcoin_node(network, std::move(client), options)
                                                         : follow::evm_node(network, std::move(client), options);
  follow::FollowOptions follow;
  follow.first_height = source.first_height;
  follow.zmq = source.zmq;
  follow.poll_ms = options_.poll_ms;
  follow.pending_max = options_.pending_max;
  return std::make_unique<follow::Follower>(network, std::move(node), target_of(network), follow);
}

base::Status LiveNode::start_followers() {
  for (const NodeSource& source : options_.nodes) {
    JINDO_TRY(auto follower, make_follower(source));
    followers_.push_back(std::move(follower));
  }
  for (const auto& follower : followers_) follower->start();
  return {};
}

std::vector<follow::FollowStatus> LiveNode::follow_status() const {
  std::vector<follow::FollowStatus> out;
  for (const auto& follower : followers_) out.push_back(follower->status());
  return out;
}
std::vector<std::string> LiveNode::not_ready() const {
  std::vector<std::string> out;
  for (const follow::FollowStatus& s : follow_status()) {
    const std::string name(s.network->name);
    if (!s.problem.empty())
      out.push_back(name + ": " + s.problem);
    else if (!s.synced)
      out.push_back(name + ": behind the node, which is at height " + std::to_string(s.node_height));
  }
  if (const auto now = state())
    for (std::string& line : now->not_answerable(base::unix_seconds())) out.push_back(std::move(line));
  return out;
}
}  // namespace jindo::node
