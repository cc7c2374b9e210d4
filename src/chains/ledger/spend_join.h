// The join of spends and the outputs they spend: one partition of transaction identifiers at a time, a hash join in
// memory. Nothing is looked up at random in the ledger; what this build does not define comes back unresolved, in order
// of identifier.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "chain/block.h"
#include "ledger/format.h"
#include "ledger/spill.h"

namespace jindo::ledger {

struct Definition {
  chain::TxId id;
  uint64_t transaction;   // global
  uint64_t first_output;  // global
  uint32_t outputs;
  uint32_t coinbase_block;  // 1 + block in this build; 0 when no coinbase
};
struct Spend {
  chain::TxId id;
  uint64_t input;        // local
  uint64_t transaction;  // global, of the spender
  uint32_t output_index;
  uint32_t block;  // 1 + block in this build
};
struct Match {           // input spends output
  uint64_t output;       // global
  uint64_t input;        // local
  uint64_t transaction;  // global, of the spender
};
struct Joined {
  std::vector<Match> matches;
  std::vector<Spend> unresolved;    // in the order of the index by identifier
  std::vector<IndexEntry> entries;  // of the definitions, in order: the index by identifier
};
// Names the place of an input (transaction number, local input) for an error.
using PlaceOf = std::function<std::string(uint64_t transaction, uint64_t input)>;

// Frees the partition of both. Errors: an identifier that repeats (but for coinbases, BIP 30), an output index that is
// not there, a coinbase spent in its own block.
base::Result<Joined> join_spends(PartitionedSpill<Definition>& definitions, PartitionedSpill<Spend>& spends,
                                 size_t partition, const PlaceOf& place_of);
base::Error missing_output(const Spend& spend, const PlaceOf& place_of);

}  // namespace jindo::ledger
