// Blocks back out of a store, for rebuilding and verifying. Thread safe, as the store is.
#pragma once

#include <vector>

#include "chain/block.h"
#include "ledger/account_store.h"
#include "ledger/utxo_store.h"

namespace jindo::ledger {

// `outputs`: each input's output number, kNoNumber for an external one. An input itself says what it spends only where
// it is external.
void read_block(const UtxoStore& store, uint64_t block, chain::UtxoBlock& out, std::vector<uint64_t>& outputs);
void read_block(const AccountStore& store, uint64_t block, chain::AccountBlock& out);

}  // namespace jindo::ledger
