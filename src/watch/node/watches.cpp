// Watches out of the alert store into maps, and back out of them by what arrived.
#include "node/watches.h"

#include "cluster/why.h"

namespace jindo::node {
namespace {
using base::Status;
constexpr uint64_t kMembersMax = 1'000'000;  // of a watched cluster

void append(const std::map<std::string, std::vector<alerts::Watch>>& from, const std::string& key,
            std::vector<const alerts::Watch*>& to) {
  const auto found = from.find(key);
  if (found == from.end()) return;
  for (const alerts::Watch& watch : found->second) to.push_back(&watch);
}
}  // namespace

Status Watches::load(const alerts::AlertStore& store, const ledger::Ledger& ledger,
                     const screening::ClusterMap& clusters) {
  version_ = store.watch_version();
  by_address_.clear();
  by_incident_.clear();
  by_category_.clear();
  have_clusters_ = false;
  JINDO_TRY(const auto watches, store.watches(0, SIZE_MAX));
  for (const alerts::Watch& watch : watches) {
    if (watch.kind == "incident") {
      by_incident_[watch.incident].push_back(watch);
      continue;
    }
    if (watch.kind == "category") {
      by_category_[watch.category].push_back(watch);
      continue;
    }
    const auto network = chain::find_network(watch.chain);
    if (!network.ok()) continue;
    const auto key = chain::parse_address(**network, watch.address);
    if (!key.ok()) continue;
    by_address_[{*network, *key}].push_back(watch);
    if (watch.kind == "cluster") JINDO_DO(add_cluster(watch, {*network, *key}, ledger, clusters));
  }
  return {};
}

// Those that belong together with an address, as the clusters have it now.
Status Watches::add_cluster(const alerts::Watch& watch, const Place& place, const ledger::Ledger& ledger,
                            const screening::ClusterMap& clusters) {
  have_clusters_ = true;
  const ledger::LedgerChain* chain = ledger.find(*place.first);
  const auto found = clusters.find(place.first);
  if (chain == nullptr || found == clusters.end()) return {};
  const cluster::Clusters& known = *found->second;
  const auto handle = chain->utxo->find_address(place.second);
  const uint32_t number = handle ? known.number_of(*chain->utxo, *handle) : cluster::kNoAddress;
  if (number == cluster::kNoAddress) return {};
  JINDO_TRY(const auto members, cluster::members_of(*chain->utxo, known, number, kMembersMax));
  for (const uint32_t member : members) {
    const chain::AddressKey other = known.numbers().address(*chain->utxo, member);
    if (!(other == place.second)) by_address_[{place.first, other}].push_back(watch);
  }
  return {};
}

std::vector<const alerts::Watch*> Watches::that_ask_for(const exposure::Arrival& arrival,
                                                        const exposure::SourceInfo& source, bool fresh,
                                                        const attribution::TagIndex& tags) const {
  std::vector<const alerts::Watch*> out;
  const auto own = by_address_.find({arrival.network, arrival.what.address});
  if (own != by_address_.end())
    for (const alerts::Watch& watch : own->second) out.push_back(&watch);
  if (!fresh || source.kind != exposure::SourceKind::kIncident) return out;
  append(by_incident_, source.id, out);
  append(by_incident_, "*", out);
  for (const attribution::Tag& tag : tags.find(*arrival.network, arrival.what.address))
    append(by_category_, attribution::name_of(tag.category), out);
  return out;
}
}  // namespace jindo::node
