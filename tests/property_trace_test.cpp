// What must always hold of a trace: conservation (the engine proves it on each result; here it is counted again), the
// same outcome as a plain reference that keeps every holding's lots from the first block, on any portioning and after
// any reorganisation, monotone poison, trails that add up.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "ingest/ingest.h"
#include "inquiry/tracing.h"
#include "report/formats.h"
#include "support/chain_maker.h"
#include "support/temporary_folder.h"
#include "trace/haircut.h"

namespace jindo {
namespace {
using base::Uint256;
using tests::RandomChain;
using tests::TemporaryFolder;
using trace::Policy;
constexpr std::array<uint8_t, 4> kMagic = {0xfa, 0xbf, 0xb5, 0xda};

const chain::Network& regtest() { return **chain::find_network("bitcoin-regtest"); }
const chain::Network& ethereum() { return **chain::find_network("ethereum"); }
ledger::Ledger ledger_of(const TemporaryFolder& folder, const std::string& name,
                         const std::vector<std::vector<tests::ByteVector>>& portions) {
  ingest::IngestOptions options;
  options.durable = false;
  for (const auto& blocks : portions) {
    tests::write_bytes(folder / "blk.dat", tests::blk_bytes(blocks, kMagic, {}, 0));
    const auto result = ingest::ingest_blk(folder / name, regtest(), {folder / "blk.dat"}, options);
    EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  }
  auto opened = ledger::Ledger::open(folder / name);
  EXPECT_TRUE(opened.ok());
  return std::move(*opened);
}
trace::Source source_of(const std::string& incident,
                        const std::vector<std::pair<tests::MadeInput, uint64_t>>& outputs) {
  trace::Source source;
  source.incident = incident;
  source.network = &regtest();
  source.asset = chain::native_asset();
  for (const auto& [at, value] : outputs) {
    trace::Theft theft;
    theft.label = incident;
    theft.transaction = at.id;
    theft.output = at.output;
    source.thefts.push_back(theft);
  }
  return source;
}
// Three sources of a few thefts each, out of what the chain's first half made.
std::vector<trace::Source> random_sources(const RandomChain& chain, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<trace::Source> out;
  std::map<std::pair<base::Hash256, uint32_t>, bool> used;
  for (int s = 0; s < 3; ++s) {
    std::vector<std::pair<tests::MadeInput, uint64_t>> picked;
    for (int i = 0; i < 3; ++i) {
      const auto& made = chain.made()[random() % (chain.made().size() / 2)];
      if (made.second == 0 || used[{made.first.id, made.first.output}]) continue;
      used[{made.first.id, made.first.output}] = true;
      picked.push_back(made);
    }
    if (!picked.empty()) out.push_back(source_of("s" + std::to_string(s), picked));
  }
  return out;
}
trace::Result must(base::Result<trace::Result> result) {
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  return result.ok() ? std::move(*result) : trace::Result{};
}
std::string as_json(const trace::Result& result) {
  inquiry::Traced traced;
  traced.result = result;
  traced.result.ledger_digest = {};
  std::string text;
  report::print_json(traced, [&](std::string_view part) { text += part; });
  return text;
}
void conserves(const trace::Result& result) {
  for (size_t s = 0; s < result.sources.size(); ++s) {
    Uint256 sum;
    for (const auto& holding : result.holdings)
      if (holding.source == s) sum += holding.origin;
    for (const auto& terminal : result.terminals)
      if (terminal.source == s) sum += terminal.origin;
    EXPECT_EQ(sum, result.totals[s].stolen);
  }
}

// A plain reference for UTXO chains: every output of every transaction, in order, no index, no cleverness.
class Reference {
 public:
  struct Lot {
    uint64_t amount;
    int source;
  };
  std::map<uint64_t, std::vector<Lot>> run(const ledger::UtxoStore& store, const std::map<uint64_t, int>& thefts,
                                           Policy policy, std::map<int, uint64_t>& ended) {
    std::map<uint64_t, std::vector<Lot>> held;
    for (uint64_t t = 0; t < store.info().transactions; ++t) {
      ledger::UtxoTransactionView view;
      store.transaction(t, view);
      std::vector<Lot> pay;
      for (size_t i = 0; i < view.in_output.size(); ++i) {
        auto node = held.extract(view.in_output[i]);
        pay.insert(pay.end(), node.mapped().begin(), node.mapped().end());
      }
      if (view.coinbase()) {
        uint64_t sum = 0;
        for (const uint64_t value : view.out_value) sum += value;
        pay = {{sum, -1}};
      }
      if (policy == Policy::kLifo) std::reverse(pay.begin(), pay.end());
      if (policy == Policy::kTiho)
        std::stable_partition(pay.begin(), pay.end(), [](const Lot& l) { return l.source >= 0; });
      std::vector<size_t> order(view.out_value.size());
      for (size_t o = 0; o < order.size(); ++o) order[o] = o;
      if (policy == Policy::kTiho)
        std::stable_sort(order.begin(), order.end(),
                         [&](size_t a, size_t b) { return view.out_value[a] > view.out_value[b]; });
      for (const size_t o : order) {
        std::vector<Lot> taken = take(pay, view.out_value[o], policy);
        const auto theft = thefts.find(view.first_output + o);
        if (theft != thefts.end()) {
          for (const Lot& lot : taken)
            if (lot.source >= 0) ended[lot.source] += lot.amount;
          taken = {{view.out_value[o], theft->second}};
        }
        if (view.out_type[o] == chain::ScriptType::kNullData) {
          for (const Lot& lot : taken)
            if (lot.source >= 0) ended[lot.source] += lot.amount;
          taken = {{view.out_value[o], -1}};
        }
        held[view.first_output + o] = taken;
      }
      if (!view.coinbase())
        for (const Lot& lot : pay)
          if (lot.source >= 0) ended[lot.source] += lot.amount;
    }
    return held;
  }

