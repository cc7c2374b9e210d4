// Routes of the workbench: what its pages show.
#include <simdjson.h>

#include <algorithm>

#include "base/clock.h"
#include "intel/access.h"
#include "server/taxii.h"
#include "workbench/workbench.h"

namespace jindo::server {
namespace {
using workbench::TraceKey;

// ---- what is asked ----
workbench::Asker asker_of(const Call& call) {
  return {hidden_from(call), (call.key->scopes & kShareRead) != 0
                                 ? reader_of(call, *call.context.sharing.store().directory())
                                 : std::nullopt};
}
net::Response answer_of(const base::Result<std::string>& answer) {
  return answer.ok() ? json_answer(*answer) : problem_of(answer.error());
}
base::Result<trace::Policy> policy_of(const Call& call) {
  const auto text = net::query_value(call.request, "policy");
  return text ? trace::parse_policy(*text) : base::Result<trace::Policy>(trace::Policy::kFifo);
}
base::Result<bool> yes_or_no(const Call& call, const char* name) {
  const auto text = net::query_value(call.request, name);
  if (!text || *text == "false") return false;
  if (*text == "true") return true;
  return base::wrong_use(std::string("'") + name + "': expected true or false");
}
base::Result<TraceKey> trace_key(const Call& call, std::string incident) {
  TraceKey out;
  out.incident = std::move(incident);
  JINDO_TRY(out.policy, policy_of(call));
  JINDO_TRY(out.inferred, yes_or_no(call, "inferred"));
  return out;
}
// One of a few words; the first where none is given.
base::Result<size_t> one_of(const Call& call, const char* name, std::initializer_list<const char*> words) {
  const auto text = net::query_value(call.request, name);
  if (!text) return size_t{0};
  std::string all;
  size_t at = 0;
  for (const char* word : words) {
    if (*text == word) return at;
    all += (at++ == 0 ? "" : ", ") + std::string(word);
  }
  return base::wrong_use(std::string("'") + name + "': expected one of " + all);
}
base::Result<const chain::Network*> chain_asked(const Call& call) {
  const auto text = net::query_value(call.request, "chain");
  if (!text) return static_cast<const chain::Network*>(nullptr);
  return chain::find_network(*text);
}
base::Result<workbench::Filter> filter_of(const Call& call, const chain::Network& network) {
  workbench::Filter out;
  const auto time = [&](const char* name, int64_t& into, bool end_of_day) -> base::Status {
    const auto text = net::query_value(call.request, name);
    if (!text) return {};
    const auto parsed = base::parse_time(*text);
    if (!parsed)
      return base::wrong_use(std::string("'") + name + "': expected a date or time like 2022-03-23T13:29:09Z");
    into = *parsed + (end_of_day && text->size() == 10 ? 86399 : 0);
    return {};
  };
  JINDO_DO(time("from", out.from_time, false));
  JINDO_DO(time("until", out.until_time, true));
  const auto amount = [&](const char* name, std::optional<base::Uint256>& into) -> base::Status {
    const auto text = net::query_value(call.request, name);
    if (!text) return {};
    into = base::parse_decimal(*text);
    return into ? base::Status() : base::wrong_use(std::string("'") + name + "': expected base units, a whole number");
  };
  JINDO_DO(amount("amount_min", out.amount_min));
  JINDO_DO(amount("amount_max", out.amount_max));
  if (const auto text = net::query_value(call.request, "asset")) {
    JINDO_TRY(out.asset, chain::parse_asset(network, *text));
  }
  if (const auto text = net::query_value(call.request, "counterparty")) {
    JINDO_TRY(out.counterparty, chain::parse_address(network, *text));
  }
  JINDO_TRY(const size_t direction, one_of(call, "direction", {"both", "in", "out"}));
  out.in = direction != 2;
  out.out = direction != 1;
  return out;
}
struct Place {
  const chain::Network* network = nullptr;
  chain::AddressKey address;
};
base::Result<Place> place_of(const Call& call) {
  Place out;
  JINDO_TRY(out.network, chain::find_network(call.path["chain"]));
  JINDO_TRY(out.address, chain::parse_address(*out.network, call.path["address"]));
  return out;
}
base::Result<std::optional<TraceKey>> trace_asked(const Call& call) {
  const auto incident = net::query_value(call.request, "incident");
  if (!incident) return std::optional<TraceKey>();
  JINDO_TRY(TraceKey key, trace_key(call, *incident));
  return std::optional<TraceKey>(std::move(key));
}

// ---- incidents ----
net::Response board(Call& call) {
  const auto policy = policy_of(call);
  if (!policy.ok()) return problem_of(policy.error());
  return answer_of(call.context.workbench.board(asker_of(call), *policy));
}
template <class Ask>
net::Response with_trace(Call& call, Ask ask) {
  const auto key = trace_key(call, std::string(call.path["id"]));
  if (!key.ok()) return problem_of(key.error());
  return answer_of(ask(*key));
}
net::Response incident(Call& call) {
  return with_trace(call, [&](const TraceKey& key) { return call.context.workbench.incident(asker_of(call), key); });
}
net::Response findings(Call& call) {
  return with_trace(call, [&](const TraceKey& key) { return call.context.workbench.findings(asker_of(call), key); });
}
// "lifo,haircut": each once, and not the one that is asked for.
base::Result<std::vector<trace::Policy>> policies_beside(const Call& call, trace::Policy own) {
  std::vector<trace::Policy> out;
  const auto asked = net::query_value(call.request, "beside");
  if (!asked) return out;
  size_t named = 0;
  for (size_t at = 0; at <= asked->size(); ++named) {
    const size_t end = std::min(asked->find(',', at), asked->size());
    JINDO_TRY(const trace::Policy policy, trace::parse_policy(asked->substr(at, end - at)));
    if (policy != own && std::find(out.begin(), out.end(), policy) == out.end()) out.push_back(policy);
    at = end + 1;
  }
  if (named > 5) return base::wrong_use("'beside': expected five policies at most");
  return out;
}
net::Response flow(Call& call) {
  return with_trace(call, [&](const TraceKey& key) -> base::Result<std::string> {
    workbench::FlowRequest request;
    request.trace = key;
    JINDO_TRY(const size_t by, one_of(call, "by", {"hops", "time", "service"}));
    request.by = static_cast<workbench::FlowBy>(by);
    JINDO_TRY(const int64_t nodes, whole_number(call, "nodes", 40, 1, 20'000));
    request.nodes_max = static_cast<size_t>(std::min<int64_t>(nodes, 400));
    JINDO_TRY(request.beside, policies_beside(call, key.policy));
    return call.context.workbench.flow(asker_of(call), request);
  });
}
net::Response trail(Call& call) {
  const auto to = net::query_value(call.request, "to");
  if (!to) return problem(422, "'to' is missing: an address, or TXID:OUTPUT");
  return with_trace(call, [&](const TraceKey& key) { return call.context.workbench.trail(asker_of(call), key, *to); });
}
net::Response trace_graph(Call& call) {
  return with_trace(call, [&](const TraceKey& key) -> base::Result<std::string> {
    JINDO_TRY(const int64_t nodes, whole_number(call, "nodes", 2000, 1, 20'000));
    return call.context.workbench.trace_graph(asker_of(call), key, static_cast<size_t>(nodes));
  });
}
net::Response trace_file(Call& call) {
  const auto format = one_of(call, "format", {"csv", "graphml"});
  if (!format.ok()) return problem_of(format.error());
  const auto key = trace_key(call, std::string(call.path["id"]));
  if (!key.ok()) return problem_of(key.error());
  const auto text = call.context.workbench.trace_file(asker_of(call), *key,
                                                      *format == 0 ? report::Format::kCsv : report::Format::kGraphml);
  if (!text.ok()) return problem_of(text.error());
  net::Response out;
  out.content_type = *format == 0 ? "text/csv; charset=utf-8" : "application/xml";
  out.body = *text;
  out.headers.emplace_back("Content-Disposition",
                           std::string("attachment; filename=\"trace.") + (*format == 0 ? "csv" : "graphml") + "\"");
  return out;
}

// ---- graph ----
net::Response expand(Call& call) {
  const auto ask = [&]() -> base::Result<std::string> {
    workbench::ExpandRequest request;
    JINDO_TRY(const Place place, place_of(call));
    request.network = place.network;
    request.address = place.address;
    JINDO_TRY(request.filter, filter_of(call, *place.network));
    JINDO_TRY(request.trace, trace_asked(call));
    JINDO_TRY(const size_t only, one_of(call, "only", {"all", "tainted", "services"}));
    request.only_tainted = only == 1;
    request.only_services = only == 2;
    if (request.only_tainted && !request.trace)
      return base::wrong_use("'only=tainted' needs 'incident': tainted by which theft");
    JINDO_TRY(const int64_t limit, whole_number(call, "limit", 100, 1, 1000));
    request.limit = static_cast<size_t>(limit);
    return call.context.workbench.expand(asker_of(call), request);
  };
  return answer_of(ask());
}
net::Response path(Call& call) {
  const auto ask = [&]() -> base::Result<std::string> {
    workbench::PathRequest request;
    JINDO_TRY(const Place place, place_of(call));
    request.network = place.network;
    request.from = place.address;
    const auto to = net::query_value(call.request, "to");
    if (!to) return base::wrong_use("'to' is missing: the address at the path's other end");
    JINDO_TRY(request.to, chain::parse_address(*place.network, *to));
    JINDO_TRY(request.trace, trace_asked(call));
    return call.context.workbench.path(asker_of(call), request);
  };
  return answer_of(ask());
}

// ---- one thing ----
net::Response address(Call& call) {
  const auto network = chain_asked(call);
  if (!network.ok()) return problem_of(network.error());
  return answer_of(call.context.workbench.address(asker_of(call), *network, std::string(call.path["address"])));
}
net::Response movements(Call& call) {
  const auto ask = [&]() -> base::Result<std::string> {
    workbench::MovementsRequest request;
    JINDO_TRY(const Place place, place_of(call));
    request.network = place.network;
    request.address = place.address;
    JINDO_TRY(request.filter, filter_of(call, *place.network));
    JINDO_TRY(const size_t order, one_of(call, "order", {"newest", "oldest"}));
    request.newest_first = order == 0;
    request.cursor = net::query_value(call.request, "cursor").value_or("");
    JINDO_TRY(const int64_t limit, whole_number(call, "limit", 100, 1, 1000));
    request.limit = static_cast<size_t>(limit);
    return call.context.workbench.movements(asker_of(call), request);
  };
  return answer_of(ask());
}
net::Response transaction(Call& call) {
  const auto network = chain_asked(call);
  if (!network.ok()) return problem_of(network.error());
  return answer_of(call.context.workbench.transaction(asker_of(call), *network, std::string(call.path["transaction"])));
}
net::Response search(Call& call) {
  const auto limit = whole_number(call, "limit", 20, 1, 1000);
  if (!limit.ok()) return problem_of(limit.error());
  return answer_of(call.context.workbench.search(asker_of(call), net::query_value(call.request, "q").value_or(""),
                                                 static_cast<size_t>(*limit)));
}

// ---- case views ----
void view_fields(base::JsonWriter& json, const workbench::CaseView& view) {
  json.field("id", view.id);
  json.field("name", view.name);
  json.field("incident", view.incident);
  json.field("marking", view.marking);
  json.field("author", view.author);
  json.field("created", base::format_time(view.created_ms / 1000));
  json.field("changed", base::format_time(view.changed_ms / 1000));
  json.field("revision", view.revision);
  if (!view.content.empty()) {
    json.key("content");
    json.json(view.content);
  }
}
net::Response view_answer(const workbench::CaseView& view, unsigned status = 200) {
  return json_answer(base::json_object([&](base::JsonWriter& json) { view_fields(json, view); }), status);
}
// A view carries its incident's marking, or a stricter one.
base::Result<workbench::CaseView> view_of(const Call& call) {
  simdjson::dom::parser parser;
  simdjson::dom::object root;
  if (parser.parse(call.request.body.data(), call.request.body.size()).get(root) != simdjson::SUCCESS)
    return base::bad_input("expected a JSON object: {\"name\": …, \"content\": { … }}");
  workbench::CaseView out;
  for (const auto member : root) {
    std::string_view text;
    const bool is_text = member.value.get(text) == simdjson::SUCCESS;
    simdjson::dom::object content;
    if (member.key == "content" && member.value.get(content) == simdjson::SUCCESS)
      out.content = simdjson::minify(content);
    else if (member.key == "revision" && member.value.get(out.revision) == simdjson::SUCCESS)
      continue;
    else if (member.key == "name" && is_text)
      out.name = std::string(text);
    else if (member.key == "incident" && is_text)
      out.incident = std::string(text);
    else if (member.key == "marking" && is_text)
      out.marking = std::string(text);
    else
      return base::bad_input("field '" + std::string(member.key.substr(0, 40)) +
                             "': expected name, incident, marking (texts), content (an object), revision (a number)");
  }
  if (out.content.empty()) return base::bad_input("field 'content': expected an object");
  if (out.incident.size() > 200) return base::bad_input("field 'incident': at most 200 bytes");
  if (!out.marking.empty()) {
    const auto marking = attribution::find_marking(out.marking);
    if (!marking) return base::bad_input("field 'marking': expected clear, green, amber, amber+strict or red");
    out.marking = attribution::name_of(*marking);
  }
  const auto hidden = hidden_from(call);
  if (hidden && hidden->count(out.incident) != 0) return base::answer_no("no incident " + out.incident.substr(0, 100));
  for (const incidents::Incident& known : call.context.node.incidents())
    if (known.id == out.incident && !known.marking.empty())
      out.marking = workbench::strictest(out.marking, known.marking);
  return out;
}
// The caller, where case views are concerned.
class Viewer {
 public:
  explicit Viewer(const Call& call) : key_(call.key->id), hidden_(hidden_from(call)) {
    const auto directory = call.context.sharing.store().directory();
    own_ = directory->own;
    reader_ = own_reader_of(call, *directory);
  }
  // Whether the caller may see the view: its incident, and by the view's own marking, which means what it means on an
  // object that this organisation published. RED names no persons on a view: it is for the key that made it.
  bool may_see(const workbench::CaseView& view) const {
    if (hidden_ && hidden_->count(view.incident) != 0) return false;
    const auto marking = attribution::find_marking(view.marking);
    if (!marking || view.marking.empty()) return true;
    if (*marking == attribution::Marking::kRed) return key_ == view.author_key;
    intel::Rule rule;
    rule.owner = own_;
    rule.tlp = *marking;
    return intel::may_see(reader_, rule);
  }

 private:
  std::string key_, own_;
  intel::Reader reader_;
  std::shared_ptr<const std::set<std::string>> hidden_;
};
base::Result<workbench::CaseView> view_asked(const Call& call) {
  const std::string id(call.path["id"]);
  JINDO_TRY(auto view, call.context.workbench.views().find(id));
  if (!view || !Viewer(call).may_see(*view)) return base::answer_no("no view " + id.substr(0, 40));
  return std::move(*view);
}
net::Response list_views(Call& call) {
  const auto views = call.context.workbench.views().list();
  if (!views.ok()) return problem_of(views.error());
  const Viewer viewer(call);
  return json_answer(base::json_object([&](base::JsonWriter& json) {
    json.key("views");
    json.begin_array();
    for (const workbench::CaseView& view : *views) {
      if (!viewer.may_see(view)) continue;
      json.begin_object();
      view_fields(json, view);
      json.end_object();
    }
    json.end_array();
  }));
}
net::Response get_view(Call& call) {
  const auto view = view_asked(call);
  return view.ok() ? view_answer(*view) : problem_of(view.error());
}
net::Response add_view(Call& call) {
  auto view = view_of(call);
  if (!view.ok()) return problem_of(view.error());
  view->author = call.key->name;
  view->author_key = call.key->id;
  const auto added = call.context.workbench.views().add(std::move(*view));
  if (!added.ok()) return problem_of(added.error());
  workbench::CaseView answer = *added;
  answer.content.clear();
  return view_answer(answer, 201);
}
net::Response change_view(Call& call) {
  const auto before = view_asked(call);
  if (!before.ok()) return problem_of(before.error());
  auto view = view_of(call);
  if (!view.ok()) return problem_of(view.error());
  if (view->revision != before->revision)
    return problem(409, "somebody saved revision " + std::to_string(before->revision) +
                            " meanwhile; open it, or save yours under another name");
  view->id = before->id;
  const auto changed = call.context.workbench.views().change(std::move(*view));
  if (!changed.ok())
    return changed.error().kind == base::ErrorKind::kWrongUse ? problem(409, changed.error().message)
                                                              : problem_of(changed.error());
  workbench::CaseView answer = *changed;
  answer.content.clear();
  return view_answer(answer);
}
net::Response remove_view(Call& call) {
  const auto view = view_asked(call);
  if (!view.ok()) return problem_of(view.error());
  const auto removed = call.context.workbench.views().remove(view->id);
  return removed.ok() ? json_answer("", 204) : problem_of(removed.error());
}

// ---- sharing ----
net::Response shared_objects(Call& call) {
  const auto after = whole_number(call, "after", 0, 0, INT64_MAX);
  if (!after.ok()) return problem_of(after.error());
  const auto limit = whole_number(call, "limit", 100, 1, 1000);
  if (!limit.ok()) return problem_of(limit.error());
  const workbench::Asker asker = asker_of(call);
  uint64_t shown = 0;
  const auto objects = call.context.workbench.shared_objects(asker, *after, static_cast<size_t>(*limit), shown);
  if (!objects.ok()) return problem_of(objects.error());
  // Who reads what others shared leaves a record, here as over TAXII.
  federation::ReadRecord read;
  read.key = call.key->id;
  read.organisation = asker.reader->organisation;
  read.what = "workbench list";
  read.first = *after;
  read.count = shown;
  const auto number = call.context.sharing.record_read(read);
  if (!number.ok()) return problem_of(number.error());
  net::Response out = json_answer(*objects);
  out.settle = [sharing = &call.context.sharing, n = *number]() -> std::optional<net::Response> {
    const base::Status kept = sharing->reads().settle(n);
    if (kept.ok()) return std::nullopt;
    return problem(503, "the read could not be recorded: " + kept.error().message);
  };
  return out;
}
}  // namespace

std::vector<Route> workbench_routes() {
  using net::Pace;
  return {
      {"GET", "/v1/board", kRead, Pace::kLong,
       "Every incident: stolen, followed, held, frozen, ended where, alerts, what others did", "policy", "", "Board",
       200, board},
      {"GET", "/v1/incidents/{id}", kRead, Pace::kLong, "One incident, its figures and its timeline", "policy inferred",
       "", "IncidentPage", 200, incident},
      {"GET", "/v1/incidents/{id}/flow", kRead, Pace::kLong, "The flow as boxes and bands, by hops, time or service",
       "policy inferred by nodes beside", "", "Flow", 200, flow},
      {"GET", "/v1/incidents/{id}/trail", kRead, Pace::kLong, "The trail from the theft to an address or output",
       "policy inferred to", "", "TrailPage", 200, trail},
      {"GET", "/v1/incidents/{id}/findings", kRead, Pace::kLong, "Techniques seen, with their transactions",
       "policy inferred", "", "Findings", 200, findings},
      {"GET", "/v1/incidents/{id}/graph", kRead, Pace::kLong, "The trace as nodes and edges", "policy inferred nodes",
       "", "Graph", 200, trace_graph},
      {"GET", "/v1/incidents/{id}/file", kRead, Pace::kLong, "The whole trace as CSV or GraphML",
       "policy inferred format", "", "TraceFile", 200, trace_file},
      {"GET", "/v1/graph/{chain}/{address}", kRead, Pace::kBatch, "Who an address dealt with, one hop",
       "incident policy inferred direction asset amount_min amount_max from until only limit", "", "Expansion", 200,
       expand},
      {"GET", "/v1/graph/{chain}/{address}/path", kRead, Pace::kLong, "The fewest payments from it to another address",
       "to incident policy inferred", "", "Path", 200, path},
      {"GET", "/v1/addresses/{address}", kRead, Pace::kBatch, "All that is known of an address, with sources", "chain",
       "", "AddressPage", 200, address},
      {"GET", "/v1/addresses/{chain}/{address}/movements", kRead, Pace::kBatch, "Its movements, filtered, page by page",
       "direction asset counterparty amount_min amount_max from until order cursor limit", "", "Movements", 200,
       movements},
      {"GET", "/v1/transactions/{transaction}", kRead, Pace::kBatch, "A transaction and its parties", "chain", "",
       "TransactionPage", 200, transaction},
      {"GET", "/v1/search", kRead, Pace::kBatch, "Address in any spelling, transaction, incident, name, tag", "q limit",
       "", "SearchResults", 200, search},
      {"GET", "/v1/views", kRead, Pace::kBatch, "Case views kept on this node", "", "", "Views", 200, list_views},
      {"POST", "/v1/views", kWrite, Pace::kBatch, "Keep a case view", "", "CaseView", "View", 201, add_view},
      {"GET", "/v1/views/{id}", kRead, Pace::kBatch, "A case view", "", "", "View", 200, get_view},
      {"PUT", "/v1/views/{id}", kWrite, Pace::kBatch, "Save a case view again; 409 where somebody else did", "",
       "CaseView", "View", 200, change_view},
      {"DELETE", "/v1/views/{id}", kWrite, Pace::kBatch, "Remove a case view", "", "", "", 204, remove_view},
      {"GET", "/v1/sharing/objects", kShareRead, Pace::kBatch,
       "What was shared: what came from whom under which marking; each read is recorded", "after limit", "",
       "SharedObjects", 200, shared_objects},
  };
}
}  // namespace jindo::server
