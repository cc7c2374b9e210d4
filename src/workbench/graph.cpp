// The graph's questions: a whole trace as nodes and edges; who an address dealt with; a path between two addresses.
#include <algorithm>
#include <deque>
#include <unordered_map>

#include "base/clock.h"
#include "workbench/movement_walk.h"

namespace jindo::workbench {
namespace {
using base::Uint256;
using chain::AddressKey;
using ledger::kNoNumber;
constexpr uint64_t kSupernode = 20'000;     // movements: more are looked at only as far as the newest so many
constexpr uint64_t kPathSupernode = 5'000;  // a path goes into such an address, not through it
constexpr size_t kPathVisited = 60'000;     // addresses, of both sides
constexpr size_t kPartiesMax = 200;         // of one UTXO transaction that are looked at

struct KeyHash {
  size_t operator()(const AddressKey& key) const { return static_cast<size_t>(chain::hash_key(key)); }
};

// ---- a trace ----
class TraceGraph {
 public:
  TraceGraph(const TraceView& view, AssetNames& names) : view_(view), names_(names) {}
  void node(base::JsonWriter& json, uint32_t n, const app::Ownership& owners,
            const std::vector<casework::Incident>& incidents) const {
    const app::FlowNode& node = view_.flow.nodes[n];
    const std::string address = chain::format_address(*node.network, node.address);
    json.begin_object();
    json.field("key", key_of(n));
    json.field("kind", node.terminal ? "terminal" : node.link ? "link" : node.theft ? "theft" : "address");
    json.field("chain", node.network->name);
    if (!address.empty()) json.field("address", address);
    if (node.terminal || node.link) json.field("label", node.label);
    if (!node.address.is_none()) who_fields(json, owners, incidents, nullptr, *node.network, node.address);
    if (node.hops != UINT32_MAX) json.field("hops", uint64_t{node.hops});
    if (view_.first_received[n] != INT64_MAX) json.field("time", base::format_time(view_.first_received[n]));
    uint64_t held = 0;
    for (size_t s = 0; s < view_.sources(); ++s)
      held += share_ppm(view_.held[n * view_.sources() + s], view_.result().totals[s].stolen);
    if (held > 0) json.field("held_ppm", held);
    json.end_object();
  }
  std::string key_of(uint32_t n) const {
    const app::FlowNode& node = view_.flow.nodes[n];
    return node.terminal || node.link
               ? std::string(node.network->name) + ":" + (node.link ? "link " : "end ") + node.label
               : std::string(node.network->name) + ":" + chain::format_address(*node.network, node.address);
  }
  // Ends by key.
  void edge(base::JsonWriter& json, const app::FlowEdge& e) const {
    const trace::Source& source = view_.result().sources[e.source];
    const app::FlowNode& to = view_.flow.nodes[e.to];
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
  AssetNames& names_;
};

// ---- neighbours ----
struct Dealing {  // with one counterparty, in one direction and asset
  uint64_t movements = 0;
  Uint256 amount;
  bool joint = false;  // on UTXO chains: others paid into the same transaction, so the amount is of all of them
  int64_t first = INT64_MAX, last = INT64_MIN;
  uint64_t first_transaction = 0, last_transaction = 0;
};
struct Neighbour {
  AddressKey address;
  std::map<std::pair<bool, AddressKey>, Dealing> dealings;  // by in, asset
  uint64_t movements = 0;
};
using Neighbours = std::unordered_map<AddressKey, Neighbour, KeyHash>;

class Expansion {
 public:
  Expansion(const ledger::LedgerChain& chain, const AddressKey& self) : chain_(chain), self_(self) {}
  // Looks at the newest `examine_max` movements; false where there are more.
  base::Result<bool> run(const Filter& filter, uint64_t examine_max) {
    const auto handle = chain_.reader().find_address(self_);
    if (!handle) return true;
    all_ = movement_count(chain_, *handle);
    JINDO_TRY(const auto walk, MovementWalk::start(chain_, *handle, filter, true, ""));
    Moved moved;
    uint64_t last = kNoNumber;
    while (walk->next(moved, examine_max)) {
      if (moved.fee) continue;
      const ledger::BlockRow block = chain_.reader().block(chain_.reader().block_of_transaction(moved.transaction));
      if (chain_.account) {
        add(moved.counterparty, moved.in, moved.asset, moved.amount, false, moved.transaction, block.time);
      } else if (moved.in) {
        payers(moved, block.time);
      } else if (last != moved.transaction) {  // all that it spends in one transaction goes to the same payees
        last = moved.transaction;
        payees(moved, block.time);
      }
    }
    examined_ = walk->examined();
    return walk->at_end();
  }
  Neighbours& found() { return found_; }
  uint64_t movements() const { return all_; }
  uint64_t examined() const { return examined_; }

