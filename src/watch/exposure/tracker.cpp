#include "exposure/tracker.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <set>

#include "base/parallel.h"

namespace jindo::exposure {
namespace {
using base::Uint256;
constexpr uint32_t kNoSource = UINT32_MAX;

void add_saturating(Uint256& sum, const Uint256& more) {
  Uint256 out;
  if (base::add_overflows(sum, more, out)) out.words.fill(UINT64_MAX);
  sum = out;
}
void subtract_floored(Uint256& sum, const Uint256& less) { sum = sum < less ? Uint256() : sum - less; }
uint32_t seconds_of(int64_t time) { return static_cast<uint32_t>(std::clamp<int64_t>(time, 0, UINT32_MAX)); }
void note_arrival(Row& row, uint64_t place, int64_t time, uint32_t hops) {
  const uint32_t at = seconds_of(time);
  if (row.arrivals == 0) {
    row.first_place = place;
    row.first_time = row.last_time = at;
    row.hops = UINT16_MAX;
  }
  row.first_time = std::min(row.first_time, at);
  row.last_time = std::max(row.last_time, at);
  if (row.arrivals < UINT32_MAX) ++row.arrivals;
  row.hops = static_cast<uint16_t>(std::min<uint32_t>(row.hops, hops));
}
}  // namespace

struct Tracker::Links {
  std::shared_ptr<const ledger::Ledger> ledger;
  std::unique_ptr<resolve::Resolver> resolver;
  std::vector<uint64_t> notes;  // by chain: what the ledger held when they were read
};

struct Tracker::Reading {
  std::shared_ptr<Links> links;
  std::future<std::pair<base::Status, int64_t>> done;  // how it went, milliseconds
};

// What a trace tells, into the index.
class Tracker::Collector : public trace::Observer {
 public:
  Collector(Tracker& tracker, SourceKind kind, std::string id, std::string title)
      : tracker_(tracker), kind_(kind), id_(std::move(id)), title_(std::move(title)) {}
  void arrived(const trace::Tainted& what) override { add(what, false); }
  void left(const trace::Tainted& what) override {
    if (what.address.is_none()) return;
    const chain::Network& network = network_of(what);
    Row& row = tracker_.index_.row({network_number(network), what.address},
                                   tracker_.index_.asset_number(network, what.asset), source_of(what));
    subtract_floored(row.held, what.amount);
    subtract_floored(row.held_origin, what.origin);
  }
  void ended(const trace::Terminal& terminal, const trace::Tainted& what) override {
    if (terminal.kind == trace::TerminalKind::kService || terminal.kind == trace::TerminalKind::kBound)
      add(what, terminal.kind == trace::TerminalKind::kService);
  }
  uint32_t source_of(const trace::Tainted& what) {
    if (what.source >= numbers_.size()) numbers_.resize(what.source + 1, kNoSource);
    uint32_t& number = numbers_[what.source];
    if (number == kNoSource) {
      const trace::Source& source = sources[what.source];
      number = tracker_.index_.add_source({kind_, id_, title_, source.network, source.asset, false, true});
    }
    return number;
  }
  void end() {
    for (const uint32_t number : numbers_)
      if (number != kNoSource) tracker_.index_.end_source(number);
    numbers_.clear();
  }
  const std::vector<uint32_t>& numbers() const { return numbers_; }
  std::vector<trace::Source> sources;
  std::vector<const chain::Network*> networks;  // by chain of the trace

