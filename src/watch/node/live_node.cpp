#include "node/live_node.h"

#include <algorithm>
#include <chrono>

#include "base/clock.h"
#include "base/hex.h"
#include "base/parallel.h"
#include "ledger/block_places.h"

namespace jindo::node {
namespace {
using base::Status;
using Clock = std::chrono::steady_clock;
constexpr size_t kQueueMax = 256;
constexpr uint64_t kMergeHereRowsMax = 1 << 18;  // about a tenth of a second

uint64_t us_since(Clock::time_point from) {
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - from).count());
}
// Fields of an object, without its braces.
template <class Write>
std::string json_fields(Write write) {
  const std::string whole = base::json_object(write);
  return whole.substr(1, whole.size() - 2);
}
const chain::BlockHash& hash_of(const chain::Network& network, const follow::NodeBlock& block) {
  return network.model == chain::LedgerModel::kUtxo ? block.utxo.hash : block.account.hash;
}
uint64_t height_of(const chain::Network& network, const follow::NodeBlock& block) {
  return network.model == chain::LedgerModel::kUtxo ? block.utxo.height : block.account.height;
}
}  // namespace

base::Result<std::unique_ptr<LiveNode>> LiveNode::open(LiveNodeOptions options) {
  if (options.data.empty()) options.data = options.ledger + "/node";
  std::unique_ptr<LiveNode> out(new LiveNode(std::move(options)));
  JINDO_DO(out->begin());
  return out;
}
LiveNode::~LiveNode() { stop(); }

void LiveNode::say(const std::string& level, const std::string& event, const std::string& fields) const {
  if (options_.log) options_.log(level, event, fields);
}

