// A node of one chain, asked for blocks: what the follower (follower.h) needs and no more. Answers are checked (height,
// hash, parent, merkle root, receipts that fit) before anything is made of them; a node that answers wrong is an error
// like one that does not answer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chain/block.h"
#include "net/http.h"

namespace jindo::follow {

struct NodeBlock {
  chain::UtxoBlock utxo;  // one of the two, by the network's model
  chain::AccountBlock account;
};
struct NodeTip {
  uint64_t height = 0;
  chain::BlockHash hash{};
};
// One payment that no block holds yet.
struct NodePending {
  chain::TxId id{};
  chain::UtxoBlock utxo;  // of UTXO chains: the transaction alone
  chain::AddressKey from, to, asset;
  base::Uint256 amount;
};

class Node {
 public:
  virtual ~Node() = default;
  virtual base::Result<NodeTip> tip() = 0;
  virtual base::Result<chain::BlockHash> hash_at(uint64_t height) = 0;
  // Blocks of these heights, in order, each the child of the one before.
  virtual base::Result<std::vector<NodeBlock>> blocks(uint64_t first, uint64_t count) = 0;
  // Unconfirmed transactions: identifiers of all, and those asked for. Empty where the node has none to tell.
  virtual base::Result<std::vector<chain::TxId>> pending_ids() = 0;
  virtual base::Result<std::vector<NodePending>> pending(const std::vector<chain::TxId>& ids) = 0;
};

struct NodeOptions {
  std::string url;  // http://USER:PASSWORD@HOST:PORT
  net::ClientOptions client;
  bool traces = true;    // EVM: ask for trace_block; without, value inside calls is not seen
  unsigned batch = 100;  // calls in one request at most
};
std::unique_ptr<Node> bitcoin_node(const chain::Network& network, std::unique_ptr<net::Client> client,
                                   const NodeOptions& options);
std::unique_ptr<Node> evm_node(const chain::Network& network, std::unique_ptr<net::Client> client,
                               const NodeOptions& options);

}  // namespace jindo::follow
