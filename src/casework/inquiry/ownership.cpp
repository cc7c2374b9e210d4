// Tags, then clusters, then deposits: each a rule of the directory of services, in that order.
#include "inquiry/ownership.h"

#include <algorithm>

#include "base/file.h"
#include "cluster/deposits.h"

namespace jindo::inquiry {
namespace {
using attribution::Tag;
constexpr uint8_t kNameConfidenceLeast = 40;  // a surer tag names an owner whom a join may not tie to another

// Names that differ in case, blanks and points only are one owner's.
std::string folded(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const auto u = static_cast<unsigned char>(c);
    if (u >= 0x80)
      out += c;
    else if (std::isalnum(u) != 0)
      out += static_cast<char>(std::tolower(u));
  }
  return out.empty() ? name : out;
}
// Whether the tag says whose address it is, not just what list it is on.
bool names_owner(const Tag& tag) {
  if (tag.confidence < kNameConfidenceLeast) return false;
  const auto& info = attribution::info_of(tag.category);
  return !tag.actor.empty() || info.service || tag.category == attribution::Category::kMiner ||
         (tag.source_kind == attribution::SourceKind::kAuthority && tag.label != "OFAC SDN");
}
}  // namespace

base::Result<OwnerBasis> parse_owner_basis(std::string_view name) {
  if (name == "none") return OwnerBasis::kNone;
  if (name == "tags") return OwnerBasis::kTags;
  if (name == "clusters") return OwnerBasis::kClusters;
  if (name == "all") return OwnerBasis::kAll;
  return base::wrong_use("unknown basis '" + std::string(name) + "'; expected none, tags, clusters or all");
}
std::string records_of(const std::string& ledger_folder) { return ledger_folder + "/records.db"; }

base::Result<cluster::Rules> cluster_rules(const attribution::TagStore* store, const attribution::TagIndex& tags,
                                           const chain::Network& network, uint32_t growth_max) {
  cluster::Rules rules;
  rules.growth_max = growth_max;
  const chain::AddressKey* last = nullptr;
  for (const Tag& tag : tags.tags()) {
    if (tag.subject.network != &network || tag.subject.kind == attribution::SubjectKind::kTransaction) continue;
    if (!names_owner(tag) || (last != nullptr && *last == tag.subject.key)) continue;
    last = &tag.subject.key;  // tags of one address lie together, the one shown first before the others
    rules.names.push_back({tag.subject.key, folded(tags.owner_of(tag))});
  }
  if (store == nullptr) return rules;
  JINDO_TRY(const auto said, store->rules());
  for (const attribution::ClusterRule& rule : said) {
    if (rule.undone || rule.chain != network.name) continue;
    if (rule.kind == "apart") {
      JINDO_TRY(const auto a, chain::parse_address(network, rule.a));
      JINDO_TRY(const auto b, chain::parse_address(network, rule.b));
      rules.apart.emplace_back(a, b);
      continue;
    }
    chain::TxId id{};
    if (!chain::parse_hash(network, rule.a, id))
      return base::bad_input("a cluster rule names no transaction: " + rule.a);
    (rule.kind == "accept" ? rules.accepted : rules.joins_nothing).push_back(id);
  }
  return rules;
}

base::Result<std::unique_ptr<Ownership>> Ownership::open(const OwnershipRequest& request,
                                                         const ledger::Ledger& ledger) {
  auto out = std::make_unique<Ownership>();
  out->on_ = request.on;
  for (const std::string& path : request.services) JINDO_DO(out->services_.read(path));
  if (request.basis == OwnerBasis::kNone) return out;
  JINDO_DO(out->add_registry(request.registry));
  const std::string path = request.records.empty() ? records_of(request.ledger) : request.records;
  if (base::exists(path)) {
    JINDO_TRY(out->store_, attribution::TagStore::open(path, records::Database::Access::kRead));
    JINDO_TRY(auto tags, attribution::TagIndex::load(*out->store_, request.on));
    out->tags_ = std::make_shared<const attribution::TagIndex>(std::move(tags));
    out->services_.add(*out->tags_);
  } else if (!request.records.empty()) {
    return base::bad_input(path + ": no such file");
  }
  if (request.basis == OwnerBasis::kTags) return out;
  JINDO_DO(out->open_clusters(request.ledger, ledger));
  if (request.basis == OwnerBasis::kAll)
    for (const ledger::LedgerChain& chain : ledger.chains()) out->add_deposit_rule(chain);
  return out;
}

base::Result<std::unique_ptr<Ownership>> Ownership::of(std::shared_ptr<const attribution::TagIndex> tags,
                                                       ClusterMap clusters, const std::string& records) {
  auto out = std::make_unique<Ownership>();
  if (!records.empty() && base::exists(records)) {
    JINDO_TRY(out->store_, attribution::TagStore::open(records, records::Database::Access::kRead));
  }
  out->tags_ = std::move(tags);
  out->services_.add(*out->tags_);
  out->clusters_ = std::move(clusters);
  return out;
}

base::Status Ownership::add_registry(const std::vector<std::string>& paths) {
  if (paths.empty()) return {};
  JINDO_TRY(resolve::Registry registry, resolve::Registry::read(paths));
  registry_ = std::make_shared<const resolve::Registry>(std::move(registry));
  resolve::name_contracts(*registry_, services_);
  return {};
}

