// Writing the answer key and the incidents from the book.
#include <algorithm>
#include <set>

#include "base/clock.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "exercise/exercise.h"

namespace jindo::exercise {
namespace {
using base::Status;

std::string decimal(Uint128 value) { return base::to_decimal(base::to_uint256(value)); }

class TruthWriter {
 public:
  TruthWriter(base::JsonWriter& json, simulate::World& world, const Scenario& scenario, const Book& book,
              const Player& player)
      : json_(json), world_(world), scenario_(scenario), book_(book), player_(player) {}

  void write(const ExerciseOptions& options) {
    json_.begin_object();
    json_.field("format", "jindo-truth-1");
    json_.field("scenario", scenario_.id);
    json_.field("seed", options.seed);
    json_.field("scale", options.movements);
    json_.field("movements", world_.movements());
    json_.field("hour_zero", base::format_time(world_.theft_clock()));
    list("incidents", scenario_.incidents.size(), [&](size_t i) {
      json_.field("id", scenario_.incidents[i].id);
      json_.field("name", scenario_.incidents[i].name);
    });
    list("actors", scenario_.actors.size(), [&](size_t i) {
      json_.field("name", scenario_.actors[i].name);
      json_.field("kind", scenario_.actors[i].kind);
    });
    list("stolen", book_.sources().size(), [&](size_t s) {
      source(static_cast<uint32_t>(s));
      const Source& stolen = book_.sources()[s];
      json_.field("amount", decimal(stolen.stolen));
      json_.field("usd_micro", decimal(world_.usd_micro(stolen.chain, stolen.asset, stolen.stolen)));
    });
    steps();
    holders();
    list("ended", book_.ended().size(), [&](size_t i) {
      const Ended& ended = book_.ended()[i];
      json_.field("kind", ended.kind);
      where(ended.at.chain, ended.asset);
      json_.field("address", book_.text(ended.at));
      json_.field("transaction", world_.transaction_text(ended.at.chain, ended.transaction));
      source(ended.stake.source);
      json_.field("amount", decimal(ended.stake.amount));
      json_.field("origin", decimal(ended.stake.origin));
    });
    list("proceeds", book_.proceeds().size(), [&](size_t i) {
      const Proceeds& proceeds = book_.proceeds()[i];
      where(proceeds.at.chain, proceeds.asset);
      json_.field("address", book_.text(proceeds.at));
      json_.field("amount", decimal(proceeds.amount));
      json_.field("step", scenario_.steps[proceeds.step].id);
      json_.field("knowable", "thief_only");
      transactions(proceeds.at.chain, proceeds.transactions);
    });
    list("links", book_.links().size(), [&](size_t i) { link(book_.links()[i]); });
    list("trail", book_.trail().size(), [&](size_t i) { trail(i); });
    json_.key("owners");
    json_.begin_array();
    for (uint32_t c = 0; c < world_.chains(); ++c)
      json_.string("owners-" + std::string(world_.network(c).name) + ".csv");
    json_.end_array();
    json_.field("background_links", "links.csv");
    json_.end_object();
    json_.flush();
  }

 private:
  template <class Row>
  void list(const char* name, size_t count, Row row) {
    json_.key(name);
    json_.begin_array();
    json_.compact(true);
    for (size_t i = 0; i < count; ++i) {
      json_.begin_object();
      row(i);
      json_.end_object();
    }
    json_.compact(false);
    json_.end_array();
  }
  void source(uint32_t s) {
    const Source& source = book_.sources()[s];
    json_.field("incident", scenario_.incidents[source.incident].id);
    json_.field("stolen_chain", world_.network(source.chain).name);
    json_.field("stolen_asset", world_.asset_text(source.chain, source.asset));
  }
  void where(uint32_t chain, AssetId asset) {
    json_.field("chain", world_.network(chain).name);
    json_.field("asset", world_.asset_text(chain, asset));
  }
  void transactions(uint32_t chain, const std::vector<uint64_t>& numbers) {
    json_.key("transactions");
    json_.begin_array();
    for (const uint64_t number : numbers) json_.string(world_.transaction_text(chain, number));
    json_.end_array();
  }

