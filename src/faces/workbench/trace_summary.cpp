// A trace in sums: one function a part, over the holdings, terminals, steps and links that it has.
#include "workbench/trace_summary.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "base/clock.h"

namespace jindo::workbench {
namespace {
using base::Uint256;
constexpr size_t kPlacesMax = 30;  // where value ended, where it is held: rows of a summary
constexpr size_t kLinksMax = 500;

// Where value ended, summed: what it is, whose, in which of the stolen assets.
struct Ending {
  std::string kind, name, category;
  uint32_t source = 0;
  Uint256 origin;
  uint64_t times = 0;
  int64_t first = INT64_MAX, last = 0;
};
std::vector<Ending> endings_of(const TraceView& view) {
  std::map<std::tuple<trace::TerminalKind, uint32_t, uint32_t>, Ending> sums;
  const trace::Result& result = view.result();
  for (const trace::Terminal& t : result.terminals) {
    Ending& e = sums[{t.kind, t.name, t.source}];
    if (e.times++ == 0) {
      e.kind = trace::terminal_name(t.kind);
      e.name = result.name_of(t);
      e.category = result.owner_of(t).category;
      e.source = t.source;
    }
    if (view.key.policy != trace::Policy::kPoison) e.origin += t.origin;
    e.first = std::min(e.first, t.time);
    e.last = std::max(e.last, t.time);
  }
  std::vector<Ending> out;
  out.reserve(sums.size());
  for (auto& [key, ending] : sums) out.push_back(std::move(ending));
  std::stable_sort(out.begin(), out.end(), [&](const Ending& a, const Ending& b) {
    return share_ppm(a.origin, result.totals[a.source].stolen) > share_ppm(b.origin, result.totals[b.source].stolen);
  });
  return out;
}
// Of each source: how much of it was moved on, is held, ended, is frozen.
void amount_rows(base::JsonWriter& json, const TraceView& view, AssetNames& names) {
  const trace::Result& result = view.result();
  json.array("amounts", [&] {
    for (size_t s = 0; s < view.sources(); ++s) {
      const inquiry::Figures& figures = view.figures[s];
      const auto part = [&](const std::string& name, const Uint256& amount) {
        json.field(name, base::to_decimal(amount));
        json.field(name + "_ppm", share_ppm(amount, figures.stolen));
      };
      json.object([&] {
        json.field("asset", names.use(*result.sources[s].network, result.sources[s].asset));
        json.field("stolen", base::to_decimal(figures.stolen));
        if (view.key.policy == trace::Policy::kPoison) return;  // whose amounts have no sum
        part("followed", figures.followed);
        part("held", figures.held);
        part("ended", figures.ended);
        part("frozen", figures.frozen);
      });
    }
  });
}
void ending_rows(base::JsonWriter& json, const TraceView& view, AssetNames& names) {
  const trace::Result& result = view.result();
  const std::vector<Ending> endings = endings_of(view);
  json.objects("ended_where", std::span<const Ending>(endings).first(std::min(endings.size(), kPlacesMax)),
               [&](const Ending& e) {
                 json.field("kind", e.kind);
                 if (!e.name.empty()) json.field("name", e.name);
                 if (!e.category.empty()) json.field("category", e.category);
                 json.field("asset", names.use(*result.sources[e.source].network, result.sources[e.source].asset));
                 json.field("origin", base::to_decimal(e.origin));
                 json.field("ppm", share_ppm(e.origin, result.totals[e.source].stolen));
                 json.field("times", e.times);
                 json.field("first_time", base::format_time(e.first));
                 json.field("last_time", base::format_time(e.last));
               });
  json.field("ended_where_all", uint64_t{endings.size()});
}
// Where value lies now, summed by whose the addresses are (tags), or what incidents call them.
struct Resting {
  std::string name, basis;
  uint32_t source = 0;
  Uint256 origin;
  std::set<std::pair<const chain::Network*, chain::AddressKey>> addresses;
};
// The most first.
std::vector<Resting> resting_of(const TraceView& view) {
  const trace::Result& result = view.result();
  const attribution::TagIndex& index = view.traced->owners->tags();
  std::map<std::tuple<std::string, std::string, uint32_t>, Resting> sums;
  for (const trace::Holding& h : result.holdings) {
    const auto tags = index.find(*h.network, h.address);
    const std::string role = inquiry::known_role(view.traced->incidents, *h.network, h.address);
    const std::string name = !tags.empty() ? index.owner_of(tags.front()) : role;
    const std::string basis = !tags.empty() ? "tag" : role.empty() ? "" : "role";
    Resting& r = sums[{basis, name, h.source}];
    r.name = name;
    r.basis = basis;
    r.source = h.source;
    if (view.key.policy != trace::Policy::kPoison) r.origin += h.origin;
    r.addresses.emplace(h.network, h.address);
  }
  std::vector<Resting> out;
  out.reserve(sums.size());
  for (auto& [key, r] : sums) out.push_back(std::move(r));
  std::stable_sort(out.begin(), out.end(), [&](const Resting& a, const Resting& b) {
    return share_ppm(a.origin, result.totals[a.source].stolen) > share_ppm(b.origin, result.totals[b.source].stolen);
  });
  return out;
}
void resting_rows(base::JsonWriter& json, const TraceView& view, AssetNames& names) {
  const trace::Result& result = view.result();
  const std::vector<Resting> resting = resting_of(view);
  json.objects("held_where", std::span<const Resting>(resting).first(std::min(resting.size(), kPlacesMax)),
               [&](const Resting& r) {
                 json.field("name", r.name);
                 json.field("basis", r.basis);
                 json.field("asset", names.use(*result.sources[r.source].network, result.sources[r.source].asset));
                 json.field("origin", base::to_decimal(r.origin));
                 json.field("ppm", share_ppm(r.origin, result.totals[r.source].stolen));
                 json.field("addresses", uint64_t{r.addresses.size()});
               });
  json.field("held_where_all", uint64_t{resting.size()});
}
// How many addresses and movements the flow has, and from when to when.
void extent_fields(base::JsonWriter& json, const inquiry::Flow& flow) {
  int64_t first = INT64_MAX, last = 0;
  uint64_t movements = 0;
  for (const inquiry::FlowEdge& edge : flow.edges) {
    first = std::min(first, edge.first_time);
    last = std::max(last, edge.last_time);
    movements += edge.movements;
  }
  uint64_t addresses = 0;
  for (const inquiry::FlowNode& node : flow.nodes) addresses += node.terminal || node.link ? 0 : 1;
  json.field("addresses", addresses);
  json.field("movements", movements);
  if (movements > 0) {
    json.field("first_movement", base::format_time(first));
    json.field("last_movement", base::format_time(last));
  }
}
// When a step happened: its block's time.
int64_t time_of(const ledger::LedgerChain& chain, const trace::Step& step) {
  uint64_t transaction = step.place;
  if (chain.account) {
    ledger::Movement m;
    chain.account->movement(step.place, m);
    transaction = m.transaction;
  }
  return chain.reader().block(chain.reader().block_of_transaction(transaction)).time;
}
}  // namespace

void summary_fields(base::JsonWriter& json, const TraceView& view, AssetNames& names) {
  amount_rows(json, view, names);
  ending_rows(json, view, names);
  resting_rows(json, view, names);
  extent_fields(json, view.flow);
}

void day_rows(base::JsonWriter& json, const TraceView& view) {
  struct Day {
    uint64_t steps = 0;
    std::vector<Uint256> arrived;
  };
  std::map<int64_t, Day> days;
  const trace::Result& result = view.result();
  const bool sums = view.key.policy != trace::Policy::kPoison;
  std::vector<const ledger::LedgerChain*> chains;
  for (const trace::ChainState& c : result.chains) chains.push_back(view.traced->ledger->find(*c.network));
  for (const trace::Step& step : result.steps) {
    Day& day = days[time_of(*chains[step.chain], step) / 86400];
    if (day.arrived.empty()) day.arrived.resize(view.sources());
    ++day.steps;
    if (sums) day.arrived[step.source] += step.origin;
  }
  json.objects("days", days, [&](const auto& entry) {
    const auto& [number, day] = entry;
    json.field("day", base::format_time(number * 86400).substr(0, 10));
    json.field("movements", day.steps);
    json.key("ppm");  // of what was stolen of each source; value that moves twice in a day counts twice
    json.begin_array();
    for (size_t s = 0; s < day.arrived.size(); ++s) json.number(share_ppm(day.arrived[s], result.totals[s].stolen));
    json.end_array();
  });
}

void link_rows(base::JsonWriter& json, const TraceView& view, AssetNames& names) {
  const std::vector<trace::UsedLink>& links = view.result().links;
  json.objects(
      "links", std::span<const trace::UsedLink>(links).first(std::min(links.size(), kLinksMax)),
      [&](const trace::UsedLink& used) {
        const resolve::Link& link = used.link;
        const ledger::ChainReader& reader = view.traced->ledger->find(*link.from.network)->reader();
        json.field("kind", resolve::link_kind_name(link.kind));
        json.field("service", link.service);
        json.field("exact", link.exact);
        json.field("confidence_ppm", uint64_t{link.confidence});
        json.field("chain", link.from.network->name);
        json.field("transaction", chain::format_hash(*link.from.network, reader.transaction_id(link.from.transaction)));
        json.field("time", base::format_time(reader.block(reader.block_of_transaction(link.from.transaction)).time));
        json.field("from_asset", names.use(*link.from.network, link.from.asset));
        json.field("from_amount", base::to_decimal(link.from.amount));
        json.field("to_asset", names.use(*link.to.network, link.to.asset));
        json.field("to_amount", base::to_decimal(link.to.amount));
      });
  json.field("links_all", uint64_t{links.size()});
}
}  // namespace jindo::workbench