 private:
  const chain::Network& network_of(const trace::Tainted& what) const { return *networks[what.chain]; }
  void add(const trace::Tainted& what, bool service) {
    if (what.address.is_none()) return;
    const chain::Network& network = network_of(what);
    const uint32_t source = source_of(what);
    Row& row = tracker_.index_.row({network_number(network), what.address},
                                   tracker_.index_.asset_number(network, what.asset), source);
    note_arrival(row, what.place, what.time, what.hops);
    add_saturating(row.received, what.amount);
    add_saturating(row.received_origin, what.origin);
    if (what.inferred) row.flags |= kInferred;
    if (what.hops == 0) row.flags |= kTheft;
    if (service) {
      row.flags |= kEnded;
    } else {
      add_saturating(row.held, what.amount);
      add_saturating(row.held_origin, what.origin);
    }
    if (!tracker_.sink_) return;
    Arrival arrival;
    arrival.source = source;
    arrival.network = &network;
    arrival.block = tracker_.ledger_->find(network)->reader().block_of_transaction(what.transaction);
    arrival.ended = service;
    arrival.what = what;
    tracker_.sink_(arrival);
  }
  Tracker& tracker_;
  SourceKind kind_;
  std::string id_, title_;
  std::vector<uint32_t> numbers_;  // of the index, by the trace's sources
};

struct Tracker::Followed {
  TrackedIncident incident;
  SourceKind kind = SourceKind::kIncident;
  std::optional<uint32_t> hops_max;
  std::set<std::string> through;
  std::unique_ptr<Collector> collector;
  std::shared_ptr<Links> links;  // those it runs with
  std::unique_ptr<trace::LiveTrace> trace;
  std::string problem;
  uint64_t traces = 0;
};

// The addresses of a category, and who sent to them.
struct Tracker::Listed {
  TrackedCategory category;
  std::vector<std::pair<const chain::Network*, chain::AddressKey>> addresses;
  std::map<std::pair<const chain::Network*, chain::AddressKey>, uint32_t> sources;  // by asset
  std::map<const chain::Network*, uint64_t> scanned;                                // outputs or movements
  std::set<std::pair<const chain::Network*, chain::AddressKey>> assets;             // that its trace has sources of
  bool grown = false;                                                               // an asset came up that it lacks
};

Tracker::Tracker(const TrackerOptions& options, ArrivalSink sink) : options_(options), sink_(std::move(sink)) {
  CHECK(options_.policy != trace::Policy::kPoison);
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
  services_ = {};
  if (tags_) services_.add(*tags_);
  tags_changed_ = true;
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

// One trace a category: what reached a listed address is its, and is followed on from there.
void Tracker::make_categories() {
  followed_.erase(std::remove_if(followed_.begin(), followed_.end(),
                                 [&](const std::unique_ptr<Followed>& f) {
                                   if (f->kind != SourceKind::kCategory) return false;
                                   end(*f);
                                   return true;
                                 }),
                  followed_.end());
  for (const auto& listed : listed_)
    for (const auto& [key, number] : listed->sources) index_.end_source(number);
  listed_.clear();
  if (!tags_) return;
  for (const TrackedCategory& category : options_.categories) {
    auto listed = std::make_unique<Listed>();
    listed->category = category;
    std::map<std::pair<const chain::Network*, chain::AddressKey>, trace::Source> sources;
    for (const attribution::Tag& tag : tags_->tags()) {
      if (tag.subject.network == nullptr || tag.subject.kind != attribution::SubjectKind::kAddress) continue;
      if (attribution::name_of(tag.category) != category.name) continue;
      const chain::Network& network = *tag.subject.network;
      const ledger::LedgerChain* chain = ledger_->find(network);
      if (chain == nullptr) continue;
      if (!listed->addresses.empty() && listed->addresses.back() == std::make_pair(&network, tag.subject.key)) continue;
      listed->addresses.emplace_back(&network, tag.subject.key);
      std::vector<chain::AddressKey> assets;
      if (chain->utxo) {
        assets.push_back(chain::native_asset());
      } else if (const auto handle = chain->account->find_address(tag.subject.key)) {
        for (const ledger::HoldingHandle& holding : chain->account->holdings_of(*handle))
          assets.push_back(holding.asset);
      }
      for (const chain::AddressKey& asset : assets) {
        trace::Source& source = sources[{&network, asset}];
        source.incident = category.name;
        source.network = &network;
        source.asset = asset;
        trace::Theft theft;
        theft.label = "category " + category.name;
        theft.address = tag.subject.key;
        theft.may_be_missing = true;
        source.thefts.push_back(theft);
      }
    }
    for (const auto& [key, source] : sources) listed->assets.insert(key);
    if (!sources.empty()) {
      auto followed = std::make_unique<Followed>();
      followed->kind = SourceKind::kCategory;
      followed->incident.id = category.name;
      followed->incident.title = category.name;
      if (!category.indirect) followed->hops_max = 1;
      if (category.hops_max) followed->hops_max = category.hops_max;
      followed->through.insert(category.name);
      for (auto& [key, source] : sources) followed->incident.sources.push_back(std::move(source));
      followed_.push_back(std::move(followed));
    }
    listed_.push_back(std::move(listed));
  }
}

uint32_t Tracker::sent_source(Listed& listed, const chain::Network& network, const chain::AddressKey& asset) {
  const auto [at, fresh] = listed.sources.try_emplace({&network, asset}, 0);
  if (fresh)
    at->second = index_.add_source(
        {SourceKind::kCategory, listed.category.name, listed.category.name, &network, asset, true, true});
  return at->second;
}

void Tracker::scan_sent_utxo(Listed& listed, const ledger::UtxoReader& reader, const chain::AddressKey& address,
                             uint64_t from) {
  const auto handle = reader.find_address(address);
  if (!handle) return;
  ledger::UtxoTransactionView view;
  for (const uint64_t output : reader.received(*handle, from, SIZE_MAX)) {
    const uint64_t tx = reader.transaction_of_output(output);
    reader.transaction(tx, view);
    const chain::Network& network = *reader.info().network;
    const int64_t time = reader.block(reader.block_of_transaction(tx)).time;
    std::map<chain::AddressKey, Uint256> payers;
    for (size_t i = 0; i < view.in_output.size(); ++i)
      payers[reader.input_address(view.first_input + i)] += Uint256(view.in_value[i]);
    if (payers.count(address) != 0) continue;  // its own change
    const uint32_t source = sent_source(listed, network, chain::native_asset());
    const uint32_t asset = index_.asset_number(network, chain::native_asset());
    for (const auto& [payer, paid] : payers) {
      if (payer.is_none()) continue;
      Row& row = index_.row({network_number(network), payer}, asset, source);
      note_arrival(row, output, time, 1);
      // Which input paid which output nobody can tell: no more than it put in, no more than the listed address got.
      const Uint256 amount = std::min(paid, Uint256(reader.output_value(output)));
      add_saturating(row.received, amount);
      add_saturating(row.received_origin, amount);
    }
  }
}

void Tracker::scan_sent_account(Listed& listed, const ledger::AccountReader& reader, const chain::AddressKey& address,
                                uint64_t from) {
  const auto handle = reader.find_address(address);
  if (!handle) return;
  const chain::Network& network = *reader.info().network;
  ledger::Movement movement;
  for (const ledger::HoldingHandle& holding : reader.holdings_of(*handle)) {
    for (uint32_t segment = 0; segment < reader.segments(); ++segment) {
      if (reader.segment_begin(segment + 1) <= from) continue;
      const auto movements = reader.movements_of(holding, segment);
      for (auto it = std::lower_bound(movements.begin(), movements.end(), from); it != movements.end(); ++it) {
        reader.movement(*it, movement);
        if (movement.from == holding.rows[segment] && listed.assets.count({&network, holding.asset}) == 0)
          listed.grown = true;
        if (movement.to != holding.rows[segment] || movement.from == movement.to ||
            movement.from == ledger::kNoNumber || movement.kind == chain::MovementKind::kFee)
          continue;
        const Uint256 amount = reader.amount(*it);
        if (amount.is_zero()) continue;
        const uint32_t source = sent_source(listed, network, holding.asset);
        Row& row = index_.row({network_number(network), reader.holding_address(segment, movement.from)},
                              index_.asset_number(network, holding.asset), source);
        note_arrival(row, *it, reader.block(reader.block_of_transaction(movement.transaction)).time, 1);
        add_saturating(row.received, amount);
        add_saturating(row.received_origin, amount);
      }
    }
  }
}

// Who sent to listed addresses, from where the last look ended.
void Tracker::scan_listed(Listed& listed) {
  if (!listed.category.sent || !options_.heights.empty()) return;
  for (const auto& [network, address] : listed.addresses) {
    const ledger::LedgerChain* chain = ledger_->find(*network);
    if (chain == nullptr) continue;
    const uint64_t from = listed.scanned[network];
    if (chain->utxo)
      scan_sent_utxo(listed, *chain->utxo, address, from);
    else
      scan_sent_account(listed, *chain->account, address, from);
  }
  for (const ledger::LedgerChain& chain : ledger_->chains()) {
    const ledger::ChainInfo& info = chain.reader().info();
    listed.scanned[chain.network] = chain.utxo ? info.outputs : info.movements;
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

// Reads the links again where events came; `fresh` are those that were not there before.
base::Status Tracker::refresh_links(std::vector<const resolve::Link*>& fresh) {
  if (!options_.links) return {};
  if (reading_ && reading_->done.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    const auto done = std::exchange(reading_, nullptr);
    const auto [status, took] = done->done.get();
    JINDO_DO(status);
    links_took_ms_ = took;
    use_links(done->links, fresh);
  }
  std::vector<uint64_t> notes;
  for (const ledger::LedgerChain& chain : ledger_->chains()) notes.push_back(chain.reader().info().notes);
  if (reading_ || (links_ && links_->notes == notes)) return {};
  auto next = std::make_shared<Links>();
  next->ledger = ledger_;
  next->notes = std::move(notes);
  const auto read = [next, this](bool beside) -> std::pair<base::Status, int64_t> {
    if (beside) base::give_way(10);
    const auto from = std::chrono::steady_clock::now();
    auto made = resolve::Resolver::make(*next->ledger, services_, options_.resolve);
    if (!made.ok()) return {made.error(), 0};
    next->resolver = std::move(*made);
    const auto took = std::chrono::steady_clock::now() - from;
    return {{}, std::chrono::duration_cast<std::chrono::milliseconds>(took).count()};
  };
  if (links_ && links_took_ms_ >= static_cast<int64_t>(options_.links_here_ms)) {
    reading_ = std::make_shared<Reading>();
    reading_->links = next;
    reading_->done = std::async(std::launch::async, read, true);
    return {};
  }
  const auto [status, took] = read(false);
  JINDO_DO(status);
  links_took_ms_ = took;
  use_links(std::move(next), fresh);
  return {};
}

void Tracker::use_links(std::shared_ptr<Links> next, std::vector<const resolve::Link*>& fresh) {
  const auto place_of = [](const resolve::Link& l) {
    return std::make_tuple(l.from.network, l.from.place, l.to.network, l.to.place);
  };
  std::set<decltype(place_of(std::declval<resolve::Link>()))> known;
  if (links_)
    for (const resolve::Link& link : links_->resolver->links()) known.insert(place_of(link));
  for (const resolve::Link& link : next->resolver->links())
    if (known.count(place_of(link)) == 0) fresh.push_back(&link);
  links_ = std::move(next);
}

void Tracker::wait_for_links() {
  if (reading_) reading_->done.wait();
}
void Tracker::stop_reading() {
  wait_for_links();
  reading_.reset();
}

// Whether value of this trace went into one of the links: its payer or where it arrived is known to it.
bool Tracker::reached_by(const Followed& followed, const std::vector<const resolve::Link*>& fresh) const {
  const auto own = [&](uint32_t source) {
    const auto& numbers = followed.collector->numbers();
    return std::find(numbers.begin(), numbers.end(), source) != numbers.end();
  };
  for (const resolve::Link* link : fresh) {
    for (const chain::AddressKey& key : {link->from.address, link->from.holder}) {
      if (key.is_none()) continue;
      const NetworkAddress address{network_number(*link->from.network), key};
      bool hit = false;
      index_.last().rows_of(address, hash_of(address), [&](const Row& row) { hit = hit || own(row.source); });
      if (hit) return true;
    }
  }
  return false;
}

base::Status Tracker::advance(std::shared_ptr<const ledger::Ledger> ledger) {
  const bool first = !ledger_;
  const bool anew = tags_changed_ || branch_left(*ledger);
  const bool fresh_chains = !ledger_ || ledger_->chains().size() != ledger->chains().size();
  ledger_ = std::move(ledger);
  index_.set_ledger(ledger_);
  index_.set_unconfirmed({});
  if (anew) {
    stop_reading();  // of places that may have changed
    links_.reset();
  }
  std::vector<const resolve::Link*> fresh;
  JINDO_DO(refresh_links(fresh));
  if (anew || fresh_chains) make_categories();
  tags_changed_ = false;
  for (const auto& followed : followed_) {
    const bool goes_on = followed->trace && !anew && followed->trace->go_on(ledger_);
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
        row.held_origin = utxo ? Uint256(tx.utxo.out_value[arrival.output]) : tx.amount;  // the whole payment
        row.flags = static_cast<uint8_t>(kUnconfirmed | (arrival.inferred ? kInferred : 0));
        rows.emplace_back(NetworkAddress{network_number(*tx.network), to}, row);
        if (!sink_) continue;
        Arrival told;
        told.source = row.source;
        told.network = tx.network;
        told.block = UINT64_MAX;
        told.unconfirmed = true;
        told.transaction = tx.id;
        told.output = arrival.output;
        told.what = what;
        sink_(told);
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
