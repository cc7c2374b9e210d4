// The commit record: one small text file, COMMIT, that names the segments of each chain. Replacing it (write, sync,
// rename, sync the folder) is what makes new blocks visible; until then nothing a reader sees has changed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/coverage.h"

namespace jindo::ledger {

struct CommitSegment {
  std::string name;       // folder below the chain's
  uint64_t checksum = 0;  // XXH3-64 of its SEGMENT file
};
struct CommitChain {
  std::string chain;  // as in chain/network.h
  std::vector<CommitSegment> segments;
  Coverage coverage;  // empty: the chain as a node has it, as far as the ledger can say
};
struct Commit {
  uint64_t next_segment = 1;  // names are never used again
  std::vector<CommitChain> chains;
  CommitChain* find(const std::string& chain);
};

// XXH3-64 of the SEGMENT file in a segment's folder.
base::Result<uint64_t> segment_checksum(const std::string& segment_folder);
std::string format_commit(const Commit& commit);
base::Result<Commit> parse_commit(const std::string& path, const std::string& text);
// A ledger folder without COMMIT is empty. A folder that is not there is an error.
base::Result<Commit> read_commit(const std::string& ledger_folder);
base::Status write_commit(const std::string& ledger_folder, const Commit& commit);

}  // namespace jindo::ledger
