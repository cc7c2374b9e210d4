// The log is read from the last state that is known to be good: one of the ledger's present branch, from before the
// last look (the fact kLooked). A reorganisation before such a state was looked at then.
#include "node/second_look.h"

#include <simdjson.h>

#include <chrono>
#include <unordered_set>

#include "base/clock.h"
#include "base/parallel.h"
#include "node/alert_body.h"
#include "node/json_text.h"
#include "node/state_record.h"

namespace jindo::node {
namespace {
using base::Status;
using simdjson::dom::element;
const std::string kLooked = "answers of lost branches looked at up to";
constexpr size_t kStoreEvery = 500;  // decisions made again, or alerts
constexpr std::chrono::seconds kBetweenLooks{10}, kAfterFailure{2}, kStillAnswering{1};

// Of a line that this program wrote: the state's record number, without parsing it all. Inside of texts a quote has a
// backslash before it, so the name is found nowhere else.
uint64_t state_of(std::string_view line) {
  constexpr std::string_view kName = ",\"state\":";
  const size_t at = line.find(kName);
  uint64_t out = 0;
  if (at == std::string_view::npos) return 0;
  for (size_t i = at + kName.size(); i < line.size() && line[i] >= '0' && line[i] <= '9'; ++i)
    out = out * 10 + static_cast<uint64_t>(line[i] - '0');
  return out;
}

// A decision made again whose verdict is another now.
struct ChangedDecision {
  uint64_t number = 0, origin = 0;  // the record that was made again; the first of its kind
  std::string question;             // JSON
  std::string who;                  // asked
  std::string was, is;              // verdicts; is: "unknown" where it cannot be answered any more
  std::string why;                  // the rules of the new answer, or why there is none
  bool answered = true;
};
alerts::Alert changed_alert(const ChangedDecision& changed) {
  alerts::Alert out;
  out.kind = "decision_changed";
  simdjson::dom::parser parser;
  element asked;
  if (parser.parse(changed.question).get(asked) == simdjson::SUCCESS) out.chain = text_of(asked, "chain");
  out.uid = uid_of("decision|" + std::to_string(changed.origin) + "|" + std::to_string(changed.number) + "|" +
                   changed.question + changed.is);
  out.at_ms = base::unix_ms();
  out.body = base::json_object([&](base::JsonWriter& json) {
    json.field("uid", out.uid);
    json.field("kind", out.kind);
    json.field("at", base::format_time(out.at_ms / 1000));
    json.field("decision", changed.origin);
    json.field("who", changed.who);
    json.key("question");
    json.json(changed.question);
    json.field("was", changed.was);
    json.field("is", changed.is);
    if (!changed.why.empty()) json.field(changed.answered ? "rules" : "because", changed.why);
  });
  return out;
}

// One look: what it found is stored as it goes.
class Look {
 public:
  Look(LiveNode& node, const Jobs& jobs, NodeCounts& counts, Publisher::StatePtr now,
       std::vector<std::string> withdrawn)
      : node_(node), jobs_(jobs), counts_(counts), now_(std::move(now)), withdrawn_(std::move(withdrawn)) {}

  // The record to begin with.
  base::Result<uint64_t> begin_of(uint64_t looked) const {
    const std::string folder = node_.options().decisions_folder();
    JINDO_TRY(const auto files, screening::decision_files(folder));
    for (size_t f = files.size(); f-- > 0;) {
      uint64_t good = 0;
      const uint64_t last = f + 1 < files.size() ? files[f + 1] - 1 : UINT64_MAX;
      JINDO_DO(
          screening::read_decisions_from(folder, files[f], last, [&](const screening::LogRecord& record) -> Status {
            if (record.kind != "state" || record.number > looked) return {};
            JINDO_TRY(const StateRecord state, read_state_record(record.text));
            if (holds(*now_->snapshot->ledger, state)) good = record.number;
            return {};
          }));
      if (good != 0) return good;
    }
    return uint64_t{1};
  }
  Status look(uint64_t first, uint64_t last) {
    JINDO_DO(screening::read_decisions_from(node_.options().decisions_folder(), first, last,
                                            [&](const screening::LogRecord& record) { return take(record); }));
    return store();
  }

