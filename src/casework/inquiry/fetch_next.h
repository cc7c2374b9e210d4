// Which address's export would tell most next, where a ledger is made of exports and not of a whole chain: the places
// where most of a theft rests and whose own history no file tells. What is held there may have gone on long ago.
#pragma once

#include <vector>

#include "inquiry/tracing.h"

namespace jindo::inquiry {

struct NextFetch {
  const chain::Network* network = nullptr;
  chain::AddressKey address;
  uint32_t source = 0;           // into Result::sources: the theft of which most rests there
  uint64_t share_millionth = 0;  // of what that theft stole; poison: its part is not known, and this is what is marked
  base::Uint256 origin;          // in units of the stolen asset
  int64_t since = 0;             // of the last tainted movement there
};

// Largest share first, then by address; at most `most`. Empty where every chain of the trace is whole. An address whose
// whole history is among the files is none: it was fetched.
std::vector<NextFetch> fetch_next(const Traced& traced, size_t most);

}  // namespace jindo::inquiry
