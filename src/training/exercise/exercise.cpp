// An exercise made: a world, a player, a book; then the files around the ledgers, for trainees and with the answers.
#include "exercise/exercise.h"

#include <filesystem>
#include <set>

#include "base/clock.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "exercise/unfinished_folder.h"

namespace jindo::exercise {
namespace {
using base::Status;

// What anybody may know: exchanges' own wallets, mixers, bridges. Deposit addresses are not public.
std::string services_csv(simulate::World& world) {
  std::string out = "chain,address,category,name,source\n";
  std::set<std::string> seen;
  const auto add = [&](const Place& place, const char* category, const std::string& name) {
    if (world.is_utxo(place.chain) && world.bitcoin().wallet(place.id).keys == 0) return;
    const std::string key = std::string(world.network(place.chain).name) + "," + world.address_text(place);
    if (seen.insert(key).second) out += key + "," + category + "," + name + ",exercise: public labels\n";
  };
  for (const auto& exchange : world.exchanges()) {
    for (uint32_t c = 0; c < world.chains(); ++c) {
      add(exchange.hot[c], "exchange", exchange.name);
      add(exchange.cold[c], "exchange", exchange.name);
    }
  }
  for (uint32_t c = 0; c < world.chains(); ++c) {
    if (world.is_utxo(c)) continue;
    const auto& mixer = world.services(c).mixer;
    add({c, mixer.router}, "mixer", "Haze");
    for (const auto& pool : mixer.pools) add({c, pool.account}, "mixer", "Haze");
  }
  for (const auto& bridge : world.bridges()) {
    for (const Place& place : {bridge.contract_a, bridge.vault_a, bridge.contract_b, bridge.vault_b})
      add(place, "bridge", bridge.name);
  }
  return out;
}
std::string contracts_csv(simulate::World& world) {
  std::string out = "chain,address,kind,name,symbol,decimals\n";
  for (uint32_t c = 0; c < world.chains(); ++c) {
    if (world.is_utxo(c)) continue;
    const auto& chain = world.account(c);
    const std::string name(world.network(c).name);
    for (AssetId a = 1; a < chain.assets().size(); ++a) {
      const auto& asset = chain.assets()[a];
      out += name + "," + chain.address_text(asset.contract) + ",token," + asset.symbol + "," + asset.symbol + "," +
             std::to_string(asset.decimals) + "\n";
    }
    for (const auto& pool : world.services(c).pools) {
      out += name + "," + chain.address_text(pool.account) + ",pool," + chain.assets()[pool.a].symbol + "/" +
             chain.assets()[pool.b].symbol + ",,\n";
    }
    out += name + "," + chain.address_text(world.services(c).router) + ",router,Seonbi Swap,,\n";
  }
  return out;
}

// The world's prices, constant, as anybody could look them up: for --prices.
std::string prices_csv(simulate::World& world) {
  std::set<std::string> symbols;
  for (uint32_t c = 0; c < world.chains(); ++c) {
    symbols.insert(std::string(world.network(c).native));
    if (world.is_utxo(c)) continue;
    const auto& assets = world.account(c).assets();
    for (AssetId a = 1; a < assets.size(); ++a) symbols.insert(assets[a].symbol);
  }
  std::string out = "symbol,time,usd\n";
  for (const std::string& symbol : symbols) {
    std::string digits = std::to_string(simulate::symbol_price(world.options().prices, symbol));
    if (digits.size() < 7) digits.insert(0, 7 - digits.size(), '0');
    out += symbol + ",," + digits.substr(0, digits.size() - 6) + "." + digits.substr(digits.size() - 6) + "\n";
  }
  return out;
}

// Roughly what a movement takes in all files (measured: docs/benchmarks.md), so that a long run does not end in a full
// disk.
Status enough_space(const std::string& folder, const Scenario& scenario, const ExerciseOptions& options) {
  uint64_t shares = 0, bytes = 0;
  for (const auto& [network, share] : scenario.chains) shares += share;
  for (const auto& [network, share] : scenario.chains) {
    const uint64_t each = network->model == chain::LedgerModel::kUtxo ? 130 : 900;
    bytes += options.movements / shares * share * each;
  }
  std::error_code code;
  const auto space = std::filesystem::space(folder, code);
  if (code || bytes <= space.available) return {};
  return base::machine_failed(folder + ": about " + std::to_string(bytes / 1'000'000'000 + 1) + " GB are needed, " +
                              std::to_string(space.available / 1'000'000'000) +
                              " GB are free; choose a smaller --scale");
}

// What the steps take, in dollars at the scenario's prices: services are made deep enough to launder it.
base::Result<uint64_t> stolen_usd(const Scenario& scenario) {
  constexpr uint64_t kUsdMost = 50'000'000'000;
  constexpr uint64_t kUnitsMost = 1'000'000'000'000;
  Uint128 micro = 0;
  for (const WalletGroup& wallet : scenario.wallets) {
    for (const Holding& holding : wallet.holds) {
      const std::string what = "scenario " + scenario.id + ", wallets " + wallet.id + ": '" + holding.amount + "'";
      // Dollars by millionths of a whole unit: finer digits do not matter here.
      const size_t point = holding.amount.find('.');
      const auto amount =
          parse_units(point == std::string::npos ? holding.amount
                                                 : holding.amount.substr(0, std::min(holding.amount.size(), point + 7)),
                      6);
      if (!amount || *amount > Uint128{kUnitsMost} * 1'000'000)
        return base::bad_input(what + ": expected whole units up to 10^12, like 4800 or 0.5");
      micro += *amount * simulate::symbol_price(scenario.prices, holding.asset) / 1'000'000;
      if (micro / 1'000'000 > kUsdMost)
        return base::bad_input(what + ": with this the wallets hold more than 50 billion dollars (limit)");
    }
  }
  return static_cast<uint64_t>(micro / 1'000'000);
}

Status write_manifest(const std::string& path, const Scenario& scenario, const ExerciseSummary& summary,
                      simulate::World& world) {
  std::string text;
  base::JsonWriter json([&](std::string_view part) { text += part; });
  json.begin_object();
  json.field("format", "jindo-exercise-1");
  json.field("scenario", scenario.id);
  json.field("name", scenario.name);
  json.field("modelled_on", scenario.modelled_on);
  json.field("made_up", "Every address, name and transaction here is fictional.");
  json.field("hour_zero", base::format_time(world.theft_clock()));
  json.field("movements", summary.movements);
  json.key("chains");
  json.begin_array();
  for (const auto& chain : summary.chains) {
    json.compact(true);
    json.begin_object();
    json.field("chain", chain.name);
    json.field("format", chain.format);
    json.field("path", chain.path);
    json.field("height", chain.height);
    json.field("transactions", chain.transactions);
    json.field("movements", chain.movements);
    json.end_object();
    json.compact(false);
  }
  json.end_array();
  json.key("incidents");
  json.begin_array();
  for (const std::string& incident : summary.incidents) json.string(incident);
  json.end_array();
  json.field("services", "services.csv");
  json.field("contracts", "contracts.csv");
  json.field("summary", scenario.summary);
  json.field("known", scenario.known);
  json.key("questions");
  json.begin_array();
  for (const std::string& question : scenario.questions) json.string(question);
  json.end_array();
  json.key("hints");
  json.begin_array();
  for (const std::string& hint : scenario.hints) json.string(hint);
  json.end_array();
  json.end_object();
  json.flush();
  return base::replace_file(path, text + "\n");
}
}  // namespace

base::Result<ExerciseSummary> make_exercise(const Scenario& scenario, const ExerciseOptions& options) {
  // Made beside, then renamed: either the whole exercise is there or nothing of it.
  JINDO_TRY(const std::string target, free_target(options.folder));
  UnfinishedFolder folder(target);
  const std::string& part = folder.path();
  JINDO_DO(folder.begin());
  JINDO_DO(enough_space(part, scenario, options));

  simulate::WorldOptions world_options;
  world_options.seed = options.seed;
  world_options.movements = options.movements;
  world_options.start = scenario.start;
  world_options.span_seconds = scenario.duration;
  for (const auto& [network, share] : scenario.chains) world_options.chains.push_back({network, share});
  world_options.folder = part;
  world_options.json = options.json;
  world_options.obfuscate = options.obfuscate;
  world_options.threads = options.threads;
  world_options.progress = options.progress;
  world_options.prices = scenario.prices;
  JINDO_TRY(world_options.stolen_usd, stolen_usd(scenario));
  simulate::World world(world_options);
  Book book(world);
  Player player(world, scenario, book);
  JINDO_DO(world.open());
  JINDO_DO(player.plan());
  JINDO_DO(world.run([&] { return player.status(); }));
  JINDO_DO(player.status());
  JINDO_DO(book.check());

  ExerciseSummary summary;
  summary.movements = world.movements();
  summary.bytes = world.bytes_written();
  for (uint32_t c = 0; c < world.chains(); ++c) {
    ExerciseSummary::Chain chain;
    chain.name = std::string(world.network(c).name);
    if (world.is_utxo(c)) {
      chain.format = "blk";
      chain.path = chain.name + "/blocks";
      chain.height = world.bitcoin().height() - 1;
      chain.transactions = world.bitcoin().transactions();
      chain.movements = world.bitcoin().movements();
    } else {
      chain.format = world.network(c).style == chain::AddressStyle::kTron ? "graphsense-tron" : "ethereum-etl";
      chain.path = chain.name;
      chain.height = world.account(c).height();
      chain.transactions = world.account(c).transactions();
      chain.movements = world.account(c).movements();
    }
    summary.chains.push_back(chain);
  }
  JINDO_TRY(summary.incidents, write_incidents(part, world, scenario, book));
  JINDO_DO(base::replace_file(part + "/services.csv", services_csv(world)));
  JINDO_DO(base::replace_file(part + "/contracts.csv", contracts_csv(world)));
  JINDO_DO(base::replace_file(part + "/prices.csv", prices_csv(world)));
  JINDO_DO(base::replace_file(part + "/answers/scenario.yaml", scenario.text));
  JINDO_DO(write_truth(part + "/answers/truth.json", world, scenario, book, player, options));
  JINDO_DO(write_manifest(part + "/exercise.json", scenario, summary, world));
  JINDO_DO(folder.finish());
  return summary;
}
}  // namespace jindo::exercise
