// The board of incidents, and one incident's page: what was stolen, followed, held, where it ended, what others did.
#include <simdjson.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/clock.h"
#include "workbench/workbench.h"

namespace jindo::workbench {
namespace {
using base::Uint256;

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
// What of a source is held where the theft put it, and at addresses that a tag calls frozen.
struct Held {
  Uint256 unmoved, frozen;
};
std::vector<Held> held_of(const TraceView& view) {
  std::vector<Held> out(view.sources());
  if (view.key.policy == trace::Policy::kPoison) return out;
  for (const trace::Holding& h : view.result().holdings) {
    if (h.hops == 0) out[h.source].unmoved += h.origin;
    for (const attribution::Tag& tag : view.traced->owners->tags().find(*h.network, h.address))
      if (tag.category == attribution::Category::kFrozen) {
        out[h.source].frozen += h.origin;
        break;
      }
  }
  return out;
}
void summary_fields(base::JsonWriter& json, const TraceView& view, AssetNames& names) {
  const trace::Result& result = view.result();
  const std::vector<Held> held = held_of(view);
  json.key("amounts");
  json.begin_array();
  for (size_t s = 0; s < view.sources(); ++s) {
    const trace::SourceTotal& total = result.totals[s];
    const auto part = [&](const std::string& name, const Uint256& amount) {
      json.field(name, base::to_decimal(amount));
      json.field(name + "_ppm", share_ppm(amount, total.stolen));
    };
    json.begin_object();
    json.field("asset", names.use(*result.sources[s].network, result.sources[s].asset));
    json.field("stolen", base::to_decimal(total.stolen));
    if (view.key.policy != trace::Policy::kPoison) {  // whose amounts have no sum
      part("followed", total.stolen - held[s].unmoved);
      part("held", total.held);
      part("ended", total.ended);
      part("frozen", held[s].frozen);
    }
    json.end_object();
  }
  json.end_array();
  json.key("ended_where");
  json.begin_array();
  const auto endings = endings_of(view);
  for (size_t i = 0; i < std::min<size_t>(endings.size(), 30); ++i) {
    const Ending& e = endings[i];
    json.begin_object();
    json.field("kind", e.kind);
    if (!e.name.empty()) json.field("name", e.name);
    if (!e.category.empty()) json.field("category", e.category);
    json.field("asset", names.use(*result.sources[e.source].network, result.sources[e.source].asset));
    json.field("origin", base::to_decimal(e.origin));
    json.field("ppm", share_ppm(e.origin, result.totals[e.source].stolen));
    json.field("times", e.times);
    json.field("first_time", base::format_time(e.first));
    json.field("last_time", base::format_time(e.last));
    json.end_object();
  }
  json.end_array();
  json.field("ended_where_all", uint64_t{endings.size()});
  // Where it lies now, by whose the addresses are (tags), or what incidents call them.
  struct Resting {
    std::string name, basis;
    uint32_t source = 0;
    Uint256 origin;
    std::set<std::pair<const chain::Network*, chain::AddressKey>> addresses;
  };
  std::map<std::tuple<std::string, std::string, uint32_t>, Resting> resting;
  for (const trace::Holding& h : result.holdings) {
    const auto tags = view.traced->owners->tags().find(*h.network, h.address);
    const std::string role = inquiry::known_role(view.traced->incidents, *h.network, h.address);
    const std::string name = !tags.empty() ? view.traced->owners->tags().owner_of(tags.front()) : role;
    const std::string basis = !tags.empty() ? "tag" : role.empty() ? "" : "role";
    Resting& r = resting[{basis, name, h.source}];
    r.name = name;
    r.basis = basis;
    r.source = h.source;
    if (view.key.policy != trace::Policy::kPoison) r.origin += h.origin;
    r.addresses.emplace(h.network, h.address);
  }
  std::vector<const Resting*> order;
  for (const auto& [key, r] : resting) order.push_back(&r);
  std::stable_sort(order.begin(), order.end(), [&](const Resting* a, const Resting* b) {
    return share_ppm(a->origin, result.totals[a->source].stolen) >
           share_ppm(b->origin, result.totals[b->source].stolen);
  });
  json.key("held_where");
  json.begin_array();
  for (size_t i = 0; i < std::min<size_t>(order.size(), 30); ++i) {
    const Resting& r = *order[i];
    json.begin_object();
    json.field("name", r.name);
    json.field("basis", r.basis);
    json.field("asset", names.use(*result.sources[r.source].network, result.sources[r.source].asset));
    json.field("origin", base::to_decimal(r.origin));
    json.field("ppm", share_ppm(r.origin, result.totals[r.source].stolen));
    json.field("addresses", uint64_t{r.addresses.size()});
    json.end_object();
  }
  json.end_array();
  json.field("held_where_all", uint64_t{order.size()});
  int64_t first = INT64_MAX, last = 0;
  uint64_t movements = 0;
  for (const inquiry::FlowEdge& edge : view.flow.edges) {
    first = std::min(first, edge.first_time);
    last = std::max(last, edge.last_time);
    movements += edge.movements;
  }
  uint64_t addresses = 0;
  for (const inquiry::FlowNode& node : view.flow.nodes) addresses += node.terminal || node.link ? 0 : 1;
  json.field("addresses", addresses);
  json.field("movements", movements);
  if (movements > 0) {
    json.field("first_movement", base::format_time(first));
    json.field("last_movement", base::format_time(last));
  }
}
void identity_fields(base::JsonWriter& json, const incidents::Incident& incident) {
  json.field("id", incident.id);
  json.field("name", incident.name);
  if (!incident.victim.empty()) json.field("victim", incident.victim);
  json.field("date", incident.date);
  if (!incident.summary.empty()) json.field("summary", incident.summary);
  if (!incident.marking.empty()) json.field("marking", incident.marking);
  if (!incident.shared_by.empty()) json.field("shared_by", incident.shared_by);
}
// Open alerts by incident.
base::Result<std::map<std::string, uint64_t>> open_alerts(alerts::AlertStore& store) {
  std::map<std::string, uint64_t> out;
  simdjson::dom::parser parser;
  for (int64_t after = 0;;) {
    JINDO_TRY(const auto page, store.list(after, 1000, "open"));
    for (const alerts::Alert& alert : page) {
      simdjson::dom::element root;
      std::string_view source, id;
      if (parser.parse(alert.body).get(root) == simdjson::SUCCESS && root["source"].get(source) == simdjson::SUCCESS &&
          root["id"].get(id) == simdjson::SUCCESS && source == "incident")
        ++out[std::string(id)];
    }
    if (page.size() < 1000) return out;
    after = page.back().number;
  }
}
// Days on which stolen value moved: how many movements began or ended an edge's activity there, and how much arrived.
void day_fields(base::JsonWriter& json, const TraceView& view) {
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
    const ledger::LedgerChain& chain = *chains[step.chain];
    uint64_t transaction = step.place;
    if (chain.account) {
      ledger::Movement m;
      chain.account->movement(step.place, m);
      transaction = m.transaction;
    }
    const int64_t time = chain.reader().block(chain.reader().block_of_transaction(transaction)).time;
    Day& day = days[time / 86400];
    if (day.arrived.empty()) day.arrived.resize(view.sources());
    ++day.steps;
    Uint256& sum = day.arrived[step.source];
    if (sums && base::add_overflows(sum, step.origin, sum)) sum = {};
  }
  json.key("days");
  json.begin_array();
  for (const auto& [number, day] : days) {
    json.begin_object();
    json.field("day", base::format_time(number * 86400).substr(0, 10));
    json.field("movements", day.steps);
    json.key("ppm");  // of what was stolen of each source; value that moves twice in a day counts twice
    json.begin_array();
    for (size_t s = 0; s < day.arrived.size(); ++s) json.number(share_ppm(day.arrived[s], result.totals[s].stolen));
    json.end_array();
    json.end_object();
  }
  json.end_array();
}
}  // namespace

