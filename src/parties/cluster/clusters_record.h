// The CLUSTERS file of a chain's clusters: which files hold them, with checksums, up to which block and under which
// rules. Text, sealed by a checksum of its own. docs/formats/clusters.md.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cluster/clusters.h"

namespace jindo::cluster {

inline constexpr int kClustersVersion = 1;

struct ClustersRecord {
  struct Delta {
    std::string name;
    uint64_t changes = 0;
    uint64_t checksum = 0;
    uint64_t blocks = 0;  // the state after it
    uint64_t transactions = 0;
    base::Hash256 tip{};
    Totals totals;
  };
  base::Hash256 rules{};
  std::string snapshot;  // folder
  uint64_t rank_blocks = 0, addresses = 0, externals = 0, held = 0, marks = 0;
  std::vector<std::pair<std::string, uint64_t>> checksums;  // of the snapshot's files
  Delta base;                                               // the snapshot's own state; its name is unused
  std::vector<Delta> deltas;
  const Delta& last() const { return deltas.empty() ? base : deltas.back(); }
};
std::string format_clusters_record(const ClustersRecord& record);
base::Result<ClustersRecord> parse_clusters_record(const std::string& path, const std::string& text);

}  // namespace jindo::cluster
