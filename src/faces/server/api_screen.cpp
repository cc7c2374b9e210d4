// Routes of screening.
#include <simdjson.h>

#include "server/log.h"
#include "server/taxii.h"

namespace jindo::server {
namespace {
constexpr size_t kBatchMax = 10'000;

// A thread's own pointer to the newest state: no lock but when there is a newer one.
const std::shared_ptr<const screening::State>& newest(node::LiveNode& node) {
  thread_local std::shared_ptr<const screening::State> held;
  thread_local uint64_t version = 0;
  thread_local const node::LiveNode* of = nullptr;
  const uint64_t now = node.version();
  if (!held || version != now || of != &node) {
    version = now;
    of = &node;
    held = node.state();
  }
  return held;
}

net::Response decide(Call& call, screening::Question question) {
  const auto hidden = hidden_from(call);
  question.hidden = hidden.get();
  std::shared_ptr<const screening::State> state = newest(call.context.node);
  if (question.at_height) {
    auto past = call.context.node.state_at(*question.network, *question.at_height);
    if (!past.ok()) return problem_of(past.error());
    state = *past;
  }
  auto decided = call.context.node.decide(*state, question, call.key->id);
  if (!decided.ok()) return problem_of(decided.error());
  call.context.metrics.verdict(screening::verdict_name(decided->answer.verdict));
  for (const std::string& incident : decided->answer.held_for)
    call.context.sharing.held(incident, std::string(question.network->name));
  net::Response out = json_answer(std::move(decided->answer.json));
  out.settle = [context = &call.context, number = decided->number]() -> std::optional<net::Response> {
    const base::Status kept = context->node.decisions().settle(number);
    if (kept.ok()) return std::nullopt;
    context->metrics.refused();
    log_event("error", "decision_log", "\"problem\":" + base::json_escape(kept.error().message));
    return problem_of(kept.error());
  };
  return out;
}

net::Response screen_address(Call& call) {
  screening::Question question;
  const auto network = chain::find_network(call.path["chain"]);
  if (!network.ok()) return problem_of(network.error());
  question.network = *network;
  auto address = chain::parse_address(**network, call.path["address"]);
  if (!address.ok()) return problem_of(address.error());
  question.address = *address;
  if (const auto asset = net::query_value(call.request, "asset")) {
    auto key = chain::parse_asset(**network, *asset);
    if (!key.ok()) return problem_of(key.error());
    question.asset = *key;
  }
  if (const auto amount = net::query_value(call.request, "amount")) {
    question.amount = base::parse_decimal(*amount);
    if (!question.amount) return problem(422, "'amount': expected base units, a whole number");
  }
  const auto trails = whole_number(call, "trails", 1, 0, 10);
  if (!trails.ok()) return problem_of(trails.error());
  question.trails = static_cast<unsigned>(*trails);
  if (net::query_value(call.request, "at_height")) {
    const auto height = whole_number(call, "at_height", 0, 0, INT64_MAX);
    if (!height.ok()) return problem_of(height.error());
    question.at_height = static_cast<uint64_t>(*height);
  }
  return decide(call, question);
}
net::Response screen_transaction(Call& call) {
  screening::Question question;
  question.kind = screening::QuestionKind::kTransaction;
  const auto network = chain::find_network(call.path["chain"]);
  if (!network.ok()) return problem_of(network.error());
  question.network = *network;
  if (!chain::parse_hash(**network, call.path["transaction"], question.transaction))
    return problem(422, "expected a transaction's identifier, 64 hexadecimal digits");
  return decide(call, question);
}
net::Response screen_question(Call& call) {
  auto question = screening::parse_question(call.request.body);
  if (!question.ok()) return problem_of(question.error());
  question->now = 0;  // the server's clock
  return decide(call, *question);
}

net::Response screen_batch(Call& call) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::array list;
  std::string_view chain;
  if (parser.parse(call.request.body.data(), call.request.body.size()).get(root) != simdjson::SUCCESS ||
      !root.is_object() || root["chain"].get(chain) != simdjson::SUCCESS ||
      root["addresses"].get(list) != simdjson::SUCCESS)
    return problem(422, "expected {\"chain\": …, \"addresses\": [ … ]}");
  const auto network = chain::find_network(chain);
  if (!network.ok()) return problem_of(network.error());
  std::vector<std::string_view> addresses;
  addresses.reserve(kBatchMax);
  for (const auto entry : list) {
    std::string_view text;
    if (entry.get(text) != simdjson::SUCCESS)
      return problem(422, "address " + std::to_string(addresses.size()) + ": expected a text");
    if (addresses.size() == kBatchMax) return problem(422, "more than " + std::to_string(kBatchMax) + " addresses");
    addresses.push_back(text);
  }
  const auto hidden = hidden_from(call);
  auto answered =
      call.context.node.decide_batch(*newest(call.context.node), **network, addresses, call.key->id, 0, hidden.get());
  if (!answered.ok()) return problem_of(answered.error());
  return json_answer(std::move(answered->json));
}

// The whole trail, by the engine and not by the index.
net::Response explain(Call& call) {
  const auto state = newest(call.context.node);
  const auto network = chain::find_network(call.path["chain"]);
  if (!network.ok()) return problem_of(network.error());
  auto address = chain::parse_address(**network, call.path["address"]);
  if (!address.ok()) return problem_of(address.error());
  const auto incident = net::query_value(call.request, "incident");
  if (!incident) return problem(422, "'incident' is missing: which incident's money; the answer of screening names it");
  const auto hidden = hidden_from(call);
  if (hidden && hidden->count(*incident) != 0) return problem(404, "no incident " + incident->substr(0, 100));
  const auto policy = net::query_value(call.request, "policy");
  const auto parsed = policy ? trace::parse_policy(*policy) : base::Result<trace::Policy>(state->policy->tracing);
  if (!parsed.ok()) return problem_of(parsed.error());
  auto explained = call.context.node.explain(*incident, *parsed, **network, *address);
  if (!explained.ok()) return problem_of(explained.error());
  return json_answer(std::move(*explained));
}

net::Response state_of(Call& call) {
  const auto state = newest(call.context.node);
  const auto hidden = hidden_from(call);
  return json_answer(base::json_object([&](base::JsonWriter& json) {
                       json.field("version", "1");
                       json.field("exposed_addresses", static_cast<uint64_t>(state->snapshot->addresses()));
                       json.field("index_bytes", static_cast<uint64_t>(state->snapshot->bytes()));
                       json.field("decisions", call.context.node.decisions().last());
                       json.key("not_ready");
                       json.begin_array();
                       for (const std::string& line : call.context.node.not_ready()) json.string(line);
                       json.end_array();
                       json.key("unknown");
                       json.begin_array();
                       for (const screening::Unknown& unknown : state->unknown)
                         if (screening::is_shown(unknown, hidden.get())) json.string(unknown.text);
                       json.end_array();
                       json.key("nodes");
                       json.begin_array();
                       for (const follow::FollowStatus& s : call.context.node.follow_status()) {
                         json.begin_object();
                         json.field("chain", s.network->name);
                         json.field("node_height", s.node_height);
                         json.field("connected", s.connected);
                         json.field("synced", s.synced);
                         json.field("problem", s.problem);
                         json.field("blocks", s.blocks);
                         json.field("taken_back", s.reverted);
                         json.field("failures", s.failures);
                         json.end_object();
                       }
                       json.end_array();
                     }).insert(1, "\"coverage\":" + state->coverage_of(hidden.get()) + ","));
}
}  // namespace

std::vector<Route> screen_routes() {
  using net::Pace;
  return {
      {"GET", "/v1/screen/address/{chain}/{address}", kScreen, Pace::kQuick, "Screen an address",
       "asset amount trails at_height", "", "Answer", 200, screen_address},
      {"GET", "/v1/screen/transaction/{chain}/{transaction}", kScreen, Pace::kQuick,
       "Screen a transaction, confirmed or not", "", "", "TransactionAnswer", 200, screen_transaction},
      {"POST", "/v1/screen", kScreen, Pace::kQuick, "Screen an address, a transaction or a planned withdrawal", "",
       "Question", "Answer", 200, screen_question},
      {"POST", "/v1/screen/batch", kScreen, Pace::kBatch, "Verdicts of up to 10,000 addresses of one chain", "",
       "Batch", "BatchAnswer", 200, screen_batch},
      {"GET", "/v1/explain/{chain}/{address}", kScreen, Pace::kLong, "The whole trail from the theft to an address",
       "incident policy", "", "Trail", 200, explain},
      {"GET", "/v1/state", kScreen, Pace::kQuick, "What this node covers and how it is", "", "", "State", 200,
       state_of},
  };
}
}  // namespace jindo::server