 private:
  Status take(const screening::LogRecord& record) {
    if (record.kind == "state") {
      if (record.number > now_->number) return {};  // of blocks that this look does not know yet
      JINDO_TRY(const StateRecord state, read_state_record(record.text));
      if (!holds(*now_->snapshot->ledger, state)) lost_.insert(record.number);
      return {};
    }
    const bool lost = !lost_.empty() && lost_.count(state_of(record.text)) != 0;
    if (!lost && !rests_on_withdrawn(record.text)) return {};
    if (jobs_.stopping()) return base::machine_failed("the node is stopping");
    element root;
    if (parser_.parse(record.text).get(root) != simdjson::SUCCESS)
      return base::bad_input("record " + std::to_string(record.number) + " of the decision log cannot be read");
    uint64_t origin = record.number;
    if (root["again_of"].get(origin) != simdjson::SUCCESS) origin = record.number;
    const Status again =
        record.kind == "batch" ? batch(record.number, origin, root) : single(record.number, origin, root);
    if (!again.ok() && again.error().kind == base::ErrorKind::kMachine) return again;
    if (!again.ok())  // one that cannot be asked again keeps nobody else from being notified
      node_.say(
          "error", "screen_again",
          "\"record\":" + std::to_string(record.number) + ",\"problem\":" + base::json_escape(again.error().message));
    return ++made_ % kStoreEvery != 0 && alerts_.size() < kStoreEvery ? Status() : store();
  }
  Status single(uint64_t number, uint64_t origin, element root) {
    element asked;
    if (root["question"].get(asked) != simdjson::SUCCESS)
      return base::bad_input("record " + std::to_string(number) + " of the decision log cannot be read");
    JINDO_TRY(screening::Question question, screening::parse_question(simdjson::minify(asked)));
    const auto left_out = left_out_of(root);
    if (!left_out.empty()) question.hidden = &left_out;
    std::shared_ptr<const screening::State> of = now_;
    if (question.at_height) {
      auto past = node_.state_at(*question.network, *question.at_height);
      if (!past.ok()) return {};  // that height is not there any more: no answer to compare with
      of = *past;
    }
    ChangedDecision changed;
    changed.number = number;
    changed.origin = origin;
    changed.who = text_of(root, "who");
    changed.was = text_of(root, "verdict");
    const auto decided = node_.decide(*of, question, changed.who, origin);
    if (!decided.ok() && decided.error().kind == base::ErrorKind::kMachine) return decided.error();
    changed.answered = decided.ok();
    changed.is = decided.ok() ? screening::verdict_name(decided->answer.verdict) : "unknown";
    if (changed.is == changed.was) return {};
    changed.question = simdjson::minify(asked);
    changed.why = decided.ok() ? decided->answer.rules : decided.error().message;
    report(changed);
    return {};
  }
  Status batch(uint64_t number, uint64_t origin, element root) {
    JINDO_TRY(const chain::Network* network, chain::find_network(text_of(root, "chain")));
    const std::string list = text_of(root, "addresses"), verdicts = text_of(root, "verdicts");
    const std::string who = text_of(root, "who");
    std::vector<std::string_view> addresses;
    for (size_t at = 0; at < list.size();) {
      const size_t end = std::min(list.find(' ', at), list.size());
      addresses.push_back(std::string_view(list).substr(at, end - at));
      at = end + 1;
    }
    const auto left_out = left_out_of(root);
    JINDO_TRY(const LiveNode::BatchAnswer again,
              node_.decide_batch(*now_, *network, addresses, who, origin, left_out.empty() ? nullptr : &left_out));
    for (size_t i = 0; i < addresses.size() && i < verdicts.size(); ++i) {
      const std::string is = screening::verdict_name(again.verdicts[i]);
      if (is[0] == verdicts[i]) continue;
      ChangedDecision changed;
      changed.number = number;
      changed.origin = origin;
      changed.who = who;
      changed.was = verdicts[i] == 'a' ? "allow" : verdicts[i] == 'r' ? "review" : "hold";
      changed.is = is;
      changed.question = base::json_object([&](base::JsonWriter& json) {
        json.field("kind", "address");
        json.field("chain", network->name);
        json.field("address", addresses[i]);
      });
      report(changed);
    }
    return {};
  }
  void report(const ChangedDecision& changed) {
    ++counts_.decisions_changed;
    alerts_.push_back(changed_alert(changed));
  }
  bool rests_on_withdrawn(std::string_view line) const {
    if (withdrawn_.empty()) return false;
    constexpr std::string_view kName = ",\"rests_on\":\"";
    const size_t at = line.find(kName);
    if (at == std::string_view::npos) return false;
    const std::string_view list = line.substr(at + kName.size(), line.find('"', at + kName.size()) - at - kName.size());
    for (const std::string& id : withdrawn_)
      if (list.find(" " + id + " ") != std::string_view::npos) return true;
    return false;
  }
  Status store() {
    JINDO_DO(node_.decisions().settle(node_.decisions().last()));
    JINDO_TRY(const uint64_t added, node_.alerts().add(alerts_));
    alerts_.clear();
    if (added > 0) node_.say("warn", "decisions_changed", "\"count\":" + std::to_string(added));
    return {};
  }

