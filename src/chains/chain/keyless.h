// Scripts that anybody can spend: no key is asked for, so who spends such an output, and what else is spent beside it,
// says nothing of one owner. Lightning's and other contracts' transactions carry one, a few satoshi, for whoever wants
// to raise the fee: one script for all the world (pay to anchor).
//   - witness programs without rules yet: versions 2 to 16, and version 1 of another length than 32 bytes (BIP 141,
//     BIP 341); pay to anchor is version 1 of the two bytes 4e73 (Bitcoin Core 28)
//   - bare scripts, and P2SH and P2WSH of them, that come true on a stack that anybody can give: OP_TRUE and its like.
//     Up to three operations long, each run here; longer ones are not known
// What an address key cannot tell: programs of more than 30 bytes, and longer scripts, are named by a hash; the
// output's type tells the first of them.
#pragma once

#include "chain/address.h"

namespace jindo::chain {

bool anybody_can_spend(const AddressKey& key);

}  // namespace jindo::chain
