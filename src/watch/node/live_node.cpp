// A live node opened and closed, and the changes that it takes: each a job of the worker, which makes it, brings all
// that follows from it up to date (refresh.cpp), and publishes.
#include "node/live_node.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/clock.h"
#include "base/file.h"
#include "base/parallel.h"
#include "node/archive.h"
#include "node/second_look.h"

namespace jindo::node {
namespace {
using base::Status;
using Clock = std::chrono::steady_clock;
constexpr uint64_t kMergeHereRowsMax = 1 << 18;  // about a tenth of a second
constexpr auto kSyncEvery = std::chrono::milliseconds(100);

uint64_t us_since(Clock::time_point from) {
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - from).count());
}
}  // namespace

base::Result<std::unique_ptr<LiveNode>> LiveNode::open(LiveNodeOptions options) {
  if (options.data.empty()) options.data = options.ledger + "/node";
  std::unique_ptr<LiveNode> out(new LiveNode(std::move(options)));
  JINDO_DO(out->begin());
  return out;
}
LiveNode::LiveNode(LiveNodeOptions options) : options_(std::move(options)) {}
LiveNode::~LiveNode() { stop(); }

void LiveNode::say(const std::string& level, const std::string& event, const std::string& fields) const {
  if (options_.log) options_.log(level, event, fields);
}

Status LiveNode::begin() {
  JINDO_DO(open_stores());
  JINDO_DO(flagged_.load(options_.incidents, options_.data + "/incidents"));
  JINDO_DO(load_tags());
  JINDO_DO(raiser_->read_facts(*ledger_, flagged_));
  // A crash may have come between a reorganisation and taking its alerts back.
  for (const ledger::LedgerChain& chain : ledger_->chains()) branches_left_.insert(chain.network);
  JINDO_DO(load_watches());
  JINDO_DO(use_policy(policy_->text));
  if (policy_->behind_seconds == 0 && policy_->untraced == screening::Verdict::kAllow)
    say("warn", "policy",
        "\"says\":\"old data and thefts that are not followed decide nothing: no behind_seconds, no untraced\"");
  start_threads();
  return start_followers();
}

Status LiveNode::open_stores() {
  JINDO_DO(base::make_folders(options_.data + "/archive"));
  JINDO_DO(base::make_folders(options_.data + "/incidents"));
  JINDO_TRY(lock_, base::FileLock::take(options_.data + "/LOCK"));
  for (const char* folder : {"", "/archive", "/incidents", "/withdrawn"})
    JINDO_DO(base::remove_unfinished(options_.data + folder));
  ledger::WriterOptions writer;
  writer.memory_bytes = options_.memory_bytes;
  writer.threads = options_.threads;
  writer.durable = options_.durable;
  writer.merge_beside_rows = kMergeHereRowsMax;
  JINDO_TRY(writer_, ledger::LedgerWriter::open(options_.ledger, writer));
  JINDO_DO(reload_ledger());
  const std::string kept_policy = options_.data + "/policy.yaml";
  JINDO_TRY(auto policy, screening::read_policy(options_.policy.empty() ? kept_policy : options_.policy));
  policy_ = std::make_shared<const screening::Policy>(std::move(policy));
  screening::DecisionLog::Options log;
  log.sync_each = options_.sync_decisions;
  JINDO_TRY(decisions_, screening::DecisionLog::open(options_.decisions_folder(), log));
  JINDO_TRY(alerts_, alerts::AlertStore::open(options_.data + "/alerts.db"));
  raiser_ = std::make_unique<AlertRaiser>(*alerts_);
  second_look_ = std::make_unique<SecondLook>(*this, jobs_, publisher_, counts_);
  return {};
}

void LiveNode::start_threads() {
  deliverer_ = std::make_unique<alerts::Deliverer>(*alerts_, options_.delivery);
  deliverer_->start();
  worker_ = std::thread([this] {
    base::give_way(5);  // to answers
    jobs_.work(
        [this](const base::Error& error) { say("error", "job", "\"problem\":" + base::json_escape(error.message)); });
  });
  syncer_ = std::thread([this] {  // decisions reach the disk soon after they reach the file
    while (!jobs_.rest(kSyncEvery)) (void)decisions_->sync();
  });
  rescreener_ = std::thread([this] { second_look_->run(); });
  if (options_.findings_seconds > 0) finder_ = std::thread([this] { look_for_findings(); });
}

void LiveNode::stop() {
  if (jobs_.stopping() && !worker_.joinable()) return;
  jobs_.stop();
  for (const auto& follower : followers_) follower->stop();
  for (std::thread* thread : {&worker_, &finder_, &syncer_, &rescreener_})
    if (thread->joinable()) thread->join();
  if (deliverer_) deliverer_->stop();
  if (decisions_) {
    (void)decisions_->settle(decisions_->last());
    (void)decisions_->sync();
  }
}