 private:
  static std::vector<Lot> take(std::vector<Lot>& pay, uint64_t value, Policy policy) {
    std::vector<Lot> out;
    if (policy == Policy::kHaircut) {
      std::map<int, uint64_t> pools;
      uint64_t balance = 0;
      for (const Lot& lot : pay) {
        pools[lot.source < 0 ? 1 << 20 : lot.source] += lot.amount;
        balance += lot.amount;
      }
      if (value == 0) return out;
      struct Share {
        int source;
        uint64_t amount, remainder;
      };
      std::vector<Share> shares;
      uint64_t given = 0;
      for (const auto& [source, amount] : pools) {
        const auto product = static_cast<base::Uint128>(value) * amount;
        shares.push_back({source, static_cast<uint64_t>(product / balance), static_cast<uint64_t>(product % balance)});
        given += shares.back().amount;
      }
      std::vector<size_t> order(shares.size());
      for (size_t i = 0; i < order.size(); ++i) order[i] = i;
      std::stable_sort(order.begin(), order.end(),
                       [&](size_t a, size_t b) { return shares[a].remainder > shares[b].remainder; });
      for (size_t i = 0; given < value; ++i, ++given) ++shares[order[i]].amount;
      pay.clear();
      for (const Share& share : shares) {
        out.push_back({share.amount, share.source == 1 << 20 ? -1 : share.source});
        pay.push_back({pools[share.source] - share.amount, out.back().source});
      }
      return out;
    }
    while (value > 0) {
      const uint64_t part = std::min(value, pay.front().amount);
      out.push_back({part, pay.front().source});
      value -= part;
      pay.front().amount -= part;
      if (pay.front().amount == 0) pay.erase(pay.begin());
    }
    return out;
  }
};

TEST(PropertyTrace, EqualsThePlainReference) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    const TemporaryFolder folder;
    RandomChain chain(seed, {});
    for (int b = 0; b < 40; ++b) chain.grow();
    const ledger::Ledger ledger = ledger_of(folder, "l", {chain.blocks()});
    const ledger::UtxoStore& store = *ledger.chains()[0].utxo;
    const auto sources = random_sources(chain, seed);
    std::map<uint64_t, int> thefts;
    for (size_t s = 0; s < sources.size(); ++s) {
      for (const auto& theft : sources[s].thefts) {
        ledger::UtxoTransactionView view;
        store.transaction(*store.find_transaction(*theft.transaction), view);
        thefts[view.first_output + *theft.output] = static_cast<int>(s);
      }
    }
    for (const Policy policy : {Policy::kFifo, Policy::kLifo, Policy::kHaircut, Policy::kTiho}) {
      trace::Options options;
      options.policy = policy;
      const trace::Result result = must(trace::run(ledger, sources, options));
      conserves(result);
      std::map<int, uint64_t> ended;
      const auto held = Reference().run(store, thefts, policy, ended);
      std::map<std::pair<uint64_t, int>, uint64_t> expected, found;
      for (const auto& [output, lots] : held) {
        for (const auto& lot : lots)
          if (lot.source >= 0 && lot.amount > 0) expected[{output, lot.source}] += lot.amount;
      }
      for (const auto& holding : result.holdings) {
        found[{holding.node, static_cast<int>(holding.source)}] += holding.amount.low();
        EXPECT_EQ(holding.amount, holding.origin);
      }
      EXPECT_EQ(found, expected) << "seed " << seed << " policy " << trace::policy_name(policy);
      std::map<int, uint64_t> ended_found;
      for (const auto& terminal : result.terminals)
        ended_found[static_cast<int>(terminal.source)] += terminal.origin.low();
      for (auto it = ended.begin(); it != ended.end();) it = it->second == 0 ? ended.erase(it) : std::next(it);
      EXPECT_EQ(ended_found, ended) << "seed " << seed << " policy " << trace::policy_name(policy);
    }
  }
}

