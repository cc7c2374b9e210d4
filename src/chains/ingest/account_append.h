// Appending a stream of account blocks: known blocks are skipped, a branch with other block hashes replaces the
// ledger's, anything else that contradicts the ledger is an error.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "chain/block.h"
#include "ingest/ingest.h"
#include "ledger/ledger_writer.h"

namespace jindo::ingest {

struct AccountSource {
  std::function<base::Result<bool>(chain::AccountBlock&)> next;  // in order of height; false at the end
  std::optional<uint64_t> height_max;                            // unknown while the input is streamed
  std::function<uint64_t()> bytes_done;                          // of the input, while it is streamed; may be empty
  std::string name;                                              // of the input, for errors
  ledger::Coverage coverage;                                     // of an input that is not the whole chain
};
// Why a streamed attempt has to be made again with the input read and sorted first: a branch needs its height
// beforehand.
inline constexpr const char* kReadFirst = "the input has to be read as a whole first";
base::Status append_account_blocks(ledger::LedgerWriter& writer, const chain::Network& network, AccountSource& source,
                                   uint64_t bytes_total, base::Progress& progress, IngestSummary& summary);

}  // namespace jindo::ingest