base::Result<std::string> Workbench::board(const Asker& asker, trace::Policy policy) {
  const auto incidents = incidents_for(asker);
  AssetNames names(assets_, incidents);
  JINDO_TRY(const auto alerts, open_alerts(node_.alerts()));
  std::map<std::string, exposure::TrackStatus> status;
  for (const exposure::TrackStatus& s : node_.track_status()) status[s.id] = s;
  std::string out;
  base::JsonWriter json(out, false);
  json.begin_object();
  json.field("policy", trace::policy_name(policy));
  json.key("incidents");
  json.begin_array();
  for (const incidents::Incident& incident : incidents) {
    json.begin_object();
    identity_fields(json, incident);
    json.key("attributed_to");
    json.begin_array();
    for (const incidents::Attribution& a : incident.attribution) json.string(a.actor + " (" + a.by + ")");
    json.end_array();
    const auto open = alerts.find(incident.id);
    json.field("open_alerts", open == alerts.end() ? uint64_t{0} : open->second);
    const auto view = trace_for(asker, {incident.id, policy, false});
    if (view.ok()) {
      json.field("state", "traced");
      json.field("traced_marking", (*view)->marking);
      summary_fields(json, **view, names);
    } else if (view.error().kind == base::ErrorKind::kMachine) {
      return view.error();
    } else {
      const auto found = status.find(incident.id);
      const bool waits = found != status.end() && found->second.state != exposure::TrackState::kTraced;
      json.field("state", incident.thefts.empty() ? "no thefts" : waits ? "waiting" : "not traced");
      json.field("problem", waits && !found->second.problem.empty() ? found->second.problem : view.error().message);
    }
    if (asker.reader) {
      const auto acts = sharing_.acts_json(incident.id, *asker.reader);
      if (acts.ok()) {
        json.key("sharing");
        json.json(*acts);
      }
    }
    json.end_object();
  }
  json.end_array();
  json.key("coverage");
  json.json(node_.state()->coverage_of(asker.hidden.get()));
  names.write(json);
  json.end_object();
  json.flush();
  return out;
}

