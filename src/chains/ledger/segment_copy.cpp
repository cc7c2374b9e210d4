// Copying blocks from a store to a builder.
#include "ledger/segment_copy.h"

#include "ledger/read_block.h"

namespace jindo::ledger {
namespace {
using base::Status;

Status check_wanted(const std::atomic<bool>* unwanted) {
  if (unwanted != nullptr && unwanted->load()) return base::machine_failed("the merge is not wanted any more");
  return {};
}
}  // namespace

Status copy_blocks(const UtxoStore& store, uint64_t begin, uint64_t end, UtxoBuilder& builder,
                   const std::atomic<bool>* unwanted) {
  chain::UtxoBlock block;
  std::vector<uint64_t> outputs;
  for (uint64_t b = begin; b < end; ++b) {
    JINDO_DO(check_wanted(unwanted));
    read_block(store, b, block, outputs);
    JINDO_DO(builder.add_resolved(block, store.block(b).digest, outputs));
  }
  return {};
}

Status copy_blocks(const AccountStore& store, uint64_t begin, uint64_t end, AccountBuilder& builder,
                   const std::atomic<bool>* unwanted) {
  chain::AccountBlock block;
  for (uint64_t b = begin; b < end; ++b) {
    JINDO_DO(check_wanted(unwanted));
    read_block(store, b, block);
    JINDO_DO(builder.add(block));
  }
  return {};
}
}  // namespace jindo::ledger
