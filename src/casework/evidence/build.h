// The ledger of an evidence folder: a function of the set of its files. The same files in any order, added at once or
// one by one, give the same ledger. Each chain changes in one commit; what else lies in the ledger's folder (tags)
// stays.
#pragma once

#include <string>
#include <vector>

#include "evidence/account_records.h"
#include "evidence/read_file.h"
#include "ingest/ingest.h"

namespace jindo::evidence {

using BuildOptions = ReadFileOptions;
struct BuiltChain {
  const chain::Network* network = nullptr;
  ingest::IngestSummary summary;
  bool heights_are_times = false;
  uint64_t attested_twice = 0;  // movements (or transactions) that more than one file tells
};
struct Built {
  base::Hash256 digest{};  // of the ledger
  std::vector<BuiltChain> chains;
  std::vector<exports::Reading> readings;  // without movements: what was read as what
  RecordCounts records;                    // of accounts at exchanges, and how many the ledger holds
};

// Makes `ledger` of the folder's files, and `attested.csv` beside EVIDENCE.json: each movement with the files and rows
// that attest it; `account-records.csv`: rows of exchanges with the transactions that they tell of. Error: files
// contradict each other (all contradictions side by side), a file's chain is not told, a file cannot be read; the
// ledger stays as it was.
base::Result<Built> build(const EvidenceFolder& folder, const std::string& ledger, const BuildOptions& options);

}  // namespace jindo::evidence
