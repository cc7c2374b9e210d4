// The graph's questions: a whole trace as nodes and edges; who an address dealt with.
#include <algorithm>

#include "base/clock.h"
#include "workbench/expansion.h"
#include "workbench/trace_graph.h"

namespace jindo::workbench {
namespace {
using chain::AddressKey;

// Whether the address is a service's, by the tag that is shown of it.
bool is_tagged_service(const inquiry::Ownership& owners, const chain::Network& network, const AddressKey& address) {
  const auto tags = owners.tags().find(network, address);
  return !tags.empty() && attribution::info_of(tags.front().category).service;
}

// Those that are asked for, the busiest first.
std::vector<const Neighbour*> neighbours_of(const Expansion& expansion, const ExpandRequest& request,
                                            const inquiry::Ownership& owners) {
  std::vector<const Neighbour*> out;
  for (const auto& [key, n] : expansion.found())
    if (!request.only_services || is_tagged_service(owners, *request.network, key) ||
        owners.services().find_named(*request.network, key) != nullptr)
      out.push_back(&n);
  std::sort(out.begin(), out.end(), [](const Neighbour* a, const Neighbour* b) {
    return a->movements != b->movements ? a->movements > b->movements : a->address < b->address;
  });
  return out;
}
void dealing_rows(base::JsonWriter& json, const Neighbour& n, const ledger::LedgerChain& chain, AssetNames& names) {
  const chain::Network& network = *chain.network;
  json.objects("dealings", n.dealings, [&](const auto& entry) {
    const auto& [direction, asset] = entry.first;
    const Dealing& d = entry.second;
    json.field("direction", direction ? "in" : "out");
    json.field("asset", names.use(network, asset));
    json.field("amount", base::to_decimal(d.amount));
    if (d.joint) json.field("joint", true);
    json.field("movements", d.movements);
    json.field("first_time", base::format_time(d.first));
    json.field("last_time", base::format_time(d.last));
    json.field("transaction", chain::format_hash(network, chain.reader().transaction_id(d.first_transaction)));
  });
}

// What a trace knows of one address: the edges there that a request lets through, and the nodes at their ends.
class TraceAround {
 public:
  TraceAround(const TraceView& view, const ExpandRequest& request, const inquiry::Ownership& owners)
      : view_(view), request_(request), owners_(owners) {
    gather();
    edges_.erase(std::remove_if(edges_.begin(), edges_.end(), [&](uint32_t e) { return !passes(e); }), edges_.end());
    all_ = edges_.size();
    keep_largest();
    for (const uint32_t e : edges_) {
      nodes_.push_back(view_.flow.edges[e].from);
      nodes_.push_back(view_.flow.edges[e].to);
    }
    sort_out(nodes_);
  }
  const std::vector<uint32_t>& edges() const { return edges_; }  // the largest share first
  const std::vector<uint32_t>& nodes() const { return nodes_; }
  size_t all() const { return all_; }  // edges, before the limit

 private:
  static void sort_out(std::vector<uint32_t>& numbers) {
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  }
  void gather() {
    const auto here = view_.nodes_of.find({request_.network, request_.address});
    if (here == view_.nodes_of.end()) return;
    for (const uint32_t n : here->second) {
      if (request_.filter.out) edges_.insert(edges_.end(), view_.out[n].begin(), view_.out[n].end());
      if (request_.filter.in) edges_.insert(edges_.end(), view_.in[n].begin(), view_.in[n].end());
      nodes_.push_back(n);
    }
    sort_out(edges_);
  }
  // Amounts are of what was stolen: a filter of another asset lets none through, one of amounts is held against those
  // in its own asset.
  bool passes(uint32_t e) const {
    const Filter& filter = request_.filter;
    const inquiry::FlowEdge& edge = view_.flow.edges[e];
    const trace::Source& source = view_.result().sources[edge.source];
    const bool same =
        source.network == request_.network && source.asset == filter.asset.value_or(chain::native_asset());
    if (edge.from == edge.to || edge.last_time < filter.from_time || edge.first_time > filter.until_time) return false;
    if (filter.asset && !same) return false;
    if (same && ((filter.amount_min && edge.origin < *filter.amount_min) ||
                 (filter.amount_max && edge.origin > *filter.amount_max)))
      return false;
    return !request_.only_services || leads_to_service(edge);
  }
  // Whether the edge's other end is a service, or a link's.
  bool leads_to_service(const inquiry::FlowEdge& edge) const {
    const inquiry::FlowNode& from = view_.flow.nodes[edge.from];
    const bool out = !from.link && from.network == request_.network && from.address == request_.address;
    const inquiry::FlowNode& other = view_.flow.nodes[out ? edge.to : edge.from];
    return other.link || (other.terminal && other.label.compare(0, 8, "service ") == 0) ||
           is_tagged_service(owners_, *other.network, other.address);
  }
  uint64_t share(uint32_t e) const {
    return share_ppm(view_.flow.edges[e].origin, view_.result().totals[view_.flow.edges[e].source].stolen);
  }
  void keep_largest() {
    std::stable_sort(edges_.begin(), edges_.end(), [&](uint32_t a, uint32_t b) { return share(a) > share(b); });
    if (edges_.size() > request_.limit) edges_.resize(request_.limit);
  }

