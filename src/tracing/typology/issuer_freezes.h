// What a token's issuer says of addresses on the ledger: frozen, and let go again. The token's own contract says it
// (TetherToken's AddedBlackList and RemovedBlackList, FiatToken's Blacklisted and UnBlacklisted), so it is said of that
// token alone.
#pragma once

#include <vector>

#include "ledger/ledger.h"

namespace jindo::typology {
struct IssuerWord {
  chain::AddressKey token, user;
  uint64_t transaction = 0;
  bool frozen = true;  // false: let go
};
// In ledger order; none on chains of outputs.
std::vector<IssuerWord> issuer_words(const ledger::LedgerChain& chain);
}  // namespace jindo::typology