  LiveNode& node_;
  const Jobs& jobs_;
  NodeCounts& counts_;
  const Publisher::StatePtr now_;
  const std::vector<std::string> withdrawn_;
  std::unordered_set<uint64_t> lost_;  // records of states that the ledger does not hold
  size_t made_ = 0;
  simdjson::dom::parser parser_;
  std::vector<alerts::Alert> alerts_;  // not stored yet
};
}  // namespace

Status SecondLook::look(const Publisher::Newest& now) {
  JINDO_TRY(const int64_t looked, node_.alerts().fact(kLooked));
  JINDO_TRY(const std::vector<std::string> withdrawn, marks_.covered_by(now.outdatings));
  Look look(node_, jobs_, counts_, now.state, withdrawn);
  screening::DecisionLog& log = node_.decisions();
  const uint64_t last = log.last();
  JINDO_DO(log.settle(last));
  uint64_t first = 1;
  if (withdrawn.empty()) {
    JINDO_TRY(first, look.begin_of(static_cast<uint64_t>(looked)));
  }
  JINDO_DO(look.look(first, last));
  (void)jobs_.rest(kStillAnswering);  // who was just being answered as the branch changed is in the log by then
  const uint64_t later = log.last();
  JINDO_DO(log.settle(later));
  if (later > last) JINDO_DO(look.look(last + 1, later));
  JINDO_DO(node_.alerts().set_fact(kLooked, static_cast<int64_t>(now.state->number)));
  return marks_.looked_at(withdrawn, now.outdatings);
}

void SecondLook::run() {
  base::give_way(10);
  uint64_t done = 0, kept = 0;  // outdatings looked at; the state that the next look begins at
  std::chrono::seconds pause{0};
  while (!jobs_.rest(pause, [&] { return publisher_.outdatings() != done; })) {
    const Publisher::Newest now = publisher_.newest();
    Status status;
    if (now.outdatings != done)
      status = look(now);
    else if (now.state->number != kept)  // nothing to look at: the next look begins here
      status = node_.alerts().set_fact(kLooked, static_cast<int64_t>(now.state->number));
    if (status.ok()) {
      done = now.outdatings;
      kept = now.state->number;
      pause = kBetweenLooks;
      continue;
    }
    if (!jobs_.stopping())
      node_.say("error", "screen_again", "\"problem\":" + base::json_escape(status.error().message));
    pause = kAfterFailure;
    (void)jobs_.rest(kAfterFailure);  // not at once again
  }
}
}  // namespace jindo::node
