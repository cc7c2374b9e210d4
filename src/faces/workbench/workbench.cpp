// What the workbench shares: traces and owners for an asker; and the answers that other rooms write whole.
#include "workbench/workbench.h"

#include "inquiry/findings.h"
#include "report/findings.h"
#include "resolve/registry.h"

namespace jindo::workbench {

base::Result<std::unique_ptr<Workbench>> Workbench::open(node::LiveNode& node, federation::Sharing& sharing) {
  auto out = std::unique_ptr<Workbench>(new Workbench(node, sharing));
  const resolve::ResolveRequest& resolve = node.options().resolve;
  JINDO_TRY(const resolve::Registry registry, resolve::Registry::read(resolve.registry));
  for (const resolve::AssetEntry& asset : registry.assets()) out->assets_.add(*asset.network, asset.key, asset.facts);
  for (const std::string& path : resolve.assets) JINDO_DO(out->assets_.read_assets(path));
  JINDO_TRY(out->views_, ViewStore::open(node.options().data + "/views.db"));
  return out;
}

base::Result<std::shared_ptr<const TraceView>> Workbench::trace_for(const Asker& asker, const TraceKey& key) {
  if (!asker.sees(key.incident)) return base::answer_no("no incident " + key.incident.substr(0, 100));
  return traces_.get(key);
}
base::Result<std::shared_ptr<const inquiry::Ownership>> Workbench::owners(const screening::State& state) {
  const std::lock_guard<std::mutex> lock(owners_mutex_);
  if (!owners_ || owners_tags_ != state.tags || owners_clusters_ != state.clusters) {
    JINDO_TRY(auto made, inquiry::Ownership::of(state.tags, state.clusters, node_.records_path()));
    owners_ = std::move(made);
    owners_tags_ = state.tags;
    owners_clusters_ = state.clusters;
  }
  return owners_;
}
std::vector<incidents::Incident> Workbench::incidents_for(const Asker& asker) const {
  std::vector<incidents::Incident> out;
  for (incidents::Incident& incident : node_.incidents())
    if (asker.sees(incident.id)) out.push_back(std::move(incident));
  return out;
}

base::Result<std::string> Workbench::trail(const Asker& asker, const TraceKey& key, const std::string& to) {
  JINDO_TRY(const auto view, trace_for(asker, key));
  JINDO_TRY(const trace::TrailTarget target, inquiry::parse_target(*view->traced, to));
  JINDO_TRY(const auto steps, trace::find_trail(*view->traced->ledger, view->result(), target));
  std::string trail;
  report::print_trail_json(*view->traced, steps, [&](std::string_view part) { trail += part; });
  AssetNames names(assets_, view->traced->incidents);
  for (const trace::TrailStep& step : steps) names.use(*step.network, step.asset);
  return base::json_object([&](base::JsonWriter& json) {
    trace_fields(json, *view);
    source_fields(json, *view, names);
    json.key("trail");
    json.json(trail);
    names.write(json);
  });
}
base::Result<std::string> Workbench::findings(const Asker& asker, const TraceKey& key) {
  JINDO_TRY(const auto view, trace_for(asker, key));
  const auto found = inquiry::find_techniques(*view->traced);
  std::string out;
  report::print_findings(*view->traced, found->findings, report::FindingsFormat::kJson,
                         [&](std::string_view part) { out += part; });
  return out;
}
base::Result<std::string> Workbench::trace_file(const Asker& asker, const TraceKey& key, report::Format format) {
  JINDO_TRY(const auto view, trace_for(asker, key));
  std::string out;
  const base::TextSink sink = [&](std::string_view part) { out += part; };
  format == report::Format::kGraphml ? report::print_graphml(*view->traced, sink)
                                     : report::print_csv(*view->traced, sink);
  return out;
}

std::string strictest(const std::string& a, const std::string& b) {
  const auto of = [](const std::string& text) { return text.empty() ? std::nullopt : attribution::find_marking(text); };
  const auto x = of(a), y = of(b);
  if (!x || !y) return x ? a : b;
  return *x >= *y ? a : b;
}

void who_fields(base::JsonWriter& json, const inquiry::Ownership& owners,
                const std::vector<incidents::Incident>& incidents, const ledger::LedgerChain* chain,
                const chain::Network& network, const chain::AddressKey& address) {
  const auto tags = owners.tags().find(network, address);
  if (!tags.empty()) {
    json.field("owner", owners.tags().owner_of(tags.front()));
    json.field("category", attribution::name_of(tags.front().category));
    json.field("source", tags.front().source);
    json.field("confidence", static_cast<uint64_t>(tags.front().confidence));
    if (attribution::info_of(tags.front().category).service) json.field("service", true);
    attribution::Marking marking = attribution::Marking::kClear;
    for (const attribution::Tag& tag : tags) marking = std::max(marking, tag.marking);
    if (marking != attribution::Marking::kClear) json.field("marking", attribution::name_of(marking));
  } else if (const auto* service = owners.services().find_named(network, address)) {
    json.field("owner", service->name);
    json.field("category", service->category);
    json.field("source", service->source);
    json.field("service", true);
  }
  const std::string role = inquiry::known_role(incidents, network, address);
  if (!role.empty()) json.field("role", role);
  if (chain == nullptr || !chain->utxo) return;
  const cluster::Clusters* clusters = owners.clusters(network);
  if (clusters == nullptr) return;
  const auto handle = chain->utxo->find_address(address);
  const uint32_t number = handle ? clusters->number_of(*chain->utxo, *handle) : cluster::kNoAddress;
  if (number == cluster::kNoAddress) return;
  const uint32_t root = clusters->root(number);
  if (clusters->size(root) < 2) return;
  json.field("cluster", chain::format_address(network, clusters->numbers().address(*chain->utxo, root)));
  json.field("cluster_size", uint64_t{clusters->size(root)});
}
}  // namespace jindo::workbench
