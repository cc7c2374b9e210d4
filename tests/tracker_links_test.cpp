// Links that are read beside come to the same as links read at once: two trackers over one growing world of two chains.
#include <gtest/gtest.h>

#include <random>

#include "base/file.h"
#include "exposure/tracker.h"
#include "support/account_world.h"
#include "support/temporary_folder.h"

namespace jindo {
namespace {
using namespace tests;
const chain::Network& net(int index) { return **chain::find_network(index == 0 ? "ethereum" : "bsc"); }
constexpr uint8_t kBridge = 200;
const char* kRegistry = R"yaml(
format: jindo-registry-1
version: test
bridges:
  - id: test
    name: Test bridge
    deposits: [{event: "Dispatch(bytes32 indexed id)", key: [id]}]
    releases: [{event: "Process(bytes32 indexed id)", key: [id]}]
    contracts: {ethereum: ["0x00000000000000000000000000000000000000c8"], bsc: ["0x00000000000000000000000000000000000000c8"]}
)yaml";

std::string rows_of(const exposure::Tracker& tracker) {
  std::string out;
  const auto now = tracker.published().get();
  for (int n = 0; n < 2; ++n) {
    for (int k = 0; k < 256; ++k) {
      const exposure::NetworkAddress place{exposure::network_number(net(n)), key(static_cast<uint8_t>(k))};
      now->rows_of(place, exposure::hash_of(place), [&](const exposure::Row& row) {
        out += std::to_string(n) + " " + std::to_string(k) + " " + (*now->sources)[row.source].id + " " +
               base::to_decimal(row.received) + " " + base::to_decimal(row.held) + " " + std::to_string(row.hops) +
               "\n";
      });
    }
  }
  return out;
}

trace::Source the_theft() {
  trace::Source source;
  source.incident = "theft";
  source.network = &net(0);
  source.asset = chain::native_asset();
  trace::Theft theft;
  theft.label = "theft";
  theft.transaction = id_of(1, 1);
  theft.to = key(1);
  source.thefts.push_back(theft);
  return source;
}
exposure::TrackerOptions options_of(const TemporaryFolder& folder, unsigned links_here_ms) {
  exposure::TrackerOptions options;
  options.resolve.registry = {folder / "registry.yaml"};
  options.links_here_ms = links_here_ms;
  return options;
}

// Two chains that grow, and both trackers over them: one reads links at once, the other beside.
class GrowingWorld {
 public:
  GrowingWorld(const TemporaryFolder& folder, uint64_t seed)
      : at_once(options_of(folder, 1 << 30), {}), beside(options_of(folder, 0), {}), folder_(folder), random_(seed) {
    for (exposure::Tracker* tracker : {&at_once, &beside})
      tracker->set_incidents({{"theft", "theft", {the_theft()}, "d"}});
    makers_[0].act(time_, id_of(1, 1), {{chain::native_asset(), {}, key(1), 100'000}});
    makers_[1].act(time_, id_of(1, 2), {{chain::native_asset(), {}, key(kBridge), 1'000'000}});
  }
  exposure::Tracker at_once, beside;

  bool toss() { return random_() % 2 == 0; }
  // A payment, a deposit to the bridge, or the pay-out of the deposit that waits longest.
  void act() {
    time_ += 10;
    const auto payer = static_cast<uint8_t>(1 + random_() % 5), to = static_cast<uint8_t>(1 + random_() % 5);
    const uint64_t amount = 1000 + random_() % 20'000;
    const auto kind = random_() % 4;
    if (kind == 0) {
      makers_[0].act(time_, id_of(id_++, 1), {{chain::native_asset(), key(payer), key(kBridge), amount}},
                     "Dispatch(bytes32)", id_of(crossing_, 3), kBridge);
      open_.emplace_back(crossing_++, amount);
    } else if (kind == 1 && !open_.empty()) {
      makers_[1].act(time_, id_of(id_++, 2),
                     {{chain::native_asset(), key(kBridge), key(static_cast<uint8_t>(20 + to)), open_.front().second}},
                     "Process(bytes32)", id_of(open_.front().first, 3), kBridge);
      open_.erase(open_.begin());
    } else {
      makers_[0].act(time_, id_of(id_++, 1), {{chain::native_asset(), key(payer), key(to), amount}});
    }
  }
  // Stores what is new; both trackers go on to it.
  void advance() {
    for (const int n : {0, 1}) {
      const auto& blocks = makers_[n].blocks;
      store(folder_ / "l", net(n), {blocks.begin() + static_cast<ptrdiff_t>(stored_[n]), blocks.end()}, 1000);
      stored_[n] = blocks.size();
    }
    auto opened = ledger::Ledger::open(folder_ / "l");
    ASSERT_TRUE(opened.ok());
    const auto ledger = std::make_shared<const ledger::Ledger>(std::move(*opened));
    ASSERT_TRUE(at_once.advance(ledger).ok());
    ASSERT_TRUE(beside.advance(ledger).ok());
  }
  void let_beside_catch_up() {
    while (beside.reading_links()) {
      beside.wait_for_links();
      auto opened = ledger::Ledger::open(folder_ / "l");
      ASSERT_TRUE(beside.advance(std::make_shared<const ledger::Ledger>(std::move(*opened))).ok());
    }
  }

 private:
  const TemporaryFolder& folder_;
  std::mt19937_64 random_;
  Maker makers_[2];
  size_t stored_[2] = {0, 0};
  std::vector<std::pair<uint64_t, uint64_t>> open_;  // deposits that wait: identifier, amount
  int64_t time_ = 1000;
  uint64_t id_ = 2, crossing_ = 1;
};

TEST(Tracker, LinksReadBesideComeToTheSame) {
  size_t beside_readings = 0, over_bridge = 0;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const TemporaryFolder folder;
    ASSERT_TRUE(base::replace_file(folder / "registry.yaml", kRegistry).ok());
    GrowingWorld world(folder, seed);
    world.advance();
    for (int step = 0; step < 25; ++step) {
      for (int a = 0; a < 3; ++a) world.act();
      if (world.toss()) world.beside.wait_for_links();
      world.advance();
      beside_readings += world.beside.reading_links();
    }
    ASSERT_NO_FATAL_FAILURE(world.let_beside_catch_up());
    EXPECT_EQ(rows_of(world.beside), rows_of(world.at_once)) << "seed " << seed;
    const std::string rows = rows_of(world.at_once);
    over_bridge += rows.find("\n1 2") != std::string::npos || rows.rfind("1 2", 0) == 0;
  }
  EXPECT_GT(beside_readings, 10u);
  EXPECT_GT(over_bridge, 2u);
}
}  // namespace
}  // namespace jindo
