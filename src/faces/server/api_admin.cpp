// Routes of keys, policy, tags, health, metrics, the description of it all.
#include <chrono>

#include "base/clock.h"
#include "intel/access.h"
#include "server/routes.h"

namespace jindo::server {
namespace {
void write_key(base::JsonWriter& json, const Key& key) {
  json.field("id", key.id);
  json.field("name", key.name);
  json.field("role", key.role);
  if (!key.holder.organisation.empty()) json.field("organisation", key.holder.organisation);
  if (intel::find_affiliation(key.holder.affiliation) != intel::Affiliation::kStaff)
    json.field("affiliation", key.holder.affiliation);
  if (!key.holder.individual.empty()) json.field("individual", key.holder.individual);
  json.field("created", base::format_time(key.created));
  if (key.expires != 0) json.field("expires", base::format_time(key.expires));
  if (key.revoked) json.field("revoked", base::format_time(*key.revoked));
}
net::Response list_keys(Call& call) {
  const auto keys = call.context.keys.list();
  if (!keys.ok()) return problem_of(keys.error());
  return json_answer(base::json_object([&](base::JsonWriter& json) {
    json.key("keys");
    json.begin_array();
    for (const Key& key : *keys) {
      json.begin_object();
      write_key(json, key);
      json.end_object();
    }
    json.end_array();
  }));
}
net::Response make_key(Call& call) {
  auto fields =
      text_fields(call.request.body, {"name", "role", "expires", "organisation", "affiliation", "individual"});
  if (!fields.ok()) return problem_of(fields.error());
  int64_t expires = 0;
  if (!(*fields)["expires"].empty()) {
    const auto time = base::parse_time((*fields)["expires"]);
    if (!time) return problem(422, "field 'expires': expected a date or time");
    expires = *time;
  }
  Holder holder;
  holder.organisation = (*fields)["organisation"];
  holder.individual = (*fields)["individual"];
  if (!(*fields)["affiliation"].empty()) holder.affiliation = (*fields)["affiliation"];
  const auto made =
      call.context.keys.create((*fields)["name"], (*fields)["role"], base::unix_seconds(), expires, holder);
  if (!made.ok()) return problem_of(made.error());
  return json_answer(base::json_object([&](base::JsonWriter& json) {
                       write_key(json, made->first);
                       json.field("token", made->second);
                     }),
                     201);
}
net::Response revoke_key(Call& call) {
  const auto revoked = call.context.keys.revoke(std::string(call.path["id"]), base::unix_seconds());
  return revoked.ok() ? json_answer("", 204) : problem_of(revoked.error());
}
net::Response get_policy(Call& call) {
  net::Response out;
  out.content_type = "application/yaml";
  out.body = call.context.node.state()->policy->text;
  return out;
}
net::Response put_policy(Call& call) {
  const auto used = call.context.node.use_policy(std::string(call.request.body));
  if (!used.ok()) return problem_of(used.error());
  return json_answer(base::json_object(
      [&](base::JsonWriter& json) { json.field("digest", call.context.node.state()->policy->digest); }));
}
net::Response reload_tags(Call& call) {
  const auto loaded = call.context.node.reload_tags();
  if (!loaded.ok()) return problem_of(loaded.error());
  return json_answer(base::json_object([&](base::JsonWriter& json) {
    json.field("tags", static_cast<uint64_t>(call.context.node.state()->tags->tags().size()));
  }));
}
net::Response health(Call&) { return json_answer("{\"alive\":true}"); }
net::Response ready(Call& call) {
  const auto missing = call.context.node.not_ready();
  return json_answer(base::json_object([&](base::JsonWriter& json) {
                       json.field("ready", missing.empty());
                       json.key("because");
                       json.begin_array();
                       for (const std::string& line : missing) json.string(line);
                       json.end_array();
                     }),
                     missing.empty() ? 200 : 503);
}
net::Response describe(Call&) { return json_answer(openapi_json()); }

net::Response metrics(Call& call) {
  node::LiveNode& node = call.context.node;
  const auto state = node.state();
  const node::NodeCounts& c = node.counts();
  std::vector<Reading> r;
  const auto gauge = [&](const char* name, const char* help, double value) {
    r.push_back({name, help, false, value, {}});
  };
  const auto counter = [&](const char* name, const char* help, double value) {
    r.push_back({name, help, true, value, {}});
  };
  const auto d = [](uint64_t n) { return static_cast<double>(n); };
  gauge("jindo_exposed_addresses", "Addresses in the exposure index", d(state->snapshot->addresses()));
  gauge("jindo_index_bytes", "Bytes of the exposure index", d(state->snapshot->bytes()));
  gauge("jindo_index_tables", "Tables that a look-up may touch", d(state->snapshot->tables.size()));
  gauge("jindo_incidents", "Incidents followed", d(state->incidents));
  gauge("jindo_incidents_waiting", "Incidents whose theft the ledger does not hold yet", d(state->waiting()));
  gauge("jindo_tags", "Tags in force", d(state->tags->tags().size()));
  gauge("jindo_queue", "Changes that wait to be taken in", d(node.queued()));
  counter("jindo_blocks_total", "Blocks taken in", d(c.blocks));
  counter("jindo_blocks_taken_back_total", "Blocks taken back by reorganisations", d(c.taken_back));
  gauge("jindo_last_block_seconds", "The last blocks: handed in to answers", d(c.last_block_us) / 1e6);
  gauge("jindo_last_append_seconds", "Of that, the ledger's commit", d(c.append_us) / 1e6);
  gauge("jindo_last_advance_seconds", "Of that, the traces", d(c.advance_us) / 1e6);
  gauge("jindo_last_flag_seconds", "The last incident: flagged to answers", d(c.flag_us) / 1e6);
  counter("jindo_decisions_total", "Addresses and transactions screened", d(c.decisions));
  counter("jindo_decisions_changed_total", "Decisions that a reorganisation changed", d(c.decisions_changed));
  gauge("jindo_decision_records", "Records of the decision log", d(node.decisions().last()));
  gauge("jindo_alert_last", "Number of the newest alert", d(static_cast<uint64_t>(node.alerts().last())));
  counter("jindo_webhook_sent_total", "Alerts that webhooks took", d(node.delivery_counts().sent));
  counter("jindo_webhook_failed_total", "Attempts that failed", d(node.delivery_counts().failed));
  counter("jindo_webhook_dead_total", "Alerts given up on", d(node.delivery_counts().dead));
  if (call.context.http != nullptr) {
    counter("jindo_http_connections_total", "Connections taken", d(call.context.http->connections));
    counter("jindo_http_refused_total", "Connections and requests refused for load", d(call.context.http->refused));
    counter("jindo_http_malformed_total", "Requests that were no HTTP, or too large", d(call.context.http->malformed));
  }
  for (const exposure::ChainCoverage& chain : state->snapshot->chains)
    r.push_back({"jindo_chain_height",
                 "The ledger's height",
                 false,
                 d(chain.height),
                 {{"chain", std::string(chain.network->name)}}});
  for (const follow::FollowStatus& s : node.follow_status()) {
    const std::string name(s.network->name);
    r.push_back({"jindo_node_height", "The followed node's height", false, d(s.node_height), {{"chain", name}}});
    r.push_back(
        {"jindo_node_connected", "Whether the node answers", false, s.connected ? 1.0 : 0.0, {{"chain", name}}});
    r.push_back(
        {"jindo_node_failures_total", "Rounds with the node that failed", true, d(s.failures), {{"chain", name}}});
  }
  net::Response out;
  out.content_type = "text/plain; version=0.0.4";
  out.body = call.context.metrics.text(r);
  return out;
}
}  // namespace

std::vector<Route> admin_routes() {
  using net::Pace;
  return {
      {"GET", "/v1/policy", kRead, Pace::kQuick, "The policy in force, as it was given", "", "", "PolicyText", 200,
       get_policy},
      {"PUT", "/v1/policy", kAdmin, Pace::kChange, "Another policy: in force when this returns", "", "Policy",
       "PolicyUsed", 200, put_policy},
      {"POST", "/v1/tags/reload", kAdmin, Pace::kChange, "Read the tags again after an import", "", "", "TagsLoaded",
       200, reload_tags},
      {"GET", "/v1/keys", kAdmin, Pace::kQuick, "API keys", "", "", "Keys", 200, list_keys},
      {"POST", "/v1/keys", kAdmin, Pace::kQuick, "Make a key; its token is told once", "", "NewKey", "MadeKey", 201,
       make_key},
      {"DELETE", "/v1/keys/{id}", kAdmin, Pace::kQuick, "Revoke a key, at once", "", "", "", 204, revoke_key},
      {"GET", "/healthz", kNoScope, Pace::kQuick, "The process answers", "", "", "Health", 200, health},
      {"GET", "/readyz", kNoScope, Pace::kQuick, "It is up to its nodes; 503 while behind", "", "", "Ready", 200,
       ready},
      {"GET", "/metrics", kMetrics, Pace::kQuick, "Prometheus metrics", "", "", "Metrics", 200, metrics},
      {"GET", "/openapi.json", kNoScope, Pace::kQuick, "This document", "", "", "OpenApi", 200, describe},
  };
}
}  // namespace jindo::server
