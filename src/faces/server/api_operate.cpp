// Routes of incidents, alerts, watches, webhooks.
#include <openssl/rand.h>
#include <simdjson.h>

#include <chrono>

#include "base/clock.h"
#include "base/hex.h"
#include "server/taxii.h"

namespace jindo::server {
namespace {
int64_t number_in_path(const Call& call, const char* name) {
  const auto number = base::parse_decimal(call.path[name]);
  return number && number->fits_u64() && number->low() <= INT64_MAX ? static_cast<int64_t>(number->low()) : -1;
}
net::Response done() { return json_answer("", 204); }

net::Response list_incidents(Call& call) {
  const auto hidden = hidden_from(call);
  std::map<std::string, exposure::TrackStatus> status;
  for (const exposure::TrackStatus& s : call.context.node.track_status()) status[s.id] = s;
  return json_answer(base::json_object([&](base::JsonWriter& json) {
    json.key("incidents");
    json.begin_array();
    for (const incidents::Incident& incident : call.context.node.incidents()) {
      if (hidden && hidden->count(incident.id) != 0) continue;
      json.begin_object();
      json.field("id", incident.id);
      json.field("name", incident.name);
      json.field("date", incident.date);
      if (!incident.marking.empty()) json.field("marking", incident.marking);
      if (!incident.shared_by.empty()) json.field("shared_by", incident.shared_by);
      const auto found = status.find(incident.id);
      json.field("state", found == status.end()                                  ? "no thefts"
                          : found->second.state == exposure::TrackState::kTraced ? "traced"
                                                                                 : "waiting");
      if (found != status.end() && !found->second.problem.empty()) json.field("problem", found->second.problem);
      json.end_object();
    }
    json.end_array();
  }));
}
net::Response flag_incident(Call& call) {
  // YAML; JSON is YAML.
  const auto from = std::chrono::steady_clock::now();
  const auto flagged = call.context.node.flag(std::string(call.request.body));
  if (!flagged.ok()) return problem_of(flagged.error());
  const auto us =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - from).count();
  return json_answer(base::json_object([&](base::JsonWriter& json) {
                       json.field("flagged", true);
                       json.field("microseconds", static_cast<int64_t>(us));
                     }),
                     201);
}
net::Response withdraw_incident(Call& call) {
  const auto withdrawn = call.context.node.withdraw(std::string(call.path["id"]));
  return withdrawn.ok() ? done() : problem_of(withdrawn.error());
}

// Whether an alert is of an incident that the caller may not see.
bool is_hidden(const alerts::Alert& alert, const std::set<std::string>* hidden) {
  if (hidden == nullptr) return false;
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string_view source, id;
  if (parser.parse(alert.body).get(root) != simdjson::SUCCESS) return true;
  if (root["source"].get(source) != simdjson::SUCCESS || root["id"].get(id) != simdjson::SUCCESS) return false;
  return source == "incident" && hidden->count(std::string(id)) != 0;
}
net::Response list_alerts(Call& call) {
  const auto after = whole_number(call, "after", 0, 0, INT64_MAX);
  if (!after.ok()) return problem_of(after.error());
  const auto limit = whole_number(call, "limit", 100, 1, 1000);
  if (!limit.ok()) return problem_of(limit.error());
  const auto alerts = call.context.node.alerts().list(*after, static_cast<size_t>(*limit),
                                                      net::query_value(call.request, "state").value_or(""));
  if (!alerts.ok()) return problem_of(alerts.error());
  std::string out = "{\"alerts\":[";
  const auto hidden = hidden_from(call);
  for (const alerts::Alert& alert : *alerts) {
    if (is_hidden(alert, hidden.get())) continue;
    if (out.back() != '[') out += ',';
    out += "{\"number\":" + std::to_string(alert.number) + ",\"state\":" + base::json_escape(alert.state) +
           ",\"assignee\":" + base::json_escape(alert.assignee) + ",\"comment\":" + base::json_escape(alert.comment) +
           ",\"alert\":" + alert.body + "}";
  }
  out += "],\"next\":" + std::to_string(alerts->empty() ? *after : alerts->back().number) + "}";
  return json_answer(std::move(out));
}
net::Response stream_alerts(Call& call) {
  auto after = whole_number(call, "after", call.context.node.alerts().last(), 0, INT64_MAX);
  if (!after.ok()) return problem_of(after.error());
  if (!call.request.last_event_id.empty()) {
    const auto last = base::parse_decimal(call.request.last_event_id);
    if (!last || !last->fits_u64() || last->low() > INT64_MAX)
      return problem(422, "Last-Event-ID: expected an alert's number");
    after = static_cast<int64_t>(last->low());
  }
  net::Response out;
  out.content_type = "text/event-stream";
  alerts::AlertStore& store = call.context.node.alerts();
  // Each time again: what a reader may see changes while the stream is open.
  out.stream = [&store, &sharing = call.context.sharing,
                reader = own_reader_of(call, *call.context.sharing.store().directory()),
                at = *after]() mutable -> std::optional<std::string> {
    if (store.last() <= at) return "";
    const auto alerts = store.list(at, 100, "");
    if (!alerts.ok()) return std::nullopt;
    const auto hidden = sharing.any_strict() ? sharing.hidden_from(reader) : nullptr;
    std::string text;
    for (const alerts::Alert& alert : *alerts) {
      at = alert.number;
      if (is_hidden(alert, hidden.get())) continue;
      text += "id: " + std::to_string(alert.number) + "\nevent: " + alert.kind + "\ndata: " + alert.body + "\n\n";
    }
    return text;
  };
  return out;
}
net::Response answer_alert(Call& call) {
  const int64_t number = number_in_path(call, "number");
  auto fields = text_fields(call.request.body, {"state", "assignee", "comment"});
  if (!fields.ok()) return problem_of(fields.error());
  const auto known = call.context.node.alerts().find(number);
  if (!known.ok()) return problem_of(known.error());
  if (!*known || is_hidden(**known, hidden_from(call).get()))
    return problem(404, "no alert " + std::string(call.path["number"].substr(0, 20)));
  alerts::Alert alert = **known;
  if (fields->count("state") != 0) alert.state = (*fields)["state"];
  if (fields->count("assignee") != 0) alert.assignee = (*fields)["assignee"];
  if (fields->count("comment") != 0) alert.comment = (*fields)["comment"];
  if (alert.state != "open" && alert.state != "working" && alert.state != "closed")
    return problem(422, "field 'state': expected open, working or closed");
  if (alert.assignee.size() > 200 || alert.comment.size() > 10000)
    return problem(422, "assignee of at most 200 bytes, comment of at most 10000");
  const auto set = call.context.node.alerts().set_state(number, alert.state, alert.assignee, alert.comment);
  return set.ok() ? done() : problem_of(set.error());
}

std::string watch_json(const alerts::Watch& watch) {
  return base::json_object([&](base::JsonWriter& json) {
    json.field("id", watch.id);
    json.field("kind", watch.kind);
    if (!watch.chain.empty()) json.field("chain", watch.chain);
    if (!watch.address.empty()) json.field("address", watch.address);
    if (!watch.incident.empty()) json.field("incident", watch.incident);
    if (!watch.category.empty()) json.field("category", watch.category);
    json.field("label", watch.label);
    json.field("created", base::format_time(watch.created));
  });
}
// Checked, and addresses as the chain writes them.
base::Result<alerts::Watch> watch_of(const std::map<std::string, std::string>& fields) {
  alerts::Watch out;
  const auto get = [&](const char* name) {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
  };
  out.kind = get("kind");
  out.label = get("label");
  out.created = base::unix_seconds();
  if (out.label.size() > 500) return base::wrong_use("field 'label': at most 500 bytes");
  if (out.kind == "deposit" || out.kind == "address" || out.kind == "cluster") {
    JINDO_TRY(const chain::Network* network, chain::find_network(get("chain")));
    if (out.kind == "cluster" && network->model != chain::LedgerModel::kUtxo)
      return base::wrong_use("clusters are of UTXO chains; watch the address itself");
    JINDO_TRY(const auto key, chain::parse_address(*network, get("address")));
    out.chain = network->name;
    out.address = chain::format_address(*network, key);
  } else if (out.kind == "incident") {
    out.incident = get("incident");
    if (out.incident.empty()) return base::wrong_use("field 'incident': an identifier, or * for all");
  } else if (out.kind == "category") {
    const auto category = attribution::find_category(get("category"));
    if (category == attribution::Category::kUnknown)
      return base::wrong_use("field 'category': no such category of tags");
    out.category = attribution::name_of(category);
  } else {
    return base::wrong_use("field 'kind': expected deposit, address, cluster, incident or category");
  }
  return out;
}
net::Response list_watches(Call& call) {
  const auto after = whole_number(call, "after", 0, 0, INT64_MAX);
  if (!after.ok()) return problem_of(after.error());
  const auto limit = whole_number(call, "limit", 1000, 1, 10000);
  if (!limit.ok()) return problem_of(limit.error());
  const auto watches = call.context.node.alerts().watches(*after, static_cast<size_t>(*limit));
  if (!watches.ok()) return problem_of(watches.error());
  std::string out = "{\"watches\":[";
  for (const alerts::Watch& watch : *watches) out += (out.back() == '[' ? "" : ",") + watch_json(watch);
  out += "],\"next\":" + std::to_string(watches->empty() ? *after : watches->back().id) + "}";
  return json_answer(std::move(out));
}
net::Response add_watch(Call& call) {
  const auto fields = text_fields(call.request.body, {"kind", "chain", "address", "incident", "category", "label"});
  if (!fields.ok()) return problem_of(fields.error());
  auto watch = watch_of(*fields);
  if (!watch.ok()) return problem_of(watch.error());
  auto added = call.context.node.alerts().add_watch(*watch);
  if (!added.ok()) return problem_of(added.error());
  const auto looked = call.context.node.watches_changed();
  if (!looked.ok()) return problem_of(looked.error());
  return json_answer(watch_json(*added), 201);
}
// The exchange's own deposit addresses: one chain, up to 100,000 at once.
net::Response add_deposits(Call& call) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::array list;
  std::string_view chain;
  if (parser.parse(call.request.body.data(), call.request.body.size()).get(root) != simdjson::SUCCESS ||
      !root.is_object() || root["chain"].get(chain) != simdjson::SUCCESS ||
      root["addresses"].get(list) != simdjson::SUCCESS)
    return problem(422, "expected {\"chain\": …, \"addresses\": [ … ]}");
  std::vector<alerts::Watch> watches;
  for (const auto entry : list) {
    std::string_view text;
    if (entry.get(text) != simdjson::SUCCESS)
      return problem(422, "address " + std::to_string(watches.size()) + ": expected a text");
    if (watches.size() == 100'000) return problem(422, "more than 100000 addresses in one request");
    auto watch = watch_of({{"kind", "deposit"}, {"chain", std::string(chain)}, {"address", std::string(text)}});
    if (!watch.ok()) return problem(422, "address " + std::to_string(watches.size()) + ": " + watch.error().message);
    watches.push_back(std::move(*watch));
  }
  const auto added = call.context.node.alerts().add_watches(watches);
  if (!added.ok()) return problem_of(added.error());
  const auto looked = call.context.node.watches_changed();
  if (!looked.ok()) return problem_of(looked.error());
  return json_answer(base::json_object([&](base::JsonWriter& json) {
                       json.field("added", *added);
                       json.field("known", static_cast<uint64_t>(watches.size()) - *added);
                     }),
                     201);
}
net::Response remove_watch(Call& call) {
  const auto removed = call.context.node.alerts().remove_watch(number_in_path(call, "id"));
  if (!removed.ok()) return problem_of(removed.error());
  const auto looked = call.context.node.watches_changed();
  return looked.ok() ? done() : problem_of(looked.error());
}

net::Response list_webhooks(Call& call) {
  const auto webhooks = call.context.node.alerts().webhooks();
  if (!webhooks.ok()) return problem_of(webhooks.error());
  return json_answer(base::json_object([&](base::JsonWriter& json) {
    json.key("webhooks");
    json.begin_array();
    for (const alerts::Webhook& webhook : *webhooks) {  // secrets are shown once, when made
      json.begin_object();
      json.field("id", webhook.id);
      json.field("url", webhook.url);
      json.field("kinds", webhook.kinds);
      json.end_object();
    }
    json.end_array();
  }));
}
net::Response add_webhook(Call& call) {
  auto fields = text_fields(call.request.body, {"url", "kinds"});
  if (!fields.ok()) return problem_of(fields.error());
  alerts::Webhook webhook;
  webhook.url = (*fields)["url"];
  webhook.kinds = (*fields)["kinds"];
  if (webhook.url.size() > 2000 || webhook.kinds.size() > 500)
    return problem(422, "url of at most 2000 bytes, kinds of at most 500");
  const auto fine = alerts::check_webhook_url(webhook.url);
  if (!fine.ok()) return problem_of(fine.error());
  uint8_t secret[32];
  if (RAND_bytes(secret, sizeof secret) != 1) return problem(503, "the machine gives no random numbers");
  webhook.secret = base::to_hex(secret);
  const auto added = call.context.node.alerts().add_webhook(webhook);
  if (!added.ok()) return problem_of(added.error());
  return json_answer(base::json_object([&](base::JsonWriter& json) {
                       json.field("id", added->id);
                       json.field("url", added->url);
                       json.field("kinds", added->kinds);
                       json.field("secret", added->secret);
                     }),
                     201);
}
net::Response remove_webhook(Call& call) {
  const auto removed = call.context.node.alerts().remove_webhook(number_in_path(call, "id"));
  return removed.ok() ? done() : problem_of(removed.error());
}
net::Response replay_webhook(Call& call) {
  std::optional<int64_t> after;
  if (net::query_value(call.request, "after")) {
    const auto number = whole_number(call, "after", 0, 0, INT64_MAX);
    if (!number.ok()) return problem_of(number.error());
    after = *number;
  }
  const auto count = call.context.node.alerts().replay(number_in_path(call, "id"), after);
  if (!count.ok()) return problem_of(count.error());
  return json_answer(base::json_object([&](base::JsonWriter& json) { json.field("to_send", *count); }), 202);
}
net::Response dead_letters(Call& call) {
  const auto dead = call.context.node.alerts().dead_letters();
  if (!dead.ok()) return problem_of(dead.error());
  return json_answer(base::json_object([&](base::JsonWriter& json) {
    json.key("dead_letters");
    json.begin_array();
    for (const alerts::Delivery& d : *dead) {
      json.begin_object();
      json.field("webhook", d.webhook);
      json.field("alert", d.alert);
      json.field("attempts", uint64_t{d.attempts});
      json.field("error", d.error);
      json.end_object();
    }
    json.end_array();
  }));
}
}  // namespace

