// The clusters of a ledger's UTXO chains on disk: LEDGER/clusters/CHAIN/. A snapshot (mapped, copied where it is
// written) and a few small files of changes since; CLUSTERS names them with checksums and says up to which block and
// under which rules they hold. Replacing CLUSTERS is what makes an update visible. docs/formats/clusters.md.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cluster/clusters.h"
#include "cluster/clusters_record.h"

namespace jindo::cluster {

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

class ClusterStore {
 public:
  // Where a chain's clusters stand below a ledger's folder.
  static std::string folder_of(const std::string& ledger_folder, const chain::Network& network);
  // What is stored, as it is: it may cover fewer blocks than the ledger, or a branch that the ledger left. None where
  // nothing was built yet. The rules are needed to say which names are meant; `other_rules` says that what is stored
  // was made under others.
  static base::Result<std::optional<Clusters>> open(const std::string& ledger_folder, const chain::Network& network,
                                                    const Rules& rules, bool& other_rules);
  // Brings what is stored up to the ledger and stores it; takes the folder's lock.
  static base::Result<Clusters> update(const std::string& ledger_folder, const ledger::UtxoReader& reader,
                                       const Rules& rules, const UpdateOptions& options, UpdateSummary& summary);

 private:
  static base::Result<Clusters> load(const std::string& folder, const ClustersRecord& record, const Rules& rules);
  static base::Status replay_deltas(const std::string& folder, const ClustersRecord& record, Clusters& clusters);
  static void set_state(const ClustersRecord::Delta& state, Clusters& clusters);
  static ClustersRecord::Delta state_of(const Clusters& clusters);
  static base::Status write(const std::string& folder, const UpdateOptions& options, bool rebuilt, Clusters& clusters,
                            ClustersRecord& record);
  static base::Status write_snapshot(const std::string& folder, const Clusters& clusters, bool durable,
                                     ClustersRecord& record);
  static base::Status write_delta(const std::string& folder, const Clusters& clusters, bool durable,
                                  const std::string& name, ClustersRecord& record);
};

}  // namespace jindo::cluster
