// Routes of sharing beside TAXII: who takes part, what waits for a second person.
#include <simdjson.h>

#include <set>

#include "server/taxii.h"
#include "stix/identifier.h"

namespace jindo::server {
namespace {
net::Response show(Call& call) {
  return json_answer(
      federation::directory_json(*call.context.sharing.store().directory(), call.context.sharing.key().public_hex()));
}
net::Response apply(Call& call) {
  const auto applied = call.context.sharing.apply("sharing file", std::string(call.request.body));
  if (!applied.ok()) return problem_of(applied.error());
  return show(call);
}
std::optional<net::Response> own_reader(Call& call, intel::Reader& out) {
  const auto directory = call.context.sharing.store().directory();
  const auto reader = reader_of(call, *directory);
  if (!reader) return problem(403, "the key's organisation takes no part in sharing here; see `jindo intel apply`");
  out = *reader;
  return std::nullopt;
}
net::Response proposals(Call& call) {
  intel::Reader reader;
  if (auto wrong = own_reader(call, reader)) return std::move(*wrong);
  const auto waiting = call.context.sharing.store().proposals(reader.organisation);
  if (!waiting.ok()) return problem_of(waiting.error());
  std::string out = "{\"proposals\":[";
  for (const auto& p : *waiting) {
    if (out.back() != '[') out += ',';
    out += "{\"id\":" + base::json_escape(p.id) + ",\"collection\":" + base::json_escape(p.collection) +
           ",\"key\":" + base::json_escape(p.key) + ",\"at\":" + base::json_escape(stix::format_timestamp_us(p.at_us)) +
           ",\"envelope\":" + p.envelope + "}";
  }
  return json_answer(out + "]}");
}
net::Response decide(Call& call) {
  intel::Reader reader;
  if (auto wrong = own_reader(call, reader)) return std::move(*wrong);
  auto fields = text_fields(call.request.body, {"agree"});
  if (!fields.ok()) return problem_of(fields.error());
  const std::string agree = (*fields)["agree"];
  if (agree != "true" && agree != "false") return problem(422, "field 'agree': expected true or false");
  const auto report =
      call.context.sharing.store().decide(std::string(call.path["id"]), reader, call.key->id, agree == "true");
  return report.ok() ? json_answer(intel::status_json(*report)) : problem_of(report.error());
}
// Text, or a list of texts.
base::Result<std::vector<std::string>> texts_of(simdjson::dom::object from, const char* name) {
  simdjson::dom::element value;
  std::vector<std::string> out;
  if (from[name].get(value) != simdjson::SUCCESS) return out;
  simdjson::dom::array list;
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::vector<std::string>{std::string(text)};
  if (value.get(list) != simdjson::SUCCESS || list.size() > 1000)
    return base::bad_input(std::string("field '") + name + "': expected a list of at most 1000 texts");
  for (const auto item : list) {
    if (item.get(text) != simdjson::SUCCESS || text.empty() || text.size() > 300)
      return base::bad_input(std::string("field '") + name + "': expected texts of 1 to 300 bytes");
    out.emplace_back(text);
  }
  return out;
}
struct Publication {
  std::string incident, collection;
  intel::Release release;
  trace::Policy policy = trace::Policy::kFifo;  // of traces
};
base::Result<Publication> publication_of(std::string_view body, bool as_trace) {
  simdjson::dom::parser parser;
  simdjson::dom::object root;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS)
    return base::bad_input("expected a JSON object");
  static const std::set<std::string_view> known = {"incident",  "collection", "marking",     "organisations", "groups",
                                                   "countries", "kinds",      "individuals", "embargo_until", "policy"};
  Publication out;
  for (const auto member : root) {
    if (known.count(member.key) == 0 || (member.key == "policy" && !as_trace))
      return base::bad_input("unknown field '" + std::string(member.key.substr(0, 40)) +
                             "'; expected incident, collection, marking, organisations, groups, countries, kinds, "
                             "individuals, embargo_until; of traces, policy");
    std::string_view text;
    const bool is_text = member.value.get(text) == simdjson::SUCCESS;
    if (!is_text && (member.key == "incident" || member.key == "collection" || member.key == "marking" ||
                     member.key == "embargo_until" || member.key == "policy"))
      return base::bad_input("field '" + std::string(member.key) + "': expected a text");
    if (member.key == "incident") out.incident = std::string(text);
    if (member.key == "collection") out.collection = std::string(text);
    if (member.key == "policy") {
      JINDO_TRY(out.policy, trace::parse_policy(text));
    }
    if (member.key == "marking") {
      const auto marking = attribution::find_marking(text);
      if (!marking) return base::bad_input("field 'marking': expected clear, green, amber, amber+strict or red");
      out.release.tlp = *marking;
    }
    if (member.key == "embargo_until") {
      const auto us = stix::parse_timestamp_us(text);
      if (!us) return base::bad_input("field 'embargo_until': expected a time like 2026-11-24T12:00:00Z");
      out.release.embargo_until_us = *us;
    }
  }
  if (out.incident.empty() || out.collection.empty()) return base::bad_input("expected 'incident' and 'collection'");
  JINDO_TRY(out.release.organisations, texts_of(root, "organisations"));
  JINDO_TRY(out.release.groups, texts_of(root, "groups"));
  JINDO_TRY(out.release.countries, texts_of(root, "countries"));
  JINDO_TRY(out.release.kinds, texts_of(root, "kinds"));
  JINDO_TRY(out.release.individuals, texts_of(root, "individuals"));
  return out;
}
std::optional<net::Response> by_of(Call& call, federation::Sharing::By& out) {
  if (auto wrong = own_reader(call, out.reader)) return wrong;
  out.key = call.key->id;
  out.propose = (call.key->scopes & kSharePublish) == 0;
  return std::nullopt;
}
net::Response publish_as(Call& call, bool as_trace) {
  federation::Sharing::By by;
  if (auto wrong = by_of(call, by)) return std::move(*wrong);
  const auto asked = publication_of(call.request.body, as_trace);
  if (!asked.ok()) return problem_of(asked.error());
  // By its title or identifier.
  std::string collection = asked->collection;
  for (const auto& [id, c] : call.context.sharing.store().directory()->collections)
    if (c.title == collection) collection = id;
  federation::Sharing& sharing = call.context.sharing;
  const auto report = as_trace ? sharing.publish_trace(asked->incident, asked->policy, collection, asked->release, by)
                               : sharing.publish(asked->incident, collection, asked->release, by);
  return report.ok() ? json_answer(intel::status_json(*report), 202) : problem_of(report.error());
}
net::Response publish(Call& call) { return publish_as(call, false); }
net::Response publish_trace(Call& call) { return publish_as(call, true); }
net::Response withdraw(Call& call) {
  federation::Sharing::By by;
  if (auto wrong = by_of(call, by)) return std::move(*wrong);
  const auto count = call.context.sharing.withdraw(std::string(call.path["id"]), by);
  if (!count.ok()) return problem_of(count.error());
  return json_answer(base::json_object([&](base::JsonWriter& json) { json.field("withdrawn", uint64_t{*count}); }));
}
net::Response acts(Call& call) {
  intel::Reader reader;
  if (auto wrong = own_reader(call, reader)) return std::move(*wrong);
  const auto acts = call.context.sharing.acts_json(std::string(call.path["id"]), reader);
  return acts.ok() ? json_answer(*acts) : problem_of(acts.error());
}
net::Response act(Call& call) {
  auto fields = text_fields(call.request.body, {"act", "chain", "asset", "amount", "transaction", "comment"});
  if (!fields.ok()) return problem_of(fields.error());
  intel::Action action;
  action.act = (*fields)["act"];
  action.chain = (*fields)["chain"];
  action.asset = (*fields)["asset"];
  action.amount = (*fields)["amount"];
  action.transaction = (*fields)["transaction"];
  action.comment = (*fields)["comment"];
  if (!action.amount.empty() && !base::parse_decimal(action.amount))
    return problem(422, "field 'amount': expected base units, a whole number");
  if (action.comment.size() > 4000 || action.transaction.size() > 200 || action.chain.size() > 100 ||
      action.asset.size() > 200)
    return problem(422, "a comment of at most 4000 bytes, an asset and transaction of at most 200");
  const auto reported = call.context.sharing.act(std::string(call.path["id"]), action);
  if (!reported.ok()) return problem_of(reported.error());
  return json_answer(base::json_object([&](base::JsonWriter& json) { json.field("told", *reported); }), 201);
}
net::Response peers(Call& call) {
  return json_answer(base::json_object([&](base::JsonWriter& json) {
    json.key("peers");
    json.begin_array();
    for (const federation::PeerStatus& peer : call.context.sharing.peers()) {
      json.begin_object();
      json.field("id", peer.id);
      json.field("connected", peer.connected);
      json.field("pulled", peer.pulled);
      json.field("pushed", peer.pushed);
      json.field("refused", peer.refused);
      json.field("failures", peer.failures);
      json.field("problem", peer.problem);
      json.end_object();
    }
    json.end_array();
    if (const federation::BusStatus bus = call.context.sharing.bus(); bus.configured) {
      json.key("bus");
      json.begin_object();
      json.field("connected", bus.connected);
      json.field("sent", bus.sent);
      json.field("received", bus.received);
      json.field("refused", bus.refused);
      json.field("problem", bus.problem);
      json.end_object();
    }
  }));
}
}  // namespace

