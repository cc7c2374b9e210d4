// LiveNode: the use case "keep up with the chains and answer": the ledger's one writer, the tracker of every incident,
// policy and tags, decisions, alerts, followers of nodes. One thread does all that changes; callers read the last
// published State and never wait for it.
//   blocks in -> ledger commit -> traces go on -> state published -> alerts stored -> submit() returns to the caller
// Blocks handed in are in the ledger when submit() returns; the alerts they cause are stored then, too. After kill -9
// the traces run again over the whole ledger and store the alerts that are missing.
// Threads: the worker (all that changes, one Job after another), one that brings decisions to the disk, one that looks
// again at answers which were outdated (SecondLook), one that looks for techniques; followers and deliveries have their
// own. What is shared has a class with a mutex of its own: Jobs, Publisher, the stores; all else is the worker's.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "alerts/delivery.h"
#include "base/mutex.h"
#include "follow/follower.h"
#include "incidents/incident.h"
#include "inquiry/ownership.h"
#include "ledger/ledger_writer.h"
#include "node/alert_raiser.h"
#include "node/flagged_incidents.h"
#include "node/jobs.h"
#include "node/publisher.h"
#include "node/unconfirmed.h"
#include "screening/decision_log.h"
#include "screening/screen.h"

namespace jindo::inquiry {
struct Traced;
}
namespace jindo::node {

class SecondLook;
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
  std::string decisions_folder() const { return data + "/decisions"; }  // of the decision log
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
  std::shared_ptr<const screening::State> state() const { return publisher_.state(); }
  uint64_t version() const { return publisher_.version(); }
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
  // What is wrong right now with the nodes that are followed, a line each. Empty: ready.
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
  // After watches were added or removed: what already lies at a watched address is alerted of.
  base::Status watches_changed();

  std::vector<incidents::Incident> incidents() const { return publisher_.incidents(); }
  std::vector<exposure::TrackStatus> track_status() const { return publisher_.track_status(); }
  std::vector<follow::FollowStatus> follow_status() const;
  alerts::AlertStore& alerts() { return *alerts_; }
  const alerts::DeliveryCounts& delivery_counts() const { return deliverer_->counts(); }
  screening::DecisionLog& decisions() { return *decisions_; }
  const NodeCounts& counts() const { return counts_; }
  size_t queued() const { return jobs_.queued(); }
  const LiveNodeOptions& options() const { return options_; }
  // A line of the node's own log; `fields`: of a JSON object, without its braces. Any thread.
  void say(const std::string& level, const std::string& event, const std::string& fields) const;

 private:
  explicit LiveNode(LiveNodeOptions options);

  // ---- opening: before there is a second thread ----
  base::Status begin();
  base::Status open_stores();
  void start_threads();
  base::Status start_followers();
  base::Result<std::unique_ptr<follow::Follower>> make_follower(const NodeSource& source);
  follow::Target target_of(const chain::Network& network);

  // ---- the worker's steps ----
  struct Appended {
    uint64_t added = 0, reverted = 0;  // blocks that the ledger holds now, and those that it no longer holds
  };
  // Blocks that are there already are taken out of the batch.
  base::Result<Appended> append_blocks(BlockBatch& batch);
  base::Status reload_ledger();
  base::Status load_tags();
  base::Status apply_incidents();
  base::Status advance();
  base::Status update_clusters();
  base::Status update_clusters_of(const ledger::LedgerChain& chain);
  void apply_pending();
  base::Status publish();
  std::shared_ptr<screening::State> next_state() const;
  base::Status load_watches();
  base::Status raise_alerts();
  base::Status take_back_alerts();
  AlertView alert_view() const { return {*ledger_, *tracker_, *tags_, flagged_}; }

  void look_for_findings();  // a thread of its own
  std::shared_ptr<screening::FindingIndex> find_techniques(const screening::State& now);

  LiveNodeOptions options_;
  NodeCounts counts_;
  Jobs jobs_;
  Publisher publisher_;
  std::unique_ptr<screening::DecisionLog> decisions_;  // thread safe, as are the next two; set before there are threads
  std::unique_ptr<alerts::AlertStore> alerts_;
  std::unique_ptr<alerts::Deliverer> deliverer_;
  std::vector<std::unique_ptr<follow::Follower>> followers_;  // the list does not change once open

  // ---- the worker's alone ----
  base::FileLock lock_;
  std::optional<ledger::LedgerWriter> writer_;
  std::shared_ptr<const ledger::Ledger> ledger_;
  std::unique_ptr<exposure::Tracker> tracker_;
  std::shared_ptr<const screening::Policy> policy_;
  std::shared_ptr<const attribution::TagIndex> tags_;
  int64_t tags_on_ = 0;
  FlaggedIncidents flagged_;
  std::string incidents_digest_;
  Unconfirmed unconfirmed_;
  std::shared_ptr<const screening::PendingMap> pending_map_;
  std::shared_ptr<const screening::FindingIndex> findings_;
  screening::ClusterMap clusters_;                 // of the chains that `jindo cluster build` was run for
  std::unique_ptr<AlertRaiser> raiser_;            // what is watched, and alerts of it
  std::set<const chain::Network*> branches_left_;  // chains with alerts of lost blocks that are to be taken back
  bool answers_outdated_ = false;  // what answers rested on was taken back or withdrawn, and no state is out without it

  base::Mutex past_mutex_;  // held while a past state is made: one at a time
  std::deque<std::pair<std::pair<const chain::Network*, uint64_t>, std::shared_ptr<const screening::State>>> past_
      JINDO_GUARDED_BY(past_mutex_);

  std::unique_ptr<SecondLook> second_look_;
  std::thread worker_, finder_, syncer_, rescreener_;
};

}  // namespace jindo::node
