// Builds one segment of a UTXO chain from a stream of blocks, within a memory budget whatever the stream's length:
//   add        columns that need no look-up are written as blocks come; spends, definitions, owners are spilled
//   join       partition by txid: which output does each input spend (a hash join a partition)
//   group      partition by address: rows, and what each received
//   link       range by output: owner and spender; range by input: source, value, owner, fees checked
//   index      what each address sent
// A wrong chain (a missing or doubly spent output, more out than in) is an error that names block, transaction, input.
#pragma once

#include <memory>
#include <vector>

#include "chain/block.h"
#include "ledger/build_options.h"
#include "ledger/utxo_store.h"

namespace jindo::ledger {

class UtxoBuilder {
 public:
  // `older` is the chain that the segment continues; null for the first. It must outlive the builder.
  static base::Result<std::unique_ptr<UtxoBuilder>> create(const BuildOptions& options, const UtxoStore* older);
  virtual ~UtxoBuilder() = default;
  virtual base::Status add(const chain::UtxoBlock& block) = 0;
  // A block out of an existing segment: its previous outputs are known by number (kNoNumber: external), its digest too.
  virtual base::Status add_resolved(const chain::UtxoBlock& block, const base::Hash256& digest,
                                    const std::vector<uint64_t>& outputs) = 0;
  virtual base::Status finish() = 0;
};

}  // namespace jindo::ledger
