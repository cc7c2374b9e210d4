// Watches of a live node: what arrives, told once; what a lost branch had told, taken back.
#include <simdjson.h>

#include <algorithm>
#include <chrono>

#include "base/clock.h"
#include "base/hex.h"
#include "cluster/why.h"
#include "ledger/block_places.h"
#include "node/live_node.h"

namespace jindo::node {
namespace {
using base::Status;

std::string uid_of(const std::string& what) { return base::to_hex(base::sha256(base::as_bytes(what))).substr(0, 32); }
}  // namespace

Status LiveNode::load_watches() {
  watch_version_ = alerts_->watch_version();
  watched_.clear();
  watched_incidents_.clear();
  watched_categories_.clear();
  cluster_watches_ = false;
  JINDO_TRY(const auto watches, alerts_->watches(0, SIZE_MAX));
  for (const alerts::Watch& watch : watches) {
    if (watch.kind == "incident") {
      watched_incidents_[watch.incident].push_back(watch);
      continue;
    }
    if (watch.kind == "category") {
      watched_categories_[watch.category].push_back(watch);
      continue;
    }
    const auto network = chain::find_network(watch.chain);
    if (!network.ok()) continue;
    const auto key = chain::parse_address(**network, watch.address);
    if (!key.ok()) continue;
    watched_[{*network, *key}].push_back(watch);
    if (watch.kind != "cluster") continue;
    cluster_watches_ = true;
    // Those that belong together with it, as the clusters have it now.
    const ledger::LedgerChain* chain = ledger_->find(**network);
    const auto clusters = clusters_.find(*network);
    if (chain == nullptr || clusters == clusters_.end()) continue;
    const auto handle = chain->utxo->find_address(*key);
    const uint32_t number = handle ? clusters->second->number_of(*chain->utxo, *handle) : cluster::kNoAddress;
    if (number == cluster::kNoAddress) continue;
    JINDO_TRY(const auto members, cluster::members_of(*chain->utxo, *clusters->second, number, 1'000'000));
    for (const uint32_t member : members) {
      const chain::AddressKey other = clusters->second->numbers().address(*chain->utxo, member);
      if (!(other == *key)) watched_[{*network, other}].push_back(watch);
    }
  }
  return {};
}

// An incident's version, or a category: whose arrivals in the blocks that are done were told.
std::string LiveNode::marking_of(const exposure::SourceInfo& source) const {
  for (const Flagged& flagged : flagged_)
    if (source.kind == exposure::SourceKind::kIncident && flagged.incident.id == source.id)
      return flagged.incident.marking;
  return "";
}
std::string LiveNode::told_name(const exposure::SourceInfo& source) const {
  if (source.kind == exposure::SourceKind::kCategory) return "told category " + source.id;
  for (const Flagged& flagged : flagged_)
    if (flagged.incident.id == source.id) return "told " + source.id + " " + flagged.digest;
  return "told " + source.id;
}

// Called by the tracker for every arrival there is: only what somebody watches and was not told is kept.
void LiveNode::collect(const exposure::Arrival& arrival) {
  if (watched_.empty() && watched_incidents_.empty() && watched_categories_.empty()) return;
  const auto quiet = quiet_until_.find(arrival.network);
  const bool fresh = arrival.unconfirmed || quiet == quiet_until_.end() || arrival.block >= quiet->second;
  const bool watched = !watched_.empty() && watched_.count({arrival.network, arrival.what.address}) != 0;
  if (fresh ? watched || !watched_incidents_.empty() || !watched_categories_.empty()
            : watched && told_.count(told_name(tracker_->index().sources()[arrival.source])) == 0)
    arrived_.push_back(arrival);
}

Status LiveNode::store_alerts() {
  std::vector<alerts::Alert> out;
  const auto& sources = tracker_->index().sources();
  for (const exposure::Arrival& arrival : arrived_) {
    const exposure::SourceInfo& source = sources[arrival.source];
    if (!source.alive) continue;
    const chain::Network& network = *arrival.network;
    std::vector<const alerts::Watch*> matching;
    const auto own = watched_.find({arrival.network, arrival.what.address});
    if (own != watched_.end())
      for (const alerts::Watch& watch : own->second) matching.push_back(&watch);
    const auto quiet = quiet_until_.find(arrival.network);
    const bool fresh = arrival.unconfirmed || quiet == quiet_until_.end() || arrival.block >= quiet->second;
    if (fresh && source.kind == exposure::SourceKind::kIncident) {
      for (const std::string& id : {source.id, std::string("*")}) {
        const auto incident = watched_incidents_.find(id);
        if (incident == watched_incidents_.end()) continue;
        for (const alerts::Watch& watch : incident->second) matching.push_back(&watch);
      }
      for (const attribution::Tag& tag : tags_->find(network, arrival.what.address)) {
        const auto category = watched_categories_.find(attribution::name_of(tag.category));
        if (category == watched_categories_.end()) continue;
        for (const alerts::Watch& watch : category->second) matching.push_back(&watch);
      }
    }
    if (matching.empty()) continue;
    const ledger::ChainReader* reader = arrival.unconfirmed ? nullptr : &ledger_->find(network)->reader();
    const chain::TxId id = arrival.unconfirmed ? arrival.transaction : reader->transaction_id(arrival.what.transaction);
    const std::string transaction = chain::format_hash(network, id);
    const std::string address = chain::format_address(network, arrival.what.address);
    const std::string asset = chain::format_asset(network, arrival.what.asset);
    // Which movement of the transaction: its place inside it, so that it stays the same when blocks before change.
    uint64_t place = arrival.output;
    if (reader != nullptr) {
      if (network.model == chain::LedgerModel::kUtxo) {
        ledger::UtxoTransactionView view;
        ledger_->find(network)->utxo->transaction(arrival.what.transaction, view);
        place = arrival.what.place - view.first_output;
      } else {
        place = arrival.what.place - ledger_->find(network)->account->first_movement(arrival.what.transaction);
      }
    }
    for (const alerts::Watch* watch : matching) {
      alerts::Alert alert;
      alert.stage = arrival.unconfirmed ? "unconfirmed" : "confirmed";
      alert.kind = watch->kind;
      alert.chain = network.name;
      ledger::BlockRow block;
      if (reader != nullptr) {
        block = reader->block(arrival.block);
        alert.block = chain::format_hash(network, block.hash);
      }
      // One movement in one block is told once; in another block, after a reorganisation, it is told again.
      alert.uid =
          uid_of(std::to_string(watch->id) + "|" + alert.stage + "|" + alert.chain + "|" + alert.block + "|" +
                 transaction + "|" + std::to_string(place) + "|" + address + "|" + asset + "|" + source.id + "|" +
                 std::string(source.network->name) + "|" + chain::format_asset(*source.network, source.asset));
      alert.at_ms = base::unix_ms();
      alert.body = base::json_object([&](base::JsonWriter& json) {
        json.field("uid", alert.uid);
        json.field("kind", alert.kind);
        json.field("stage", alert.stage);
        json.field("at", base::format_time(alert.at_ms / 1000));
        json.field("watch", watch->id);
        json.field("label", watch->label);
        json.field("source", source.kind == exposure::SourceKind::kIncident ? "incident" : "category");
        json.field("id", source.id);
        json.field("title", source.title);
        if (const std::string marking = marking_of(source); !marking.empty()) json.field("marking", marking);
        json.field("chain", alert.chain);
        json.field("address", address);
        json.field("asset", asset);
        json.field("amount", base::to_decimal(arrival.what.amount));
        json.field("origin", base::to_decimal(arrival.what.origin));
        json.field("hops", uint64_t{arrival.what.hops});
        json.field("transaction", transaction);
        json.field("position", place);
        if (!arrival.what.counterpart.is_none())
          json.field("from", chain::format_address(network, arrival.what.counterpart));
        if (reader != nullptr) {
          json.field("height", block.height);
          json.field("block", alert.block);
        }
        json.field("time", base::format_time(arrival.what.time));
        if (arrival.what.inferred) json.field("inferred", true);
        if (arrival.ended) json.field("service", true);
      });
      out.push_back(std::move(alert));
    }
  }
  JINDO_TRY(const uint64_t added, alerts_->add(out));
  arrived_.clear();  // not before they are stored: a full disk is tried again with the next change
  if (added > 0) say("warn", "alerts", "\"new\":" + std::to_string(added));
  // Only now, that the alerts are stored: what a crash leaves untold is told again.
  for (const exposure::SourceInfo& source : sources) {
    if (!source.alive) continue;
    const std::string name = told_name(source);
    if (told_.count(name) != 0) continue;
    JINDO_DO(alerts_->set_fact(name, 1));
    told_.insert(name);
  }
  for (const ledger::LedgerChain& chain : ledger_->chains()) {
    const uint64_t blocks = chain.reader().info().blocks;
    if (quiet_until_[chain.network] == blocks) continue;
    quiet_until_[chain.network] = blocks;
    JINDO_DO(alerts_->set_fact("blocks " + std::string(chain.network->name), static_cast<int64_t>(blocks)));
  }
  if (alerts_->watch_version() != watch_version_) JINDO_DO(load_watches());
  return {};
}

Status LiveNode::watches_changed() {
  return run_job([this]() -> Status {
    JINDO_DO(load_watches());
    const auto snapshot = tracker_->published().get();
    std::vector<alerts::Alert> out;
    for (const auto& watched : watched_) {
      const auto& place = watched.first;
      const std::vector<alerts::Watch>& watches = watched.second;
      const exposure::NetworkAddress key{exposure::network_number(*place.first), place.second};
      snapshot->rows_of(key, exposure::hash_of(key), [&](const exposure::Row& row) {
        const exposure::SourceInfo& source = (*snapshot->sources)[row.source];
        if (source.sent || (row.flags & exposure::kUnconfirmed) != 0) return;
        const std::string asset = chain::format_asset(*place.first, (*snapshot->assets)[row.asset].key);
        for (const alerts::Watch& watch : watches) {
          alerts::Alert alert;
          alert.kind = watch.kind;
          alert.stage = "standing";
          alert.chain = place.first->name;
          alert.at_ms = base::unix_ms();
          const std::string address = chain::format_address(*place.first, place.second);
          alert.uid = uid_of(std::to_string(watch.id) + "|standing|" + alert.chain + "|" + address + "|" + asset + "|" +
                             source.id + "|" + chain::format_asset(*source.network, source.asset));
          alert.body = base::json_object([&](base::JsonWriter& json) {
            json.field("uid", alert.uid);
            json.field("kind", alert.kind);
            json.field("stage", alert.stage);
            json.field("at", base::format_time(alert.at_ms / 1000));
            json.field("watch", watch.id);
            json.field("label", watch.label);
            json.field("source", source.kind == exposure::SourceKind::kIncident ? "incident" : "category");
            json.field("id", source.id);
            json.field("title", source.title);
            if (const std::string marking = marking_of(source); !marking.empty()) json.field("marking", marking);
            json.field("chain", alert.chain);
            json.field("address", address);
            json.field("asset", asset);
            json.field("amount", base::to_decimal(row.received));
            json.field("held", base::to_decimal(row.held));
            json.field("hops", uint64_t{row.hops});
            json.field("movements", uint64_t{row.arrivals});
            json.field("first_time", base::format_time(row.first_time));
            json.field("last_time", base::format_time(row.last_time));
          });
          out.push_back(std::move(alert));
        }
      });
    }
    JINDO_TRY(const uint64_t added, alerts_->add(out));
    if (added > 0) say("warn", "alerts", "\"standing\":" + std::to_string(added));
    return {};
  });
}

// Alerts of blocks that the chain does not hold any more. Decisions that rested on them: rescreening.cpp.
Status LiveNode::tell_taken_back(const chain::Network& network) {
  const ledger::LedgerChain* chain = ledger_->find(network);
  std::vector<alerts::Alert> out;
  JINDO_TRY(const auto told, alerts_->of_chain(std::string(network.name), 10000));
  // Whether the chain holds a block of this height and hash.
  const auto held = [&](uint64_t height, const std::string& hash) {
    if (chain == nullptr) return false;
    const ledger::ChainReader& reader = chain->reader();
    const uint64_t blocks = blocks_up_to(reader, height);
    return blocks > 0 && reader.block(blocks - 1).height == height &&
           chain::format_hash(network, reader.block(blocks - 1).hash) == hash;
  };
  const auto height_of = [](const std::string& body) {
    simdjson::dom::parser parser;
    uint64_t height = 0;
    simdjson::dom::element root;
    return parser.parse(body).get(root) == simdjson::SUCCESS && root["height"].get(height) == simdjson::SUCCESS
               ? height
               : UINT64_MAX;
  };
  for (const alerts::Alert& alert : told) {
    if (alert.kind == "taken_back" || held(height_of(alert.body), alert.block)) continue;
    alerts::Alert back;
    back.kind = "taken_back";
    back.chain = alert.chain;
    back.uid = uid_of("taken_back|" + alert.uid);
    back.at_ms = base::unix_ms();
    back.body = base::json_object([&](base::JsonWriter& json) {
      json.field("uid", back.uid);
      json.field("kind", back.kind);
      json.field("at", base::format_time(back.at_ms / 1000));
      json.field("alert", alert.uid);
      json.field("alert_number", alert.number);
      json.field("chain", alert.chain);
      json.field("block", alert.block);
      json.field("because",
                 "the block is on a branch that the chain left; what is true of the branch it took is told anew");
    });
    out.push_back(std::move(back));
  }
  JINDO_TRY(const uint64_t added, alerts_->add(out));
  if (added > 0) say("warn", "alerts_taken_back", "\"count\":" + std::to_string(added));
  return {};
}
}  // namespace jindo::node
