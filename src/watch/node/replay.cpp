#include "node/replay.h"

#include <simdjson.h>

#include <algorithm>
#include <map>

#include "base/clock.h"
#include "base/file.h"
#include "base/hex.h"
#include "incidents/incident.h"
#include "inquiry/ownership.h"
#include "ledger/block_places.h"
#include "node/json_text.h"
#include "node/state_record.h"

namespace jindo::node {
namespace {
using base::Status;
using simdjson::dom::element;

base::Result<std::vector<incidents::Incident>> archived_incidents(const std::string& data, const std::string& digest,
                                                                  std::vector<std::string>& digests) {
  std::vector<incidents::Incident> out;
  JINDO_TRY(const std::string list, base::read_file(data + "/archive/incidents-" + digest + ".yaml", 64 << 20));
  for (size_t at = 0; at < list.size();) {
    const size_t end = list.find('\n', at);
    const std::string one = list.substr(at, 64);
    at = end == std::string::npos ? list.size() : end + 1;
    const std::string path = data + "/archive/incident-" + one + ".yaml";
    JINDO_TRY(const std::string yaml, base::read_file(path, 1 << 20));
    if (base::to_hex(base::sha256(base::as_bytes(yaml))) != one)
      return base::bad_input(path + ": is not what its name says");
    JINDO_TRY(auto incident, incidents::parse_incident(path, yaml));
    out.push_back(std::move(incident));
    digests.push_back(one);
  }
  return out;
}

// A state traced to given heights, with given versions.
class PastState {
 public:
  static base::Result<std::shared_ptr<const screening::State>> make(
      const ReplayRequest& request, std::shared_ptr<const ledger::Ledger> ledger, const screening::Policy& policy,
      const std::vector<incidents::Incident>& incidents, const std::vector<std::string>& digests, int64_t tags_on,
      const std::map<const chain::Network*, uint64_t>& heights, std::string* tags_digest) {
    auto state = std::make_shared<screening::State>();
    state->policy = std::make_shared<const screening::Policy>(policy);
    const std::string records = request.records.empty() ? inquiry::records_of(request.ledger) : request.records;
    if (base::exists(records)) {
      JINDO_TRY(const auto store, attribution::TagStore::open(records, records::Database::Access::kRead));
      JINDO_TRY(auto tags, attribution::TagIndex::load(store, tags_on));
      state->tags = std::make_shared<const attribution::TagIndex>(std::move(tags));
    } else {
      state->tags = std::make_shared<const attribution::TagIndex>(attribution::TagIndex::of({}));
    }
    if (tags_digest != nullptr) *tags_digest = base::to_hex(state->tags->digest());
    exposure::TrackerOptions options;
    options.policy = policy.tracing;
    options.links = policy.links;
    options.resolve = request.resolve;
    options.categories = policy.categories;
    options.heights = heights;
    exposure::Tracker tracker(options, {});
    tracker.set_tags(state->tags);
    std::vector<exposure::TrackedIncident> tracked;
    for (size_t i = 0; i < incidents.size(); ++i) {
      const auto sources = incidents::trace_sources({incidents[i]});
      if (!sources.empty()) tracked.push_back({incidents[i].id, incidents[i].name, sources, digests[i]});
    }
    tracker.set_incidents(std::move(tracked));
    JINDO_DO(tracker.advance(ledger));
    auto snapshot = std::make_shared<exposure::Snapshot>(*tracker.published().get());
    for (exposure::ChainCoverage& chain : snapshot->chains) {
      const auto height = heights.find(chain.network);
      if (height == heights.end()) continue;
      const ledger::ChainReader& reader = ledger->find(*chain.network)->reader();
      const uint64_t low = blocks_up_to(reader, height->second);
      if (low == 0) continue;
      const ledger::BlockRow tip = reader.block(low - 1);
      chain.blocks = low;
      chain.height = tip.height;
      chain.time = tip.order_time;
      chain.hash = tip.hash;
    }
    state->snapshot = snapshot;
    state->incidents = incidents.size();
    state->tags_on = tags_on;
    for (const exposure::TrackStatus& s : tracker.status())
      if (s.state == exposure::TrackState::kWaiting) state->add_waiting(s.id, s.problem);
    state->finish();
    return std::shared_ptr<const screening::State>(state);
  }
};
base::Result<std::shared_ptr<const ledger::Ledger>> open_ledger(const std::string& folder) {
  JINDO_TRY(auto ledger, ledger::Ledger::open(folder));
  return std::make_shared<const ledger::Ledger>(std::move(ledger));
}
base::Result<std::shared_ptr<const screening::State>> state_of(const ReplayRequest& request,
                                                               std::shared_ptr<const ledger::Ledger> ledger,
                                                               const StateRecord& record, bool& tags_same) {
  const std::string path = request.data + "/archive/policy-" + record.policy + ".yaml";
  JINDO_TRY(const auto policy, screening::read_policy(path));
  if (policy.digest != record.policy) return base::bad_input(path + ": is not what its name says");
  std::vector<std::string> digests;
  JINDO_TRY(const auto incidents, archived_incidents(request.data, record.incidents, digests));
  std::map<const chain::Network*, uint64_t> heights;
  for (const StateRecord::At& at : record.chains) heights[at.network] = at.height;
  // A chain that came later is as if it were not there.
  for (const ledger::LedgerChain& chain : ledger->chains())
    if (heights.count(chain.network) == 0) heights[chain.network] = 0;
  std::string tags;
  JINDO_TRY(auto state, PastState::make(request, ledger, policy, incidents, digests, record.tags_on, heights, &tags));
  tags_same = tags == record.tags;
  auto out = std::make_shared<screening::State>(*state);
  out->incidents_digest = record.incidents;
  out->finish();
  return std::shared_ptr<const screening::State>(out);
}
}  // namespace

base::Result<ReplaySummary> replay_decisions(const ReplayRequest& request,
                                             const std::function<void(uint64_t record)>& progress) {
  ReplaySummary out;
  JINDO_TRY(const auto ledger, open_ledger(request.ledger));
  std::map<uint64_t, StateRecord> states;
  std::map<uint64_t, std::vector<std::pair<uint64_t, std::string>>> by_state;  // decisions of a state: number, line
  JINDO_TRY(
      const auto log,
      screening::read_decisions(request.data + "/decisions", [&](const screening::LogRecord& record) -> Status {
        if (record.kind == "state") {
          JINDO_TRY(states[record.number], read_state_record(record.text));
          return {};
        }
        if (record.number < request.first || record.number > request.last) return {};
        if (record.kind != "decision" && record.kind != "batch") return {};
        simdjson::dom::parser parser;
        element root;
        uint64_t state = 0;
        if (parser.parse(record.text).get(root) != simdjson::SUCCESS || root["state"].get(state) != simdjson::SUCCESS)
          return base::bad_input("record " + std::to_string(record.number) + " of the decision log cannot be read");
        by_state[state].emplace_back(record.number, record.text);
        return {};
      }));
  (void)log;
  const auto differ = [&](uint64_t number, const std::string& what) {
    ++out.differ;
    if (out.differences.size() < 100) out.differences.push_back("record " + std::to_string(number) + ": " + what);
  };
  for (const auto& [number, decisions] : by_state) {
    const auto record = states.find(number);
    std::shared_ptr<const screening::State> state;
    bool tags_same = true;
    if (record != states.end() && holds(*ledger, record->second)) {
      JINDO_TRY(state, state_of(request, ledger, record->second, tags_same));
    }
    for (const auto& [decision, line] : decisions) {
      if (progress) progress(decision);
      simdjson::dom::parser parser;
      element root, question;
      if (parser.parse(line).get(root) != simdjson::SUCCESS)
        return base::bad_input("record " + std::to_string(decision) + " cannot be read");
      bool unconfirmed = false;
      if (root["unconfirmed"].get(unconfirmed) != simdjson::SUCCESS) unconfirmed = false;
      if (root["question"].get(question) == simdjson::SUCCESS) {
        ++out.decisions;
        if (!state) {
          ++out.lost_branch;
          continue;
        }
        if (unconfirmed) {
          ++out.unconfirmed;
          continue;
        }
        JINDO_TRY(auto asked, screening::parse_question(simdjson::minify(question)));
        const auto left_out = left_out_of(root);
        if (!left_out.empty()) asked.hidden = &left_out;
        std::shared_ptr<const screening::State> of = state;
        if (asked.at_height) {
          JINDO_TRY(of, replay_state_at(request, *state, *asked.network, *asked.at_height, decision));
        }
        const auto answered = screening::answer(*of, asked);
        const std::string verdict =
            answered.ok() ? screening::verdict_name(answered->verdict) : answered.error().message;
        const std::string was = text_of(root, "verdict");
        if (verdict == was && (!answered.ok() || answered->rules == text_of(root, "rules"))) {
          ++out.same;
        } else if (!record->second.findings.empty() && text_of(root, "rules").find_first_of(' ') == std::string::npos &&
                   verdict != was) {
          ++out.findings;
          differ(decision, was + " then, " + verdict + " now; techniques are not looked for in a replay");
        } else {
          differ(decision, was + " (" + text_of(root, "rules") + ") then, " + verdict + " (" +
                               (answered.ok() ? answered->rules : "") + ") now" +
                               (tags_same ? "" : "; the tags in force then were changed since"));
        }
        continue;
      }
      const std::string addresses = text_of(root, "addresses"), verdicts = text_of(root, "verdicts");
      JINDO_TRY(const chain::Network* network, chain::find_network(text_of(root, "chain")));
      const auto left_out = left_out_of(root);
      screening::Question of;
      if (!left_out.empty()) of.hidden = &left_out;
      of.network = network;
      if (root["now"].get(of.now) != simdjson::SUCCESS) of.now = 0;
      size_t index = 0;
      for (size_t at = 0; at < addresses.size(); ++index) {
        const size_t end = std::min(addresses.find(' ', at), addresses.size());
        const std::string address = addresses.substr(at, end - at);
        at = end + 1;
        ++out.decisions;
        if (!state) {
          ++out.lost_branch;
          continue;
        }
        chain::AddressKey key;
        if (!chain::parse_evm_hex(address, key)) {
          JINDO_TRY(key, chain::parse_address(*network, address));
        }
        const screening::Assessment assessment = screening::assess(*state, of, key);
        if (index < verdicts.size() && screening::verdict_name(assessment.verdict)[0] == verdicts[index])
          ++out.same;
        else
          differ(decision, address + ": another verdict, " + screening::verdict_name(assessment.verdict));
      }
    }
  }
  return out;
}

base::Result<std::shared_ptr<const screening::State>> replay_state_at(const ReplayRequest& request,
                                                                      const screening::State& now,
                                                                      const chain::Network& network, uint64_t height,
                                                                      uint64_t before) {
  // The last state of this log whose tip was at that height, or below it.
  std::optional<StateRecord> found;
  bool exact = false;
  JINDO_TRY(const auto log,
            screening::read_decisions(request.data + "/decisions", [&](const screening::LogRecord& record) -> Status {
              if (record.kind != "state" || record.number >= before) return {};
              JINDO_TRY(auto state, read_state_record(record.text));
              for (const StateRecord::At& at : state.chains) {
                if (at.network != &network || at.height != height) continue;
                if (!holds(*now.snapshot->ledger, state)) continue;
                exact = true;
                found = state;
              }
              return {};
            }));
  (void)log;
  if (found && exact) {
    bool tags_same = true;
    JINDO_TRY(auto state, state_of(request, now.snapshot->ledger, *found, tags_same));
    auto out = std::make_shared<screening::State>(*state);
    out->number = now.number;
    out->add_unknown("asked about a height in the past: answered as then, but for techniques");
    if (!tags_same) out->add_unknown("the tags in force then were changed since");
    out->finish();
    return std::shared_ptr<const screening::State>(out);
  }
  // This node was not at that height, or its blocks were taken back: today's versions, the ledger of then. Other chains
  // stand where their clocks stood.
  std::map<const chain::Network*, uint64_t> heights;
  const auto& ledger = *now.snapshot->ledger;
  int64_t time = 0;
  const auto block_at = [](const ledger::ChainReader& reader, const auto& is_before) {
    uint64_t low = 0, high = reader.info().blocks;
    while (low < high) {
      const uint64_t middle = (low + high) / 2;
      if (is_before(reader.block(middle)))
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  };
  const ledger::ChainReader& own = ledger.find(network)->reader();
  const uint64_t blocks = block_at(own, [&](const ledger::BlockRow& b) { return b.height <= height; });
  if (blocks == 0)
    return base::answer_no("the ledger of " + std::string(network.name) + " begins above height " +
                           std::to_string(height));
  time = own.block(blocks - 1).order_time;
  for (const ledger::LedgerChain& chain : ledger.chains()) {
    const uint64_t n = block_at(chain.reader(), [&](const ledger::BlockRow& b) {
      return chain.network == &network ? b.height <= height : b.order_time <= time;
    });
    heights[chain.network] = n == 0 ? 0 : chain.reader().block(n - 1).height;
  }
  std::vector<std::string> digests;
  JINDO_TRY(const auto incidents, archived_incidents(request.data, now.incidents_digest, digests));
  JINDO_TRY(auto state, PastState::make(request, now.snapshot->ledger, *now.policy, incidents, digests, now.tags_on,
                                        heights, nullptr));
  auto out = std::make_shared<screening::State>(*state);
  out->number = now.number;
  out->add_unknown(
      "this node did not answer at that height: today's policy, incidents and tags over the ledger of then, without "
      "techniques");
  out->finish();
  return std::shared_ptr<const screening::State>(out);
}

base::Result<PolicyTestSummary> test_policy(const ReplayRequest& request, const std::string& policy_path,
                                            const std::vector<std::string>& incident_files) {
  PolicyTestSummary out;
  JINDO_TRY(const auto policy, screening::read_policy(policy_path));
  JINDO_TRY(const auto ledger, open_ledger(request.ledger));
  // The questions that were asked, and the incidents that were in force last.
  std::vector<std::pair<uint64_t, std::string>> lines;
  std::string incidents_digest;
  if (base::is_folder(request.data + "/decisions")) {
    JINDO_TRY(const auto log,
              screening::read_decisions(request.data + "/decisions", [&](const screening::LogRecord& record) -> Status {
                if (record.kind == "decision") lines.emplace_back(record.number, record.text);
                if (record.kind == "state") {
                  JINDO_TRY(const auto state, read_state_record(record.text));
                  incidents_digest = state.incidents;
                }
                return {};
              }));
    (void)log;
  }
  std::vector<std::string> digests;
  std::vector<incidents::Incident> incidents;
  if (!incidents_digest.empty()) {
    JINDO_TRY(incidents, archived_incidents(request.data, incidents_digest, digests));
  }
  for (const std::string& file : incident_files) {
    JINDO_TRY(auto incident, incidents::read_incident(file));
    incidents.push_back(std::move(incident));
    digests.push_back(file);
  }
  JINDO_TRY(const auto state,
            PastState::make(request, ledger, policy, incidents, digests, std::time(nullptr), {}, nullptr));
  for (const auto& [number, line] : lines) {
    simdjson::dom::parser parser;
    element root, question;
    if (parser.parse(line).get(root) != simdjson::SUCCESS || root["question"].get(question) != simdjson::SUCCESS)
      return base::bad_input("record " + std::to_string(number) + " of the decision log cannot be read");
    JINDO_TRY(auto asked, screening::parse_question(simdjson::minify(question)));
    const auto left_out = left_out_of(root);
    if (!left_out.empty()) asked.hidden = &left_out;
    const auto was = screening::find_verdict(text_of(root, "verdict"));
    const auto answered = screening::answer(*state, asked);
    if (!was || !answered.ok()) continue;
    ++out.decisions;
    ++out.matrix[static_cast<size_t>(*was)][static_cast<size_t>(answered->verdict)];
    if (*was == answered->verdict) continue;
    ++out.changed;
    if (out.changes.size() < 100)
      out.changes.push_back("record " + std::to_string(number) + ": " + simdjson::minify(question) + ": was " +
                            screening::verdict_name(*was) + " (" + text_of(root, "rules") + "), would be " +
                            screening::verdict_name(answered->verdict) + " (" + answered->rules + ")");
  }
  return out;
}
}  // namespace jindo::node
