// A trace that goes on is the trace of a fresh run, byte for byte: block by block, under every policy, over merges of
// segments; a trace at a height is the trace of a ledger that ends there; what an observer is told adds up to what is
// held.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "ingest/ingest.h"
#include "inquiry/tracing.h"
#include "report/formats.h"
#include "support/account_world.h"
#include "support/chain_maker.h"
#include "support/temporary_folder.h"
#include "trace/live_trace.h"

namespace jindo {
namespace {
using base::Uint256;
using tests::TemporaryFolder;
using trace::Policy;
constexpr Policy kPolicies[] = {Policy::kFifo, Policy::kLifo, Policy::kHaircut, Policy::kPoison, Policy::kTiho};
constexpr std::array<uint8_t, 4> kMagic = {0xfa, 0xbf, 0xb5, 0xda};

const chain::Network& regtest() { return **chain::find_network("bitcoin-regtest"); }
const chain::Network& ethereum() { return **chain::find_network("ethereum"); }

// Sums what it is told by (address, asset, source): what came less what went.
class Sums : public trace::Observer {
 public:
  using Key = std::tuple<chain::AddressKey, chain::AddressKey, uint32_t>;
  struct Row {
    Uint256 in, out, origin_in, origin_out;
  };
  void arrived(const trace::Tainted& what) override {
    Row& row = rows_[{what.address, what.asset, what.source}];
    row.in += what.amount;
    row.origin_in += what.origin;
  }
  void left(const trace::Tainted& what) override {
    Row& row = rows_[{what.address, what.asset, what.source}];
    row.out += what.amount;
    row.origin_out += what.origin;
  }
  void ended(const trace::Terminal& terminal, const trace::Tainted& what) override {
    EXPECT_EQ(terminal.origin, what.origin);
    ended_[what.source] += what.origin;
  }
  void expect_matches(const trace::Result& result) const {
    std::map<Key, std::pair<Uint256, Uint256>> held;
    for (const trace::Holding& h : result.holdings) {
      auto& sum = held[{h.address, h.asset, h.source}];
      sum.first += h.amount;
      sum.second += h.origin;
    }
    for (const auto& [key, row] : rows_) {
      const auto found = held.find(key);
      EXPECT_EQ(row.in - row.out, found == held.end() ? Uint256() : found->second.first);
      EXPECT_EQ(row.origin_in - row.origin_out, found == held.end() ? Uint256() : found->second.second);
    }
    for (const auto& [key, sums] : held) EXPECT_EQ(rows_.count(key), 1u);
    for (const auto& [source, origin] : ended_) EXPECT_EQ(origin, result.totals[source].ended);
  }