  const TraceView& view_;
  const ExpandRequest& request_;
  const inquiry::Ownership& owners_;
  std::vector<uint32_t> edges_, nodes_;
  size_t all_ = 0;
};
}  // namespace

base::Result<std::string> Workbench::trace_graph(const Asker& asker, const TraceKey& key, size_t nodes_max) {
  JINDO_TRY(const auto view, trace_for(asker, key));
  const auto& nodes = view->flow.nodes;
  std::vector<uint32_t> order(nodes.size());
  for (uint32_t n = 0; n < order.size(); ++n) order[n] = n;
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return nodes[a].hops < nodes[b].hops; });
  std::vector<bool> shown(nodes.size(), false);
  for (size_t i = 0; i < std::min(order.size(), nodes_max); ++i) shown[order[i]] = true;
  const auto state = node_.state();
  JINDO_TRY(const auto owning, owners(*state));
  AssetNames names(assets_, view->traced->incidents);
  const TraceGraph graph(*view, *state->snapshot->ledger, names);
  return base::json_object([&](base::JsonWriter& json) {
    trace_fields(json, *view);
    source_fields(json, *view, names);
    json.field("nodes_all", uint64_t{nodes.size()});
    json.field("edges_all", uint64_t{view->flow.edges.size()});
    json.array("nodes", [&] {
      for (uint32_t n = 0; n < nodes.size(); ++n)
        if (shown[n]) graph.node(json, n, *owning, view->traced->incidents);
    });
    json.array("edges", [&] {
      for (const inquiry::FlowEdge& edge : view->flow.edges)
        if (shown[edge.from] && shown[edge.to] && edge.from != edge.to) graph.edge(json, edge);
    });
    names.write(json);
  });
}

base::Result<std::string> Workbench::expand(const Asker& asker, const ExpandRequest& request) {
  const chain::Network& network = *request.network;
  const auto state = node_.state();
  const ledger::LedgerChain* chain = state->snapshot->ledger->find(network);
  if (chain == nullptr) return base::answer_no("this ledger has no " + std::string(network.name));
  JINDO_TRY(const auto owning, owners(*state));
  const auto incidents = incidents_for(asker);
  std::shared_ptr<const TraceView> view;
  if (request.trace) {
    JINDO_TRY(view, trace_for(asker, *request.trace));
  }
  Expansion expansion(*chain, request.address);
  bool whole = true;
  if (!request.only_tainted) {
    JINDO_TRY(whole, expansion.run(request.filter, kSupernode));
  }
  std::vector<const Neighbour*> found = neighbours_of(expansion, request, *owning);
  const size_t all = found.size();
  if (found.size() > request.limit) found.resize(request.limit);
  AssetNames names(assets_, incidents);
  return base::json_object([&](base::JsonWriter& json) {
    json.field("chain", network.name);
    json.field("address", chain::format_address(network, request.address));
    json.object("node", [&] { address_node_fields(json, *owning, incidents, *chain, request.address); });
    json.field("height", chain->reader().info().tip_height);
    json.field("movements", expansion.movements());
    json.field("examined", expansion.examined());
    json.field("whole", whole);  // false: a supernode; of its newest movements only
    json.field("neighbours_all", uint64_t{all});
    json.objects("neighbours", found, [&](const Neighbour* n) {
      address_node_fields(json, *owning, incidents, *chain, n->address);
      dealing_rows(json, *n, *chain, names);
    });
    if (view)
      json.object("trace", [&] {
        const TraceGraph graph(*view, *state->snapshot->ledger, names);
        const TraceAround around(*view, request, *owning);
        trace_fields(json, *view);
        json.field("edges_all", uint64_t{around.all()});
        json.list("nodes", around.nodes(), [&](uint32_t n) { graph.node(json, n, *owning, incidents); });
        json.list("edges", around.edges(), [&](uint32_t e) { graph.edge(json, view->flow.edges[e]); });
      });
    names.write(json);
  });
}
}  // namespace jindo::workbench
