// Readings of foreign exports (exports/attested.h) into a ledger: reconciled, then one commit, with what they cover.
#pragma once

#include <span>

#include "exports/reconcile.h"
#include "ingest/ingest.h"
#include "ledger/ledger_writer.h"

namespace jindo::ingest {

// Blocks that the ledger holds already must be the same; later ones append. An earlier block, or another content of a
// block, is an error: exports that grow address by address belong into an evidence folder, where the ledger is made of
// all files together (casework/evidence).
// Error: files contradict each other (both rows are named), or nothing of them can stand in a ledger.
base::Result<IngestSummary> ingest_readings(const std::string& ledger, const chain::Network& network,
                                            std::span<const exports::Reading> readings, const IngestOptions& options);
// Makes the chain what the files say, whatever it was: blocks that are the same stay, the others are replaced in one
// commit. For a ledger that is a function of a set of files.
base::Result<IngestSummary> replace_by_readings(ledger::LedgerWriter& writer, const chain::Network& network,
                                                std::span<const exports::Reading> readings,
                                                const exports::Reconciled& reconciled);
// Error: the files contradict each other, or nothing of them can stand in a ledger.
base::Status check_reconciled(const exports::Reconciled& reconciled, std::span<const exports::Reading> readings);
// What readings of this chain cover, as the ledger keeps it.
ledger::Coverage coverage_of(const chain::Network& network, std::span<const exports::Reading> readings,
                             const exports::Reconciled& reconciled);

}  // namespace jindo::ingest
