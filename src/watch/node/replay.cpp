// Decisions made again, state by state: each state is made once, and all that rested on it is asked of it.
#include "node/replay.h"

#include <simdjson.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "node/json_text.h"
#include "node/past_state.h"
#include "node/state_record.h"

namespace jindo::node {
namespace {
using base::Status;
using simdjson::dom::element;
constexpr size_t kDifferencesMax = 100;

base::Error unreadable(uint64_t number, const char* of = "") {
  return base::bad_input("record " + std::to_string(number) + of + " cannot be read");
}

class Replay {
 public:
  Replay(const ReplayRequest& request, std::shared_ptr<const ledger::Ledger> ledger)
      : request_(request), ledger_(std::move(ledger)) {}

  // Reads the log: states, and the decisions asked for by the state that they rested on.
  Status read_log() {
    JINDO_TRY(const auto log, screening::read_decisions(request_.data + "/decisions",
                                                        [&](const screening::LogRecord& r) { return take(r); }));
    (void)log;
    return {};
  }
  Status run(const std::function<void(uint64_t record)>& progress) {
    for (const auto& [number, decisions] : by_state_) {
      JINDO_DO(make_state(number));
      for (const auto& [decision, line] : decisions) {
        if (progress) progress(decision);
        element root, question;
        simdjson::dom::parser parser;
        if (parser.parse(line).get(root) != simdjson::SUCCESS) return unreadable(decision);
        const bool single = root["question"].get(question) == simdjson::SUCCESS;
        JINDO_DO(single ? ask_again(decision, root, question) : ask_batch_again(decision, root));
      }
    }
    return {};
  }
  ReplaySummary out;

 private:
  Status take(const screening::LogRecord& record) {
    if (record.kind == "state") {
      JINDO_TRY(states_[record.number], read_state_record(record.text));
      return {};
    }
    if (record.number < request_.first || record.number > request_.last) return {};
    if (record.kind != "decision" && record.kind != "batch") return {};
    simdjson::dom::parser parser;
    element root;
    uint64_t state = 0;
    if (parser.parse(record.text).get(root) != simdjson::SUCCESS || root["state"].get(state) != simdjson::SUCCESS)
      return unreadable(record.number, " of the decision log");
    by_state_[state].emplace_back(record.number, record.text);
    return {};
  }

  // The state that the next decisions rested on; none where the ledger does not hold its blocks any more.
  Status make_state(uint64_t number) {
    state_.reset();
    tags_same_ = true;
    const auto record = states_.find(number);
    if (record == states_.end() || !holds(*ledger_, record->second)) return {};
    JINDO_TRY(auto made, make_recorded_state(request_, ledger_, record->second));
    made.state->finish();
    state_ = std::move(made.state);
    tags_same_ = made.tags_same;
    had_findings_ = !record->second.findings.empty();
    return {};
  }

  Status ask_again(uint64_t number, element root, element question) {
    ++out.decisions;
    if (!state_) {
      ++out.lost_branch;
      return {};
    }
    bool unconfirmed = false;
    if (root["unconfirmed"].get(unconfirmed) == simdjson::SUCCESS && unconfirmed) {
      ++out.unconfirmed;
      return {};
    }
    JINDO_TRY(auto asked, screening::parse_question(simdjson::minify(question)));
    const auto left_out = left_out_of(root);
    if (!left_out.empty()) asked.hidden = &left_out;
    std::shared_ptr<const screening::State> of = state_;
    if (asked.at_height) {
      JINDO_TRY(of, replay_state_at(request_, *state_, *asked.network, *asked.at_height, number));
    }
    compare(number, root, screening::answer(*of, asked));
    return {};
  }

  void compare(uint64_t number, element root, const base::Result<screening::Answer>& answered) {
    const std::string was = text_of(root, "verdict"), rules_then = text_of(root, "rules");
    const std::string is = answered.ok() ? screening::verdict_name(answered->verdict) : answered.error().message;
    const std::string rules_now = answered.ok() ? answered->rules : "";
    if (is == was && (!answered.ok() || rules_now == rules_then)) {
      ++out.same;
    } else if (had_findings_ && rules_then.find(' ') == std::string::npos && is != was) {
      ++out.findings;
      differ(number, was + " then, " + is + " now; techniques are not looked for in a replay");
    } else {
      differ(number, was + " (" + rules_then + ") then, " + is + " (" + rules_now + ") now" +
                         (tags_same_ ? "" : "; the tags in force then were changed since"));
    }
  }

  Status ask_batch_again(uint64_t number, element root) {
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
      if (!state_) {
        ++out.lost_branch;
        continue;
      }
      chain::AddressKey key;
      if (!chain::parse_evm_hex(address, key)) {
        JINDO_TRY(key, chain::parse_address(*network, address));
      }
      const char* verdict = screening::verdict_name(screening::assess(*state_, of, key).verdict);
      if (index < verdicts.size() && verdict[0] == verdicts[index])
        ++out.same;
      else
        differ(number, address + ": another verdict, " + verdict);
    }
    return {};
  }

  void differ(uint64_t number, const std::string& what) {
    ++out.differ;
    if (out.differences.size() < kDifferencesMax)
      out.differences.push_back("record " + std::to_string(number) + ": " + what);
  }

  const ReplayRequest& request_;
  const std::shared_ptr<const ledger::Ledger> ledger_;
  std::map<uint64_t, StateRecord> states_;
  std::map<uint64_t, std::vector<std::pair<uint64_t, std::string>>> by_state_;  // decisions: number, line
  std::shared_ptr<const screening::State> state_;                               // see make_state()
  bool tags_same_ = true, had_findings_ = false;
};
}  // namespace

base::Result<ReplaySummary> replay_decisions(const ReplayRequest& request,
                                             const std::function<void(uint64_t record)>& progress) {
  JINDO_TRY(auto ledger, open_ledger(request.ledger));
  Replay replay(request, std::move(ledger));
  JINDO_DO(replay.read_log());
  JINDO_DO(replay.run(progress));
  return std::move(replay.out);
}
}  // namespace jindo::node
