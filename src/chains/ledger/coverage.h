// What a chain of the ledger was made of, where it is not the whole chain: the files, what each cannot tell, whose
// history they are. Stands in COMMIT (docs/formats/ledger.md), so that it changes with the blocks or not at all.
// Results carry it: a conclusion from half an export is never taken for the chain's.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/result.h"

namespace jindo::ledger {

struct CoverageSource {
  base::Hash256 digest{};  // SHA-256 of the file
  std::string format;      // "etherscan-txs"
  uint64_t rows = 0;
  uint64_t movements = 0;            // or transactions, on UTXO chains
  std::vector<std::string> unknown;  // words of docs/formats/exports.md
  std::string name;                  // the file's, without its folder
};
// An address whose own history is among the files.
struct CoverageHistory {
  std::string address;
  int64_t first_time = 0, last_time = 0;  // of its first and last row
  bool whole = false;                     // all of its kinds of rows between the two
};
struct Coverage {
  bool heights_are_times = false;  // no block numbers: unix seconds stand for them
  std::vector<std::string> unknown;
  std::vector<CoverageSource> sources;
  std::vector<CoverageHistory> histories;
  bool empty() const { return sources.empty(); }
};
inline constexpr size_t kCoverageSourcesMax = 20'000;

// Lines of COMMIT, and one of them back: `word` has been read. False: the word is none of a coverage.
std::string format_coverage(const Coverage& coverage);
base::Result<bool> parse_coverage_line(const std::string& word, std::istream& in, Coverage& out);

// Adds what `more` covers: sources by digest, histories by address (the longer one stands).
void add_coverage(Coverage& coverage, const Coverage& more);

}  // namespace jindo::ledger
