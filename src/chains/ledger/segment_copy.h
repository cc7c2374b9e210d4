// Building one segment out of what a chain holds: blocks of a store copied into a builder, the same on both models.
// Inside the ledger only.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "ledger/account_builder.h"
#include "ledger/utxo_builder.h"

namespace jindo::ledger {

// The first of the store's segments that holds block `keep` or later; whole segments before it stay as they are.
template <class Segments>
size_t segments_before(const Segments& segments, uint64_t keep) {
  size_t out = 0;
  while (out < segments.size() && segments[out].end_block() <= keep) ++out;
  return out;
}

// Blocks [begin, end) of the store. Fails soon after `unwanted` is set.
base::Status copy_blocks(const UtxoStore& store, uint64_t begin, uint64_t end, UtxoBuilder& builder,
                         const std::atomic<bool>* unwanted = nullptr);
base::Status copy_blocks(const AccountStore& store, uint64_t begin, uint64_t end, AccountBuilder& builder,
                         const std::atomic<bool>* unwanted = nullptr);

// One append: behind the kept segments, the kept part of a segment that is cut, then what feed() brings. `current` is
// the chain as it is, or null.
template <class Store, class Feed>
base::Status build_segment(const chain::Network& network, const Store* current, uint64_t keep_blocks,
                           const std::vector<std::string>& kept_folders, const BuildOptions& options,
                           const Feed& feed) {
  std::unique_ptr<Store> kept;
  if (!kept_folders.empty()) {
    JINDO_TRY(kept, Store::open(network, kept_folders));
  }
  JINDO_TRY(auto builder, Store::Builder::create(options, kept.get()));
  const uint64_t kept_blocks = kept ? kept->info().blocks : 0;
  if (current != nullptr && kept_blocks < keep_blocks)
    JINDO_DO(copy_blocks(*current, kept_blocks, keep_blocks, *builder));
  JINDO_DO(feed(*builder));
  return builder->finish();
}

}  // namespace jindo::ledger
