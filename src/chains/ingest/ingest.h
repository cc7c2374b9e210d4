// Decoders and the ledger joined: files in, one commit out. What a command adds becomes visible at once or not at all.
// The same input twice changes nothing; later blocks append; a branch with more work (UTXO), or with other block hashes
// that reaches as far (account chains), reverts the ledger's blocks down to the fork and puts its own, in one commit.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "chain/network.h"

namespace jindo::ingest {

struct IngestOptions {
  size_t memory_bytes = size_t{2} << 30;
  unsigned threads = 2;
  bool partial = false;  // what is missing is taken as missing: each format says how (formats.cpp)
  bool durable = true;
  base::ProgressMode progress = base::ProgressMode::kNever;
};
struct IngestSummary {
  uint64_t blocks_added = 0;
  uint64_t blocks_reverted = 0;
  uint64_t blocks_known = 0;        // in the input and in the ledger already
  uint64_t blocks_stale = 0;        // on branches with less work
  uint64_t blocks_unconnected = 0;  // whose parent neither the input nor the ledger holds
  uint64_t transactions_added = 0;
  uint64_t items_added = 0;  // inputs and outputs, or movements
  uint64_t external_inputs = 0;
  uint64_t fees_unknown = 0;
  uint64_t status_unknown = 0;
  std::vector<std::string> notes;  // what a user should know, a sentence each
};

base::Result<IngestSummary> ingest_blk(const std::string& ledger, const chain::Network& network,
                                       const std::vector<std::string>& inputs, const IngestOptions& options);
base::Result<IngestSummary> ingest_bitcoin_etl(const std::string& ledger, const chain::Network& network,
                                               const std::vector<std::string>& inputs, const IngestOptions& options);
// What a node answers over JSON-RPC: blocks, receipts, traces, one answer a line (decode/evm_json.h).
base::Result<IngestSummary> ingest_evm_json(const std::string& ledger, const chain::Network& network,
                                            const std::vector<std::string>& inputs, const IngestOptions& options);
base::Result<IngestSummary> ingest_ethereum_etl(const std::string& ledger, const chain::Network& network,
                                                const std::vector<std::string>& inputs, const IngestOptions& options);
base::Result<IngestSummary> ingest_graphsense_tron(const std::string& ledger, const chain::Network& network,
                                                   const std::vector<std::string>& inputs,
                                                   const IngestOptions& options);
base::Result<IngestSummary> ingest_transfers(const std::string& ledger, const chain::Network& network,
                                             const std::vector<std::string>& inputs, const IngestOptions& options);

}  // namespace jindo::ingest
