// Alerts of a live node: an arrival becomes an alert for each watch that asks for it.
#include "node/alert_raiser.h"

#include <algorithm>
#include <utility>

#include "attribution/category.h"
#include "base/clock.h"
#include "ledger/block_places.h"
#include "node/alert_body.h"

namespace jindo::node {
namespace {
using base::Status;
constexpr size_t kTakenBackMax = 10'000;  // alerts of a chain that are looked at, the newest

std::string blocks_fact(const chain::Network& network) { return "blocks " + std::string(network.name); }

// An arrival in the ledger's words.
struct Described {
  const ledger::ChainReader* reader = nullptr;  // null: not confirmed yet
  ledger::BlockRow block;                       // of confirmed ones
  std::string block_hash, transaction, address, asset;
  uint64_t place = 0;  // of the movement inside its transaction, so that it stays the same when blocks before change
};
uint64_t place_of(const exposure::Arrival& arrival, const ledger::LedgerChain& chain) {
  if (!chain.utxo) return arrival.what.place - chain.account->first_movement(arrival.what.transaction);
  ledger::UtxoTransactionView view;
  chain.utxo->transaction(arrival.what.transaction, view);
  return arrival.what.place - view.first_output;
}
Described describe(const exposure::Arrival& arrival, const ledger::Ledger& ledger) {
  const chain::Network& network = *arrival.network;
  Described out;
  out.address = chain::format_address(network, arrival.what.address);
  out.asset = chain::format_asset(network, arrival.what.asset);
  if (arrival.unconfirmed) {
    out.transaction = chain::format_hash(network, arrival.transaction);
    out.place = arrival.output;
    return out;
  }
  const ledger::LedgerChain& chain = *ledger.find(network);
  out.reader = &chain.reader();
  out.transaction = chain::format_hash(network, out.reader->transaction_id(arrival.what.transaction));
  out.place = place_of(arrival, chain);
  out.block = out.reader->block(arrival.block);
  out.block_hash = chain::format_hash(network, out.block.hash);
  return out;
}

alerts::Alert alert_of(const exposure::Arrival& arrival, const Described& described, const alerts::Watch& watch,
                       const exposure::SourceInfo& source, const std::string& marking) {
  const chain::Network& network = *arrival.network;
  alerts::Alert out;
  out.stage = arrival.unconfirmed ? "unconfirmed" : "confirmed";
  out.kind = watch.kind;
  out.chain = network.name;
  out.block = described.block_hash;
  // One movement in one block is alerted once; in another block, after a reorganisation, again.
  out.uid = uid_of(std::to_string(watch.id) + "|" + out.stage + "|" + out.chain + "|" + out.block + "|" +
                   described.transaction + "|" + std::to_string(described.place) + "|" + described.address + "|" +
                   described.asset + "|" + source.id + "|" + std::string(source.network->name) + "|" +
                   chain::format_asset(*source.network, source.asset));
  out.at_ms = base::unix_ms();
  const AlertSubject subject{watch, source, marking, described.address, described.asset, arrival.what.amount};
  out.body = alert_body(out, subject, [&](base::JsonWriter& json) {
    json.field("origin", base::to_decimal(arrival.what.origin));
    json.field("hops", uint64_t{arrival.what.hops});
    json.field("transaction", described.transaction);
    json.field("position", described.place);
    if (!arrival.what.counterpart.is_none())
      json.field("from", chain::format_address(network, arrival.what.counterpart));
    if (described.reader != nullptr) {
      json.field("height", described.block.height);
      json.field("block", out.block);
    }
    json.field("time", base::format_time(arrival.what.time));
    if (arrival.what.inferred) json.field("inferred", true);
    if (arrival.ended) json.field("service", true);
  });
  return out;
}

// Of value that lies at a watched address already.
alerts::Alert standing_alert(const Watches::Place& place, const exposure::Row& row, const std::string& asset,
                             const alerts::Watch& watch, const exposure::SourceInfo& source,
                             const std::string& marking) {
  alerts::Alert out;
  out.kind = watch.kind;
  out.stage = "standing";
  out.chain = place.first->name;
  out.at_ms = base::unix_ms();
  const std::string address = chain::format_address(*place.first, place.second);
  out.uid = uid_of(std::to_string(watch.id) + "|standing|" + out.chain + "|" + address + "|" + asset + "|" + source.id +
                   "|" + chain::format_asset(*source.network, source.asset));
  const AlertSubject subject{watch, source, marking, address, asset, row.received};
  out.body = alert_body(out, subject, [&](base::JsonWriter& json) {
    json.field("held", base::to_decimal(row.held));
    json.field("hops", uint64_t{row.hops});
    json.field("movements", uint64_t{row.arrivals});
    json.field("first_time", base::format_time(row.first_time));
    json.field("last_time", base::format_time(row.last_time));
  });
  return out;
}

alerts::Alert taken_back_alert(const alerts::Alert& alert) {
  alerts::Alert out;
  out.kind = "taken_back";
  out.chain = alert.chain;
  out.uid = uid_of("taken_back|" + alert.uid);
  out.at_ms = base::unix_ms();
  out.body = base::json_object([&](base::JsonWriter& json) {
    json.field("uid", out.uid);
    json.field("kind", out.kind);
    json.field("at", base::format_time(out.at_ms / 1000));
    json.field("alert", alert.uid);
    json.field("alert_number", alert.number);
    json.field("chain", alert.chain);
    json.field("block", alert.block);
    json.field("because",
               "the block is on a branch that the chain left; what is true of the branch it took is told anew");
  });
  return out;
}

// Whether the chain (null: there is none) holds a block of this height and hash.
bool holds_block(const ledger::LedgerChain* chain, uint64_t height, const std::string& hash) {
  if (chain == nullptr) return false;
  const ledger::ChainReader& reader = chain->reader();
  const uint64_t blocks = ledger::blocks_up_to(reader, height);
  if (blocks == 0) return false;
  const ledger::BlockRow block = reader.block(blocks - 1);
  return block.height == height && chain::format_hash(*chain->network, block.hash) == hash;
}
}  // namespace

Status AlertRaiser::read_facts(const ledger::Ledger& ledger, const FlaggedIncidents& flagged) {
  for (const ledger::LedgerChain& chain : ledger.chains()) {
    JINDO_TRY(const int64_t blocks, store_.fact(blocks_fact(*chain.network)));
    alerted_up_to_[chain.network] = static_cast<uint64_t>(blocks);
  }
  std::vector<std::string> names;
  for (const Flagged& one : flagged.all()) names.push_back(FlaggedIncidents::alerted_fact(one));
  for (const auto& category : attribution::categories())
    names.push_back(FlaggedIncidents::alerted_fact_of_category(category.name));
  for (const std::string& name : names) {
    JINDO_TRY(const int64_t alerted, store_.fact(name));
    if (alerted != 0) alerted_.insert(name);
  }
  return {};
}

bool AlertRaiser::is_fresh(const exposure::Arrival& arrival) const {
  if (arrival.unconfirmed) return true;
  const auto alerted = alerted_up_to_.find(arrival.network);
  return alerted == alerted_up_to_.end() || arrival.block >= alerted->second;
}

void AlertRaiser::collect(const exposure::Arrival& arrival, const std::vector<exposure::SourceInfo>& sources,
                          const FlaggedIncidents& flagged) {
  if (watches_.empty()) return;
  const bool watched = watches_.have({arrival.network, arrival.what.address});
  const bool wanted = is_fresh(arrival) ? watched || watches_.follow_value()
                                        : watched && alerted_.count(flagged.alerted_fact(sources[arrival.source])) == 0;
  if (wanted) arrived_.push_back(arrival);
}

base::Result<uint64_t> AlertRaiser::raise(const AlertView& view) {
  std::vector<alerts::Alert> out;
  const auto& sources = view.tracker.sources();
  for (const exposure::Arrival& arrival : arrived_) {
    const exposure::SourceInfo& source = sources[arrival.source];
    if (!source.alive) continue;
    const auto watches = watches_.that_ask_for(arrival, source, is_fresh(arrival), view.tags);
    if (watches.empty()) continue;
    const Described described = describe(arrival, view.ledger);
    const std::string marking = view.flagged.marking_of(source);
    for (const alerts::Watch* watch : watches) out.push_back(alert_of(arrival, described, *watch, source, marking));
  }
  JINDO_TRY(const uint64_t added, store_.add(out));
  arrived_.clear();  // not before they are stored: a full disk is tried again with the next change
  JINDO_DO(store_facts(view));
  return added;
}

// Only now, that the alerts are stored: what a crash leaves without its fact is alerted of again.
Status AlertRaiser::store_facts(const AlertView& view) {
  for (const exposure::SourceInfo& source : view.tracker.sources()) {
    if (!source.alive) continue;
    const std::string name = view.flagged.alerted_fact(source);
    if (alerted_.count(name) != 0) continue;
    JINDO_DO(store_.set_fact(name, 1));
    alerted_.insert(name);
  }
  for (const ledger::LedgerChain& chain : view.ledger.chains()) {
    const uint64_t blocks = chain.reader().info().blocks;
    if (alerted_up_to_[chain.network] == blocks) continue;
    alerted_up_to_[chain.network] = blocks;
    JINDO_DO(store_.set_fact(blocks_fact(*chain.network), static_cast<int64_t>(blocks)));
  }
  return {};
}

base::Result<uint64_t> AlertRaiser::raise_standing(const AlertView& view) {
  const auto snapshot = view.tracker.published().get();
  std::vector<alerts::Alert> out;
  for (const auto& watched : watches_.by_address()) {
    const Watches::Place& place = watched.first;
    const std::vector<alerts::Watch>& watches = watched.second;
    const exposure::NetworkAddress key{exposure::network_number(*place.first), place.second};
    snapshot->rows_of(key, exposure::hash_of(key), [&](const exposure::Row& row) {
      const exposure::SourceInfo& source = (*snapshot->sources)[row.source];
      if (source.sent || (row.flags & exposure::kUnconfirmed) != 0) return;
      const std::string asset = chain::format_asset(*place.first, (*snapshot->assets)[row.asset].key);
      const std::string marking = view.flagged.marking_of(source);
      for (const alerts::Watch& watch : watches)
        out.push_back(standing_alert(place, row, asset, watch, source, marking));
    });
  }
  return store_.add(out);
}

void AlertRaiser::reverted(const chain::Network& network, uint64_t keep) {
  alerted_up_to_[&network] = std::min(alerted_up_to_[&network], keep);
}

// Decisions that rested on such blocks: second_look.cpp.
base::Result<uint64_t> AlertRaiser::take_back(const chain::Network& network, const ledger::Ledger& ledger) {
  const ledger::LedgerChain* chain = ledger.find(network);
  JINDO_TRY(const auto confirmed, store_.of_chain(std::string(network.name), kTakenBackMax));
  std::vector<alerts::Alert> out;
  for (const alerts::Alert& alert : confirmed)
    if (alert.kind != "taken_back" && !holds_block(chain, height_of_body(alert.body), alert.block))
      out.push_back(taken_back_alert(alert));
  return store_.add(out);
}
}  // namespace jindo::node