TEST(PropertyTrace, PortionsAndReorganisationsDoNotMatter) {
  for (uint64_t seed = 21; seed <= 23; ++seed) {
    RandomChain trunk(seed, {});
    for (int b = 0; b < 18; ++b) trunk.grow();
    for (int depth = 1; depth <= 4; ++depth) {
      const TemporaryFolder folder;
      RandomChain left = trunk, right = trunk;
      right.turn(seed + static_cast<uint64_t>(depth) * 1000);
      for (int b = 0; b < depth; ++b) left.grow();
      for (int b = 0; b < depth + 2; ++b) right.grow();
      const auto sources = random_sources(trunk, seed);
      const ledger::Ledger fresh = ledger_of(folder, "fresh", {right.blocks()});
      const ledger::Ledger turned = ledger_of(folder, "turned", {left.blocks(), right.blocks()});
      std::vector<std::vector<tests::ByteVector>> singles;
      for (const auto& block : right.blocks()) singles.push_back({block});
      const ledger::Ledger portions = ledger_of(folder, "portions", singles);
      for (const Policy policy : trace::kPolicies) {
        for (const bool through : {false, true}) {
          trace::Options options;
          options.policy = policy;
          options.through_fees = through;
          const trace::Result expected = must(trace::run(fresh, sources, options));
          if (policy != Policy::kPoison) conserves(expected);
          EXPECT_EQ(as_json(must(trace::run(turned, sources, options))), as_json(expected))
              << trace::policy_name(policy) << " depth " << depth;
          EXPECT_EQ(as_json(must(trace::run(portions, sources, options))), as_json(expected))
              << trace::policy_name(policy) << " depth " << depth;
          options.record = true;  // recording changes no figure
          EXPECT_EQ(as_json(must(trace::run(fresh, sources, options))), as_json(expected))
              << trace::policy_name(policy);
        }
      }
    }
  }
}

TEST(PropertyTrace, PoisonIsMonotoneAndCoversTheOthers) {
  for (uint64_t seed = 31; seed <= 34; ++seed) {
    const TemporaryFolder folder;
    RandomChain chain(seed, {});
    for (int b = 0; b < 30; ++b) chain.grow();
    const ledger::Ledger ledger = ledger_of(folder, "l", {chain.blocks()});
    const auto sources = random_sources(chain, seed);
    const auto places = [&](const std::vector<trace::Source>& of, Policy policy) {
      trace::Options options;
      options.policy = policy;
      std::map<std::pair<uint64_t, std::string>, bool> out;
      const auto result = must(trace::run(ledger, of, options));
      for (const auto& holding : result.holdings) out[{holding.node, of[holding.source].incident}] = true;
      return out;
    };
    const auto all = places(sources, Policy::kPoison);
    for (const auto& [place, yes] : places({sources[0]}, Policy::kPoison))
      EXPECT_TRUE(all.count(place)) << "a source more takes no place away";
    // A theft later on may supersede an earlier one in value, never in place under poison of a single source.
    const auto single = places({sources[0]}, Policy::kPoison);
    for (const Policy policy : {Policy::kFifo, Policy::kLifo, Policy::kHaircut, Policy::kTiho}) {
      for (const auto& [place, yes] : places({sources[0]}, policy))
        EXPECT_TRUE(single.count(place)) << trace::policy_name(policy);
    }
  }
}

