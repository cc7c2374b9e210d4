// A pruned node's blocks: inputs that spend outputs from before them. A block file tells neither value nor owner of
// what is spent, so such an input is taken without an owner, clean, and worth what the transaction's outputs need at
// least: the first of them carries what the known inputs leave open, the fee is then unknown and counts as zero.
#pragma once

#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "chain/block.h"
#include "ingest/block_tree.h"
#include "ledger/utxo_store.h"

namespace jindo::ingest {

class PrunedInputs {
 public:
  // `ledger` may be null. Outputs seen are held in memory, up to `memory_bytes`.
  PrunedInputs(const ledger::UtxoStore* ledger, size_t memory_bytes) : ledger_(ledger), memory_bytes_(memory_bytes) {}
  // Blocks in order: marks a block's inputs, and learns its outputs. `marked`: they are marked already.
  base::Status take(chain::UtxoBlock& block, bool marked = false);
  uint64_t external() const { return external_; }
  uint64_t fees_unknown() const { return fees_unknown_; }  // transactions with inputs of untold value

 private:
  // The value of an output that came before; false: it is from before all that is held.
  bool value_of(const chain::UtxoInput& in, uint64_t& value) const;
  const ledger::UtxoStore* ledger_;
  size_t memory_bytes_;
  std::unordered_map<chain::TxId, uint64_t, HashOfHash> first_output_;  // into values_
  std::vector<uint64_t> values_;
  uint64_t external_ = 0, fees_unknown_ = 0;
};

// Whether a block's transactions stand in order of their identifiers, which Bitcoin Cash and Bitcoin SV ask for since
// block 556767 (2018-11-15) and Bitcoin's blocks do not show: of so many, by chance once in 10^9 blocks.
bool ordered_by_identifier(const chain::UtxoBlock& block);

}  // namespace jindo::ingest
