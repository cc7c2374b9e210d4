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
// Takes out the thefts of sources that come to 2^256 and more: only a token that lies has so much, and of it nothing
// can be conserved. Returns the sources, ascending. A source that is left out stays so when more is received.
std::vector<uint32_t> leave_out_beyond(std::vector<AccountSeed>& seeds);

}  // namespace jindo::trace