TEST(PropertyTrace, BoundsEndBranchesAndStillConserve) {
  for (uint64_t seed = 41; seed <= 43; ++seed) {
    const TemporaryFolder folder;
    RandomChain chain(seed, {});
    for (int b = 0; b < 30; ++b) chain.grow();
    const ledger::Ledger ledger = ledger_of(folder, "l", {chain.blocks()});
    const auto sources = random_sources(chain, seed);
    for (const Policy policy : {Policy::kFifo, Policy::kLifo, Policy::kHaircut, Policy::kTiho}) {
      trace::Options options;
      options.policy = policy;
      options.hops_max = 2;
      const auto hops = must(trace::run(ledger, sources, options));
      conserves(hops);
      for (const auto& holding : hops.holdings) EXPECT_LE(holding.hops, 2U);
      options.hops_max.reset();
      options.amount_min = Uint256(1'000'000'000);
      conserves(must(trace::run(ledger, sources, options)));
      options.amount_min = Uint256();
      options.until = 1'300'000'000 + 15 * 600;
      const auto until = must(trace::run(ledger, sources, options));
      conserves(until);
      for (const auto& holding : until.holdings) EXPECT_TRUE(holding.last_time <= *options.until || holding.hops == 0);
    }
  }
}

TEST(PropertyTrace, TrailsAddUp) {
  for (uint64_t seed = 51; seed <= 53; ++seed) {
    const TemporaryFolder folder;
    RandomChain chain(seed, {});
    for (int b = 0; b < 25; ++b) chain.grow();
    const ledger::Ledger ledger = ledger_of(folder, "l", {chain.blocks()});
    const auto sources = random_sources(chain, seed);
    for (const Policy policy : trace::kPolicies) {
      trace::Options options;
      options.policy = policy;
      options.record = true;
      const trace::Result result = must(trace::run(ledger, sources, options));
      for (const auto& holding : result.holdings) {
        trace::TrailTarget target;
        target.network = &regtest();
        target.transaction = holding.transaction;
        target.output = holding.output;
        const auto trail = trace::find_trail(ledger, result, target);
        ASSERT_TRUE(trail.ok());
        ASSERT_FALSE(trail->empty());
        bool theft = false;
        Uint256 stolen, arrived;
        for (const auto& step : *trail) {
          if (step.source != holding.source) continue;
          theft |= step.theft;
          if (step.theft) stolen += step.origin;
          if (step.transaction == *holding.transaction && step.position == holding.output && step.ends.empty())
            arrived += step.origin;
        }
        EXPECT_TRUE(theft) << trace::policy_name(policy);
        if (policy == Policy::kFifo || policy == Policy::kLifo || policy == Policy::kTiho) {
          EXPECT_EQ(stolen, holding.origin) << "what left the theft for here is what is here";
          EXPECT_EQ(arrived, holding.origin);
        }
      }
    }
  }
}

// ---- account chains
// ---------------------------------------------------------------------------------------------------
struct Row {
  uint64_t block, tx;
  bool fee;
  int from, to;
  uint64_t amount;
};
std::string address(int n) {
  char text[48];
  std::snprintf(text, sizeof text, "0x%040x", n);
  return text;
}
std::string hash(uint64_t block, uint64_t tx) {
  char text[80];
  std::snprintf(text, sizeof text, "0x%056llx%08llx", static_cast<unsigned long long>(block + 1),
                static_cast<unsigned long long>(tx));
  return text;
}
std::vector<Row> random_movements(uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Row> rows;
  for (uint64_t b = 0; b < 60; ++b) {
    for (uint64_t t = 0; t < 3; ++t) {
      const int payer = 1 + static_cast<int>(random() % 9);
      if (random() % 2 == 0) rows.push_back({b, t, true, payer, 0, 1 + random() % 3});
      const bool mint = b < 8 || random() % 10 == 0;
      rows.push_back({b, t, false, mint ? 0 : payer, 1 + static_cast<int>(random() % 9), random() % 300});
      if (random() % 12 == 0) rows.push_back({b, t, false, payer, 0, 1 + random() % 50});  // burnt
    }
  }
  return rows;
}
// The plain reference: every holding's lots from the first movement on.
std::map<std::pair<int, int>, uint64_t> account_reference(const std::vector<Row>& rows,
                                                          const std::map<size_t, int>& thefts, Policy policy) {
  struct Lot {
    uint64_t amount;
    int source;
  };
  std::map<int, std::vector<Lot>> held;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    if (row.amount == 0) continue;
    std::vector<Lot> taken;
    uint64_t value = row.amount;
    if (row.from == 0) {
      taken.push_back({value, -1});
    } else {
      auto& lots = held[row.from];
      uint64_t balance = 0;
      for (const Lot& lot : lots) balance += lot.amount;
      if (balance < value) lots.push_back({value - balance, -1});
      if (policy == Policy::kHaircut) {
        std::map<int, uint64_t> pools;
        balance = 0;
        for (const Lot& lot : lots) {
          pools[lot.source < 0 ? 1000 : lot.source] += lot.amount;
          balance += lot.amount;
        }
        std::vector<std::pair<int, std::pair<uint64_t, uint64_t>>> shares;
        uint64_t given = 0;
        for (const auto& [source, amount] : pools) {
          shares.push_back({source, {value * amount / balance, value * amount % balance}});
          given += shares.back().second.first;
        }
        std::vector<size_t> order(shares.size());
        for (size_t k = 0; k < order.size(); ++k) order[k] = k;
        std::stable_sort(order.begin(), order.end(),
                         [&](size_t a, size_t b) { return shares[a].second.second > shares[b].second.second; });
        for (size_t k = 0; given < value; ++k, ++given) ++shares[order[k]].second.first;
        lots.clear();
        for (const auto& [source, share] : shares) {
          const int real = source == 1000 ? -1 : source;
          taken.push_back({share.first, real});
          lots.push_back({pools[source] - share.first, real});
        }
      } else {
        while (value > 0) {
          size_t at = policy == Policy::kLifo ? lots.size() - 1 : 0;
          if (policy == Policy::kTiho) {
            for (size_t k = 0; k < lots.size(); ++k)
              if (lots[k].source >= 0) {
                at = k;
                break;
              }
          }
          const uint64_t part = std::min(value, lots[at].amount);
          taken.push_back({part, lots[at].source});
          value -= part;
          lots[at].amount -= part;
          if (lots[at].amount == 0) lots.erase(lots.begin() + static_cast<ptrdiff_t>(at));
        }
      }
    }
    if (const auto theft = thefts.find(i); theft != thefts.end()) taken = {{row.amount, theft->second}};
    if (row.to != 0) held[row.to].insert(held[row.to].end(), taken.begin(), taken.end());
  }
  std::map<std::pair<int, int>, uint64_t> out;
  for (const auto& [who, lots] : held)
    for (const Lot& lot : lots)
      if (lot.source >= 0 && lot.amount > 0) out[{who, lot.source}] += lot.amount;
  return out;
}

