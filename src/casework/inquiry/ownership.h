// Who owns what, for one ledger: the tags in force, the stored clusters, and the services that a trace ends at. Opened
// once a command; what is missing (no records, no clusters built) is reported, not made up.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "attribution/service_directory.h"
#include "attribution/tag_store.h"
#include "cluster/store.h"
#include "ledger/ledger.h"
#include "resolve/registry.h"

namespace jindo::inquiry {

// How far an address may be said to be somebody's: by a tag of its own; also by its cluster's; also by forwarding.
enum class OwnerBasis { kNone, kTags, kClusters, kAll };
base::Result<OwnerBasis> parse_owner_basis(std::string_view name);

struct OwnershipRequest {
  std::string ledger;
  std::string records;                // "" for records_of(ledger)
  std::vector<std::string> services;  // CSV tables
  std::vector<std::string> registry;  // files or folders: public contracts (resolve/registry.h); not under kNone
  OwnerBasis basis = OwnerBasis::kClusters;
  int64_t on = 0;  // tags in force then
};
std::string records_of(const std::string& ledger_folder);

class Ownership {
 public:
  // Records that are not there are no tags. The ledger must outlive it.
  static base::Result<std::unique_ptr<Ownership>> open(const OwnershipRequest& request, const ledger::Ledger& ledger);
  using ClusterMap = std::map<const chain::Network*, std::shared_ptr<const cluster::Clusters>>;
  // Of what a live node holds already: tags in force, and clusters (a tag's owner is not said to own the whole
  // cluster). `records`: for tags of the past; "" for none. Depends on no ledger; thread safe but for store().
  static base::Result<std::unique_ptr<Ownership>> of(std::shared_ptr<const attribution::TagIndex> tags,
                                                     ClusterMap clusters, const std::string& records);

  const attribution::TagIndex& tags() const { return *tags_; }
  const attribution::TagStore* store() const { return store_ ? &*store_ : nullptr; }
  const attribution::ServiceDirectory& services() const { return services_; }
  // A chain's clusters; null where none are built.
  const cluster::Clusters* clusters(const chain::Network& network) const;
  // Why they may not be up to date: "" when they are.
  const std::string& stale(const chain::Network& network) const;
  bool uses_clusters() const { return !clusters_.empty(); }
  int64_t on() const { return on_; }
  // Public contracts of a registry become services that everybody knows.
  base::Status add_registry(const std::vector<std::string>& paths);
  const std::shared_ptr<const resolve::Registry>& registry() const { return registry_; }  // null: none was asked for
  // The exchange an account's address belongs to by tag or table; "" for nobody.
  std::string exchange_of(const chain::Network& network, const chain::AddressKey& address) const;

 private:
  base::Status open_clusters(const std::string& folder, const ledger::Ledger& ledger);
  void add_cluster_rule(const ledger::UtxoReader& reader, const cluster::Clusters& clusters);
  void add_deposit_rule(const ledger::LedgerChain& chain);
  std::shared_ptr<const resolve::Registry> registry_;
  int64_t on_ = 0;
  std::optional<attribution::TagStore> store_;
  std::shared_ptr<const attribution::TagIndex> tags_ = std::make_shared<const attribution::TagIndex>();
  attribution::ServiceDirectory services_;
  ClusterMap clusters_;
  std::map<const chain::Network*, std::string> stale_;
};

// The rules under which a chain is clustered: the named owners of tags, and what people said in the records.
base::Result<cluster::Rules> cluster_rules(const attribution::TagStore* store, const attribution::TagIndex& tags,
                                           const chain::Network& network, uint32_t growth_max);

}  // namespace jindo::inquiry
