// The flow as GraphML (graphml.graphdrawing.org), for Gephi, yEd, NetworkX and the like.
#include "base/clock.h"
#include "inquiry/flow.h"
#include "report/markup.h"

namespace jindo::report {
void print_graphml(const inquiry::Traced& traced, const base::TextSink& out) {
  const inquiry::Flow flow = inquiry::build_flow(traced);
  out("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n");
  const struct {
    const char *id, *target, *name, *type;
  } keys[] = {{"chain", "node", "chain", "string"},        {"address", "node", "address", "string"},
              {"label", "node", "label", "string"},        {"role", "node", "role", "string"},
              {"kind", "node", "kind", "string"},          {"hops", "node", "hops", "int"},
              {"passed", "node", "origin_in", "string"},   {"incident", "edge", "incident", "string"},
              {"asset", "edge", "stolen_asset", "string"}, {"origin", "edge", "origin", "string"},
              {"movements", "edge", "movements", "int"},   {"first", "edge", "first_time", "string"},
              {"last", "edge", "last_time", "string"},     {"transaction", "edge", "first_transaction", "string"}};
  for (const auto& key : keys) {
    out(std::string("  <key id=\"") + key.id + "\" for=\"" + key.target + "\" attr.name=\"" + key.name +
        "\" attr.type=\"" + key.type + "\"/>\n");
  }
  const std::string marking = inquiry::marking_of(traced);
  if (!marking.empty()) out("  <key id=\"marking\" for=\"graph\" attr.name=\"marking\" attr.type=\"string\"/>\n");
  out("  <graph id=\"trace\" edgedefault=\"directed\">\n");
  if (!marking.empty()) out("    <data key=\"marking\">" + escape_markup(marking) + "</data>\n");
  const auto data = [](const char* key, const std::string& value) {
    return std::string("<data key=\"") + key + "\">" + escape_markup(value) + "</data>";
  };
  for (size_t n = 0; n < flow.nodes.size(); ++n) {
    const inquiry::FlowNode& node = flow.nodes[n];
    out("    <node id=\"n" + std::to_string(n) + "\">" + data("chain", std::string(node.network->name)) +
        data("address", chain::format_address(*node.network, node.address)) + data("label", node.label) +
        data("role", node.role) + data("kind", node.terminal ? "terminal" : "address") +
        (node.hops == UINT32_MAX ? "" : data("hops", std::to_string(node.hops))) +
        data("passed", base::to_decimal(node.passed)) + "</node>\n");
  }
  for (size_t e = 0; e < flow.edges.size(); ++e) {
    const inquiry::FlowEdge& edge = flow.edges[e];
    const trace::Source& source = traced.result.sources[edge.source];
    out("    <edge id=\"e" + std::to_string(e) + "\" source=\"n" + std::to_string(edge.from) + "\" target=\"n" +
        std::to_string(edge.to) + "\">" + data("incident", source.incident) +
        data("asset", chain::format_asset(*source.network, source.asset)) +
        data("origin", base::to_decimal(edge.origin)) + data("movements", std::to_string(edge.movements)) +
        data("first", base::format_time(edge.first_time)) + data("last", base::format_time(edge.last_time)) +
        data("transaction", chain::format_hash(*flow.nodes[edge.to].network, edge.first_transaction)) + "</edge>\n");
  }
  out("  </graph>\n</graphml>\n");
}
}  // namespace jindo::report