// The rows as transfer tables: all in one, and one a block.
struct Tables {
  std::string all;
  std::vector<std::string> blocks;
};
Tables tables_of(const std::vector<Row>& rows) {
  const std::string header =
      "block_number,block_time,transaction_hash,transaction_index,position,kind,asset,from_address,to_address,"
      "amount\n";
  Tables out{header, std::vector<std::string>(60, header)};
  std::map<std::pair<uint64_t, uint64_t>, int> position;
  for (const Row& row : rows) {
    const std::string line = std::to_string(row.block) + "," + std::to_string(1000 + row.block * 12) + "," +
                             hash(row.block, row.tx) + "," + std::to_string(row.tx) + "," +
                             std::to_string(position[{row.block, row.tx}]++) + "," + (row.fee ? "fee" : "transfer") +
                             ",ETH," + (row.from == 0 ? "" : address(row.from)) + "," +
                             (row.to == 0 ? "" : address(row.to)) + "," + std::to_string(row.amount) + "\n";
    out.all += line;
    out.blocks[row.block] += line;
  }
  return out;
}
// The same rows twice: "one" at once, "many" block by block.
void ingest_rows(const TemporaryFolder& folder, const std::vector<Row>& rows) {
  const Tables tables = tables_of(rows);
  ingest::IngestOptions quick;
  quick.durable = false;
  ASSERT_TRUE(base::replace_file(folder / "all.csv", tables.all).ok());
  ASSERT_TRUE(ingest::ingest_transfers(folder / "one", ethereum(), {folder / "all.csv"}, quick).ok());
  for (const std::string& block : tables.blocks) {
    ASSERT_TRUE(base::replace_file(folder / "block.csv", block).ok());
    const auto added = ingest::ingest_transfers(folder / "many", ethereum(), {folder / "block.csv"}, quick);
    ASSERT_TRUE(added.ok()) << added.error().message;
  }
}
// A theft is named by its transaction and its receiver: only a movement that is alone with both can be one.
bool can_be_theft(const std::vector<Row>& rows, size_t i) {
  if (rows[i].fee || rows[i].from == 0 || rows[i].to == 0 || rows[i].amount == 0) return false;
  bool alone = true;
  for (size_t k = 0; k < rows.size(); ++k)
    alone &= k == i || rows[k].block != rows[i].block || rows[k].tx != rows[i].tx || rows[k].to != rows[i].to;
  return alone;
}
struct AccountThefts {
  std::map<size_t, int> rows;  // row -> source
  std::vector<trace::Source> sources;
};
// Two thefts of movements in the middle, by two sources.
void pick_thefts(const std::vector<Row>& rows, uint64_t seed, AccountThefts& out) {
  std::mt19937_64 random(seed);
  while (out.sources.size() < 2) {
    const size_t i = 30 + random() % (rows.size() / 2);
    if (out.rows.count(i) != 0 || !can_be_theft(rows, i)) continue;
    out.rows[i] = static_cast<int>(out.sources.size());
    trace::Source source;
    source.incident = "s" + std::to_string(out.sources.size());
    source.network = &ethereum();
    source.asset = chain::native_asset();
    trace::Theft theft;
    theft.label = source.incident;
    theft.transaction.emplace();
    ASSERT_TRUE(chain::parse_hash(ethereum(), hash(rows[i].block, rows[i].tx), *theft.transaction));
    theft.to = *chain::parse_address(ethereum(), address(rows[i].to));
    source.thefts.push_back(theft);
    out.sources.push_back(source);
  }
}

