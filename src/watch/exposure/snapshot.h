// Snapshot: what every address had to do with every incident and listed category, as of one state of the ledger.
// Immutable; readers share it and never wait. Published by one writer (index_writer.h).
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "exposure/table.h"
#include "ledger/ledger.h"

namespace jindo::exposure {

enum class SourceKind : uint8_t { kIncident, kCategory };
// One thing that was stolen, or one listed category, in one asset.
struct SourceInfo {
  SourceKind kind = SourceKind::kIncident;
  std::string id;     // of the incident, or the category's name
  std::string title;  // for people
  const chain::Network* network = nullptr;
  chain::AddressKey asset;
  bool sent = false;  // categories: value that went to listed addresses, by those who sent it; else what came from them
  bool alive = true;  // false: traced again under another number, or withdrawn
};
struct AssetInfo {
  const chain::Network* network = nullptr;
  chain::AddressKey key;
};
struct ChainCoverage {
  const chain::Network* network = nullptr;
  uint64_t blocks = 0, height = 0;
  int64_t time = 0;
  chain::BlockHash hash{};
};

struct Snapshot {
  uint64_t generation = 0;
  std::shared_ptr<const ledger::Ledger> ledger;
  base::Hash256 ledger_digest{};
  std::vector<ChainCoverage> chains;
  std::vector<std::shared_ptr<const Table>> tables;  // the newest first: the first that knows an address has all of it
  std::shared_ptr<const Table> unconfirmed;          // of transactions that no block holds yet; beside the others
  std::shared_ptr<const std::vector<SourceInfo>> sources;
  std::shared_ptr<const std::vector<AssetInfo>> assets;

  // Calls take(const Row&) for each living row of an address.
  template <class Take>
  void rows_of(const NetworkAddress& address, uint64_t hash, Take take) const {
    const auto each = [&](const Table& table, uint32_t key) {
      for (size_t n = 0; n < table.rows_of(key); ++n)
        if ((*sources)[table.source_of(key, n)].alive) take(table.row(key, n));
    };
    for (const auto& table : tables) {
      const uint32_t key = table->find(address, hash);
      if (key == Table::kMissing) continue;
      each(*table, key);
      break;
    }
    if (!unconfirmed) return;
    const uint32_t key = unconfirmed->find(address, hash);
    if (key != Table::kMissing) each(*unconfirmed, key);
  }
  void prefetch(uint64_t hash) const {
    for (const auto& table : tables) table->prefetch(hash);
  }
  size_t bytes() const;
  size_t addresses() const;  // at most: one that several tables hold counts in each
};

// The newest snapshot.
class Published {
 public:
  void set(std::shared_ptr<const Snapshot> next);
  std::shared_ptr<const Snapshot> get() const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Snapshot> now_ = std::make_shared<Snapshot>();
};
}  // namespace jindo::exposure
