// Which movement is the value that an event or a memo speaks of: into a bridge, or out of it. Reads one transaction.
#pragma once

#include <optional>
#include <vector>

#include "ledger/ledger.h"
#include "resolve/link.h"

namespace jindo::resolve {

struct LegHints {
  std::vector<chain::AddressKey> service;      // the emitter, a vault, the bridge's other contracts
  std::optional<base::Uint256> amount;         // as the event says
  std::optional<chain::AddressKey> recipient;  // of a release, if the event or the deposit says
};
// Into the service: a movement of that amount to it or burnt; else any to it or burnt; else the last of that amount.
// A bitcoin transaction: its output to the service, else the first that pays anybody.
std::optional<Leg> deposit_leg(const ledger::LedgerChain& chain, uint64_t transaction, const LegHints& hints);
// Out of it: to the recipient, of that amount, from the service or minted; what fits best, the last of equals.
std::optional<Leg> release_leg(const ledger::LedgerChain& chain, uint64_t transaction, const LegHints& hints);

}  // namespace jindo::resolve