TEST(PropertyTrace, AccountsEqualThePlainReference) {
  for (uint64_t seed = 61; seed <= 75; ++seed) {
    const TemporaryFolder folder;
    const std::vector<Row> rows = random_movements(seed);
    ASSERT_NO_FATAL_FAILURE(ingest_rows(folder, rows));
    const auto one = ledger::Ledger::open(folder / "one"), many = ledger::Ledger::open(folder / "many");
    ASSERT_TRUE(one.ok() && many.ok());
    AccountThefts thefts;
    ASSERT_NO_FATAL_FAILURE(pick_thefts(rows, seed, thefts));
    for (const Policy policy : trace::kPolicies) {
      trace::Options options;
      options.policy = policy;
      const trace::Result result = must(trace::run(*one, thefts.sources, options));
      EXPECT_EQ(as_json(must(trace::run(*many, thefts.sources, options))), as_json(result))
          << "portions, seed " << seed << " " << trace::policy_name(policy);
      options.record = true;
      EXPECT_EQ(as_json(must(trace::run(*one, thefts.sources, options))), as_json(result)) << "recorded, seed " << seed;
      if (policy == Policy::kPoison) continue;
      conserves(result);
      std::map<std::pair<int, int>, uint64_t> found;
      for (const auto& holding : result.holdings)
        found[{holding.address.bytes[19], static_cast<int>(holding.source)}] = holding.amount.low();
      EXPECT_EQ(found, account_reference(rows, thefts.rows, policy))
          << "seed " << seed << " " << trace::policy_name(policy);
    }
  }
}

TEST(Haircut, OnePoolEqualsTheGeneralWay) {
  std::mt19937_64 random(3);
  trace::Haircut<uint64_t> haircut;
  for (int i = 0; i < 20000; ++i) {
    const uint64_t balance = 1 + random() % 1000, part = random() % (balance + 1), value = 1 + random() % balance;
    if (part == 0) continue;
    // The same with an empty second pool, which takes the general way.
    std::vector<trace::Lot<uint64_t>> one = {{part, part, 0, 0, trace::kNoStep}}, two = one, taken_one, taken_two;
    two.push_back({0, 0, 1, 0, trace::kNoStep});
    haircut.take(one, balance, value, taken_one);
    haircut.take(two, balance, value, taken_two);
    uint64_t a = 0, b = 0;
    for (const auto& lot : taken_one) a += lot.amount;
    for (const auto& lot : taken_two) b += lot.amount;
    ASSERT_EQ(a, b) << balance << " " << part << " " << value;
  }
}
}  // namespace
}  // namespace jindo
