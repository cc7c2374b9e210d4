// The tracker's round: what is followed goes on, or starts again, with each ledger; then it is published.
#include "exposure/tracker.h"

#include <algorithm>
#include <utility>

#include "exposure/tracker_parts.h"

namespace jindo::exposure {
Tracker::Tracker(const TrackerOptions& options, ArrivalSink sink) : options_(options), sink_(std::move(sink)) {
  CHECK(options_.policy != trace::Policy::kPoison);
  name_services();
}
Tracker::~Tracker() { stop_reading(); }

void Tracker::set_incidents(std::vector<TrackedIncident> incidents) {
  std::vector<std::unique_ptr<Followed>> next;
  for (auto& old : followed_) {
    if (old->kind == SourceKind::kIncident) {
      const auto same = std::find_if(incidents.begin(), incidents.end(), [&](const TrackedIncident& i) {
        return i.id == old->incident.id && i.digest == old->incident.digest;
      });
      if (same == incidents.end()) {
        end(*old);
        continue;
      }
      incidents.erase(same);
    }
    next.push_back(std::move(old));
  }
  for (TrackedIncident& incident : incidents) {
    auto followed = std::make_unique<Followed>();
    followed->incident = std::move(incident);
    next.push_back(std::move(followed));
  }
  followed_ = std::move(next);
}

void Tracker::set_tags(std::shared_ptr<const attribution::TagIndex> tags) {
  if (tags_ && tags && tags_->digest() == tags->digest()) return;
  stop_reading();  // it looks at the services
  tags_ = std::move(tags);
  name_services();
  tags_changed_ = true;
}

// By tags, then public contracts. A registry that cannot be read is told of where links are.
void Tracker::name_services() {
  services_ = {};
  if (tags_) services_.add(*tags_);
  const auto registry = resolve::Registry::read(options_.resolve.registry);
  if (registry.ok()) resolve::name_contracts(*registry, services_);
}

void Tracker::end(Followed& followed) {
  if (followed.collector) followed.collector->end();
  followed.trace.reset();
}

// Traces from nothing over the ledger at hand.
void Tracker::start(Followed& followed) {
  end(followed);
  followed.collector = std::make_unique<Collector>(*this, followed.kind, followed.incident.id, followed.incident.title);
  followed.collector->sources = followed.incident.sources;
  followed.links = links_;
  trace::Options options;
  options.policy = options_.policy;
  options.heights = options_.heights;
  options.services = services_.empty() ? nullptr : &services_;
  options.hops_max = followed.hops_max;
  options.through = followed.through;
  options.resolver = links_ ? links_->resolver.get() : nullptr;
  options.keep_terminals = false;
  options.observer = followed.collector.get();
  for (const ledger::LedgerChain& chain : ledger_->chains()) {
    const bool own = std::any_of(followed.incident.sources.begin(), followed.incident.sources.end(),
                                 [&](const trace::Source& s) { return s.network == chain.network; });
    if (own || options.resolver != nullptr) followed.collector->networks.push_back(chain.network);
  }
  ++followed.traces;
  auto started = trace::LiveTrace::start(ledger_, followed.incident.sources, options);
  if (started.ok()) {
    followed.trace = std::move(*started);
    followed.problem.clear();
  } else {
    followed.collector->end();
    followed.problem = started.error().message;
  }
}

bool Tracker::branch_left(const ledger::Ledger& next) const {
  if (!ledger_) return false;
  for (const ledger::LedgerChain& chain : ledger_->chains()) {
    const ledger::LedgerChain* now = next.find(*chain.network);
    const uint64_t blocks = chain.reader().info().blocks;
    if (now == nullptr || now->reader().info().blocks < blocks) return true;
    if (blocks > 0 && now->reader().block(blocks - 1).chain_digest != chain.reader().block(blocks - 1).chain_digest)
      return true;
  }
  return false;
}

base::Status Tracker::advance(std::shared_ptr<const ledger::Ledger> ledger) {
  const bool first = !ledger_;
  const bool from_start = tags_changed_ || branch_left(*ledger);
  const bool fresh_chains = !ledger_ || ledger_->chains().size() != ledger->chains().size();
  ledger_ = std::move(ledger);
  index_.set_ledger(ledger_);
  index_.set_unconfirmed({});
  if (from_start) {
    stop_reading();  // of places that may have changed
    links_.reset();
  }
  std::vector<const resolve::Link*> fresh;
  JINDO_DO(refresh_links(fresh));
  if (from_start || fresh_chains) make_categories();
  tags_changed_ = false;
  for (const auto& followed : followed_) {
    const bool goes_on = followed->trace && !from_start && followed->trace->go_on(ledger_);
    if (!goes_on) start(*followed);
  }
  for (const auto& listed : listed_) scan_listed(*listed);
  if (std::any_of(listed_.begin(), listed_.end(), [](const auto& listed) { return listed->grown; })) {
    make_categories();
    for (const auto& followed : followed_)
      if (followed->kind == SourceKind::kCategory && !followed->trace) start(*followed);
    for (const auto& listed : listed_) scan_listed(*listed);
  }
  if (first)
    index_.finish_merges();
  else
    index_.publish();
  // A crossing that was not known when its trace ran: value may lie at the bridge that has come out elsewhere.
  bool again = false;
  if (!fresh.empty()) {
    for (const auto& followed : followed_) {
      if (!followed->trace || followed->links == links_ || !reached_by(*followed, fresh)) continue;
      start(*followed);
      again = true;
    }
  }
  if (again) index_.publish();
  return {};
}

void Tracker::set_pending(const std::vector<Pending>& pending) {
  std::vector<std::pair<NetworkAddress, Row>> rows;
  std::vector<trace::PendingArrival> arrivals;
  for (const auto& followed : followed_) {
    if (!followed->trace) continue;
    followed->trace->forget_previews();
    for (const Pending& tx : pending) {
      arrivals.clear();
      const bool utxo = tx.network->model == chain::LedgerModel::kUtxo;
      if (utxo)
        followed->trace->preview(*tx.network, tx.utxo, arrivals);
      else
        followed->trace->preview_payment(*tx.network, tx.from, tx.asset, tx.amount, arrivals);
      for (const trace::PendingArrival& arrival : arrivals) {
        const chain::AddressKey to = utxo ? tx.out_key[arrival.output] : tx.to;
        if (to.is_none()) continue;
        trace::Tainted what;
        what.source = arrival.source;
        what.address = to;
        what.asset = utxo ? chain::native_asset() : tx.asset;
        what.counterpart = tx.from;
        what.time = tx.seen;
        what.hops = arrival.hops;
        what.inferred = arrival.inferred;
        what.amount = arrival.amount;
        what.origin = arrival.origin;
        Row row;
        row.source = followed->collector->source_of(what);
        row.asset = index_.asset_number(*tx.network, what.asset);
        note_arrival(row, UINT64_MAX, tx.seen, arrival.hops);
        row.received = row.held = arrival.amount;
        row.received_origin = arrival.origin;
        row.held_origin = utxo ? base::Uint256(tx.utxo.out_value[arrival.output]) : tx.amount;  // the whole payment
        row.flags = static_cast<uint8_t>(kUnconfirmed | (arrival.inferred ? kInferred : 0));
        rows.emplace_back(NetworkAddress{network_number(*tx.network), to}, row);
        if (!sink_) continue;
        Arrival seen;
        seen.source = row.source;
        seen.network = tx.network;
        seen.block = UINT64_MAX;
        seen.unconfirmed = true;
        seen.transaction = tx.id;
        seen.output = arrival.output;
        seen.what = what;
        sink_(seen);
      }
    }
  }
  index_.set_unconfirmed(rows);
  index_.publish();
}

std::vector<TrackStatus> Tracker::status() const {
  std::vector<TrackStatus> out;
  for (const auto& followed : followed_)
    out.push_back({followed->incident.id, followed->trace ? TrackState::kTraced : TrackState::kWaiting,
                   followed->problem, followed->traces});
  return out;
}
}  // namespace jindo::exposure