base::Result<std::string> Workbench::incident(const Asker& asker, const TraceKey& key) {
  const auto incidents = incidents_for(asker);
  const auto found = std::find_if(incidents.begin(), incidents.end(),
                                  [&](const incidents::Incident& i) { return i.id == key.incident; });
  if (found == incidents.end()) return base::answer_no("no incident " + key.incident.substr(0, 100));
  AssetNames names(assets_, incidents);
  const auto view = trace_for(asker, key);
  if (!view.ok() && view.error().kind == base::ErrorKind::kMachine) return view.error();
  JINDO_TRY(const auto alerts, open_alerts(node_.alerts()));
  std::string out;
  base::JsonWriter json(out, false);
  json.begin_object();
  identity_fields(json, *found);
  json.key("attribution");
  json.begin_array();
  for (const incidents::Attribution& a : found->attribution) {
    json.begin_object();
    json.field("actor", a.actor);
    json.field("by", a.by);
    json.field("date", a.date);
    json.field("confidence", a.confidence);
    json.field("source", a.source);
    json.end_object();
  }
  json.end_array();
  json.key("thefts");
  json.begin_array();
  for (const incidents::IncidentTheft& theft : found->thefts) {
    const trace::Theft& t = theft.theft;
    json.begin_object();
    json.field("chain", theft.network->name);
    json.field("asset", names.use(*theft.network, theft.asset));
    if (t.transaction) json.field("transaction", chain::format_hash(*theft.network, *t.transaction));
    if (t.output) json.field("output", uint64_t{*t.output});
    if (t.to) json.field("to", chain::format_address(*theft.network, *t.to));
    if (t.address) json.field("address", chain::format_address(*theft.network, *t.address));
    if (t.amount) json.field("amount", base::to_decimal(*t.amount));
    json.end_object();
  }
  json.end_array();
  json.key("known_addresses");
  json.begin_array();
  for (const incidents::KnownAddress& a : found->addresses) {
    json.begin_object();
    json.field("chain", a.chain);
    json.field("address", a.network != nullptr ? chain::format_address(*a.network, a.key) : a.text);
    json.field("in_ledger_chain", a.network != nullptr);
    json.field("role", a.role);
    json.field("source", a.source);
    if (!a.note.empty()) json.field("note", a.note);
    json.end_object();
  }
  json.end_array();
  for (const auto& [name, list] :
       {std::pair<const char*, const std::vector<std::string>*>{"sources_named", &found->sources},
        {"notes", &found->notes}}) {
    json.key(name);
    json.begin_array();
    for (const std::string& line : *list) json.string(line);
    json.end_array();
  }
  const auto open = alerts.find(found->id);
  json.field("open_alerts", open == alerts.end() ? uint64_t{0} : open->second);
  if (view.ok()) {
    json.field("state", "traced");
    json.key("trace");
    json.begin_object();
    trace_fields(json, **view);
    source_fields(json, **view, names);
    json.end_object();
    summary_fields(json, **view, names);
    day_fields(json, **view);
    // Swaps, bridges, mixers that value went through, in order.
    json.key("links");
    json.begin_array();
    const auto& links = (*view)->result().links;
    for (size_t i = 0; i < std::min<size_t>(links.size(), 500); ++i) {
      const resolve::Link& link = links[i].link;
      const auto& reader = (*view)->traced->ledger->find(*link.from.network)->reader();
      json.begin_object();
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
      json.end_object();
    }
    json.end_array();
    json.field("links_all", uint64_t{links.size()});
  } else {
    json.field("state", found->thefts.empty() ? "no thefts" : "waiting");
    json.field("problem", view.error().message);
  }
  if (asker.reader) {
    const auto acts = sharing_.acts_json(found->id, *asker.reader);
    if (acts.ok()) {
      json.key("sharing");
      json.json(*acts);
    }
  }
  names.write(json);
  json.end_object();
  json.flush();
  return out;
}
}  // namespace jindo::workbench
