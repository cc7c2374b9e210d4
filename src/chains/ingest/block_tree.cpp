#include "ingest/block_tree.h"

#include <algorithm>
#include <cstring>

namespace jindo::ingest {
size_t HashOfHash::operator()(const base::Hash256& hash) const {
  size_t out = 0;
  std::memcpy(&out, hash.data(), sizeof out);
  return out;
}

base::Result<BestChain> find_best_chain(const std::vector<TreeBlock>& blocks, const ledger::ChainReader* ledger) {
  BestChain out;
  constexpr uint64_t kUnset = UINT64_MAX;
  const uint64_t ledger_blocks = ledger != nullptr ? ledger->info().blocks : 0;
  std::unordered_map<base::Hash256, uint64_t, HashOfHash> in_ledger;  // block number
  in_ledger.reserve(ledger_blocks);
  for (uint64_t b = 0; b < ledger_blocks; ++b) in_ledger.emplace(ledger->block(b).hash, b);

  std::unordered_map<base::Hash256, uint32_t, HashOfHash> index_of;
  index_of.reserve(blocks.size());
  std::unordered_multimap<base::Hash256, uint32_t, HashOfHash> children;
  children.reserve(blocks.size());
  std::vector<uint32_t> ready;  // whose parent is placed
  std::vector<uint64_t> height(blocks.size(), kUnset);
  std::vector<base::Uint256> work(blocks.size());
  std::vector<bool> duplicate(blocks.size(), false);
  for (uint32_t i = 0; i < blocks.size(); ++i) {
    const auto& header = blocks[i].header;
    if (in_ledger.count(header.hash) != 0) {
      ++out.known;
      duplicate[i] = true;
      continue;
    }
    if (!index_of.emplace(header.hash, i).second) {
      duplicate[i] = true;
      continue;
    }
    const base::Uint256 own = chain::block_work(header.bits);
    if (header.previous == base::Hash256{}) {
      height[i] = 0;
      work[i] = own;
      ready.push_back(i);
    } else if (const auto parent = in_ledger.find(header.previous); parent != in_ledger.end()) {
      const ledger::BlockRow row = ledger->block(parent->second);
      height[i] = row.height + 1;
      work[i] = row.work + own;
      ready.push_back(i);
    } else {
      children.emplace(header.previous, i);
    }
  }
  for (size_t at = 0; at < ready.size(); ++at) {
    const uint32_t parent = ready[at];
    // In the order given, so that ties fall as they would at a node.
    std::vector<uint32_t> next;
    const auto range = children.equal_range(blocks[parent].header.hash);
    for (auto it = range.first; it != range.second; ++it) next.push_back(it->second);
    std::sort(next.begin(), next.end());
    for (const uint32_t child : next) {
      height[child] = height[parent] + 1;
      work[child] = work[parent] + chain::block_work(blocks[child].header.bits);
      ready.push_back(child);
    }
  }
  int64_t best = -1;
  base::Uint256 best_work = ledger != nullptr ? ledger->info().work : base::Uint256();
  for (uint32_t i = 0; i < blocks.size(); ++i) {
    if (duplicate[i]) continue;
    if (height[i] == kUnset) {
      ++out.unconnected;
      if (out.first_unconnected < 0) out.first_unconnected = i;
    } else if (work[i] > best_work) {
      best_work = work[i];
      best = i;
    }
  }
  out.keep_blocks = ledger_blocks;
  uint64_t placed = ready.size();
  if (best >= 0) {
    auto at = static_cast<uint32_t>(best);
    for (;;) {
      out.blocks.push_back(at);
      const auto& previous = blocks[at].header.previous;
      if (const auto parent = index_of.find(previous); parent != index_of.end()) {
        at = parent->second;
        continue;
      }
      const auto fork = in_ledger.find(previous);
      out.keep_blocks = fork != in_ledger.end() ? fork->second + 1 : 0;
      break;
    }
    std::reverse(out.blocks.begin(), out.blocks.end());
    out.first_height = height[out.blocks.front()];
    placed -= out.blocks.size();
  }
  out.stale = placed;
  return out;
}
}  // namespace jindo::ingest