  Knowable knowable(uint32_t step) const {
    const std::string& text = scenario_.steps[step].knowable;
    if (!text.empty())
      return text == "exact" ? Knowable::kExact : text == "inferable" ? Knowable::kInferable : Knowable::kThiefOnly;
    Knowable out = Knowable::kExact;
    for (const KeyLink& link : book_.links())
      if (link.step == step) out = std::max(out, link.knows);
    return out;
  }

  void steps() {
    std::vector<std::set<std::string>> actors(scenario_.steps.size());
    std::vector<std::pair<int64_t, int64_t>> times(scenario_.steps.size(), {INT64_MAX, INT64_MIN});
    std::vector<std::map<uint32_t, Uint128>> origins(scenario_.steps.size());
    for (const TrailStep& trail : book_.trail()) {
      times[trail.step].first = std::min(times[trail.step].first, trail.time);
      times[trail.step].second = std::max(times[trail.step].second, trail.time);
      if (trail.parent == kNoTrail || book_.trail()[trail.parent].step != trail.step)
        origins[trail.step][trail.source] += trail.origin;
    }
    list("steps", scenario_.steps.size(), [&](size_t s) {
      const Step& step = scenario_.steps[s];
      json_.field("id", step.id);
      json_.field("do", verb_name(step.verb));
      json_.field("technique", step.technique);
      json_.field("knowable", knowable_name(knowable(static_cast<uint32_t>(s))));
      if (!step.note.empty()) json_.field("note", step.note);
      if (times[s].first != INT64_MAX) {
        json_.field("first_time", base::format_time(times[s].first));
        json_.field("last_time", base::format_time(times[s].second));
      }
      json_.key("origin");
      json_.begin_array();
      for (const auto& [src, origin] : origins[s]) {
        json_.begin_object();
        source(src);
        json_.field("origin", decimal(origin));
        json_.end_object();
      }
      json_.end_array();
      json_.key("actors");
      json_.begin_array();
      std::set<std::string> names;
      if (!step.by.empty())
        names.insert(player_.actors().count(step.by) != 0 ? player_.actors().at(step.by).actor.name : step.by);
      for (const Actor& actor : scenario_.actors)
        if (actor.kind == "thief" && (step.by.empty() || step.by == actor.id)) names.insert(actor.name);
      for (const std::string& name : names) json_.string(name);
      json_.end_array();
      json_.key("transactions");
      json_.begin_array();
      for (const auto& [chain, number] : player_.step_transactions()[s]) {
        json_.begin_object();
        json_.field("chain", world_.network(chain).name);
        json_.field("transaction", world_.transaction_text(chain, number));
        json_.end_object();
      }
      json_.end_array();
    });
  }

