// The asking half of a live node: any thread, off the last published state.
#include <algorithm>

#include "base/clock.h"
#include "base/hash.h"
#include "base/hex.h"
#include "node/live_node.h"

namespace jindo::node {
namespace {
// Of a record: which incidents, shared tags and categories the verdict rests on, so that it is found when one is
// withdrawn.
std::string rests_on(const std::vector<std::string>& incidents) {
  if (incidents.empty()) return "";
  std::string out = ",\"rests_on\":\" ";
  for (const std::string& id : incidents) out += id + ' ';
  return out + "\"";
}
// Which incidents the caller may not see; the answer does not say so.
std::string left_out(const std::set<std::string>* hidden) {
  if (hidden == nullptr) return "";
  std::string list;
  for (const std::string& id : *hidden) list += (list.empty() ? "" : " ") + id;
  return ",\"without\":" + base::json_escape(list);
}

// A chain's addresses out of texts; the error names the place of one that is none.
base::Result<std::vector<chain::AddressKey>> parse_addresses(const chain::Network& network,
                                                             const std::vector<std::string_view>& texts) {
  std::vector<chain::AddressKey> out;
  out.reserve(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    chain::AddressKey key;
    if (!(network.style == chain::AddressStyle::kEvm && chain::parse_evm_hex(texts[i], key))) {
      auto parsed = chain::parse_address(network, texts[i]);
      if (!parsed.ok()) return base::bad_input("address " + std::to_string(i) + ": " + parsed.error().message);
      key = *parsed;
    }
    out.push_back(key);
  }
  return out;
}

// The verdicts of many addresses, one after another, and what is written of them.
class Batch {
 public:
  Batch(const screening::State& state, const screening::Question& question, size_t count)
      : state_(state), question_(question), network_(*question.network) {
    covered_ = state.lacking(question).empty();
    verdicts.reserve(count);
    letters.reserve(count);
    json.reserve(count * 48);
  }
  void add(const exposure::NetworkAddress& place, uint64_t hash) {
    screening::Verdict verdict = screening::Verdict::kAllow;
    if (!verdicts.empty()) json += ',';
    if (nothing_is_known_of(place, hash))
      json += "{\"verdict\":\"allow\"}";
    else
      verdict = assess(place);
    verdicts.push_back(verdict);
    letters += screening::verdict_name(verdict)[0];  // a, r, h
  }
  std::vector<screening::Verdict> verdicts;
  std::string letters;              // one a verdict
  std::string json;                 // an object a verdict, separated by commas
  std::vector<std::string> behind;  // what verdicts other than allow rest on, each once

 private:
  // Of most addresses: no exposure, no tag, no list, no finding.
  bool nothing_is_known_of(const exposure::NetworkAddress& place, uint64_t hash) const {
    if (!covered_) return false;
    bool any = false;
    state_.snapshot->rows_of(place, hash, [&](const exposure::Row&) { any = true; });
    return !any && state_.tags->find(network_, place.key).empty() &&
           state_.entries.find(place) == state_.entries.end() &&
           (!state_.findings || state_.findings->by_party.find(place) == state_.findings->by_party.end());
  }
  screening::Verdict assess(const exposure::NetworkAddress& place) {
    const screening::Assessment assessment = screening::assess(state_, question_, place.key);
    const screening::Verdict verdict = assessment.verdict;
    if (verdict != screening::Verdict::kAllow)
      for (std::string& id : screening::rests_on(assessment))
        if (std::find(behind.begin(), behind.end(), id) == behind.end()) behind.push_back(std::move(id));
    json += "{\"verdict\":\"";
    json += screening::verdict_name(verdict);
    json += '"';
    for (const screening::Reason& reason : assessment.reasons) {
      if (reason.exempted != nullptr || reason.verdict != verdict || verdict == screening::Verdict::kAllow) continue;
      json += ",\"rule\":";
      json += base::json_escape(screening::name_of_rule(reason));
      json += ",\"because\":" + base::json_escape(reason.text);
      break;
    }
    json += ",\"exposures\":" + std::to_string(assessment.exposures.size()) + "}";
    return verdict;
  }
  const screening::State& state_;
  const screening::Question& question_;
  const chain::Network& network_;
  bool covered_ = false;  // nothing that must be known is missing
};
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
  JINDO_TRY(const std::vector<chain::AddressKey> keys, parse_addresses(network, addresses));
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
  Batch batch(state, question, keys.size());
  for (size_t i = 0; i < keys.size(); ++i) batch.add({number, keys[i]}, hashes[i]);

  std::string fields = "\"chain\":\"" + std::string(network.name) + "\",\"addresses\":\"";
  for (size_t i = 0; i < addresses.size(); ++i) {
    if (i > 0) fields += ' ';
    fields += addresses[i];
  }
  fields += "\",\"verdicts\":\"" + batch.letters + "\",\"now\":" + std::to_string(question.now) +
            ",\"state\":" + std::to_string(state.number) + ",\"who\":" + base::json_escape(who);
  if (again_of != 0) fields += ",\"again_of\":" + std::to_string(again_of);
  fields += rests_on(batch.behind) + left_out(hidden);
  BatchAnswer out;
  JINDO_TRY(out.number, decisions_->append("batch", fields));
  JINDO_DO(decisions_->settle(out.number));
  out.verdicts = std::move(batch.verdicts);
  out.json = "{\"chain\":\"" + std::string(network.name) + "\",\"results\":[" + batch.json +
             "],\"coverage\":" + state.coverage_json + ",\"decision\":" + std::to_string(out.number) + "}";
  counts_.decisions += addresses.size();
  return out;
}
}  // namespace jindo::node
