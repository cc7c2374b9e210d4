// LiveNode: the use case "keep up with the chains and answer": the ledger's one writer, the tracker of every incident,
// policy and tags, decisions, alerts, followers of nodes. One thread does all that changes; whoever asks reads the last
// published State and never waits for it.
//   blocks in -> ledger commit -> traces go on -> state published -> alerts stored -> whoever handed them in is told
// Blocks handed in are in the ledger when submit() returns; the alerts they cause are stored then, too. After kill -9
// the traces run again over the whole ledger and store the alerts that are missing.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "alerts/delivery.h"
#include "follow/follower.h"
#include "incidents/incident.h"
#include "inquiry/ownership.h"
#include "screening/decision_log.h"
#include "screening/screen.h"

namespace jindo::inquiry {
struct Traced;
}
namespace jindo::node {

struct NodeSource {  // a node to follow
  const chain::Network* network = nullptr;
  std::string url, zmq;
  uint64_t first_height = 0;
};
struct LiveNodeOptions {
  std::string ledger;
  std::string data;                    // policy copies, incidents, decisions, alerts; "" for LEDGER/node
  std::string records;                 // "" for records.db in the ledger's folder
  std::vector<std::string> incidents;  // files or folders, besides those flagged over the API
  std::string policy;                  // file
  std::vector<NodeSource> nodes;
  resolve::ResolveRequest resolve;
  alerts::DeliveryOptions delivery;
  size_t memory_bytes = size_t{1} << 30;
  unsigned threads = 2;
  bool durable = true;
  bool sync_decisions = false;
  unsigned poll_ms = 500;
  uint64_t pending_max = 50'000;   // unconfirmed transactions of a chain
  unsigned findings_seconds = 10;  // between two looks for techniques at most; 0: none
  std::function<void(const std::string& level, const std::string& event, const std::string& json_fields)> log;
};
// Blocks of one chain, in order; `keep`: the height up to which the ledger's stay (none: all that are before them).
struct BlockBatch {
  const chain::Network* network = nullptr;
  std::optional<uint64_t> keep;
  std::vector<follow::NodeBlock> blocks;
};
struct NodeCounts {
  std::atomic<uint64_t> blocks{0}, taken_back{0}, publications{0}, decisions{0}, decisions_changed{0}, findings_runs{0};
  std::atomic<uint64_t> last_block_us{0}, advance_us{0}, append_us{0};  // of the last batch
  std::atomic<uint64_t> flag_us{0};                                     // from a flag taken to its traces published
};
struct Decided {
  uint64_t number = 0;  // in the decision log
  screening::Answer answer;
};

class LiveNode {
 public:
  static base::Result<std::unique_ptr<LiveNode>> open(LiveNodeOptions options);
  ~LiveNode();
  void stop();

  // ---- asking: any thread ----
  std::shared_ptr<const screening::State> state() const;
  uint64_t version() const { return version_.load(std::memory_order_acquire); }
  // Answered, with its place in the decision log; the answer may leave once decisions().settle(number) says that the
  // record is kept. `who`: the key that asked. `again_of`: the record of the decision that this one makes again, else
  // 0.
  base::Result<Decided> decide(const screening::State& state, screening::Question question, std::string_view who,
                               uint64_t again_of = 0);
  struct BatchAnswer {
    uint64_t number = 0;
    std::vector<screening::Verdict> verdicts;
    std::string json;
  };
  // Verdicts of many addresses of one chain, kept in the decision log; each that is no address is an error that names
  // it.
  base::Result<BatchAnswer> decide_batch(const screening::State& state, const chain::Network& network,
                                         const std::vector<std::string_view>& addresses, std::string_view who,
                                         uint64_t again_of = 0, const std::set<std::string>* hidden = nullptr);
  // As this node would have answered when a chain's tip stood at a height: with the policy and incidents of then, where
  // it ran then and its log tells; else with today's, traced to that height, and the answer says so. Seconds; the last
  // few are kept.
  base::Result<std::shared_ptr<const screening::State>> state_at(const chain::Network& network, uint64_t height);
  // The whole trail of an incident's money to an address, JSON.
  base::Result<std::string> explain(const std::string& incident, trace::Policy policy, const chain::Network& network,
                                    const chain::AddressKey& address);
  // The incident's trace with every step recorded, over the ledger as it is now; over inferred links from a confidence
  // on (parts per million), where one is given.
  base::Result<std::unique_ptr<inquiry::Traced>> trace_now(const std::string& incident, trace::Policy policy,
                                                           uint32_t inferred_min = UINT32_MAX) const;
  // What is wrong right now, a line each: followers, incidents that wait. Empty: ready.
  std::vector<std::string> not_ready() const;

  // ---- changing: any thread, done in turn ----
  base::Status submit(BlockBatch batch);
  // `left_out`: how many more there are that are not looked at; answers say so.
  void set_pending(const chain::Network& network, std::vector<follow::NodePending> pending, uint64_t left_out);
  // A new or changed incident: kept, traced, in the answers when this returns.
  base::Status flag(const std::string& yaml);
  base::Status withdraw(const std::string& id);
  base::Status use_policy(const std::string& yaml);
  base::Status reload_tags();
  // Tags changed by what was shared; `withdrawn`: what answers may have rested on ("tag:SOURCE", "category:NAME"),
  // which are given again. `at`: the second at which the change is to be dated, one that no answer was given on yet: an
  // answer made again finds the tags that it had.
  base::Status change_tags(const std::vector<std::string>& withdrawn,
                           const std::function<base::Status(attribution::TagStore&, int64_t at)>& work);
  std::string records_path() const;
  // After watches were added or removed: what already lies at a watched address is told.
  base::Status watches_changed();