 private:
  void add(const AddressKey& other, bool in, const AddressKey& asset, const Uint256& amount, bool joint,
           uint64_t transaction, int64_t time) {
    if (other.is_none() || other == self_) return;
    Neighbour& n = found_[other];
    n.address = other;
    ++n.movements;
    Dealing& d = n.dealings[{in, asset}];
    ++d.movements;
    if (base::add_overflows(d.amount, amount, d.amount)) d.amount = {};
    d.joint |= joint;
    if (time <= d.first) {
      d.first = time;
      d.first_transaction = transaction;
    }
    if (time > d.last) {
      d.last = time;
      d.last_transaction = transaction;
    }
  }
  void payers(const Moved& moved, int64_t time) {
    const ledger::UtxoStore& store = *chain_.utxo;
    ledger::UtxoTransactionView view;
    store.transaction(moved.transaction, view);
    std::vector<AddressKey> owners;
    for (uint64_t i = 0; i < std::min<uint64_t>(view.in_output.size(), kPartiesMax); ++i) {
      const AddressKey owner = store.input_address(view.first_input + i);
      if (std::find(owners.begin(), owners.end(), owner) == owners.end()) owners.push_back(owner);
    }
    for (const AddressKey& owner : owners)
      add(owner, true, moved.asset, moved.amount, owners.size() > 1, moved.transaction, time);
  }
  void payees(const Moved& moved, int64_t time) {
    const ledger::UtxoStore& store = *chain_.utxo;
    ledger::UtxoTransactionView view;
    store.transaction(moved.transaction, view);
    bool alone = true;
    for (uint64_t i = 0; i < view.in_output.size() && alone; ++i)
      alone = store.input_address(view.first_input + i) == self_;
    for (uint64_t o = 0; o < std::min<uint64_t>(view.out_value.size(), kPartiesMax); ++o)
      add(store.output_address(view.first_output + o), false, moved.asset, Uint256(view.out_value[o]), !alone,
          moved.transaction, time);
  }
  const ledger::LedgerChain& chain_;
  const AddressKey self_;
  Neighbours found_;
  uint64_t all_ = 0, examined_ = 0;
};

// ---- a path ----
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
      if (seen_[0].size() + seen_[1].size() > kPathVisited) {
        gave_up_ = true;
        return false;
      }
      if (step(edge_[0].size() <= edge_[1].size() ? 0 : 1)) return true;
    }
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
      if (seen_[0].size() + seen_[1].size() > kPathVisited) break;
    }
    edge_[side] = std::move(next);
    return false;
  }
  const ledger::LedgerChain& chain_;
  const AddressKey ends_[2];
  std::unordered_map<AddressKey, Hop, KeyHash> seen_[2];
  std::vector<AddressKey> edge_[2];
  AddressKey meeting_ = ends_[0];
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
}  // namespace