Status LiveNode::begin() {
  JINDO_DO(base::make_folders(options_.data + "/archive"));
  JINDO_DO(base::make_folders(options_.data + "/incidents"));
  JINDO_TRY(lock_, base::FileLock::take(options_.data + "/LOCK"));
  ledger::WriterOptions writer;
  writer.memory_bytes = options_.memory_bytes;
  writer.threads = options_.threads;
  writer.durable = options_.durable;
  writer.merge_beside_rows = kMergeHereRowsMax;
  JINDO_TRY(writer_, ledger::LedgerWriter::open(options_.ledger, writer));
  JINDO_TRY(auto ledger, ledger::Ledger::open(options_.ledger));
  ledger_ = std::make_shared<const ledger::Ledger>(std::move(ledger));
  const std::string kept_policy = options_.data + "/policy.yaml";
  JINDO_TRY(auto policy, screening::read_policy(options_.policy.empty() ? kept_policy : options_.policy));
  policy_ = std::make_shared<const screening::Policy>(std::move(policy));
  screening::DecisionLog::Options log;
  log.sync_each = options_.sync_decisions;
  JINDO_TRY(decisions_, screening::DecisionLog::open(options_.data + "/decisions", log));
  JINDO_TRY(alerts_, alerts::AlertStore::open(options_.data + "/alerts.db"));
  JINDO_DO(load_incidents());
  JINDO_DO(load_tags());
  for (const ledger::LedgerChain& chain : ledger_->chains()) {
    JINDO_TRY(const int64_t seen, alerts_->fact("blocks " + std::string(chain.network->name)));
    quiet_until_[chain.network] = static_cast<uint64_t>(seen);
  }
  // A crash may have come between a reorganisation and telling of it.
  for (const ledger::LedgerChain& chain : ledger_->chains()) branches_left_.insert(chain.network);
  for (const Flagged& flagged : flagged_) {
    const std::string name = "told " + flagged.incident.id + " " + flagged.digest;
    JINDO_TRY(const int64_t told, alerts_->fact(name));
    if (told != 0) told_.insert(name);
  }
  for (const auto& category : attribution::categories()) {
    const std::string name = std::string("told category ") + category.name;
    JINDO_TRY(const int64_t told, alerts_->fact(name));
    if (told != 0) told_.insert(name);
  }
  JINDO_DO(load_watches());
  JINDO_DO(use_policy(policy_->text));
  deliverer_ = std::make_unique<alerts::Deliverer>(*alerts_, options_.delivery);
  deliverer_->start();
  worker_ = std::thread([this] { work(); });
  syncer_ = std::thread([this] {  // decisions reach the disk soon after they reach the file
    std::unique_lock<std::mutex> lock(queue_mutex_);
    while (!stopping_) {
      queue_wake_.wait_for(lock, std::chrono::milliseconds(100));
      lock.unlock();
      (void)decisions_->sync();
      lock.lock();
    }
  });
  rescreener_ = std::thread([this] { rescreen(); });
  if (options_.findings_seconds > 0) finder_ = std::thread([this] { look_for_findings(); });
  for (const NodeSource& source : options_.nodes) {
    follow::NodeOptions node;
    node.url = source.url;
    JINDO_TRY(auto client, net::Client::make(source.url, node.client));
    follow::Target target;
    const chain::Network* network = source.network;
    target.tip = [this, network]() -> std::optional<follow::NodeTip> {
      const auto now = state();
      for (const exposure::ChainCoverage& chain : now->snapshot->chains)
        if (chain.network == network) return follow::NodeTip{chain.height, chain.hash};
      return std::nullopt;
    };
    target.hash_at = [this, network](uint64_t height) -> std::optional<chain::BlockHash> {
      const auto now = state();
      const ledger::LedgerChain* chain = now->snapshot->ledger->find(*network);
      if (chain == nullptr) return std::nullopt;
      const uint64_t block = blocks_up_to(chain->reader(), height);
      if (block == 0 || chain->reader().block(block - 1).height != height) return std::nullopt;
      return chain->reader().block(block - 1).hash;
    };
    target.put = [this, network](std::optional<uint64_t> keep, std::vector<follow::NodeBlock> blocks) {
      return submit({network, keep, std::move(blocks)});
    };
    target.set_pending = [this, network](std::vector<follow::NodePending> pending, uint64_t left_out) {
      set_pending(*network, std::move(pending), left_out);
    };
    follow::FollowOptions follow;
    follow.first_height = source.first_height;
    follow.zmq = source.zmq;
    follow.poll_ms = options_.poll_ms;
    follow.pending_max = options_.pending_max;
    auto made = network->model == chain::LedgerModel::kUtxo ? follow::bitcoin_node(*network, std::move(client), node)
                                                            : follow::evm_node(*network, std::move(client), node);
    followers_.push_back(std::make_unique<follow::Follower>(*network, std::move(made), std::move(target), follow));
  }
  for (const auto& follower : followers_) follower->start();
  return {};
}

void LiveNode::stop() {
  {
    const std::lock_guard<std::mutex> lock(queue_mutex_);
    if (stopping_ && !worker_.joinable()) return;
    stopping_ = true;
  }
  queue_wake_.notify_all();
  for (const auto& follower : followers_) follower->stop();
  for (std::thread* thread : {&worker_, &finder_, &syncer_, &rescreener_})
    if (thread->joinable()) thread->join();
  if (deliverer_) deliverer_->stop();
  if (decisions_) {
    (void)decisions_->settle(decisions_->last());
    (void)decisions_->sync();
  }
}

