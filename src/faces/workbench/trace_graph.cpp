// Nodes and edges of the graph, field by field.
#include "workbench/trace_graph.h"

#include "base/clock.h"

namespace jindo::workbench {

std::string node_key(const chain::Network& network, const chain::AddressKey& address) {
  return std::string(network.name) + ":" + chain::format_address(network, address);
}
void address_node_fields(base::JsonWriter& json, const inquiry::Ownership& owners,
                         const std::vector<incidents::Incident>& incidents, const ledger::LedgerChain& chain,
                         const chain::AddressKey& address) {
  const chain::Network& network = *chain.network;
  json.field("key", node_key(network, address));
  json.field("kind", "address");
  json.field("chain", network.name);
  json.field("address", chain::format_address(network, address));
  who_fields(json, owners, incidents, &chain, network, address);
}

std::string TraceGraph::key_of(uint32_t n) const {
  const inquiry::FlowNode& node = view_.flow.nodes[n];
  if (!node.terminal && !node.link) return node_key(*node.network, node.address);
  return std::string(node.network->name) + ":" + (node.link ? "link " : "end ") + node.label;
}
void TraceGraph::node(base::JsonWriter& json, uint32_t n, const inquiry::Ownership& owners,
                      const std::vector<incidents::Incident>& incidents) const {
  const inquiry::FlowNode& node = view_.flow.nodes[n];
  const std::string address = chain::format_address(*node.network, node.address);
  json.object([&] {
    json.field("key", key_of(n));
    json.field("kind", node.terminal ? "terminal" : node.link ? "link" : node.theft ? "theft" : "address");
    json.field("chain", node.network->name);
    if (!address.empty()) json.field("address", address);
    if (node.terminal || node.link) json.field("label", node.label);
    if (!node.address.is_none())
      who_fields(json, owners, incidents, ledger_.find(*node.network), *node.network, node.address);
    place_fields(json, n);
  });
}
// Where it is in the trace: how far, since when, how much it holds.
void TraceGraph::place_fields(base::JsonWriter& json, uint32_t n) const {
  const inquiry::FlowNode& node = view_.flow.nodes[n];
  if (node.hops != UINT32_MAX) json.field("hops", uint64_t{node.hops});
  if (view_.first_received[n] != INT64_MAX) json.field("time", base::format_time(view_.first_received[n]));
  uint64_t widest = 0;
  for (size_t s = 0; s < view_.sources(); ++s)
    widest += share_ppm(view_.held[n * view_.sources() + s], view_.result().totals[s].stolen);
  if (widest == 0) return;
  json.field("held_ppm", widest);  // over all sources: how large it is drawn
  json.array("held", [&] {         // by source: what is said of it
    for (size_t s = 0; s < view_.sources(); ++s) {
      const base::Uint256& held = view_.held[n * view_.sources() + s];
      if (held.is_zero()) continue;
      const trace::Source& source = view_.result().sources[s];
      json.object([&] {
        json.field("asset", names_.use(*source.network, source.asset));
        json.field("origin", base::to_decimal(held));
        json.field("ppm", share_ppm(held, view_.result().totals[s].stolen));
      });
    }
  });
}
void TraceGraph::edge(base::JsonWriter& json, const inquiry::FlowEdge& e) const {
  const trace::Source& source = view_.result().sources[e.source];
  const inquiry::FlowNode& to = view_.flow.nodes[e.to];
  json.object([&] {
    json.field("from", key_of(e.from));
    json.field("to", key_of(e.to));
    json.field("asset", names_.use(*source.network, source.asset));
    json.field("tainted", base::to_decimal(e.origin));
    if (view_.key.policy != trace::Policy::kPoison)
      json.field("ppm", share_ppm(e.origin, view_.result().totals[e.source].stolen));
    json.field("inferred", e.inferred);
    json.field("movements", e.movements);
    json.field("first_time", base::format_time(e.first_time));
    json.field("last_time", base::format_time(e.last_time));
    json.field("transaction", chain::format_hash(*to.network, e.first_transaction));
  });
}
}  // namespace jindo::workbench
