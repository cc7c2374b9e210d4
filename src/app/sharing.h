// Sharing: what the use cases of a node do with the store of shared intelligence. It publishes this organisation's
// incidents and what became of them, takes in what others publish (incidents into the traces, wallets into the tags,
// withdrawals out of both), tells others what was seen, held, frozen, and keeps in step with other servers. Every read
// leaves a record in a log of its own, chained like the decision log. Thread safe.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "intel/config.h"
#include "intel/provenance.h"
#include "intel/store.h"
#include "screening/decision_log.h"

namespace jindo::app {

struct SharingOptions {
  std::string data;      // folder: signing key, log of reads
  std::string file;      // a sharing file to apply at the start; "": the last one
  bool reads = true;     // writes the log of reads: one process at a time
  std::string database;  // "" for intel.db in the folder; or postgresql://…
};
struct ReadRecord {  // who read what of shared intelligence
  std::string key, organisation, what, collection;
  int64_t first = 0, last = 0;  // positions
  size_t count = 0;
};

std::string directory_json(const intel::Directory& directory, const std::string& signing_key);

class Sharing {
 public:
  static base::Result<std::unique_ptr<Sharing>> open(const SharingOptions& options);

  intel::Store& store() { return *store_; }
  const intel::SigningKey& key() const { return *key_; }
  screening::DecisionLog& reads() { return *reads_; }
  // A sharing file (docs/formats/sharing.md): in force when this returns.
  base::Status apply(const std::string& path, const std::string& yaml);
  // The record's number; it is kept once reads().settle(number) has returned.
  base::Result<uint64_t> record_read(const ReadRecord& read);
  // Signs what this organisation made: each object that names it as its creator, or no creator at all.
  base::Result<std::vector<stix::Object>> sign(const std::vector<std::string>& objects);

 private:
  Sharing() = default;
  SharingOptions options_;
  std::unique_ptr<intel::Store> store_;
  std::shared_ptr<const intel::SigningKey> key_;
  std::unique_ptr<screening::DecisionLog> reads_;
};

}  // namespace jindo::app
