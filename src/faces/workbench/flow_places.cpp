// A flow's places named, summed over the whole trace, and compared between policies.
#include "workbench/flow_places.h"

#include <algorithm>
#include <span>

namespace jindo::workbench {
namespace {
using base::Uint256;
constexpr uint64_t kAgreePpm = 1000;  // two policies agree on a place where they differ by no more
constexpr size_t kDifferencesMax = 100;

std::string owner_of_node(const TraceView& view, const inquiry::FlowNode& node) {
  const attribution::TagIndex& tags = view.traced->owners->tags();
  const auto found = tags.find(*node.network, node.address);
  return found.empty() ? std::string() : tags.owner_of(found.front());
}
// A terminal's label begins with what it is: "fee", "service Binance 0x…".
std::string name_of_node(const inquiry::FlowNode& node, const std::string& address) {
  std::string name = node.label;
  if (node.terminal && !address.empty() && name.size() > address.size() &&
      name.compare(name.size() - address.size(), address.size(), address) == 0)
    name.resize(name.size() - address.size() - 1);
  return name;
}
// One place a service, a role, an owner; the rest together by hops.
void name_by_service(FlowPlace& out, const inquiry::FlowNode& node, const std::string& name, const std::string& owner,
                     uint32_t column) {
  const bool unlabelled = !node.terminal && !node.link && owner.empty() && node.role.empty();
  if (node.terminal || node.link)
    out.label = name;
  else if (!owner.empty())
    out.label = owner;
  else if (!node.role.empty())
    out.label = node.role;
  else
    out.label = column == 0 ? "taken from" : "unlabelled " + std::to_string(column);
  if (unlabelled && column != 0) out.kind = "rest";
  out.key = out.kind + " " + out.label;
}
// The largest difference between traces of what came of one source.
uint64_t spread_of(const std::vector<std::vector<uint64_t>>& traces) {
  size_t sources = 0;
  for (const auto& shares : traces) sources = std::max(sources, shares.size());
  uint64_t out = 0;
  for (size_t s = 0; s < sources; ++s) {
    uint64_t least = UINT64_MAX, most = 0;
    for (const auto& shares : traces) {
      const uint64_t ppm = s < shares.size() ? shares[s] : 0;
      least = std::min(least, ppm);
      most = std::max(most, ppm);
    }
    out = std::max(out, most - least);
  }
  return out;
}
}  // namespace

FlowPlace place_of(const TraceView& view, FlowBy by, uint32_t n, uint32_t column) {
  const inquiry::FlowNode& node = view.flow.nodes[n];
  FlowPlace out;
  out.chain = node.network->name;
  out.role = node.role;
  const std::string address = chain::format_address(*node.network, node.address);
  const auto tags = view.traced->owners->tags().find(*node.network, node.address);
  if (!tags.empty()) out.category = attribution::name_of(tags.front().category);
  out.kind = node.terminal ? "terminal" : node.link ? "link" : node.theft ? "theft" : "address";
  const std::string name = name_of_node(node, address), owner = owner_of_node(view, node);
  if (by == FlowBy::kService && !node.theft) {
    name_by_service(out, node, name, owner, column);
    return out;
  }
  const bool has_address = !node.terminal && !node.link;
  out.key = (has_address ? std::string() : out.kind + " ") + out.chain + " " + (has_address ? address : node.label);
  out.label = has_address ? owner.empty() ? address : owner : name;
  out.address = address;
  return out;
}

std::vector<uint32_t> columns_by_hops(const TraceView& view) {
  std::vector<uint32_t> out;
  out.reserve(view.flow.nodes.size());
  for (const inquiry::FlowNode& node : view.flow.nodes)
    out.push_back(node.hops == UINT32_MAX ? 0 : std::min(node.hops, kFlowColumnsMax - 1));
  return out;
}

std::map<std::string, Reached> places_reached(const TraceView& view, FlowBy by) {
  const std::vector<uint32_t> columns = columns_by_hops(view);
  std::map<std::string, Reached> out;
  std::vector<Reached*> of_node;
  for (uint32_t n = 0; n < view.flow.nodes.size(); ++n) {
    FlowPlace place = place_of(view, by, n, columns[n]);
    Reached& reached = out[place.key];
    if (reached.in.empty()) {
      reached.in.resize(view.sources());
      reached.place = std::move(place);
    }
    of_node.push_back(&reached);
  }
  for (const inquiry::FlowEdge& edge : view.flow.edges) {
    if (of_node[edge.from] == of_node[edge.to] || view.key.policy == trace::Policy::kPoison) continue;
    of_node[edge.to]->in[edge.source] += edge.origin;
  }
  for (auto it = out.begin(); it != out.end();) it = it->second.place.kind == "rest" ? out.erase(it) : std::next(it);
  return out;
}

std::vector<uint64_t> shares_of(const TraceView& view, const std::vector<Uint256>& amounts) {
  std::vector<uint64_t> out;
  for (size_t s = 0; s < amounts.size(); ++s) out.push_back(share_ppm(amounts[s], view.result().totals[s].stolen));
  return out;
}

void FlowComparison::add(const TraceView& view) {
  Trace trace{view.key.policy, {}};
  for (auto& [key, reached] : places_reached(view, by_)) {
    trace.shares[key] = shares_of(view, reached.in);
    places_.emplace(key, std::move(reached.place));
  }
  traces_.push_back(std::move(trace));
}

void FlowComparison::arrived_field(base::JsonWriter& json, const std::string& key) const {
  json.object("arrived", [&] {
    for (const Trace& trace : traces_)
      if (const auto found = trace.shares.find(key); found != trace.shares.end()) {
        json.key(trace::policy_name(trace.policy));
        json.begin_array();
        for (const uint64_t ppm : found->second) json.number(ppm);
        json.end_array();
      }
  });
}

std::vector<FlowComparison::Line> FlowComparison::lines() const {
  std::vector<Line> out;
  for (const auto& [key, place] : places_) {
    Line line{&place, 0};
    size_t reached = 0;
    std::vector<std::vector<uint64_t>> summed;  // a trace's shares by source; none where it did not come here
    for (const Trace& trace : traces_) {
      const auto found = trace.shares.find(key);
      reached += found != trace.shares.end() ? 1 : 0;
      if (trace.policy != trace::Policy::kPoison)
        summed.push_back(found != trace.shares.end() ? found->second : std::vector<uint64_t>());
    }
    line.spread = spread_of(summed);
    if (line.spread > kAgreePpm || reached != traces_.size()) out.push_back(line);
  }
  std::stable_sort(out.begin(), out.end(), [](const Line& a, const Line& b) { return a.spread > b.spread; });
  return out;
}

void FlowComparison::difference_fields(base::JsonWriter& json) const {
  const std::vector<Line> all = lines();
  json.objects("differences", std::span<const Line>(all).first(std::min(all.size(), kDifferencesMax)),
               [&](const Line& line) {
                 const FlowPlace& place = *line.place;
                 json.field("key", place.key);
                 json.field("label", place.label);
                 json.field("kind", place.kind);
                 if (!place.role.empty()) json.field("role", place.role);
                 if (!place.chain.empty()) json.field("chain", place.chain);
                 if (!place.address.empty()) json.field("address", place.address);
                 json.field("spread_ppm", line.spread);
                 arrived_field(json, place.key);
               });
  json.field("differences_all", uint64_t{all.size()});
}
}  // namespace jindo::workbench
