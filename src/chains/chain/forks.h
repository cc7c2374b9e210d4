// Rules that changed at a block or a time, differently on each chain: a table with sources in forks.cpp.
#pragma once

#include <optional>

#include "base/hash.h"
#include "chain/network.h"

namespace jindo::chain {

// Whether SELFDESTRUCT ends every contract (before Cancun's EIP-6780), or only one made in the same transaction.
// nullopt: not known of this chain.
std::optional<bool> selfdestruct_ends_all(const Network& network, uint64_t height, int64_t time);

// A chain that went its own way and kept another's message start: its first own block.
struct OtherChain {
  std::string_view name;   // "Bitcoin Cash"
  std::string_view chain;  // whose files it is taken for
  uint64_t height;
  base::Hash256 hash;  // in hashing order
};
// The chain that a block is the first own one of; null: none that is known.
const OtherChain* other_chain_of(const Network& network, const base::Hash256& block);

}  // namespace jindo::chain
