// What follows from a change, in the worker: clusters and traces go on, a state is written down and published, alerts
// are stored.
#include <utility>

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/hex.h"
#include "node/archive.h"
#include "node/live_node.h"
#include "node/state_record.h"

namespace jindo::node {
namespace {
using base::Status;
using Clock = std::chrono::steady_clock;
constexpr size_t kClusterTagsMax = 10'000;
}  // namespace

// ---- what is known ----
std::string LiveNode::records_path() const {
  return options_.records.empty() ? inquiry::records_of(options_.ledger) : options_.records;
}
Status LiveNode::reload_ledger() {
  JINDO_TRY(auto ledger, ledger::Ledger::open(options_.ledger));
  ledger_ = std::make_shared<const ledger::Ledger>(std::move(ledger));
  return {};
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

// The incidents in force, to the tracker; what they are is kept under its digest for replays.
Status LiveNode::apply_incidents() {
  flagged_.sort();
  std::vector<exposure::TrackedIncident> tracked;
  std::string list;
  std::vector<incidents::Incident> shown;
  for (const Flagged& flagged : flagged_.all()) {
    JINDO_DO(keep_in_archive(options_.data, "incident", flagged.digest, flagged.yaml));
    list += flagged.digest + " " + flagged.incident.id + "\n";
    shown.push_back(flagged.incident);
    auto sources = incidents::trace_sources({flagged.incident});
    if (sources.empty()) continue;
    tracked.push_back({flagged.incident.id, flagged.incident.name, std::move(sources), flagged.digest});
  }
  incidents_digest_ = base::to_hex(base::sha256(base::as_bytes(list)));
  JINDO_DO(keep_in_archive(options_.data, "incidents", incidents_digest_, list));
  tracker_->set_incidents(std::move(tracked));
  publisher_.show_incidents(std::move(shown));
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
    JINDO_DO(update_clusters_of(chain));
    if (raiser_->watches().have_clusters()) JINDO_DO(load_watches());
  }
  return {};
}
Status LiveNode::update_clusters_of(const ledger::LedgerChain& chain) {
  const std::string path = records_path();
  std::optional<attribution::TagStore> store;
  if (base::exists(path)) {
    JINDO_TRY(store, attribution::TagStore::open(path, records::Database::Access::kRead));
  }
  cluster::UpdateOptions update;
  update.threads = options_.threads;
  update.durable = options_.durable;
  cluster::UpdateSummary summary;
  JINDO_TRY(const auto rules,
            inquiry::cluster_rules(store ? &*store : nullptr, *tags_, *chain.network, kClusterTagsMax));
  JINDO_TRY(auto clusters, cluster::ClusterStore::update(options_.ledger, *chain.utxo, rules, update, summary));
  clusters_[chain.network] = std::make_shared<const cluster::Clusters>(std::move(clusters));
  return {};
}

// ---- onward ----
Status LiveNode::advance() {
  const auto from = Clock::now();
  JINDO_DO(update_clusters());
  JINDO_DO(tracker_->advance(ledger_));
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - from);
  counts_.advance_us = static_cast<uint64_t>(took.count());
  apply_pending();
  JINDO_DO(publish());
  JINDO_DO(raise_alerts());
  return take_back_alerts();
}

void LiveNode::apply_pending() {
  const auto all = unconfirmed_.for_tracker(*ledger_);
  auto map = std::make_shared<screening::PendingMap>();
  for (const auto& tx : all) (*map)[tx.id] = tx;
  pending_map_ = std::move(map);
  tracker_->set_pending(all);
}

// The state as everything is now; its number is not known yet.
std::shared_ptr<screening::State> LiveNode::next_state() const {
  auto out = std::make_shared<screening::State>();
  out->snapshot = tracker_->published().get();
  out->policy = policy_;
  out->tags = tags_;
  out->findings = findings_;
  out->pending = pending_map_;
  out->clusters = clusters_;
  out->incidents_digest = incidents_digest_;
  out->incidents = flagged_.all().size();
  for (const Flagged& flagged : flagged_.all())
    if (const auto marking = attribution::find_marking(flagged.incident.marking))
      out->markings[flagged.incident.id] = *marking;
  out->tags_on = tags_on_;
  for (const exposure::TrackStatus& s : tracker_->status())
    if (s.state == exposure::TrackState::kWaiting) out->add_waiting(s.id, s.problem);
  for (const Flagged& flagged : flagged_.all())
    if (incidents::trace_sources({flagged.incident}).empty()) out->add_without_theft(flagged.incident.id);
  if (findings_ && findings_->ledger_digest != base::to_hex(out->snapshot->ledger_digest))
    out->add_unknown("techniques were looked for as of " + findings_->as_of);
  for (std::string& line : unconfirmed_.left_out()) out->add_unknown(std::move(line));
  if (!findings_ && options_.findings_seconds > 0) out->add_unknown("techniques were not looked for yet");
  return out;
}

// A state that answers rest on, written down before the first of them.
Status LiveNode::publish() {
  auto next = next_state();
  JINDO_TRY(next->number, decisions_->append("state", write_state_record(*next)));
  JINDO_DO(decisions_->settle(next->number));
  next->finish();
  ++counts_.publications;
  const bool outdates = std::exchange(answers_outdated_, false);
  publisher_.publish(std::move(next), tracker_->status(), outdates);
  if (outdates) jobs_.wake();  // the second look
  return {};
}

// ---- alerts ----
Status LiveNode::load_watches() { return raiser_->load_watches(*ledger_, clusters_); }

Status LiveNode::raise_alerts() {
  JINDO_TRY(const uint64_t added, raiser_->raise(alert_view()));
  if (added > 0) say("warn", "alerts", "\"new\":" + std::to_string(added));
  return raiser_->watches().is_current(*alerts_) ? Status() : load_watches();
}

// Once all else is stored; what fails is taken back with the next change.
Status LiveNode::take_back_alerts() {
  while (!branches_left_.empty()) {
    JINDO_TRY(const uint64_t added, raiser_->take_back(**branches_left_.begin(), *ledger_));
    if (added > 0) say("warn", "alerts_taken_back", "\"count\":" + std::to_string(added));
    branches_left_.erase(branches_left_.begin());
  }
  return {};
}
}  // namespace jindo::node
