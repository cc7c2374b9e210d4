// The clusters of a ledger's UTXO chains on disk: LEDGER/clusters/CHAIN/. A snapshot (mapped, copied where it is
// written) and a few small files of changes since; CLUSTERS names them with checksums and says up to which block and
// under which rules they hold. Replacing CLUSTERS is what makes an update visible. docs/formats/clusters.md.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cluster/clusters.h"

namespace jindo::cluster {

inline constexpr int kClustersVersion = 1;

struct UpdateOptions {
  unsigned threads = 2;
  bool rebuild = false;  // from the first block, whatever is stored
  bool durable = true;
  std::function<void(const char* phase)> phase;
  std::function<void(uint64_t transactions)> progress;
};
struct UpdateSummary {
  bool rebuilt = false;
  std::string why_rebuilt;  // "" when it was not
  uint64_t blocks_before = 0, blocks_after = 0;
};

struct ClustersRecord;

class ClusterStore {
 public:
  // Where a chain's clusters stand below a ledger's folder.
  static std::string folder_of(const std::string& ledger_folder, const chain::Network& network);
  // What is stored, as it is: it may cover fewer blocks than the ledger, or a branch that the ledger left. None where
  // nothing was built yet. The rules are needed to say which names are meant; `other_rules` tells that what is stored
  // was made under others.
  static base::Result<std::optional<Clusters>> open(const std::string& ledger_folder, const chain::Network& network,
                                                    const Rules& rules, bool& other_rules);
  // Brings what is stored up to the ledger and stores it; takes the folder's lock.
  static base::Result<Clusters> update(const std::string& ledger_folder, const ledger::UtxoReader& reader,
                                       const Rules& rules, const UpdateOptions& options, UpdateSummary& summary);

 private:
  static base::Result<Clusters> load(const std::string& folder, const ClustersRecord& record, const Rules& rules);
  static base::Status write_snapshot(const std::string& folder, const Clusters& clusters, bool durable,
                                     ClustersRecord& record);
};

// The CLUSTERS file.
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
};
std::string format_clusters_record(const ClustersRecord& record);
base::Result<ClustersRecord> parse_clusters_record(const std::string& path, const std::string& text);

}  // namespace jindo::cluster