  struct HolderRow {
    std::string chain, asset, address, outpoint, owner, kind, state;
    Stake stake;
  };
  void holders() {
    std::vector<HolderRow> rows;
    for (const auto& [key, stakes] : book_.stakes()) {
      const Place& place = key.first;
      HolderRow row;
      row.chain = std::string(world_.network(place.chain).name);
      row.asset = world_.asset_text(place.chain, key.second);
      row.address = book_.text(place);
      row.state = book_.state(place);
      row.owner = world_.owners().name(book_.owner(place));
      row.kind = world_.owners().kind(book_.owner(place));
      if (world_.is_utxo(place.chain) && row.state == "held") {
        by_coin(place, stakes, row, rows);
        continue;
      }
      for (const Stake& stake : stakes) {
        row.stake = stake;
        rows.push_back(row);
      }
    }
    std::stable_sort(rows.begin(), rows.end(), [](const HolderRow& a, const HolderRow& b) {
      return std::tie(a.chain, a.asset, a.address, a.outpoint, a.stake.source) <
             std::tie(b.chain, b.asset, b.address, b.outpoint, b.stake.source);
    });
    list("holders", rows.size(), [&](size_t i) {
      const HolderRow& row = rows[i];
      source(row.stake.source);
      json_.field("chain", row.chain);
      json_.field("asset", row.asset);
      json_.field("address", row.address);
      if (!row.outpoint.empty()) json_.field("outpoint", row.outpoint);
      json_.field("owner", row.owner);
      json_.field("kind", row.kind);
      json_.field("state", row.state);
      json_.field("amount", decimal(row.stake.amount));
      json_.field("origin", decimal(row.stake.origin));
      json_.field("hops", static_cast<uint64_t>(row.stake.hops));
      json_.field("knowable", knowable_name(row.stake.knows));
      until_exact(row.stake.trail);
      json_.key("techniques");
      json_.begin_array();
      for (const std::string& technique : techniques(row.stake.trail)) json_.string(technique);
      json_.end_array();
      json_.field("trail", static_cast<uint64_t>(row.stake.trail));
    });
  }
  // A wallet's coins, filled with its stakes in order: which coin holds which unit.
  void by_coin(const Place& place, const std::vector<Stake>& stakes, HolderRow row, std::vector<HolderRow>& rows) {
    const simulate::UtxoChain& chain = world_.bitcoin();
    std::vector<simulate::CoinId> coins = chain.coins_of(place.id, SIZE_MAX);
    std::reverse(coins.begin(), coins.end());
    size_t at = 0;
    Uint128 room = coins.empty() ? 0 : chain.coin(coins[0]).value;
    for (Stake left : stakes) {
      while (left.amount > 0 && at < coins.size()) {
        const Uint128 part = std::min(room, left.amount);
        row.stake = left;
        row.stake.amount = part;
        row.stake.origin = part == left.amount ? left.origin : origin_share(left, part);
        const simulate::Coin& coin = chain.coin(coins[at]);
        row.address = chain.address(coin.wallet, coin.key);
        row.outpoint = world_.transaction_text(place.chain, coin.transaction) + ":" + std::to_string(coin.output);
        rows.push_back(row);
        left.amount -= part;
        left.origin -= row.stake.origin;
        room -= part;
        if (room == 0 && ++at < coins.size()) room = chain.coin(coins[at]).value;
      }
    }
  }
  static Uint128 origin_share(const Stake& stake, Uint128 part) {
    return *base::share_of(stake.origin, part, stake.amount);  // part <= amount
  }
  // The last place to which the chain itself leads: from there on only inference, or the thief, does.
  void until_exact(uint32_t trail) {
    uint32_t last = trail;
    for (uint32_t at = trail; at != kNoTrail; at = book_.trail()[at].parent)
      if (book_.trail()[at].knows != Knowable::kExact) last = book_.trail()[at].parent;
    const TrailStep& step = book_.trail()[last];
    json_.key("exact_until");
    json_.begin_object();
    json_.field("chain", world_.network(step.chain).name);
    json_.field("address", step.to);
    json_.field("owner", world_.owners().name(step.to_owner));
    json_.end_object();
  }
  std::vector<std::string> techniques(uint32_t trail) const {
    std::vector<std::string> out;
    for (; trail != kNoTrail; trail = book_.trail()[trail].parent) {
      const std::string& name = scenario_.steps[book_.trail()[trail].step].technique;
      if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    }
    std::reverse(out.begin(), out.end());
    return out;
  }

  void link(const KeyLink& link) {
    json_.field("kind", link.kind);
    json_.field("knowable", knowable_name(link.knows));
    json_.field("step", scenario_.steps[link.step].id);
    json_.field("service", link.service);
    json_.field("from_chain", world_.network(link.from_chain).name);
    json_.field("from_transaction", world_.transaction_text(link.from_chain, link.from));
    json_.field("from_address", link.from_address);
    json_.field("from_asset", world_.asset_text(link.from_chain, link.from_asset));
    json_.field("from_amount", decimal(link.from_amount));
    json_.field("to_chain", world_.network(link.to_chain).name);
    json_.field("to_transaction", world_.transaction_text(link.to_chain, link.to));
    json_.field("to_address", link.to_address);
    json_.field("to_asset", world_.asset_text(link.to_chain, link.to_asset));
    json_.field("to_amount", decimal(link.to_amount));
  }
  void trail(size_t i) {
    const TrailStep& trail = book_.trail()[i];
    json_.field("id", static_cast<uint64_t>(i));
    if (trail.parent != kNoTrail) json_.field("parent", static_cast<uint64_t>(trail.parent));
    json_.field("step", scenario_.steps[trail.step].id);
    where(trail.chain, trail.asset);
    json_.field("transaction", world_.transaction_text(trail.chain, trail.transaction));
    json_.field("time", base::format_time(trail.time));
    json_.field("from", trail.from);
    json_.field("to", trail.to);
    json_.field("amount", decimal(trail.amount));
    json_.field("origin", decimal(trail.origin));
    json_.field("knowable", knowable_name(trail.knows));
  }