base::Result<std::string> Workbench::trace_graph(const Asker& asker, const TraceKey& key, size_t nodes_max) {
  JINDO_TRY(const auto view, trace_for(asker, key));
  const auto& nodes = view->flow.nodes;
  std::vector<uint32_t> order(nodes.size());
  for (uint32_t n = 0; n < order.size(); ++n) order[n] = n;
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return nodes[a].hops < nodes[b].hops; });
  std::vector<bool> shown(nodes.size(), false);
  for (size_t i = 0; i < std::min(order.size(), nodes_max); ++i) shown[order[i]] = true;
  JINDO_TRY(const auto owning, owners(*node_.state()));
  AssetNames names(assets_, view->traced->incidents);
  const TraceGraph graph(*view, names);
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
    for (const app::FlowEdge& edge : view->flow.edges)
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
      const TraceGraph graph(*view, names);
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
      edges.erase(std::remove_if(edges.begin(), edges.end(),
                                 [&](uint32_t e) {
                                   const app::FlowEdge& edge = view->flow.edges[e];
                                   return edge.last_time < request.filter.from_time ||
                                          edge.first_time > request.filter.until_time || edge.from == edge.to;
                                 }),
                  edges.end());
      if (edges.size() > request.limit * 4) edges.resize(request.limit * 4);
      for (const uint32_t e : edges) {
        nodes.push_back(view->flow.edges[e].from);
        nodes.push_back(view->flow.edges[e].to);
      }
      std::sort(nodes.begin(), nodes.end());
      nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
      json.key("trace");
      json.begin_object();
      trace_fields(json, *view);
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

base::Result<std::string> Workbench::path(const Asker& asker, const PathRequest& request) {
  const auto state = node_.state();
  const chain::Network& network = *request.network;
  const ledger::LedgerChain* chain = state->snapshot->ledger->find(network);
  if (chain == nullptr) return base::answer_no("this ledger has no " + std::string(network.name));
  JINDO_TRY(const auto owning, owners(*state));
  const auto incidents = incidents_for(asker);
  AssetNames names(assets_, incidents);
  std::shared_ptr<const TraceView> view;
  std::vector<uint32_t> in_trace;
  if (request.trace) {
    JINDO_TRY(view, trace_for(asker, *request.trace));
    const auto from = view->nodes_of.find({request.network, request.from});
    const auto to = view->nodes_of.find({request.network, request.to});
    if (from != view->nodes_of.end() && to != view->nodes_of.end())
      for (const uint32_t a : from->second)
        for (const uint32_t b : to->second) {
          const auto found = path_in_trace(*view, a, b);
          if (!found.empty() && (in_trace.empty() || found.size() < in_trace.size())) in_trace = found;
        }
  }
  PathSearch search(*chain, request.from, request.to);
  const bool found = in_trace.empty() && search.run();
  return base::json_object([&](base::JsonWriter& json) {
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
    json.key("nodes");
    json.begin_array();
    const auto address_node = [&](const AddressKey& address) {
      json.begin_object();
      json.field("key", std::string(network.name) + ":" + chain::format_address(network, address));
      json.field("kind", "address");
      json.field("chain", network.name);
      json.field("address", chain::format_address(network, address));
      who_fields(json, *owning, incidents, chain, network, address);
      json.end_object();
    };
    const auto hops = found ? search.path() : std::vector<Hop>();
    if (!in_trace.empty()) {
      const TraceGraph graph(*view, names);
      graph.node(json, view->flow.edges[in_trace.front()].from, *owning, incidents);
      for (const uint32_t e : in_trace) graph.node(json, view->flow.edges[e].to, *owning, incidents);
    } else if (!hops.empty()) {
      address_node(hops.front().from);
      for (const Hop& hop : hops) address_node(hop.to);
    }
    json.end_array();
    json.key("edges");
    json.begin_array();
    if (!in_trace.empty()) {
      const TraceGraph graph(*view, names);
      for (const uint32_t e : in_trace) graph.edge(json, view->flow.edges[e]);
    }
    for (const Hop& hop : hops) {
      const ledger::BlockRow block = chain->reader().block(chain->reader().block_of_transaction(hop.transaction));
      json.begin_object();
      json.field("from", std::string(network.name) + ":" + chain::format_address(network, hop.from));
      json.field("to", std::string(network.name) + ":" + chain::format_address(network, hop.to));
      json.field("inferred", false);
      json.field("movements", uint64_t{1});
      json.field("first_time", base::format_time(block.time));
      json.field("last_time", base::format_time(block.time));
      json.field("transaction", chain::format_hash(network, chain->reader().transaction_id(hop.transaction)));
      json.end_object();
    }
    json.end_array();
    if (view) {
      json.key("trace");
      json.begin_object();
      trace_fields(json, *view);
      json.end_object();
    }
    names.write(json);
  });
}
}  // namespace jindo::workbench