// ---- blocks and unconfirmed transactions ----
Status LiveNode::submit(BlockBatch batch) {
  return jobs_.run([this, &batch]() -> Status {
    const auto from = Clock::now();
    JINDO_TRY(const Appended appended, append_blocks(batch));
    counts_.blocks += appended.added;
    counts_.taken_back += appended.reverted;
    if (appended.reverted > 0) {
      branches_left_.insert(batch.network);
      answers_outdated_ = true;
    }
    counts_.append_us = us_since(from);
    if (const std::string problem = writer_->take_merge_problem(); !problem.empty())
      say("error", "merge", "\"problem\":" + base::json_escape(problem));
    JINDO_DO(reload_ledger());
    unconfirmed_.confirm(*batch.network, batch.blocks);
    JINDO_DO(advance());
    counts_.last_block_us = us_since(from);
    say("info", "blocks",
        "\"chain\":\"" + std::string(batch.network->name) + "\",\"blocks\":" + std::to_string(batch.blocks.size()) +
            ",\"us\":" + std::to_string(us_since(from)));
    return {};
  });
}
void LiveNode::set_pending(const chain::Network& network, std::vector<follow::NodePending> pending, uint64_t left_out) {
  (void)jobs_.run([this, &network, &pending, left_out]() -> Status {
    unconfirmed_.set(network, std::move(pending), left_out);
    apply_pending();
    JINDO_DO(publish());
    return raise_alerts();
  });
}

// ---- incidents, policy, tags, watches ----
Status LiveNode::flag(const std::string& yaml) {
  const auto from = Clock::now();
  JINDO_TRY(incidents::Incident incident, incidents::parse_incident("incident", yaml));
  return jobs_.run([&]() -> Status {
    const std::string id = incident.id;
    JINDO_DO(base::replace_file(options_.data + "/incidents/" + id + ".yaml", yaml));
    flagged_.put(std::move(incident), yaml);
    JINDO_DO(apply_incidents());
    JINDO_DO(advance());
    counts_.flag_us = us_since(from);
    say("info", "flagged", "\"incident\":" + base::json_escape(id) + ",\"us\":" + std::to_string(us_since(from)));
    return {};
  });
}
Status LiveNode::withdraw(const std::string& id) {
  return jobs_.run([&]() -> Status {
    if (flagged_.find(id) == nullptr) return base::answer_no("no incident " + id);
    const std::string path = options_.data + "/incidents/" + id + ".yaml";
    if (!base::exists(path))
      return base::wrong_use("incident " + id + " came from a file given at the start; take it out there");
    // Answers that rest on it are given again once it is out of the index.
    JINDO_DO(second_look_->mark_withdrawn({id}));
    JINDO_DO(base::remove_all(path));
    JINDO_DO(base::sync_folder(options_.data + "/incidents"));
    flagged_.remove(id);
    answers_outdated_ = true;
    JINDO_DO(apply_incidents());
    return advance();
  });
}
Status LiveNode::use_policy(const std::string& yaml) {
  JINDO_TRY(auto policy, screening::parse_policy("policy", yaml));
  const auto work = [&]() -> Status {
    JINDO_DO(keep_in_archive(options_.data, "policy", policy.digest, yaml));
    JINDO_DO(base::replace_file(options_.data + "/policy.yaml", yaml));
    policy_ = std::make_shared<const screening::Policy>(std::move(policy));
    exposure::TrackerOptions tracker;
    tracker.policy = policy_->tracing;
    tracker.links = policy_->links;
    tracker.resolve = options_.resolve;
    tracker.categories = policy_->categories;
    raiser_->forget_collected();  // it names sources by the old tracker's numbers; the new one brings all of it again
    tracker_ = std::make_unique<exposure::Tracker>(
        tracker, [this](const exposure::Arrival& a) { raiser_->collect(a, tracker_->sources(), flagged_); });
    tracker_->set_tags(tags_);
    JINDO_DO(apply_incidents());
    return advance();
  };
  return worker_.joinable() ? jobs_.run(work) : work();
}
Status LiveNode::change_tags(const std::vector<std::string>& withdrawn,
                             const std::function<Status(attribution::TagStore&, int64_t)>& work) {
  return jobs_.run([&]() -> Status {
    const std::string path = records_path();
    // The marks first: after a crash the change is made again, and the look with it.
    if (!withdrawn.empty()) {
      JINDO_DO(second_look_->mark_withdrawn(withdrawn));
      answers_outdated_ = true;
    }
    {
      JINDO_TRY(auto store, attribution::TagStore::open(path, records::Database::Access::kWrite));
      JINDO_DO(work(store, std::max(base::unix_ms() / 1000, tags_on_ + 1)));
    }
    JINDO_DO(load_tags());
    tracker_->set_tags(tags_);
    return advance();
  });
}
Status LiveNode::reload_tags() {
  return jobs_.run([&]() -> Status {
    JINDO_DO(load_tags());
    tracker_->set_tags(tags_);
    return advance();
  });
}
Status LiveNode::watches_changed() {
  return jobs_.run([this]() -> Status {
    JINDO_DO(load_watches());
    JINDO_TRY(const uint64_t added, raiser_->raise_standing(alert_view()));
    if (added > 0) say("warn", "alerts", "\"standing\":" + std::to_string(added));
    return {};
  });
}
}  // namespace jindo::node