base::Status Ownership::open_clusters(const std::string& folder, const ledger::Ledger& ledger) {
  for (const ledger::LedgerChain& chain : ledger.chains()) {
    if (!chain.utxo) continue;
    const ledger::ChainInfo& info = chain.utxo->info();
    JINDO_TRY(const cluster::Rules rules, cluster_rules(store(), *tags_, *chain.network, cluster::Rules{}.growth_max));
    bool other_rules = false;
    JINDO_TRY(auto found, cluster::ClusterStore::open(folder, *chain.network, rules, other_rules));
    if (!found) {
      stale_[chain.network] = "clusters are not built; 'jindo cluster build' makes them";
      continue;
    }
    if (found->blocks() > info.blocks || chain.utxo->block(found->blocks() - 1).hash != found->tip()) {
      stale_[chain.network] =
          "the stored clusters are of a branch that the ledger left; 'jindo cluster build' mends that";
      continue;
    }
    std::string why;
    if (found->blocks() < info.blocks)
      why = "clusters reach block " + std::to_string(chain.utxo->block(found->blocks() - 1).height) + " of " +
            std::to_string(info.tip_height) + "; 'jindo cluster build' brings them up";
    else if (other_rules)
      why = "clusters were built before rules or tags changed; 'jindo cluster build' brings them up";
    stale_[chain.network] = why;
    const auto placed = clusters_.emplace(chain.network, std::make_shared<const cluster::Clusters>(std::move(*found)));
    add_cluster_rule(*chain.utxo, *placed.first->second);
  }
  return {};
}

// What a tag says of one address of a cluster holds for all of it, marked so.
void Ownership::add_cluster_rule(const ledger::UtxoReader& reader, const cluster::Clusters& clusters) {
  const chain::Network& network = *reader.info().network;
  auto by_root = std::make_shared<std::unordered_map<uint32_t, attribution::Service>>();
  for (const Tag& tag : tags_->tags()) {
    if (tag.subject.network != &network || tag.subject.kind == attribution::SubjectKind::kTransaction) continue;
    const attribution::Service* service = services_.find(network, tag.subject.key);
    if (service == nullptr || tag.confidence < kNameConfidenceLeast) continue;
    const auto handle = reader.find_address(tag.subject.key);
    const uint32_t number = handle ? clusters.number_of(reader, *handle) : cluster::kNoAddress;
    if (number == cluster::kNoAddress) continue;
    attribution::Service inferred = *service;
    inferred.basis = "cluster";
    inferred.source = "co-spends with " + chain::format_address(network, tag.subject.key);
    by_root->emplace(clusters.root(number), std::move(inferred));
  }
  if (by_root->empty()) return;
  services_.add_rule(network,
                     [&reader, &clusters, by_root](const chain::AddressKey& key) -> const attribution::Service* {
                       const auto handle = reader.find_address(key);
                       const uint32_t number = handle ? clusters.number_of(reader, *handle) : cluster::kNoAddress;
                       if (number == cluster::kNoAddress) return nullptr;
                       const auto found = by_root->find(clusters.root(number));
                       return found == by_root->end() ? nullptr : &found->second;
                     });
}

void Ownership::add_deposit_rule(const ledger::LedgerChain& chain) {
  const chain::Network& network = *chain.network;
  if (!services_.has_chain(network)) return;
  struct KeyHash {
    size_t operator()(const chain::AddressKey& key) const { return static_cast<size_t>(chain::hash_key(key)); }
  };
  auto known = std::make_shared<std::unordered_map<chain::AddressKey, attribution::Service, KeyHash>>();
  services_.add_rule(
      network, [this, &chain, &network, known](const chain::AddressKey& key) -> const attribution::Service* {
        const auto added = known->emplace(key, attribution::Service{});
        if (added.second) {
          cluster::Deposit deposit;
          cluster::Sweep sweep;
          const auto exchange = [&](const chain::AddressKey& other) { return exchange_of(network, other); };
          if (chain.account) {
            if (cluster::find_deposit(*chain.account, key, exchange, {}, deposit))
              added.first->second = {"exchange", deposit.exchange, "forwards to it", "deposit"};
          } else if (const auto handle = chain.utxo->find_address(key);
                     handle && cluster::find_sweep(*chain.utxo, *handle, exchange, sweep)) {
            added.first->second = {"exchange", sweep.exchange, "swept into its own address", "deposit"};
          }
        }
        return added.first->second.name.empty() ? nullptr : &added.first->second;
      });
}

std::string Ownership::exchange_of(const chain::Network& network, const chain::AddressKey& address) const {
  const attribution::Service* service = services_.find_named(network, address);
  return service != nullptr && service->category == "exchange" ? service->name : std::string();
}
const cluster::Clusters* Ownership::clusters(const chain::Network& network) const {
  const auto found = clusters_.find(&network);
  return found == clusters_.end() ? nullptr : found->second.get();
}
const std::string& Ownership::stale(const chain::Network& network) const {
  static const std::string kNone;
  const auto found = stale_.find(&network);
  return found == stale_.end() ? kNone : found->second;
}
}  // namespace jindo::inquiry