  base::JsonWriter& json_;
  simulate::World& world_;
  const Scenario& scenario_;
  const Book& book_;
  const Player& player_;
};
}  // namespace

Status write_truth(const std::string& path, simulate::World& world, const Scenario& scenario, const Book& book,
                   const Player& player, const ExerciseOptions& options) {
  JINDO_TRY(base::FileWriter file, base::FileWriter::create(path));
  Status status;
  {
    base::JsonWriter json([&](std::string_view part) {
      if (status.ok()) status = file.append(base::as_bytes(part));
    });
    TruthWriter(json, world, scenario, book, player).write(options);
  }
  if (!status.ok()) return status;
  return file.close(true);
}

base::Result<std::vector<std::string>> write_incidents(const std::string& folder, simulate::World& world,
                                                       const Scenario& scenario, const Book& book) {
  constexpr size_t kListedMost = 60;  // more thefts than that are named by address and time
  std::vector<std::string> out;
  for (uint32_t i = 0; i < scenario.incidents.size(); ++i) {
    const IncidentPlan& plan = scenario.incidents[i];
    std::string thefts, date;
    std::set<std::pair<uint32_t, AssetId>> assets;
    std::map<std::tuple<uint32_t, AssetId, std::string>, int64_t> by_address;
    size_t listed = 0;
    for (const TheftRecord& theft : book.thefts()) listed += book.sources()[theft.source].incident == i ? 1 : 0;
    for (const TheftRecord& theft : book.thefts()) {
      const Source& source = book.sources()[theft.source];
      if (source.incident != i) continue;
      if (date.empty()) date = base::format_time(theft.time).substr(0, 10);
      assets.insert({source.chain, source.asset});
      if (theft.by_address || listed > kListedMost) {
        const auto key = std::make_tuple(source.chain, source.asset, theft.to_text);
        const auto [at, added] = by_address.try_emplace(key, theft.time);
        if (!added) at->second = std::min(at->second, theft.time);
        continue;
      }
      const std::string chain(world.network(source.chain).name);
      thefts += "  - {chain: " + chain + ", transaction: \"" + world.transaction_text(source.chain, theft.transaction) +
                "\", ";
      if (world.is_utxo(source.chain))
        thefts += "output: " + std::to_string(theft.output);
      else
        thefts += "asset: \"" + world.asset_text(source.chain, source.asset) + "\", to: \"" + theft.to_text + "\"";
      thefts += ", amount: \"" + decimal(theft.amount) + "\"}\n";
    }
    for (const auto& [key, since] : by_address) {
      const auto& [chain, asset, address] = key;
      thefts += "  - {chain: " + std::string(world.network(chain).name) + ", address: \"" + address + "\", asset: \"" +
                world.asset_text(chain, asset) + "\", since: " + base::format_time(since) + "}\n";
    }
    if (thefts.empty())
      return base::bad_input("scenario " + scenario.id + ": no step stole anything for incident '" + plan.id + "'");
    std::string tokens;
    for (uint32_t c = 0; c < world.chains(); ++c) {
      if (world.is_utxo(c)) continue;
      for (AssetId a = 1; a < world.account(c).assets().size(); ++a) {
        const auto& asset = world.account(c).assets()[a];
        tokens += "  - {chain: " + std::string(world.network(c).name) + ", address: \"" + world.asset_text(c, a) +
                  "\", symbol: " + asset.symbol + ", decimals: " + std::to_string(asset.decimals) + "}\n";
      }
    }
    const std::string name = "incident-" + plan.id + ".yaml";
    std::string text = "id: " + plan.id + "\nname: " + base::json_escape(plan.name) +
                       "\nvictim: " + base::json_escape(plan.victim) + "\ndate: " + date +
                       "\nsummary: " + base::json_escape(scenario.summary) + "\n";
    if (!tokens.empty()) text += "tokens:\n" + tokens;
    text += "thefts:\n" + thefts + "sources:\n  - " + base::json_escape("exercise " + scenario.id + ": made up") + "\n";
    JINDO_DO(base::replace_file(folder + "/" + name, text));
    out.push_back(name);
  }
  return out;
}
}  // namespace jindo::exercise
