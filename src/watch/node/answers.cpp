// The asking half of a live node: any thread, off the last published state.
#include <chrono>

#include "base/clock.h"
#include "base/hex.h"
#include "node/live_node.h"

namespace jindo::node {
std::shared_ptr<const screening::State> LiveNode::state() const {
  const std::lock_guard<std::mutex> lock(state_mutex_);
  return state_;
}
std::vector<incidents::Incident> LiveNode::incidents() const {
  const std::lock_guard<std::mutex> lock(state_mutex_);
  return shown_incidents_;
}
std::vector<exposure::TrackStatus> LiveNode::track_status() const {
  const std::lock_guard<std::mutex> lock(state_mutex_);
  return shown_status_;
}
std::vector<follow::FollowStatus> LiveNode::follow_status() const {
  std::vector<follow::FollowStatus> out;
  for (const auto& follower : followers_) out.push_back(follower->status());
  return out;
}
std::vector<std::string> LiveNode::not_ready() const {
  std::vector<std::string> out;
  for (const follow::FollowStatus& s : follow_status()) {
    const std::string name(s.network->name);
    if (!s.problem.empty())
      out.push_back(name + ": " + s.problem);
    else if (!s.synced)
      out.push_back(name + ": behind the node, which is at height " + std::to_string(s.node_height));
  }
  return out;
}

namespace {
// Of a record: which incidents, shared tags and categories the verdict rests on, so that it is found when one is
// withdrawn.
std::string rests_on(const std::vector<std::string>& incidents) {
  if (incidents.empty()) return "";
  std::string out = ",\"rests_on\":\" ";
  for (const std::string& id : incidents) out += id + ' ';
  return out + "\"";
}
// Which incidents whoever asked may not see; not told to them.
std::string left_out(const std::set<std::string>* hidden) {
  if (hidden == nullptr) return "";
  std::string list;
  for (const std::string& id : *hidden) list += (list.empty() ? "" : " ") + id;
  return ",\"without\":" + base::json_escape(list);
}
}  // namespace

base::Result<Decided> LiveNode::decide(const screening::State& state, screening::Question question,
                                       std::string_view who, uint64_t again_of) {
  if (question.now == 0) question.now = base::unix_ms() / 1000;
  Decided out;
  JINDO_TRY(out.answer, screening::answer(state, question));
  std::string fields = "\"question\":";
  fields.reserve(768);
  fields += out.answer.question;
  fields += ",\"verdict\":\"";
  fields += screening::verdict_name(out.answer.verdict);
  fields += "\",\"rules\":";
  fields += base::json_escape(out.answer.rules);
  fields += ",\"state\":";
  fields += std::to_string(state.number);
  fields += ",\"who\":";
  fields += base::json_escape(who);
  fields += ",\"answer\":\"";
  fields += base::to_hex(base::sha256(base::as_bytes(out.answer.json)));
  fields += '"';
  if (out.answer.unconfirmed) fields += ",\"unconfirmed\":true";
  if (again_of != 0) fields += ",\"again_of\":" + std::to_string(again_of);
  fields += rests_on(out.answer.rests_on);
  fields += left_out(question.hidden);
  JINDO_TRY(out.number, decisions_->append("decision", fields));
  out.answer.json.pop_back();
  out.answer.json += ",\"decision\":";
  out.answer.json += std::to_string(out.number);
  out.answer.json += '}';
  counts_.decisions.fetch_add(1, std::memory_order_relaxed);
  return out;
}

base::Result<LiveNode::BatchAnswer> LiveNode::decide_batch(const screening::State& state, const chain::Network& network,
                                                           const std::vector<std::string_view>& addresses,
                                                           std::string_view who, uint64_t again_of,
                                                           const std::set<std::string>* hidden) {
  BatchAnswer out;
  out.verdicts.reserve(addresses.size());
  std::vector<chain::AddressKey> keys;
  keys.reserve(addresses.size());
  for (size_t i = 0; i < addresses.size(); ++i) {
    chain::AddressKey key;
    if (!(network.style == chain::AddressStyle::kEvm && chain::parse_evm_hex(addresses[i], key))) {
      auto parsed = chain::parse_address(network, addresses[i]);
      if (!parsed.ok()) return base::bad_input("address " + std::to_string(i) + ": " + parsed.error().message);
      key = *parsed;
    }
    keys.push_back(key);
  }
  const uint8_t number = exposure::network_number(network);
  std::vector<uint64_t> hashes(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    hashes[i] = exposure::hash_of({number, keys[i]});
    state.snapshot->prefetch(hashes[i]);
  }
  screening::Question question;
  question.network = &network;
  question.now = base::unix_ms() / 1000;
  question.hidden = hidden;
  const bool covered = state.has_chain(network) && state.policy->behind_seconds == 0;
  out.json.reserve(addresses.size() * 48);
  out.json += "{\"chain\":\"" + std::string(network.name) + "\",\"results\":[";
  std::vector<std::string> behind;
  std::string letters;
  letters.reserve(addresses.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    const exposure::NetworkAddress place{number, keys[i]};
    bool any = false;
    state.snapshot->rows_of(place, hashes[i], [&](const exposure::Row&) { any = true; });
    screening::Verdict verdict = screening::Verdict::kAllow;
    if (i > 0) out.json += ',';
    // Nothing is known of most addresses: no exposure, no tag, no list, no finding.
    if (covered && !any && state.tags->find(network, keys[i]).empty() &&
        state.entries.find(place) == state.entries.end() &&
        (!state.findings || state.findings->by_party.find(place) == state.findings->by_party.end())) {
      out.json += "{\"verdict\":\"allow\"}";
    } else {
      const screening::Assessment assessment = screening::assess(state, question, keys[i]);
      verdict = assessment.verdict;
      if (verdict != screening::Verdict::kAllow)
        for (std::string& id : screening::rests_on(assessment))
          if (std::find(behind.begin(), behind.end(), id) == behind.end()) behind.push_back(std::move(id));
      out.json += "{\"verdict\":\"";
      out.json += screening::verdict_name(verdict);
      out.json += '"';
      for (const screening::Reason& reason : assessment.reasons) {
        if (reason.exempted != nullptr || reason.verdict != verdict || verdict == screening::Verdict::kAllow) continue;
        out.json += ",\"rule\":";
        out.json += base::json_escape(reason.rule != nullptr    ? reason.rule->id
                                      : reason.entry != nullptr ? "list:" + reason.entry->list
                                                                : "unknown");
        out.json += ",\"because\":" + base::json_escape(reason.text);
        break;
      }
      out.json += ",\"exposures\":" + std::to_string(assessment.exposures.size()) + "}";
    }
    out.verdicts.push_back(verdict);
    letters += screening::verdict_name(verdict)[0] == 'r' ? 'r' : screening::verdict_name(verdict)[0];
  }
  std::string fields = "\"chain\":\"" + std::string(network.name) + "\",\"addresses\":\"";
  for (size_t i = 0; i < addresses.size(); ++i) {
    if (i > 0) fields += ' ';
    fields += addresses[i];
  }
  fields += "\",\"verdicts\":\"" + letters + "\",\"now\":" + std::to_string(question.now) +
            ",\"state\":" + std::to_string(state.number) + ",\"who\":" + base::json_escape(who);
  if (again_of != 0) fields += ",\"again_of\":" + std::to_string(again_of);
  fields += rests_on(behind) + left_out(hidden);
  JINDO_TRY(out.number, decisions_->append("batch", fields));
  JINDO_DO(decisions_->settle(out.number));
  out.json += "],\"coverage\":" + state.coverage_json + ",\"decision\":" + std::to_string(out.number) + "}";
  counts_.decisions += addresses.size();
  return out;
}
}  // namespace jindo::node
