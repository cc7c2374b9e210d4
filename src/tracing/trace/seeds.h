// From thefts to places in the ledger: which output, which movement, how much.
#pragma once

#include "trace/trace.h"

namespace jindo::trace {

struct UtxoSeed {
  uint64_t transaction = 0;
  uint64_t output = 0;  // number
  uint64_t amount = 0;
  uint32_t source = 0;
  bool since = false;  // "all that it receives": what already is this source's is not stolen again
};
struct AccountSeed {
  uint64_t movement = 0;
  base::Uint256 amount;
  uint32_t source = 0;
  bool since = false;
};
// Sorted by place. A theft that the ledger does not hold, or that two thefts name, is an error that names it.
base::Result<std::vector<UtxoSeed>> find_seeds(const ledger::UtxoReader& reader, const std::vector<Source>& sources,
                                               const std::vector<uint32_t>& which);
base::Result<std::vector<AccountSeed>> find_seeds(const ledger::AccountReader& reader,
                                                  const std::vector<Source>& sources,
                                                  const std::vector<uint32_t>& which);

}  // namespace jindo::trace
