// The place of a height among a ledger's blocks: by bisection, since partial ledgers leave gaps.
#pragma once

#include "ledger/reader.h"

namespace jindo::ledger {
// How many of the chain's blocks are of this height or below.
inline uint64_t blocks_up_to(const ledger::ChainReader& reader, uint64_t height) {
  uint64_t low = 0, high = reader.info().blocks;
  while (low < high) {
    const uint64_t middle = (low + high) / 2;
    if (reader.block(middle).height <= height)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}
// How many are below this height: the number of the block of this height, where there is one.
inline uint64_t blocks_below(const ledger::ChainReader& reader, uint64_t height) {
  return height == 0 ? 0 : blocks_up_to(reader, height - 1);
}
}  // namespace jindo::ledger
