// Opening the ledger's writer with progress shown. Shared by the readers of every format.
#pragma once

#include "ingest/ingest.h"
#include "ledger/ledger_writer.h"

namespace jindo::ingest {
base::Result<ledger::LedgerWriter> open_writer(const std::string& folder, const IngestOptions& options,
                                               base::Progress& progress);
base::Result<uint64_t> total_size(const std::vector<std::string>& paths);
// Adds what the ledger grew by. `before` holds the counts at the command's start (zero for a new chain).
void count_growth(const ledger::ChainInfo& before, const ledger::LedgerWriter& writer, const chain::Network& network,
                  IngestSummary& summary);
ledger::ChainInfo info_of(const ledger::LedgerWriter& writer, const chain::Network& network);
}  // namespace jindo::ingest
