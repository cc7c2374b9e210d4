// Answers that rested on blocks which the chain does not hold any more, or on an incident that was withdrawn: asked
// again, kept as decisions of their own that name the first one, told where the verdict is another. They are found in
// the decision log, so that neither their number nor a crash loses one. The log is read from the last state that is
// known to be good: one of the ledger's present branch, from before the last look (the fact kLooked). A reorganisation
// before such a state was looked at then.
#include <simdjson.h>

#include <chrono>
#include <unordered_set>

#include "base/clock.h"
#include "base/hex.h"
#include "base/parallel.h"
#include "node/json_text.h"
#include "node/live_node.h"
#include "node/state_record.h"

namespace jindo::node {
namespace {
using base::Status;
using simdjson::dom::element;
const std::string kLooked = "answers of lost branches looked at up to";
constexpr size_t kStoreEvery = 500;  // decisions made again, or alerts

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
}  // namespace

// One look: what it found is stored as it goes.
class LiveNode::SecondLook {
 public:
  SecondLook(LiveNode& node, std::shared_ptr<const screening::State> now, std::vector<std::string> withdrawn)
      : node_(node), now_(std::move(now)), withdrawn_(std::move(withdrawn)) {}

  // The record to begin with.
  base::Result<uint64_t> begin_of(uint64_t looked) const {
    const std::string folder = node_.decisions_folder();
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
    JINDO_DO(screening::read_decisions_from(
        node_.decisions_folder(), first, last, [&](const screening::LogRecord& record) -> Status {
          if (record.kind == "state") {
            if (record.number > now_->number) return {};  // of blocks that this look does not know yet
            JINDO_TRY(const StateRecord state, read_state_record(record.text));
            if (!holds(*now_->snapshot->ledger, state)) lost_.insert(record.number);
            return {};
          }
          const bool lost = !lost_.empty() && lost_.count(state_of(record.text)) != 0;
          if (!lost && !rests_on_withdrawn(record.text)) return {};
          if (node_.stops()) return base::machine_failed("the node is stopping");
          element root;
          if (parser_.parse(record.text).get(root) != simdjson::SUCCESS)
            return base::bad_input("record " + std::to_string(record.number) + " of the decision log cannot be read");
          uint64_t origin = record.number;
          if (root["again_of"].get(origin) != simdjson::SUCCESS) origin = record.number;
          const Status again =
              record.kind == "batch" ? batch(record.number, origin, root) : single(record.number, origin, root);
          if (!again.ok() && again.error().kind == base::ErrorKind::kMachine) return again;
          if (!again.ok())  // one that cannot be asked again keeps nobody else from being told
            node_.say("error", "screen_again",
                      "\"record\":" + std::to_string(record.number) +
                          ",\"problem\":" + base::json_escape(again.error().message));
          return ++made_ % kStoreEvery != 0 && alerts_.size() < kStoreEvery ? Status() : store();
        }));
    return store();
  }

 private:
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
    const std::string who = text_of(root, "who"), was = text_of(root, "verdict");
    const auto decided = node_.decide(*of, question, who, origin);
    if (!decided.ok() && decided.error().kind == base::ErrorKind::kMachine) return decided.error();
    const std::string is = decided.ok() ? screening::verdict_name(decided->answer.verdict) : "unknown";
    if (is == was) return {};
    tell(number, origin, simdjson::minify(asked), who, was, is,
         decided.ok() ? decided->answer.rules : decided.error().message, decided.ok());
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
    JINDO_TRY(const BatchAnswer again,
              node_.decide_batch(*now_, *network, addresses, who, origin, left_out.empty() ? nullptr : &left_out));
    for (size_t i = 0; i < addresses.size() && i < verdicts.size(); ++i) {
      const std::string is = screening::verdict_name(again.verdicts[i]);
      if (is[0] == verdicts[i]) continue;
      const std::string was = verdicts[i] == 'a' ? "allow" : verdicts[i] == 'r' ? "review" : "hold";
      const std::string question = base::json_object([&](base::JsonWriter& json) {
        json.field("kind", "address");
        json.field("chain", network->name);
        json.field("address", addresses[i]);
      });
      tell(number, origin, question, who, was, is, "", true);
    }
    return {};
  }
  void tell(uint64_t number, uint64_t origin, const std::string& question, const std::string& who,
            const std::string& was, const std::string& is, const std::string& why, bool answered) {
    ++node_.counts_.decisions_changed;
    alerts::Alert alert;
    alert.kind = "decision_changed";
    simdjson::dom::parser parser;
    element asked;
    if (parser.parse(question).get(asked) == simdjson::SUCCESS) alert.chain = text_of(asked, "chain");
    const std::string what = "decision|" + std::to_string(origin) + "|" + std::to_string(number) + "|" + question + is;
    alert.uid = base::to_hex(base::sha256(base::as_bytes(what))).substr(0, 32);
    alert.at_ms = base::unix_ms();
    alert.body = base::json_object([&](base::JsonWriter& json) {
      json.field("uid", alert.uid);
      json.field("kind", alert.kind);
      json.field("at", base::format_time(alert.at_ms / 1000));
      json.field("decision", origin);
      json.field("who", who);
      json.key("question");
      json.json(question);
      json.field("was", was);
      json.field("is", is);
      if (!why.empty()) json.field(answered ? "rules" : "because", why);
    });
    alerts_.push_back(std::move(alert));
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
    JINDO_DO(node_.decisions_->settle(node_.decisions_->last()));
    JINDO_TRY(const uint64_t added, node_.alerts_->add(alerts_));
    alerts_.clear();
    if (added > 0) node_.say("warn", "decisions_changed", "\"count\":" + std::to_string(added));
    return {};
  }

