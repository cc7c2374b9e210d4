// A path between two addresses: along a trace, else by the fewest payments in the ledger.
#include <algorithm>
#include <deque>

#include "base/clock.h"
#include "workbench/expansion.h"
#include "workbench/trace_graph.h"

namespace jindo::workbench {
namespace {
using chain::AddressKey;
constexpr uint64_t kPathSupernode = 5'000;      // a path goes into such an address, not through it
constexpr size_t kPathVisited = 60'000;         // addresses, of both sides
constexpr uint64_t kPathExamined = 10'000'000;  // movements, of all of them: a few seconds

struct Hop {
  AddressKey from, to;
  uint64_t transaction = 0;
};
// The fewest payments from one address to another, searched from both ends; through no address with more than
// kPathSupernode movements, which connects everybody with everybody.
class PathSearch {
 public:
  PathSearch(const ledger::LedgerChain& chain, const AddressKey& from, const AddressKey& to)
      : chain_(chain), ends_{from, to} {}
  bool run() {
    for (const size_t side : {size_t{0}, size_t{1}}) {
      seen_[side].emplace(ends_[side], Hop{});
      edge_[side].push_back(ends_[side]);
    }
    if (ends_[0] == ends_[1]) return true;
    while (!edge_[0].empty() && !edge_[1].empty()) {
      if (full()) {
        gave_up_ = true;
        return false;
      }
      if (step(edge_[0].size() <= edge_[1].size() ? 0 : 1)) return true;
    }
    gave_up_ = full();
    return false;
  }
  std::vector<Hop> path() const {
    std::vector<Hop> out;
    for (AddressKey at = meeting_; !(at == ends_[0]);) {
      const Hop& hop = seen_[0].at(at);
      out.push_back(hop);
      at = hop.from;
    }
    std::reverse(out.begin(), out.end());
    for (AddressKey at = meeting_; !(at == ends_[1]);) {
      const Hop& hop = seen_[1].at(at);
      out.push_back(hop);
      at = hop.to;
    }
    return out;
  }
  bool gave_up() const { return gave_up_; }
  size_t visited() const { return seen_[0].size() + seen_[1].size(); }
  size_t passed_over() const { return passed_over_; }

