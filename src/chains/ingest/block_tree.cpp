// Blocks are hung on their parents, in the ledger or among those given; the one with the most work ends the best chain.
#include "ingest/block_tree.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

namespace jindo::ingest {
size_t HashOfHash::operator()(const base::Hash256& hash) const {
  size_t out = 0;
  std::memcpy(&out, hash.data(), sizeof out);
  return out;
}

namespace {
class BlockTree {
 public:
  BlockTree(const std::vector<TreeBlock>& blocks, const ledger::ChainReader* ledger)
      : blocks_(blocks),
        ledger_(ledger),
        ledger_blocks_(ledger != nullptr ? ledger->info().blocks : 0),
        height_(blocks.size(), kUnset),
        work_(blocks.size()),
        known_(blocks.size(), false) {
    in_ledger_.reserve(ledger_blocks_);
    for (uint64_t b = 0; b < ledger_blocks_; ++b) in_ledger_.emplace(ledger->block(b).hash, b);
    index_of_.reserve(blocks.size());
    children_.reserve(blocks.size());
  }

  BestChain find_best(const HeightOf& height_of) {
    BestChain out;
    out.keep_blocks = ledger_blocks_;
    for (uint32_t i = 0; i < blocks_.size(); ++i) out.known += place_or_wait(i) ? 0 : 1;
    if (height_of && ledger_blocks_ == 0) place_roots(height_of);
    place_children();
    const int64_t best = most_work(out);
    if (best >= 0) walk_to_fork(static_cast<uint32_t>(best), out);
    out.stale = placed_.size() - out.blocks.size();
    return out;
  }

 private:
  // Places a block whose parent the ledger holds, or that is a chain's first; others wait for their parent. False: the
  // ledger holds the block itself.
  bool place_or_wait(uint32_t i) {
    const auto& header = blocks_[i].header;
    if (in_ledger_.count(header.hash) != 0) {
      known_[i] = true;
      return false;
    }
    if (!index_of_.emplace(header.hash, i).second) {  // given twice
      known_[i] = true;
      return true;
    }
    const base::Uint256 own = chain::block_work(header.bits);
    if (header.previous == base::Hash256{}) {
      place(i, 0, own);
    } else if (const auto parent = in_ledger_.find(header.previous); parent != in_ledger_.end()) {
      const ledger::BlockRow row = ledger_->block(parent->second);
      place(i, row.height + 1, chain::add_work(row.work, own));
    } else {
      children_.emplace(header.previous, i);
    }
    return true;
  }
  void place(uint32_t i, uint64_t height, const base::Uint256& work) {
    height_[i] = height;
    work_[i] = work;
    placed_.push_back(i);
  }

  // Blocks whose parent is nowhere begin a chain each.
  void place_roots(const HeightOf& height_of) {
    std::vector<uint32_t> roots;
    for (const auto& [parent, child] : children_)
      if (index_of_.find(parent) == index_of_.end()) roots.push_back(child);
    std::sort(roots.begin(), roots.end());
    for (const uint32_t root : roots)
      if (const auto height = height_of(root)) place(root, *height, chain::block_work(blocks_[root].header.bits));
  }
  void place_children() {
    std::vector<uint32_t> next;
    for (size_t at = 0; at < placed_.size(); ++at) {
      const uint32_t parent = placed_[at];
      // In the order given, so that ties fall as they would at a node.
      next.clear();
      const auto range = children_.equal_range(blocks_[parent].header.hash);
      for (auto it = range.first; it != range.second; ++it) next.push_back(it->second);
      std::sort(next.begin(), next.end());
      for (const uint32_t child : next)
        place(child, height_[parent] + 1,
              chain::add_work(work_[parent], chain::block_work(blocks_[child].header.bits)));
    }
  }

  // The block that ends a chain with more work than the ledger's, the first of the best; -1: none. Counts those that
  // hang on nothing.
  int64_t most_work(BestChain& out) const {
    int64_t best = -1;
    base::Uint256 best_work = ledger_ != nullptr ? ledger_->info().work : base::Uint256();
    for (uint32_t i = 0; i < blocks_.size(); ++i) {
      if (known_[i]) continue;
      if (height_[i] == kUnset) {
        ++out.unconnected;
        if (out.first_unconnected < 0) out.first_unconnected = i;
      } else if (work_[i] > best_work) {
        best_work = work_[i];
        best = i;
      }
    }
    return best;
  }

  // The branch that ends in `tip`, down to where it leaves the ledger's.
  void walk_to_fork(uint32_t tip, BestChain& out) const {
    uint32_t at = tip;
    out.blocks.push_back(at);
    auto parent = index_of_.find(blocks_[at].header.previous);
    for (; parent != index_of_.end(); parent = index_of_.find(blocks_[at].header.previous)) {
      at = parent->second;
      out.blocks.push_back(at);
    }
    const auto fork = in_ledger_.find(blocks_[at].header.previous);
    out.keep_blocks = fork != in_ledger_.end() ? fork->second + 1 : 0;
    std::reverse(out.blocks.begin(), out.blocks.end());
    out.first_height = height_[out.blocks.front()];
  }

  static constexpr uint64_t kUnset = UINT64_MAX;
  const std::vector<TreeBlock>& blocks_;
  const ledger::ChainReader* ledger_;  // null: empty
  uint64_t ledger_blocks_;
  std::unordered_map<base::Hash256, uint64_t, HashOfHash> in_ledger_;  // block number
  std::unordered_map<base::Hash256, uint32_t, HashOfHash> index_of_;
  std::unordered_multimap<base::Hash256, uint32_t, HashOfHash> children_;  // by their parent
  std::vector<uint32_t> placed_;                                           // whose parent is placed
  std::vector<uint64_t> height_;
  std::vector<base::Uint256> work_;
  std::vector<bool> known_;  // in the ledger, or given before
};
}  // namespace

base::Result<BestChain> find_best_chain(const std::vector<TreeBlock>& blocks, const ledger::ChainReader* ledger,
                                        const HeightOf& height_of) {
  return BlockTree(blocks, ledger).find_best(height_of);
}
}  // namespace jindo::ingest
