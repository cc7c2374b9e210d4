// Blocks into the ledger: those that are there already are passed over, others of a branch that was left are taken back
// in the same commit.
#include <algorithm>

#include "ledger/block_places.h"
#include "node/live_node.h"

namespace jindo::node {
namespace {
using base::Status;

const chain::BlockHash& hash_of(const chain::Network& network, const follow::NodeBlock& block) {
  return network.model == chain::LedgerModel::kUtxo ? block.utxo.hash : block.account.hash;
}
const chain::BlockHash& previous_of(const chain::Network& network, const follow::NodeBlock& block) {
  return network.model == chain::LedgerModel::kUtxo ? block.utxo.previous : block.account.previous;
}
uint64_t height_of(const chain::Network& network, const follow::NodeBlock& block) {
  return network.model == chain::LedgerModel::kUtxo ? block.utxo.height : block.account.height;
}

// Takes the batch's first blocks that the chain holds already out of it. How many blocks of the chain stay at least.
uint64_t pass_over_known(const ledger::ChainReader& reader, uint64_t keep, BlockBatch& batch) {
  const chain::Network& network = *batch.network;
  size_t known = 0;
  while (known < batch.blocks.size()) {
    const follow::NodeBlock& block = batch.blocks[known];
    const uint64_t at = ledger::blocks_up_to(reader, height_of(network, block));
    if (at == 0 || at > reader.info().blocks) break;
    const ledger::BlockRow row = reader.block(at - 1);
    if (row.height != height_of(network, block) || row.hash != hash_of(network, block)) break;
    ++known;
    keep = std::max(keep, at);
  }
  batch.blocks.erase(batch.blocks.begin(), batch.blocks.begin() + static_cast<ptrdiff_t>(known));
  return keep;
}

// Whether a block may stand behind the last one that is kept: its child, or from a later height on.
Status check_follows(const chain::Network& network, const follow::NodeBlock& block, const ledger::BlockRow& last) {
  const uint64_t height = height_of(network, block);
  const std::string name = "block " + std::to_string(height) + " of " + std::string(network.name);
  const chain::BlockHash none{}, &previous = previous_of(network, block);
  if (height == last.height + 1 && previous != none && last.hash != none && previous != last.hash)
    return base::bad_input(name + " does not follow the ledger's block before it");
  if (height <= last.height)
    return base::bad_input(name + ": the ledger holds another one at this height; say from which height on to replace");
  return {};
}

Status append(ledger::LedgerWriter& writer, const ledger::LedgerWriter::Append& append, const BlockBatch& batch) {
  if (batch.network->model == chain::LedgerModel::kUtxo)
    return writer.append_utxo(*batch.network, append, [&](ledger::UtxoBuilder& builder) -> Status {
      for (const follow::NodeBlock& block : batch.blocks) JINDO_DO(builder.add(block.utxo));
      return {};
    });
  return writer.append_account(*batch.network, append, [&](ledger::AccountBuilder& builder) -> Status {
    for (const follow::NodeBlock& block : batch.blocks) JINDO_DO(builder.add(block.account));
    return {};
  });
}
}  // namespace

base::Result<LiveNode::Appended> LiveNode::append_blocks(BlockBatch& batch) {
  Appended out;
  const chain::Network& network = *batch.network;
  ledger::LedgerWriter::Append how;
  how.partial = true;  // a node may be followed from a height on
  if (const ledger::LedgerChain* chain = writer_->find(network)) {
    const ledger::ChainReader& reader = chain->reader();
    const uint64_t blocks = reader.info().blocks;
    // Another block at the height of one that is there is an error without `keep`.
    const uint64_t keep =
        pass_over_known(reader, batch.keep ? ledger::blocks_up_to(reader, *batch.keep) : blocks, batch);
    if (batch.blocks.empty() && keep >= blocks) return out;
    if (!batch.blocks.empty() && keep > 0) {
      JINDO_DO(check_follows(network, batch.blocks[0], reader.block(keep - 1)));
    }
    how.keep_blocks = keep;
    out.reverted = blocks - keep;
    if (keep < blocks) raiser_->reverted(network, keep);
  }
  if (batch.blocks.empty()) {
    JINDO_DO(writer_->rollback(network, *batch.keep));
    return out;
  }
  out.added = batch.blocks.size();
  JINDO_DO(append(*writer_, how, batch));
  return out;
}
}  // namespace jindo::node