// ---- the one thread that changes ----
Status LiveNode::run_job(Job job) {
  std::promise<Status> done;
  auto result = done.get_future();
  {
    std::unique_lock<std::mutex> lock(queue_mutex_);
    if (stopping_) return base::machine_failed("the node is stopping");
    if (queue_.size() >= kQueueMax) return base::machine_failed("the node is busy: too much waits to be taken in");
    queue_.emplace_back(std::move(job), std::move(done));
  }
  queue_wake_.notify_all();
  return result.get();
}
void LiveNode::work() {
  base::give_way(5);  // to answers
  for (;;) {
    std::pair<Job, std::promise<Status>> job;
    {
      std::unique_lock<std::mutex> lock(queue_mutex_);
      queue_wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    const Status status = job.first();
    if (!status.ok()) say("error", "job", "\"problem\":" + base::json_escape(status.error().message));
    job.second.set_value(status);
  }
}
size_t LiveNode::queued() const {
  const std::lock_guard<std::mutex> lock(queue_mutex_);
  return queue_.size();
}

// ---- what is known ----
Status LiveNode::load_incidents() {
  std::vector<std::string> files;
  const auto add_folder = [&](const std::string& folder) -> Status {
    JINDO_TRY(const auto names, base::list_folder(folder));
    for (const std::string& name : names)
      if (name.ends_with(".yaml") || name.ends_with(".yml")) files.push_back(folder + "/" + name);
    return {};
  };
  for (const std::string& path : options_.incidents) {
    if (base::is_folder(path))
      JINDO_DO(add_folder(path));
    else
      files.push_back(path);
  }
  JINDO_DO(add_folder(options_.data + "/incidents"));  // flagged here: the last word
  for (const std::string& file : files) {
    JINDO_TRY(const std::string yaml, base::read_file(file, 1 << 20));
    JINDO_TRY(incidents::Incident incident, incidents::parse_incident(file, yaml));
    flagged_.erase(std::remove_if(flagged_.begin(), flagged_.end(),
                                  [&](const Flagged& f) { return f.incident.id == incident.id; }),
                   flagged_.end());
    flagged_.push_back({std::move(incident), base::to_hex(base::sha256(base::as_bytes(yaml))), yaml});
  }
  return {};
}

std::string LiveNode::records_path() const {
  return options_.records.empty() ? inquiry::records_of(options_.ledger) : options_.records;
}
Status LiveNode::load_tags() {
  const std::string path = records_path();
  tags_on_ = base::unix_ms() / 1000;
  if (!base::exists(path)) {
    tags_ = std::make_shared<const attribution::TagIndex>(attribution::TagIndex::of({}));
    return {};
  }
  JINDO_TRY(const auto store, attribution::TagStore::open(path, records::Database::Access::kRead));
  JINDO_TRY(const auto collections, store.collections());
  for (const attribution::Collection& c : collections)  // its changes are dated each a second of its own
    if (c.name == attribution::kSharedTags && !c.snapshots.empty())
      tags_on_ = std::max(tags_on_, c.snapshots.back().as_of);
  JINDO_TRY(auto tags, attribution::TagIndex::load(store, tags_on_));
  tags_ = std::make_shared<const attribution::TagIndex>(std::move(tags));
  return {};
}

Status LiveNode::archive(const std::string& kind, const std::string& digest, const std::string& text) {
  const std::string path = options_.data + "/archive/" + kind + "-" + digest + ".yaml";
  return base::exists(path) ? Status() : base::replace_file(path, text);
}

// The incidents in force, to the tracker; what they are is kept under its digest for whoever replays.
Status LiveNode::apply_incidents() {
  std::sort(flagged_.begin(), flagged_.end(),
            [](const Flagged& a, const Flagged& b) { return a.incident.id < b.incident.id; });
  std::vector<exposure::TrackedIncident> tracked;
  std::string list;
  std::vector<incidents::Incident> shown;
  for (const Flagged& flagged : flagged_) {
    JINDO_DO(archive("incident", flagged.digest, flagged.yaml));
    list += flagged.digest + " " + flagged.incident.id + "\n";
    shown.push_back(flagged.incident);
    const auto sources = incidents::trace_sources({flagged.incident});
    if (sources.empty()) continue;
    tracked.push_back({flagged.incident.id, flagged.incident.name, sources, flagged.digest});
  }
  incidents_digest_ = base::to_hex(base::sha256(base::as_bytes(list)));
  JINDO_DO(archive("incidents", incidents_digest_, list));
  tracker_->set_incidents(std::move(tracked));
  const std::lock_guard<std::mutex> lock(state_mutex_);
  shown_incidents_ = std::move(shown);
  return {};
}

// Clusters that were built once go on with the blocks.
Status LiveNode::update_clusters() {
  for (const ledger::LedgerChain& chain : ledger_->chains()) {
    if (!chain.utxo || !base::is_folder(cluster::ClusterStore::folder_of(options_.ledger, *chain.network))) continue;
    const auto known = clusters_.find(chain.network);
    if (known != clusters_.end() && known->second->blocks() == chain.utxo->info().blocks &&
        known->second->tip() == chain.utxo->info().tip_hash)
      continue;
    const std::string path = options_.records.empty() ? inquiry::records_of(options_.ledger) : options_.records;
    std::optional<attribution::TagStore> store;
    if (base::exists(path)) {
      JINDO_TRY(store, attribution::TagStore::open(path, records::Database::Access::kRead));
    }
    cluster::UpdateOptions update;
    update.threads = options_.threads;
    update.durable = options_.durable;
    cluster::UpdateSummary summary;
    JINDO_TRY(const auto rules, inquiry::cluster_rules(store ? &*store : nullptr, *tags_, *chain.network, 10'000));
    JINDO_TRY(auto clusters, cluster::ClusterStore::update(options_.ledger, *chain.utxo, rules, update, summary));
    clusters_[chain.network] = std::make_shared<const cluster::Clusters>(std::move(clusters));
    if (cluster_watches_) JINDO_DO(load_watches());
  }
  return {};
}

Status LiveNode::advance() {
  const auto from = Clock::now();
  JINDO_DO(update_clusters());
  JINDO_DO(tracker_->advance(ledger_));
  counts_.advance_us = us_since(from);
  JINDO_DO(apply_pending());
  JINDO_DO(publish());
  JINDO_DO(store_alerts());
  while (!branches_left_.empty()) {  // told once all else is stored; what fails is told with the next change
    JINDO_DO(tell_taken_back(**branches_left_.begin()));
    branches_left_.erase(branches_left_.begin());
  }
  return {};
}

// A state that answers rest on, written down before the first of them.
Status LiveNode::publish() {
  auto next = std::make_shared<screening::State>();
  next->snapshot = tracker_->published().get();
  next->policy = policy_;
  next->tags = tags_;
  next->findings = findings_;
  next->pending = pending_map_;
  next->clusters = clusters_;
  next->incidents_digest = incidents_digest_;
  next->incidents = flagged_.size();
  for (const Flagged& flagged : flagged_)
    if (const auto marking = attribution::find_marking(flagged.incident.marking))
      next->markings[flagged.incident.id] = *marking;
  next->tags_on = tags_on_;
  const auto status = tracker_->status();
  for (const exposure::TrackStatus& s : status)
    if (s.state == exposure::TrackState::kWaiting) next->add_waiting(s.id, s.problem);
  if (findings_ && findings_->ledger_digest != base::to_hex(next->snapshot->ledger_digest))
    next->add_unknown("techniques were looked for as of " + findings_->as_of);
  for (const auto& [network, left_out] : pending_left_out_)
    if (left_out > 0)
      next->add_unknown(std::to_string(left_out) + " unconfirmed transactions of " + std::string(network->name) +
                        " are not looked at: the node holds too many");
  if (!findings_ && options_.findings_seconds > 0) next->add_unknown("techniques were not looked for yet");
  JINDO_TRY(next->number,
            decisions_->append("state", json_fields([&](base::JsonWriter& json) {
                                 json.key("state");
                                 json.begin_object();
                                 json.field("policy", policy_->digest);
                                 json.field("incidents", incidents_digest_);
                                 json.field("tags", base::to_hex(tags_->digest()));
                                 json.field("tags_on", tags_on_);
                                 json.field("findings", findings_ ? findings_->ledger_digest : std::string());
                                 json.field("ledger", base::to_hex(next->snapshot->ledger_digest));
                                 json.key("chains");
                                 json.begin_array();
                                 for (const auto& chain : next->snapshot->chains) {
                                   const auto& reader = ledger_->find(*chain.network)->reader();
                                   json.begin_object();
                                   json.field("chain", chain.network->name);
                                   json.field("height", chain.height);
                                   json.field("digest", base::to_hex(reader.block(chain.blocks - 1).chain_digest));
                                   json.end_object();
                                 }
                                 json.end_array();
                                 json.end_object();
                               })));
  JINDO_DO(decisions_->settle(next->number));
  next->finish();
  ++counts_.publications;
  const std::lock_guard<std::mutex> lock(state_mutex_);
  shown_status_ = status;
  state_ = std::move(next);
  version_.fetch_add(1, std::memory_order_release);
  if (answers_outdated_) {
    ++outdatings_;
    answers_outdated_ = false;
    queue_wake_.notify_all();
  }
  return {};
}

// ---- blocks ----
base::Result<LiveNode::Appended> LiveNode::append_blocks(BlockBatch& batch) {
  Appended out;
  const chain::Network& network = *batch.network;
  const ledger::LedgerChain* chain = writer_->find(network);
  ledger::LedgerWriter::Append append;
  append.partial = true;  // a node may be followed from a height on
  if (chain != nullptr) {
    const uint64_t blocks = chain->reader().info().blocks;
    uint64_t keep = batch.keep ? blocks_up_to(chain->reader(), *batch.keep) : blocks;
    // Blocks that are there already are passed over; another one at their height, without `keep`, is an error.
    size_t known = 0;
    while (known < batch.blocks.size()) {
      const uint64_t at = blocks_up_to(chain->reader(), height_of(network, batch.blocks[known]));
      if (at == 0 || at > blocks) break;
      const ledger::BlockRow row = chain->reader().block(at - 1);
      if (row.height != height_of(network, batch.blocks[known]) || row.hash != hash_of(network, batch.blocks[known]))
        break;
      ++known;
      keep = std::max(keep, at);
    }
    batch.blocks.erase(batch.blocks.begin(), batch.blocks.begin() + static_cast<ptrdiff_t>(known));
    if (batch.blocks.empty() && keep >= blocks) return out;
    if (!batch.blocks.empty() && keep > 0) {
      const chain::BlockHash none{}, &tip = chain->reader().block(keep - 1).hash;
      const chain::BlockHash& previous =
          network.model == chain::LedgerModel::kUtxo ? batch.blocks[0].utxo.previous : batch.blocks[0].account.previous;
      const bool next = height_of(network, batch.blocks[0]) == chain->reader().block(keep - 1).height + 1;
      if (next && previous != none && tip != none && previous != tip)
        return base::bad_input("block " + std::to_string(height_of(network, batch.blocks[0])) + " of " +
                               std::string(network.name) + " does not follow the ledger's block before it");
    }
    if (!batch.blocks.empty() && keep > 0 &&
        height_of(network, batch.blocks[0]) <= chain->reader().block(keep - 1).height)
      return base::bad_input("block " + std::to_string(height_of(network, batch.blocks[0])) + " of " +
                             std::string(network.name) +
                             ": the ledger holds another one at this height; say from which height on to replace");
    append.keep_blocks = keep;
    out.reverted = blocks - keep;
    if (keep < blocks) quiet_until_[&network] = std::min(quiet_until_[&network], keep);
  }
  if (batch.blocks.empty()) {
    JINDO_DO(writer_->rollback(network, *batch.keep));
    return out;
  }
  out.added = batch.blocks.size();
  if (network.model == chain::LedgerModel::kUtxo) {
    JINDO_DO(writer_->append_utxo(network, append, [&](ledger::UtxoBuilder& builder) -> Status {
      for (const follow::NodeBlock& block : batch.blocks) JINDO_DO(builder.add(block.utxo));
      return {};
    }));
  } else {
    JINDO_DO(writer_->append_account(network, append, [&](ledger::AccountBuilder& builder) -> Status {
      for (const follow::NodeBlock& block : batch.blocks) JINDO_DO(builder.add(block.account));
      return {};
    }));
  }
  return out;
}

Status LiveNode::submit(BlockBatch batch) {
  return run_job([this, &batch]() -> Status {
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
    JINDO_TRY(auto ledger, ledger::Ledger::open(options_.ledger));
    ledger_ = std::make_shared<const ledger::Ledger>(std::move(ledger));
    // Unconfirmed ones may be in these blocks: the follower brings those that are left.
    std::set<chain::TxId> confirmed;
    for (const follow::NodeBlock& block : batch.blocks) {
      for (const auto& tx : block.utxo.transactions) confirmed.insert(tx.id);
      for (const auto& tx : block.account.transactions) confirmed.insert(tx.id);
    }
    auto& pending = pending_[batch.network];
    pending.erase(std::remove_if(pending.begin(), pending.end(),
                                 [&](const follow::NodePending& tx) { return confirmed.count(tx.id) != 0; }),
                  pending.end());
    JINDO_DO(advance());
    counts_.last_block_us = us_since(from);
    say("info", "blocks",
        "\"chain\":\"" + std::string(batch.network->name) + "\",\"blocks\":" + std::to_string(batch.blocks.size()) +
            ",\"us\":" + std::to_string(us_since(from)));
    return {};
  });
}

// ---- unconfirmed ----
void LiveNode::set_pending(const chain::Network& network, std::vector<follow::NodePending> pending, uint64_t left_out) {
  (void)run_job([this, &network, &pending, left_out]() -> Status {
    pending_left_out_[&network] = left_out;
    pending_[&network] = std::move(pending);
    JINDO_DO(apply_pending());
    JINDO_DO(publish());
    return store_alerts();
  });
}

Status LiveNode::apply_pending() {
  std::vector<exposure::Tracker::Pending> all;
  auto map = std::make_shared<screening::PendingMap>();
  const int64_t now = base::unix_ms() / 1000;
  for (auto& [network, transactions] : pending_) {
    const ledger::LedgerChain* chain = ledger_->find(*network);
    if (network->model == chain::LedgerModel::kAccount) {
      for (const follow::NodePending& tx : transactions) {
        exposure::Tracker::Pending pending;
        pending.network = network;
        pending.id = tx.id;
        pending.seen = now;
        pending.from = tx.from;
        pending.to = tx.to;
        pending.asset = tx.asset;
        pending.amount = tx.amount;
        all.push_back(std::move(pending));
      }
      continue;
    }
    if (chain == nullptr) continue;
    // Parents before children; outputs of unconfirmed ones count on from the ledger's last.
    struct Made {
      uint64_t first_output;
      const chain::UtxoBlock* block;
    };
    std::map<chain::TxId, Made> made;
    uint64_t next_output = chain->utxo->info().outputs;
    std::map<chain::TxId, const follow::NodePending*> waiting;
    for (const follow::NodePending& tx : transactions) waiting[tx.id] = &tx;
    for (bool progress = true; progress && !waiting.empty();) {
      progress = false;
      for (auto it = waiting.begin(); it != waiting.end();) {
        const chain::UtxoBlock& block = it->second->utxo;
        const bool ready = std::none_of(block.inputs.begin(), block.inputs.end(),
                                        [&](const chain::UtxoInput& in) { return waiting.count(in.previous) != 0; });
        if (!ready) {
          ++it;
          continue;
        }
        exposure::Tracker::Pending pending;
        pending.network = network;
        pending.id = it->first;
        pending.seen = now;
        pending.utxo.first_output = next_output;
        ledger::UtxoTransactionView view;
        for (const chain::UtxoInput& in : block.inputs) {
          uint64_t output = ledger::kNoNumber, value = 0;
          if (const auto parent = made.find(in.previous); parent != made.end()) {
            if (in.output_index < parent->second.block->outputs.size()) {
              output = parent->second.first_output + in.output_index;
              value = parent->second.block->outputs[in.output_index].value;
            }
          } else if (const auto number = chain->utxo->find_transaction(in.previous)) {
            chain->utxo->transaction(*number, view);
            if (in.output_index < view.out_value.size()) {
              output = view.first_output + in.output_index;
              value = view.out_value[in.output_index];
            }
          }
          pending.utxo.in_output.push_back(output);
          pending.utxo.in_value.push_back(value);
          if (pending.from.is_none() && output < chain->utxo->info().outputs)
            pending.from = chain->utxo->output_address(output);
        }
        for (const chain::UtxoOutput& out : block.outputs) {
          pending.utxo.out_value.push_back(out.value);
          pending.out_key.push_back(out.key);
        }
        made[it->first] = {next_output, &block};
        next_output += block.outputs.size();
        all.push_back(std::move(pending));
        it = waiting.erase(it);
        progress = true;
      }
    }
  }
  for (const auto& tx : all) (*map)[tx.id] = tx;
  pending_map_ = std::move(map);
  tracker_->set_pending(all);
  return {};
}

// ---- incidents, policy, tags ----
Status LiveNode::flag(const std::string& yaml) {
  const auto from = Clock::now();
  JINDO_TRY(incidents::Incident incident, incidents::parse_incident("incident", yaml));
  return run_job([&]() -> Status {
    JINDO_DO(base::replace_file(options_.data + "/incidents/" + incident.id + ".yaml", yaml));
    const std::string id = incident.id;
    flagged_.erase(
        std::remove_if(flagged_.begin(), flagged_.end(), [&](const Flagged& f) { return f.incident.id == id; }),
        flagged_.end());
    flagged_.push_back({std::move(incident), base::to_hex(base::sha256(base::as_bytes(yaml))), yaml});
    JINDO_DO(apply_incidents());
    JINDO_DO(advance());
    counts_.flag_us = us_since(from);
    say("info", "flagged", "\"incident\":" + base::json_escape(id) + ",\"us\":" + std::to_string(us_since(from)));
    return {};
  });
}
Status LiveNode::withdraw(const std::string& id) {
  return run_job([&]() -> Status {
    const auto found =
        std::find_if(flagged_.begin(), flagged_.end(), [&](const Flagged& f) { return f.incident.id == id; });
    if (found == flagged_.end()) return base::answer_no("no incident " + id);
    const std::string path = options_.data + "/incidents/" + id + ".yaml";
    if (!base::exists(path))
      return base::wrong_use("incident " + id + " came from a file given at the start; take it out there");
    // Answers that rest on it are given again once it is out of the index: rescreening.cpp.
    JINDO_DO(base::make_folders(withdrawn_folder()));
    JINDO_DO(base::replace_file(withdrawn_folder() + "/" + id, ""));
    JINDO_DO(base::remove_all(path));
    JINDO_DO(base::sync_folder(options_.data + "/incidents"));
    flagged_.erase(found);
    answers_outdated_ = true;
    JINDO_DO(apply_incidents());
    return advance();
  });
}
Status LiveNode::use_policy(const std::string& yaml) {
  JINDO_TRY(auto policy, screening::parse_policy("policy", yaml));
  const auto work = [&]() -> Status {
    JINDO_DO(archive("policy", policy.digest, yaml));
    JINDO_DO(base::replace_file(options_.data + "/policy.yaml", yaml));
    policy_ = std::make_shared<const screening::Policy>(std::move(policy));
    exposure::TrackerOptions tracker;
    tracker.policy = policy_->tracing;
    tracker.links = policy_->links;
    tracker.resolve = options_.resolve;
    tracker.categories = policy_->categories;
    tracker_ = std::make_unique<exposure::Tracker>(tracker, [this](const exposure::Arrival& a) { collect(a); });
    tracker_->set_tags(tags_);
    JINDO_DO(apply_incidents());
    return advance();
  };
  return worker_.joinable() ? run_job(work) : work();
}
Status LiveNode::change_tags(const std::vector<std::string>& withdrawn,
                             const std::function<Status(attribution::TagStore&, int64_t)>& work) {
  return run_job([&]() -> Status {
    const std::string path = records_path();
    // The marks first: after a crash the change is made again, and the look with it.
    if (!withdrawn.empty()) {
      JINDO_DO(base::make_folders(withdrawn_folder()));
      for (const std::string& mark : withdrawn) JINDO_DO(base::replace_file(withdrawn_folder() + "/" + mark, ""));
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
  return run_job([&]() -> Status {
    JINDO_DO(load_tags());
    tracker_->set_tags(tags_);
    return advance();
  });
}
}  // namespace jindo::node
