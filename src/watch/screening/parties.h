// The parties of a transaction that is screened: who pays and who gets what, one entry for each address, side and
// asset.
#pragma once

#include <string>
#include <vector>

#include "screening/screen.h"

namespace jindo::screening {

struct Party {
  chain::AddressKey address;
  bool pays = false;
  base::Uint256 amount;  // the sum, base units
  chain::AddressKey asset;
};
struct Parties {
  std::vector<Party> all;  // in the order in which the transaction names them
  std::string where;       // "block 700000", "unconfirmed"
  bool unconfirmed = false;
};
// Of the question's transaction, in the ledger or not confirmed yet. The error (kNo: not known; kBadInput: more than
// kPartiesMax) is one for the caller.
base::Result<Parties> parties_of(const State& state, const Question& question);

}  // namespace jindo::screening