 private:
  std::map<Key, Row> rows_;
  std::map<uint32_t, Uint256> ended_;
};

std::string as_json(const trace::Result& result) {
  inquiry::Traced traced;
  traced.result = result;
  std::string text;
  report::print_json(traced, [&](std::string_view part) { text += part; });
  return text;
}
std::shared_ptr<const ledger::Ledger> open(const std::string& folder) {
  auto opened = ledger::Ledger::open(folder);
  EXPECT_TRUE(opened.ok());
  return std::make_shared<const ledger::Ledger>(std::move(*opened));
}

// Grows a ledger in steps; at each, every policy's live trace against a run from nothing.
void follow(const std::vector<std::function<void()>>& grow, const std::string& folder,
            const std::vector<trace::Source>& sources, bool through_fees) {
  std::map<Policy, std::unique_ptr<trace::LiveTrace>> live;
  std::map<Policy, Sums> sums;
  size_t compared = 0;
  std::vector<std::pair<uint64_t, std::string>> at_heights;
  for (const auto& step : grow) {
    step();
    const auto ledger = open(folder);
    for (const Policy policy : kPolicies) {
      trace::Options options;
      options.policy = policy;
      options.through_fees = through_fees;
      const auto fresh = trace::run(*ledger, sources, options);
      trace::Options watched = options;
      watched.observer = &sums[policy];
      auto& at = live[policy];
      if (!at) {
        auto started = trace::LiveTrace::start(ledger, sources, watched);
        EXPECT_EQ(started.ok(), fresh.ok());
        if (!started.ok()) continue;  // its thefts are not there yet
        at = std::move(*started);
      } else {
        ASSERT_TRUE(at->go_on(ledger));
      }
      const auto now = at->result();
      ASSERT_TRUE(now.ok() && fresh.ok()) << now.error().message;
      ASSERT_EQ(as_json(*now), as_json(*fresh)) << trace::policy_name(policy);
      ++compared;
      if (policy != Policy::kPoison) sums[policy].expect_matches(*now);
      if (policy == Policy::kFifo) at_heights.emplace_back(now->chains[0].tip_height, as_json(*now));
    }
  }
  EXPECT_GT(compared, 20u);
  // What it was at each height, asked of the whole ledger.
  const auto whole = open(folder);
  for (const auto& [height, expected] : at_heights) {
    trace::Options options;
    options.through_fees = through_fees;
    options.heights[sources[0].network] = height;
    const auto then = trace::run(*whole, sources, options);
    ASSERT_TRUE(then.ok()) << then.error().message;
    const auto without_ledger = [](std::string text) {  // the digest names the ledger as it is
      const size_t from = text.find("\"ledger\""), to = text.find('\n', from);
      return text.erase(from, to - from);
    };
    EXPECT_EQ(without_ledger(as_json(*then)), without_ledger(expected)) << height;
  }
}

TEST(PropertyLive, UtxoBlockByBlock) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    TemporaryFolder folder;
    tests::RandomChain::Shape shape;
    shape.owners = 12;
    tests::RandomChain chain(seed, shape);
    for (int i = 0; i < 30; ++i) chain.grow();
    std::vector<trace::Source> sources;
    std::mt19937_64 random(seed);
    for (int s = 0; s < 2; ++s) {
      trace::Source source;
      source.incident = "s" + std::to_string(s);
      source.network = &regtest();
      source.asset = chain::native_asset();
      const auto& made = chain.made()[10 + s * 7 + random() % 5];
      trace::Theft theft;
      theft.label = source.incident;
      theft.transaction = made.first.id;
      theft.output = made.first.output;
      source.thefts.push_back(theft);
      sources.push_back(source);
    }
    std::vector<std::function<void()>> grow;
    for (size_t b = 0; b < chain.blocks().size();) {
      const size_t count = std::min<size_t>(1 + random() % 3, chain.blocks().size() - b);
      grow.push_back([&, b, count] {
        const std::vector<tests::ByteVector> blocks(chain.blocks().begin() + static_cast<ptrdiff_t>(b),
                                                    chain.blocks().begin() + static_cast<ptrdiff_t>(b + count));
        tests::write_bytes(folder / "blk.dat", tests::blk_bytes(blocks, kMagic, {}, 0));
        ingest::IngestOptions options;
        options.durable = false;
        const auto done = ingest::ingest_blk(folder / "ledger", regtest(), {folder / "blk.dat"}, options);
        ASSERT_TRUE(done.ok()) << done.error().message;
      });
      b += count;
    }
    follow(grow, folder / "ledger", sources, seed % 2 == 0);
  }
}

TEST(PropertyLive, AccountsBlockByBlock) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    TemporaryFolder folder;
    std::mt19937_64 random(seed);
    tests::Maker maker;
    const std::vector<chain::AddressKey> assets = {chain::native_asset(), tests::key(100)};
    for (int b = 0; b < 60; ++b) {
      std::vector<tests::Move> moves;
      for (int m = 0; m < 6; ++m) {
        const auto from = random() % 12, to = random() % 12;
        moves.push_back({assets[random() % 2], from == 0 ? chain::AddressKey{} : tests::key(static_cast<uint8_t>(from)),
                         to == 0 ? chain::AddressKey{} : tests::key(static_cast<uint8_t>(to)),
                         Uint256(random() % 1000)});
      }
      maker.act(1000 + b * 12, tests::id_of(static_cast<uint64_t>(b), 1), moves);
    }
    std::vector<trace::Source> sources;
    for (int s = 0; s < 2; ++s) {
      trace::Source source;
      source.incident = "s" + std::to_string(s);
      source.network = &ethereum();
      source.asset = assets[static_cast<size_t>(s)];
      trace::Theft theft;
      theft.label = source.incident;
      theft.address = tests::key(static_cast<uint8_t>(3 + s));
      theft.since = 1100;
      source.thefts.push_back(theft);
      sources.push_back(source);
    }
    std::vector<std::function<void()>> grow;
    for (size_t b = 0; b < maker.blocks.size();) {
      const size_t count = std::min<size_t>(1 + random() % 3, maker.blocks.size() - b);
      grow.push_back([&, b, count] {
        const std::vector<chain::AccountBlock> blocks(maker.blocks.begin() + static_cast<ptrdiff_t>(b),
                                                      maker.blocks.begin() + static_cast<ptrdiff_t>(b + count));
        tests::store(folder / "ledger", ethereum(), blocks, blocks.size());
      });
      b += count;
    }
    follow(grow, folder / "ledger", sources, false);
  }
}
}  // namespace
}  // namespace jindo