  LiveNode& node_;
  std::shared_ptr<const screening::State> now_;
  std::unordered_set<uint64_t> lost_;
  const std::vector<std::string> withdrawn_;
  size_t made_ = 0;
  simdjson::dom::parser parser_;
  std::vector<alerts::Alert> alerts_;
};

bool LiveNode::stops() const {
  const std::lock_guard<std::mutex> lock(queue_mutex_);
  return stopping_;
}

Status LiveNode::screen_again(const std::shared_ptr<const screening::State>& now) {
  JINDO_TRY(const int64_t looked, alerts_->fact(kLooked));
  // Incidents withdrawn since the last look: each has a file until its answers were given again.
  const std::string folder = withdrawn_folder();
  std::vector<std::string> withdrawn;
  if (base::is_folder(folder)) {
    JINDO_TRY(withdrawn, base::list_folder(folder));
  }
  SecondLook look(*this, now, withdrawn);
  const uint64_t last = decisions_->last();
  JINDO_DO(decisions_->settle(last));
  uint64_t first = 1;
  if (withdrawn.empty()) {
    JINDO_TRY(first, look.begin_of(static_cast<uint64_t>(looked)));
  }
  JINDO_DO(look.look(first, last));
  // Who was just being answered as the branch changed is in the log a moment later.
  std::unique_lock<std::mutex> lock(queue_mutex_);
  queue_wake_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_; });
  lock.unlock();
  const uint64_t later = decisions_->last();
  JINDO_DO(decisions_->settle(later));
  if (later > last) JINDO_DO(look.look(last + 1, later));
  JINDO_DO(alerts_->set_fact(kLooked, static_cast<int64_t>(now->number)));
  for (const std::string& id : withdrawn) JINDO_DO(base::remove_all(folder + "/" + id));
  return {};
}

void LiveNode::rescreen() {
  base::give_way(10);
  uint64_t done = 0, kept = 0;  // the start counts as an outdating: a crash may have come before its look
  for (unsigned pause = 0;;) {
    {
      std::unique_lock<std::mutex> lock(queue_mutex_);
      queue_wake_.wait_for(lock, std::chrono::seconds(pause), [&] { return stopping_ || outdatings_.load() != done; });
      if (stopping_) return;
    }
    std::shared_ptr<const screening::State> now;
    uint64_t outdatings = 0;
    {
      const std::lock_guard<std::mutex> lock(state_mutex_);
      now = state_;
      outdatings = outdatings_.load();
    }
    Status status;
    if (outdatings != done)
      status = screen_again(now);
    else if (now->number != kept)  // nothing to look at: the next look begins here
      status = alerts_->set_fact(kLooked, static_cast<int64_t>(now->number));
    if (status.ok()) {
      done = outdatings;
      kept = now->number;
    } else if (!stops()) {
      say("error", "screen_again", "\"problem\":" + base::json_escape(status.error().message));
    }
    pause = status.ok() ? 10 : 2;
    if (!status.ok()) {  // not at once again
      std::unique_lock<std::mutex> lock(queue_mutex_);
      queue_wake_.wait_for(lock, std::chrono::seconds(2), [this] { return stopping_; });
    }
  }
}
}  // namespace jindo::node
