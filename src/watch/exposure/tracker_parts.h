// What a tracker is made of: its traces, the addresses of categories, the links between chains, and how a trace's
// steps become rows. For the tracker's own sources only.
#pragma once

#include <algorithm>
#include <future>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "exposure/tracker.h"

namespace jindo::exposure {

inline uint32_t seconds_of(int64_t time) { return static_cast<uint32_t>(std::clamp<int64_t>(time, 0, UINT32_MAX)); }
inline void note_arrival(Row& row, uint64_t place, int64_t time, uint32_t hops) {
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
    row.held -= what.amount;
    row.held_origin -= what.origin;
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
  static constexpr uint32_t kNoSource = UINT32_MAX;
  const chain::Network& network_of(const trace::Tainted& what) const { return *networks[what.chain]; }
  void add(const trace::Tainted& what, bool service) {
    if (what.address.is_none()) return;
    const chain::Network& network = network_of(what);
    const uint32_t source = source_of(what);
    Row& row = tracker_.index_.row({network_number(network), what.address},
                                   tracker_.index_.asset_number(network, what.asset), source);
    note_arrival(row, what.place, what.time, what.hops);
    row.received += what.amount;
    row.received_origin += what.origin;
    if (what.inferred) row.flags |= kInferred;
    if (what.hops == 0) row.flags |= kTheft;
    if (service) {
      row.flags |= kEnded;
    } else {
      row.held += what.amount;
      row.held_origin += what.origin;
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

}  // namespace jindo::exposure