 private:
  // All of one side's edge goes one payment on; whether the sides met.
  bool step(size_t side) {
    std::vector<AddressKey> next;
    for (const AddressKey& at : edge_[side]) {
      const auto handle = chain_.reader().find_address(at);
      if (!handle) continue;
      if (!(at == ends_[side]) && movement_count(chain_, *handle) > kPathSupernode) {
        ++passed_over_;
        continue;
      }
      Filter filter;
      (side == 0 ? filter.in : filter.out) = false;
      Expansion expansion(chain_, at);
      const auto done = expansion.run(filter, kSupernode);
      if (!done.ok()) continue;
      examined_ += expansion.examined();
      // In an order that does not depend on a hash table.
      std::vector<const Neighbour*> found;
      for (const auto& [key, n] : expansion.found()) found.push_back(&n);
      std::sort(found.begin(), found.end(),
                [](const Neighbour* a, const Neighbour* b) { return a->address < b->address; });
      for (const Neighbour* n : found) {
        const uint64_t transaction = n->dealings.begin()->second.first_transaction;
        const Hop hop = side == 0 ? Hop{at, n->address, transaction} : Hop{n->address, at, transaction};
        if (!seen_[side].emplace(n->address, hop).second) continue;
        if (seen_[1 - side].count(n->address) != 0) {
          meeting_ = n->address;
          return true;
        }
        next.push_back(n->address);
      }
      if (full()) break;
    }
    edge_[side] = std::move(next);
    return false;
  }
  const ledger::LedgerChain& chain_;
  const AddressKey ends_[2];
  std::unordered_map<AddressKey, Hop, AddressHash> seen_[2];
  std::vector<AddressKey> edge_[2];
  AddressKey meeting_ = ends_[0];
  bool full() const { return visited() > kPathVisited || examined_ > kPathExamined; }
  uint64_t examined_ = 0;
  bool gave_up_ = false;
  size_t passed_over_ = 0;
};
// Edges of the fewest steps through a trace, over its links too; empty: none.
std::vector<uint32_t> path_in_trace(const TraceView& view, uint32_t from, uint32_t to) {
  std::vector<uint32_t> by(view.flow.nodes.size(), UINT32_MAX);
  std::vector<bool> seen(by.size(), false);
  std::deque<uint32_t> queue{from};
  seen[from] = true;
  while (!queue.empty() && !seen[to]) {
    const uint32_t at = queue.front();
    queue.pop_front();
    for (const uint32_t e : view.out[at]) {
      const uint32_t next = view.flow.edges[e].to;
      if (seen[next]) continue;
      seen[next] = true;
      by[next] = e;
      queue.push_back(next);
    }
  }
  std::vector<uint32_t> out;
  if (!seen[to]) return out;
  for (uint32_t at = to; at != from; at = view.flow.edges[by[at]].from) out.push_back(by[at]);
  std::reverse(out.begin(), out.end());
  return out;
}
// The shortest between any of the nodes that are one address and any that are the other; empty: none.
std::vector<uint32_t> shortest_in_trace(const TraceView& view, const PathRequest& request) {
  std::vector<uint32_t> out;
  const auto from = view.nodes_of.find({request.network, request.from});
  const auto to = view.nodes_of.find({request.network, request.to});
  if (from == view.nodes_of.end() || to == view.nodes_of.end()) return out;
  for (const uint32_t a : from->second)
    for (const uint32_t b : to->second) {
      const auto found = path_in_trace(view, a, b);
      if (!found.empty() && (out.empty() || found.size() < out.size())) out = found;
    }
  return out;
}
void hop_fields(base::JsonWriter& json, const Hop& hop, const ledger::LedgerChain& chain) {
  const ledger::ChainReader& reader = chain.reader();
  const std::string time = base::format_time(reader.block(reader.block_of_transaction(hop.transaction)).time);
  json.field("from", node_key(*chain.network, hop.from));
  json.field("to", node_key(*chain.network, hop.to));
  json.field("inferred", false);
  json.field("movements", uint64_t{1});
  json.field("first_time", time);
  json.field("last_time", time);
  json.field("transaction", chain::format_hash(*chain.network, reader.transaction_id(hop.transaction)));
}
}  // namespace

base::Result<std::string> Workbench::path(const Asker& asker, const PathRequest& request) {
  const auto state = node_.state();
  const chain::Network& network = *request.network;
  const ledger::LedgerChain* chain = state->snapshot->ledger->find(network);
  if (chain == nullptr) return base::answer_no("this ledger has no " + std::string(network.name));
  JINDO_TRY(const auto owning, owners(*state));
  const auto incidents = incidents_for(asker);
  AssetNames names(assets_, incidents);
  std::shared_ptr<const TraceView> view;
  std::vector<uint32_t> in_trace;  // edges of the trace, where it has a path
  if (request.trace) {
    JINDO_TRY(view, trace_for(asker, *request.trace));
    in_trace = shortest_in_trace(*view, request);
  }
  PathSearch search(*chain, request.from, request.to);
  const bool found = in_trace.empty() && search.run();
  const std::vector<Hop> hops = found ? search.path() : std::vector<Hop>();
  std::optional<TraceGraph> graph;
  if (view) graph.emplace(*view, *state->snapshot->ledger, names);
  return base::json_object([&](base::JsonWriter& json) {
    const auto node = [&](const AddressKey& address) {
      json.object([&] { address_node_fields(json, *owning, incidents, *chain, address); });
    };
    json.field("chain", network.name);
    json.field("from", chain::format_address(network, request.from));
    json.field("to", chain::format_address(network, request.to));
    json.field("found", !in_trace.empty() || found);
    json.field("in_trace", !in_trace.empty());
    if (in_trace.empty()) {
      json.field("visited", uint64_t{search.visited()});
      json.field("gave_up", search.gave_up());                    // the limit was reached: there may be one
      json.field("passed_over", uint64_t{search.passed_over()});  // addresses with too many movements to go through
    }
    json.array("nodes", [&] {
      if (!in_trace.empty()) graph->node(json, view->flow.edges[in_trace.front()].from, *owning, incidents);
      for (const uint32_t e : in_trace) graph->node(json, view->flow.edges[e].to, *owning, incidents);
      if (!hops.empty()) node(hops.front().from);
      for (const Hop& hop : hops) node(hop.to);
    });
    json.array("edges", [&] {
      for (const uint32_t e : in_trace) graph->edge(json, view->flow.edges[e]);
      for (const Hop& hop : hops) json.object([&] { hop_fields(json, hop, *chain); });
    });
    if (view) json.object("trace", [&] { trace_fields(json, *view); });
    names.write(json);
  });
}
}  // namespace jindo::workbench
