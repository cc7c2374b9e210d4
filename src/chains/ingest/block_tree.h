// Which of many blocks, in any order and with forks, make the chain with the most work. Headers only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "decode/bitcoin_block.h"
#include "ledger/reader.h"

namespace jindo::ingest {

struct TreeBlock {
  decode::BlockHeader header;
  uint32_t file = 0;
  uint32_t record = 0;
};
struct BestChain {
  uint64_t keep_blocks = 0;      // of the ledger's chain
  std::vector<uint32_t> blocks;  // to add behind them, indexes into what was given, in order of height
  uint64_t first_height = 0;     // of blocks.front()
  uint64_t known = 0, stale = 0, unconnected = 0;
  int64_t first_unconnected = -1;  // index, for the message
};
// `ledger` may be null (empty). Ties go to what is there already, then to what was given first, as a node does.
// `height_of`, if given, lets a chain begin without its parent, where the ledger is empty: at that block's height
// (nullopt: not known; such a block stays unconnected). Work counts from there.
using HeightOf = std::function<std::optional<uint64_t>(uint32_t block)>;
base::Result<BestChain> find_best_chain(const std::vector<TreeBlock>& blocks, const ledger::ChainReader* ledger,
                                        const HeightOf& height_of = nullptr);

struct HashOfHash {
  size_t operator()(const base::Hash256& hash) const;
};

}  // namespace jindo::ingest