std::vector<Route> sharing_routes() {
  using net::Pace;
  return {
      {"GET", "/v1/sharing", kRead, Pace::kQuick, "Who takes part in sharing, groups, collections", "", "", "Sharing",
       200, show},
      {"PUT", "/v1/sharing", kAdmin, Pace::kChange, "Apply a sharing file", "", "SharingFile", "Sharing", 200, apply},
      {"GET", "/v1/sharing/proposals", kShareWrite, Pace::kBatch, "What waits for a second person", "", "", "Proposals",
       200, proposals},
      {"POST", "/v1/sharing/proposals/{id}", kSharePublish, Pace::kChange, "Agree to what another proposed, or not", "",
       "Decision", "Status", 200, decide},
      {"POST", "/v1/sharing/publish", kShareWrite, Pace::kChange, "Publish an incident into a collection", "",
       "Publication", "Status", 202, publish},
      {"POST", "/v1/sharing/traces", kShareWrite, Pace::kLong,
       "Publish a published incident's trace: a report with the trail as evidence, and the techniques found", "",
       "TracePublication", "Status", 202, publish_trace},
      {"DELETE", "/v1/sharing/incidents/{id}", kSharePublish, Pace::kChange,
       "Withdraw what was published of an incident; all who got it hear so", "", "", "Withdrawn", 200, withdraw},
      {"GET", "/v1/sharing/incidents/{id}", kShareRead, Pace::kBatch,
       "Who published an incident, who has seen, held, frozen, and when", "", "", "Acts", 200, acts},
      {"POST", "/v1/sharing/incidents/{id}/acts", kWrite, Pace::kChange,
       "Tell an incident's publisher what was done: seen, held, frozen, returned", "", "Act", "Told", 201, act},
      {"GET", "/v1/sharing/peers", kRead, Pace::kQuick, "Servers kept in step with", "", "", "Peers", 200, peers},
  };
}
}  // namespace jindo::server