std::vector<Route> operate_routes() {
  using net::Pace;
  return {
      {"GET", "/v1/incidents", kRead, Pace::kQuick, "Incidents that are followed", "", "", "Incidents", 200,
       list_incidents},
      {"POST", "/v1/incidents", kWrite, Pace::kChange, "Flag a theft: traced and in the answers when this returns", "",
       "Incident", "Flagged", 201, flag_incident},
      {"DELETE", "/v1/incidents/{id}", kWrite, Pace::kChange, "Withdraw an incident flagged here", "", "", "", 204,
       withdraw_incident},
      {"GET", "/v1/alerts", kRead, Pace::kQuick, "Alerts after a number", "after limit state", "", "Alerts", 200,
       list_alerts},
      {"GET", "/v1/alerts/stream", kRead, Pace::kQuick,
       "Alerts as they come, server-sent events; resumes from Last-Event-ID", "after", "", "Events", 200,
       stream_alerts},
      {"POST", "/v1/alerts/{number}", kWrite, Pace::kQuick, "Assign, comment, close an alert", "", "AlertAnswer", "",
       204, answer_alert},
      {"GET", "/v1/watches", kRead, Pace::kQuick, "What is watched", "after limit", "", "Watches", 200, list_watches},
      {"POST", "/v1/watches", kWrite, Pace::kChange, "Watch an address, a cluster, an incident, a category", "",
       "NewWatch", "Watch", 201, add_watch},
      {"POST", "/v1/watches/deposits", kWrite, Pace::kChange, "Watch one's own deposit addresses", "", "Deposits",
       "Added", 201, add_deposits},
      {"DELETE", "/v1/watches/{id}", kWrite, Pace::kChange, "Watch no longer", "", "", "", 204, remove_watch},
      {"GET", "/v1/webhooks", kRead, Pace::kQuick, "Where alerts are sent", "", "", "Webhooks", 200, list_webhooks},
      {"POST", "/v1/webhooks", kWrite, Pace::kQuick, "Send alerts to a URL, signed; the secret is told once", "",
       "NewWebhook", "Webhook", 201, add_webhook},
      {"DELETE", "/v1/webhooks/{id}", kWrite, Pace::kQuick, "Send no longer", "", "", "", 204, remove_webhook},
      {"POST", "/v1/webhooks/{id}/replay", kWrite, Pace::kQuick, "Send dead letters, or all after a number, again",
       "after", "", "Replayed", 202, replay_webhook},
      {"GET", "/v1/dead-letters", kRead, Pace::kQuick, "Alerts that a webhook never took", "", "", "DeadLetters", 200,
       dead_letters},
  };
}
}  // namespace jindo::server
