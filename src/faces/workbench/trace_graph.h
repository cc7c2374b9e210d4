// Nodes and edges of the graph in JSON. A node is named by a key: "ethereum:0x…" an address, "bitcoin:end fee" and
// "bitcoin:link bridge …" places of a trace's flow where value ends or goes through a link.
#pragma once

#include <string>
#include <vector>

#include "workbench/workbench.h"

namespace jindo::workbench {

// "ethereum:0x…"
std::string node_key(const chain::Network& network, const chain::AddressKey& address);
// An address as a node, in fields of an open object: key, kind, chain, address, who it is.
void address_node_fields(base::JsonWriter& json, const inquiry::Ownership& owners,
                         const std::vector<incidents::Incident>& incidents, const ledger::LedgerChain& chain,
                         const chain::AddressKey& address);

// A trace's flow. What it is made of must outlive it.
class TraceGraph {
 public:
  // `ledger`: the node's newest, which its clusters are numbered by.
  TraceGraph(const TraceView& view, const ledger::Ledger& ledger, AssetNames& names)
      : view_(view), ledger_(ledger), names_(names) {}
  std::string key_of(uint32_t n) const;
  // An element of an open array.
  void node(base::JsonWriter& json, uint32_t n, const inquiry::Ownership& owners,
            const std::vector<incidents::Incident>& incidents) const;
  // The same; ends by key.
  void edge(base::JsonWriter& json, const inquiry::FlowEdge& e) const;

 private:
  void place_fields(base::JsonWriter& json, uint32_t n) const;
  const TraceView& view_;
  const ledger::Ledger& ledger_;
  AssetNames& names_;
};

}  // namespace jindo::workbench
