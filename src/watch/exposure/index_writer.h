// IndexWriter: the one writer of the exposure index. Changed rows gather between two publications and become one small
// table before the others; small tables are merged into the next when they are a quarter of it, large merges on a
// thread of their own while answers go on. Single threaded but for that.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <future>

#include "exposure/snapshot.h"

namespace jindo::exposure {

class IndexWriter {
 public:
  // `changed_max`: rows; what was changed beyond becomes a table at once, not seen before publish().
  explicit IndexWriter(size_t changed_max = size_t{1} << 20);
  ~IndexWriter();
  uint32_t add_source(const SourceInfo& info);
  void end_source(uint32_t source);  // its rows count no longer
  uint32_t asset_number(const chain::Network& network, const chain::AddressKey& asset);
  // The row with all changes so far, to be changed.
  Row& row(const NetworkAddress& address, uint32_t asset, uint32_t source);
  // Rows of unconfirmed transactions: all of them, each time.
  void set_unconfirmed(const std::vector<std::pair<NetworkAddress, Row>>& rows);
  void set_ledger(std::shared_ptr<const ledger::Ledger> ledger);
  // Everything changed since, visible at once.
  std::shared_ptr<const Snapshot> publish();
  const Snapshot& last() const { return *now_; }
  const Published& published() const { return published_; }
  const std::vector<SourceInfo>& sources() const { return sources_; }
  void finish_merges();  // publishes with nothing left to merge: before a first answer

 private:
  struct RowKey {
    NetworkAddress address;
    uint32_t asset = 0, source = 0;
    friend bool operator==(const RowKey&, const RowKey&) = default;
  };
  struct RowHash {
    using is_avalanching = void;
    size_t operator()(const RowKey& key) const {
      return static_cast<size_t>(hash_of(key.address) + (key.asset * 31 + key.source) * 0x9e3779b97f4a7c15ULL);
    }
  };
  std::shared_ptr<const Table> build_delta();
  void take_changes();
  void merge();
  const size_t changed_max_;
  std::vector<SourceInfo> sources_;
  std::vector<AssetInfo> assets_;
  std::shared_ptr<const std::vector<SourceInfo>> shared_sources_;
  std::shared_ptr<const std::vector<AssetInfo>> shared_assets_;
  boost::unordered_flat_map<RowKey, Row, RowHash> changed_;
  std::vector<std::shared_ptr<const Table>> tables_;
  std::shared_ptr<const Table> unconfirmed_;
  std::shared_ptr<const ledger::Ledger> ledger_;
  std::shared_ptr<const Snapshot> now_;
  uint64_t generation_ = 0;
  std::vector<std::shared_ptr<const Table>> merging_;  // what the merge under way replaces
  std::future<std::shared_ptr<const Table>> merged_;
  Published published_;
};

}  // namespace jindo::exposure
