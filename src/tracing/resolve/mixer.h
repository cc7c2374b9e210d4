// Pools of one denomination (Tornado Cash and its like): who paid in and who was paid out, how large the anonymity set
// was, and the published heuristics that shrink it. Which note a withdrawal spends is hidden; every link here is
// inferred.
//   address-reuse      a withdrawal to an address that deposited before
//   gas-price          withdrawn without a relayer at a gas price that one deposit of the pool, and nobody else, paid
//   profile            the same number of notes in each of several pools, by one depositor and one recipient only
//   linked             depositor and recipient paid one another outside the pool
//   timing             the only note put in during the hour before
//   small-set          the fewer notes the pool holds, the better a guess is: the oldest of them
// Béres, Seres, Benczúr, Quintyne-Collins, "Blockchain is Watching You" (IEEE DAPPS 2021); Wu, McTighe, Wang et al.,
// "Tutela" (2022); Wang, Chaliasos, Qin et al., "On How Zero-Knowledge Proof Blockchain Mixers Improve, and Worsen User
// Privacy" (WWW 2023). What they get wrong: gifts, several people behind one address, coincidence of gas prices and
// profiles; which of one depositor's notes it was. Confidence: docs/methodology/resolving.md, measured on exercises
// where possible.
#pragma once

#include <vector>

#include "attribution/service_directory.h"
#include "ledger/ledger.h"
#include "resolve/link.h"
#include "resolve/registry.h"

namespace jindo::resolve {

struct MixerDeposit {
  uint64_t transaction = 0, movement = 0;
  int64_t time = 0;
  chain::AddressKey depositor;  // who began the transaction
  uint64_t gas_price = 0;
};
struct MixerWithdrawal {
  uint64_t transaction = 0, movement = 0;
  int64_t time = 0;
  chain::AddressKey recipient;
  base::Uint256 amount;
  uint64_t gas_price = 0;
  bool relayed = false;        // somebody else began the transaction
  uint32_t anonymity_set = 0;  // notes in the pool just before
};
struct MixerPool {
  const ledger::LedgerChain* chain = nullptr;
  chain::AddressKey address;
  chain::AddressKey asset;
  base::Uint256 denomination;
  std::string mixer;
  std::vector<MixerDeposit> deposits;        // in ledger order
  std::vector<MixerWithdrawal> withdrawals;  // in ledger order
};
// By events, from any emitter; without events, by movements of one amount into pools that registry or attribution name.
std::vector<MixerPool> find_mixer_pools(const ledger::Ledger& ledger, const Registry& registry,
                                        const attribution::ServiceDirectory& services);
// The best link of each withdrawal that a heuristic speaks of.
std::vector<Link> link_mixer_notes(const std::vector<MixerPool>& pools);

}  // namespace jindo::resolve
