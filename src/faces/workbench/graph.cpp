// The graph's questions: a whole trace as nodes and edges; who an address dealt with.
#include <algorithm>

#include "workbench/expansion.h"
#include "workbench/trace_graph.h"

namespace jindo::workbench {

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
    json.key("nodes");
    json.begin_array();
    for (uint32_t n = 0; n < nodes.size(); ++n)
      if (shown[n]) graph.node(json, n, *owning, view->traced->incidents);
    json.end_array();
    json.key("edges");
    json.begin_array();
    for (const inquiry::FlowEdge& edge : view->flow.edges)
      if (shown[edge.from] && shown[edge.to] && edge.from != edge.to) graph.edge(json, edge);
    json.end_array();
    names.write(json);
  });
}

base::Result<std::string> Workbench::expand(const Asker& asker, const ExpandRequest& request) {
  const auto state = node_.state();
  const ledger::LedgerChain* chain = state->snapshot->ledger->find(*request.network);
  if (chain == nullptr) return base::answer_no("this ledger has no " + std::string(request.network->name));
  JINDO_TRY(const auto owning, owners(*state));
  const auto incidents = incidents_for(asker);
  std::shared_ptr<const TraceView> view;
  if (request.trace) {
    JINDO_TRY(view, trace_for(asker, *request.trace));
  }
  AssetNames names(assets_, incidents);
  Expansion expansion(*chain, request.address);
  bool whole = true;
  if (!request.only_tainted) {
    JINDO_TRY(whole, expansion.run(request.filter, kSupernode));
  }
  std::vector<const Neighbour*> found;
  for (const auto& [key, n] : expansion.found()) {
    if (request.only_services) {
      const auto tags = owning->tags().find(*request.network, key);
      const bool service = (!tags.empty() && attribution::info_of(tags.front().category).service) ||
                           owning->services().find_named(*request.network, key) != nullptr;
      if (!service) continue;
    }
    found.push_back(&n);
  }
  std::sort(found.begin(), found.end(), [](const Neighbour* a, const Neighbour* b) {
    return a->movements != b->movements ? a->movements > b->movements : a->address < b->address;
  });
  const size_t all = found.size();
  if (found.size() > request.limit) found.resize(request.limit);
  const auto reader_time = [](int64_t time) { return base::format_time(time); };
  return base::json_object([&](base::JsonWriter& json) {
    const chain::Network& network = *request.network;
    json.field("chain", network.name);
    json.field("address", chain::format_address(network, request.address));
    json.key("node");
    json.begin_object();
    json.field("key", std::string(network.name) + ":" + chain::format_address(network, request.address));
    json.field("kind", "address");
    json.field("chain", network.name);
    json.field("address", chain::format_address(network, request.address));
    who_fields(json, *owning, incidents, chain, network, request.address);
    json.end_object();
    json.field("height", chain->reader().info().tip_height);
    json.field("movements", expansion.movements());
    json.field("examined", expansion.examined());
    json.field("whole", whole);  // false: a supernode; of its newest movements only
    json.field("neighbours_all", uint64_t{all});
    json.key("neighbours");
    json.begin_array();
    for (const Neighbour* n : found) {
      json.begin_object();
      json.field("key", std::string(network.name) + ":" + chain::format_address(network, n->address));
      json.field("kind", "address");
      json.field("chain", network.name);
      json.field("address", chain::format_address(network, n->address));
      who_fields(json, *owning, incidents, chain, network, n->address);
      json.key("dealings");
      json.begin_array();
      for (const auto& [kind, d] : n->dealings) {
        json.begin_object();
        json.field("direction", kind.first ? "in" : "out");
        json.field("asset", names.use(network, kind.second));
        json.field("amount", base::to_decimal(d.amount));
        if (d.joint) json.field("joint", true);
        json.field("movements", d.movements);
        json.field("first_time", reader_time(d.first));
        json.field("last_time", reader_time(d.last));
        json.field("transaction", chain::format_hash(network, chain->reader().transaction_id(d.first_transaction)));
        json.end_object();
      }
      json.end_array();
      json.end_object();
    }
    json.end_array();
    // What of it the trace knows: edges at this address, and the nodes at their other ends.
    if (view) {
      const TraceGraph graph(*view, *state->snapshot->ledger, names);
      std::vector<uint32_t> edges, nodes;
      const auto here = view->nodes_of.find({request.network, request.address});
      if (here != view->nodes_of.end())
        for (const uint32_t n : here->second) {
          if (request.filter.out) edges.insert(edges.end(), view->out[n].begin(), view->out[n].end());
          if (request.filter.in) edges.insert(edges.end(), view->in[n].begin(), view->in[n].end());
          nodes.push_back(n);
        }
      std::sort(edges.begin(), edges.end());
      edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
      // Amounts are of what was stolen: a filter of another asset lets none through, one of amounts is held against
      // those in its own asset.
      const chain::AddressKey wanted = request.filter.asset.value_or(chain::native_asset());
      const auto falls = [&](uint32_t e) {
        const inquiry::FlowEdge& edge = view->flow.edges[e];
        const trace::Source& source = view->result().sources[edge.source];
        const bool same = source.network == request.network && source.asset == wanted;
        if (edge.from == edge.to || edge.last_time < request.filter.from_time ||
            edge.first_time > request.filter.until_time || (request.filter.asset && !same))
          return true;
        if (same && ((request.filter.amount_min && edge.origin < *request.filter.amount_min) ||
                     (request.filter.amount_max && edge.origin > *request.filter.amount_max)))
          return true;
        if (!request.only_services) return false;
        const inquiry::FlowNode& from = view->flow.nodes[edge.from];
        const bool out = !from.link && from.network == request.network && from.address == request.address;
        const inquiry::FlowNode& other = view->flow.nodes[out ? edge.to : edge.from];
        const auto tags = owning->tags().find(*other.network, other.address);
        return !other.link && !(other.terminal && other.label.compare(0, 8, "service ") == 0) &&
               (tags.empty() || !attribution::info_of(tags.front().category).service);
      };
      edges.erase(std::remove_if(edges.begin(), edges.end(), falls), edges.end());
      const auto share = [&](uint32_t e) {
        return share_ppm(view->flow.edges[e].origin, view->result().totals[view->flow.edges[e].source].stolen);
      };
      const size_t edges_all = edges.size();
      std::stable_sort(edges.begin(), edges.end(), [&](uint32_t a, uint32_t b) { return share(a) > share(b); });
      if (edges.size() > request.limit) edges.resize(request.limit);
      for (const uint32_t e : edges) {
        nodes.push_back(view->flow.edges[e].from);
        nodes.push_back(view->flow.edges[e].to);
      }
      std::sort(nodes.begin(), nodes.end());
      nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
      json.key("trace");
      json.begin_object();
      trace_fields(json, *view);
      json.field("edges_all", uint64_t{edges_all});
      json.key("nodes");
      json.begin_array();
      for (const uint32_t n : nodes) graph.node(json, n, *owning, incidents);
      json.end_array();
      json.key("edges");
      json.begin_array();
      for (const uint32_t e : edges) graph.edge(json, view->flow.edges[e]);
      json.end_array();
      json.end_object();
    }
    names.write(json);
  });
}
}  // namespace jindo::workbench
