// Appending a stream of account blocks: known blocks are skipped, a branch with other block hashes replaces the ledger's,
// anything else that contradicts the ledger is an error.
#pragma once

#include <functional>

#include "ingest/writer.h"

namespace jindo::ingest {

struct AccountSource {
  std::function<base::Result<bool>(chain::AccountBlock&)> next;  // in order of height; false at the end
  uint64_t height_max = 0;
  std::string name;                                              // of the input, for errors
};
base::Status append_account_blocks(ledger::LedgerWriter& writer, const chain::Network& network, AccountSource& source,
                                   uint64_t bytes_total, base::Progress& progress, IngestSummary& summary);

}  // namespace jindo::ingest
