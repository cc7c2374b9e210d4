// A trace's flow as nodes and edges in JSON, each named by a key: "ethereum:0x…", "bitcoin:end fee", "bitcoin:link
// bridge …".
#pragma once

#include "base/clock.h"
#include "workbench/workbench.h"

namespace jindo::workbench {

class TraceGraph {
 public:
  // `ledger`: the node's newest, which its clusters are numbered by.
  TraceGraph(const TraceView& view, const ledger::Ledger& ledger, AssetNames& names)
      : view_(view), ledger_(ledger), names_(names) {}
  void node(base::JsonWriter& json, uint32_t n, const inquiry::Ownership& owners,
            const std::vector<incidents::Incident>& incidents) const {
    const inquiry::FlowNode& node = view_.flow.nodes[n];
    const std::string address = chain::format_address(*node.network, node.address);
    json.begin_object();
    json.field("key", key_of(n));
    json.field("kind", node.terminal ? "terminal" : node.link ? "link" : node.theft ? "theft" : "address");
    json.field("chain", node.network->name);
    if (!address.empty()) json.field("address", address);
    if (node.terminal || node.link) json.field("label", node.label);
    if (!node.address.is_none())
      who_fields(json, owners, incidents, ledger_.find(*node.network), *node.network, node.address);
    if (node.hops != UINT32_MAX) json.field("hops", uint64_t{node.hops});
    if (view_.first_received[n] != INT64_MAX) json.field("time", base::format_time(view_.first_received[n]));
    uint64_t held = 0;
    for (size_t s = 0; s < view_.sources(); ++s)
      held += share_ppm(view_.held[n * view_.sources() + s], view_.result().totals[s].stolen);
    if (held > 0) json.field("held_ppm", held);
    json.end_object();
  }
  std::string key_of(uint32_t n) const {
    const inquiry::FlowNode& node = view_.flow.nodes[n];
    return node.terminal || node.link
               ? std::string(node.network->name) + ":" + (node.link ? "link " : "end ") + node.label
               : std::string(node.network->name) + ":" + chain::format_address(*node.network, node.address);
  }
  // Ends by key.
  void edge(base::JsonWriter& json, const inquiry::FlowEdge& e) const {
    const trace::Source& source = view_.result().sources[e.source];
    const inquiry::FlowNode& to = view_.flow.nodes[e.to];
    json.begin_object();
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
    json.end_object();
  }

 private:
  const TraceView& view_;
  const ledger::Ledger& ledger_;
  AssetNames& names_;
};

}  // namespace jindo::workbench
