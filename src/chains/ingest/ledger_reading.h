// A ledger's blocks back as a reading, so that what a stream format brought in (a node's files, an ETL's tables) can be
// reconciled with exports.
#pragma once

#include "exports/attested.h"
#include "ledger/ledger.h"

namespace jindo::ingest {

// Everything that the store keeps of the chain but form and size of UTXO transactions. Movement rows count from 1 in
// ledger order. Error: more rows than the limit (`rows_max`).
base::Result<exports::Reading> reading_of(const ledger::LedgerChain& chain, uint64_t rows_max);

}  // namespace jindo::ingest