  std::vector<incidents::Incident> incidents() const;
  std::vector<exposure::TrackStatus> track_status() const;
  std::vector<follow::FollowStatus> follow_status() const;
  alerts::AlertStore& alerts() { return *alerts_; }
  const alerts::DeliveryCounts& delivery_counts() const { return deliverer_->counts(); }
  screening::DecisionLog& decisions() { return *decisions_; }
  const NodeCounts& counts() const { return counts_; }
  size_t queued() const;
  const LiveNodeOptions& options() const { return options_; }

 private:
  using Job = std::function<base::Status()>;
  class SecondLook;
  struct Flagged {
    incidents::Incident incident;
    std::string digest, yaml;
  };
  explicit LiveNode(LiveNodeOptions options) : options_(std::move(options)) {}
  base::Status begin();
  base::Status load_incidents();
  base::Status load_tags();
  base::Status apply_incidents();
  base::Status advance();
  base::Status publish();
  base::Status archive(const std::string& kind, const std::string& digest, const std::string& text);
  struct Appended {
    uint64_t added = 0, reverted = 0;  // blocks that the ledger holds now, and those that it no longer holds
  };
  // Blocks that are there already are taken out of the batch.
  base::Result<Appended> append_blocks(BlockBatch& batch);
  base::Status apply_pending();
  base::Status store_alerts();
  base::Status tell_taken_back(const chain::Network& network);
  void rescreen();
  base::Status screen_again(const std::shared_ptr<const screening::State>& now);
  bool stops() const;
  std::string withdrawn_folder() const { return options_.data + "/withdrawn"; }
  std::string decisions_folder() const { return options_.data + "/decisions"; }
  void collect(const exposure::Arrival& arrival);
  base::Status load_watches();
  base::Status update_clusters();
  base::Status run_job(Job job);
  void work();
  void look_for_findings();
  void say(const std::string& level, const std::string& event, const std::string& fields) const;

  LiveNodeOptions options_;
  base::FileLock lock_;
  std::optional<ledger::LedgerWriter> writer_;
  std::shared_ptr<const ledger::Ledger> ledger_;
  std::unique_ptr<exposure::Tracker> tracker_;
  std::shared_ptr<const screening::Policy> policy_;
  std::shared_ptr<const attribution::TagIndex> tags_;
  int64_t tags_on_ = 0;
  std::vector<Flagged> flagged_;
  std::string incidents_digest_;
  std::unique_ptr<screening::DecisionLog> decisions_;
  std::unique_ptr<alerts::AlertStore> alerts_;
  std::unique_ptr<alerts::Deliverer> deliverer_;
  std::vector<std::unique_ptr<follow::Follower>> followers_;
  std::map<const chain::Network*, std::vector<follow::NodePending>> pending_;
  std::map<const chain::Network*, uint64_t> pending_left_out_;
  std::shared_ptr<const screening::PendingMap> pending_map_;
  std::shared_ptr<const screening::FindingIndex> findings_;
  screening::ClusterMap clusters_;  // of the chains that `jindo cluster build` was run for
  bool cluster_watches_ = false;
  // Watches, as looked up when value arrives.
  uint64_t watch_version_ = 0;
  std::map<std::pair<const chain::Network*, chain::AddressKey>, std::vector<alerts::Watch>> watched_;
  std::map<std::string, std::vector<alerts::Watch>> watched_incidents_, watched_categories_;
  std::set<const chain::Network*> branches_left_;          // whose lost blocks are still to be told
  std::vector<exposure::Arrival> arrived_;                 // that a watch asks for, since the last store
  std::map<const chain::Network*, uint64_t> quiet_until_;  // alerts of blocks before this are stored …
  std::set<std::string> told_;                             // … for these incidents and categories
  std::string told_name(const exposure::SourceInfo& source) const;
  std::string marking_of(const exposure::SourceInfo& source) const;  // "" without

  mutable std::mutex state_mutex_;
  std::shared_ptr<const screening::State> state_;
  std::atomic<uint64_t> version_{0};
  std::vector<incidents::Incident> shown_incidents_;
  std::vector<exposure::TrackStatus> shown_status_;

  std::mutex past_mutex_;
  std::deque<std::pair<std::pair<const chain::Network*, uint64_t>, std::shared_ptr<const screening::State>>> past_;

  mutable std::mutex queue_mutex_;
  std::condition_variable queue_wake_;
  std::deque<std::pair<Job, std::promise<base::Status>>> queue_;
  bool stopping_ = false;
  bool answers_outdated_ = false;  // what answers rested on was taken back or withdrawn, and no state is out without it
  std::atomic<uint64_t> outdatings_{1};  // how often a state was published that outdated answers; the start counts
  std::thread worker_, finder_, syncer_, rescreener_;
  NodeCounts counts_;
};

}  // namespace jindo::node
