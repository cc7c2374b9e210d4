// Detectors that no exercise plants: a small world with the technique, and beside it one that only looks so.
#include <gtest/gtest.h>

#include <set>

#include "base/file.h"
#include "support/account_world.h"
#include "support/places.h"
#include "support/temporary_folder.h"
#include "typology/detectors.h"

namespace jindo::typology {
namespace {
using tests::id_of;
using tests::key;
using tests::Maker;
using tests::Move;
using tests::TemporaryFolder;

const chain::Network& ethereum() { return **chain::find_network("ethereum"); }
const chain::AddressKey kCoin = chain::native_asset(), kToken = key(150);
constexpr uint8_t kThief = 2, kPool = 100, kExchange = 110, kBroker = 120;
constexpr const char* kSwap = "Swap(address,uint256,uint256,uint256,uint256,address)";

struct World {
  Maker maker;
  int64_t time = 1'700'000'000;
  uint64_t act_number = 0;
  World() {
    act(0, {{kCoin, {}, key(1), 1'000'000}});
    act(0, {{kCoin, {}, key(kPool), 1'000'000}});
    act(0, {{kToken, {}, key(kPool), 1'000'000}});
    act(60, {{kCoin, key(1), key(kThief), 1000}});
    theft = id_of(act_number, 1);
  }
  // `seconds` after the act before. The first payer pays a fee of one unit: it began the transaction.
  void act(int64_t seconds, const std::vector<Move>& moves, bool swap = false, const chain::AddressKey& began = {}) {
    time += seconds;
    maker.act(time, id_of(++act_number, 1), moves, swap ? kSwap : "", {}, kPool,
              swap ? std::vector<uint8_t>(128) : std::vector<uint8_t>(), swap ? 2 : 1);
    if (began.is_none()) return;
    chain::AccountBlock& block = maker.blocks.back();
    chain::AccountMovement fee;
    fee.kind = chain::MovementKind::kFee;
    fee.asset = kCoin;
    fee.from = began;
    fee.amount = base::Uint256(1);
    block.movements.insert(block.movements.begin(), fee);
    ++block.transactions[0].movements;
  }
  // The techniques that are found.
  std::multiset<std::string> found() const {
    const TemporaryFolder folder;
    tests::store(folder / "l", ethereum(), maker.blocks, 50);
    const auto ledger = ledger::Ledger::open(folder / "l");
    EXPECT_TRUE(ledger.ok());
    attribution::ServiceDirectory services;
    EXPECT_TRUE(base::replace_file(folder / "s.csv", "chain,address,category,name\nethereum," +
                                                         chain::format_address(ethereum(), key(kExchange)) +
                                                         ",exchange,An exchange\n")
                    .ok());
    EXPECT_TRUE(services.read(folder / "s.csv").ok());
    resolve::ResolveRequest request;
    request.registry = {tests::source_folder() + "/data/registry"};
    const auto resolver = resolve::Resolver::make(*ledger, services, request);
    EXPECT_TRUE(resolver.ok());
    trace::Source source;
    source.incident = "i";
    source.network = &ethereum();
    source.asset = kCoin;
    trace::Theft taken;
    taken.label = "theft";
    taken.transaction = theft;
    taken.to = key(kThief);
    source.thefts.push_back(taken);
    trace::Options options;
    options.record = true;
    options.resolver = resolver->get();
    options.services = &services;
    const auto result = trace::run(*ledger, {source}, options);
    EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
    const Scene scene(*ledger, *result, (*resolver)->assets(), (*resolver)->registry(), services, {});
    std::multiset<std::string> out;
    for (const Finding& finding : find_all(scene)) {
      out.insert(finding.technique->id);
      EXPECT_FALSE(finding.transactions.empty()) << finding.technique->id;
      EXPECT_FALSE(finding.text.empty()) << finding.technique->id;
      EXPECT_LE(finding.score, 1'000'000u) << finding.technique->id;
    }
    return out;
  }
  base::Hash256 theft{};
};

TEST(Typology, SwapAndBack) {
  const auto world = [](int64_t wait, uint64_t back) {
    World out;
    out.act(60, {{kCoin, key(kThief), key(kPool), 1000}, {kToken, key(kPool), key(kThief), 500}}, true);
    out.act(wait, {{kToken, key(kThief), key(kPool), 500}, {kCoin, key(kPool), key(kThief), back}}, true);
    return out.found();
  };
  EXPECT_EQ(world(3600, 990).count("swap_unswap"), 1u);
  EXPECT_EQ(world(3600, 400).count("swap_unswap"), 0u) << "less than half came back";
  EXPECT_EQ(world(8 * 86'400, 990).count("swap_unswap"), 0u) << "after more than a week";
}
TEST(Typology, RapidPassThrough) {
  const auto world = [](int64_t wait) {
    World out;
    for (uint8_t hop = 10; hop < 15; ++hop)
      out.act(wait, {{kCoin, key(hop == 10 ? kThief : static_cast<uint8_t>(hop - 1)), key(hop), 1000}});
    return out.found();
  };
  EXPECT_EQ(world(120).count("rapid_pass_through"), 1u);
  EXPECT_EQ(world(120).count("hops"), 1u);
  EXPECT_EQ(world(7200).count("rapid_pass_through"), 0u) << "hours between";
  EXPECT_EQ(world(7200).count("hops"), 1u);
}
TEST(Typology, NestedService) {
  const auto world = [](uint8_t customers, bool one_place) {
    World out;
    for (uint8_t c = 0; c < customers; ++c) {
      out.act(60, {{kCoin, {}, key(static_cast<uint8_t>(160 + c)), 100}});
      out.act(60, {{kCoin, key(static_cast<uint8_t>(160 + c)), key(kBroker), 100}});
      out.act(60, {{kCoin, key(kBroker), key(one_place || c % 2 == 0 ? kExchange : static_cast<uint8_t>(20 + c)), 90}});
    }
    out.act(60, {{kCoin, key(kThief), key(kBroker), 1000}});
    out.act(60, {{kCoin, key(kBroker), key(kExchange), 1500}});
    return out.found();
  };
  EXPECT_EQ(world(30, true).count("nested_service"), 1u);
  EXPECT_EQ(world(30, false).count("nested_service"), 0u) << "pays many";
  EXPECT_EQ(world(5, true).count("nested_service"), 0u) << "few customers";
}
TEST(Typology, TokensThatNobodyAskedFor) {
  const auto world = [](uint8_t tokens, bool sends) {
    World out;
    for (uint8_t t = 0; t < tokens; ++t)
      out.act(60, {{key(static_cast<uint8_t>(210 + t)), key(66), key(kThief), 5}}, false, key(66));
    if (sends)
      for (uint8_t t = 0; t < tokens; ++t)
        out.act(60, {{key(static_cast<uint8_t>(210 + t)), key(kThief), key(67), 5}}, false, key(kThief));
    out.act(60, {{kCoin, key(kThief), key(9), 900}});
    return out.found();
  };
  EXPECT_EQ(world(4, false).count("fake_token_noise"), 1u);
  EXPECT_EQ(world(4, true).count("fake_token_noise"), 0u) << "its own tokens";
  EXPECT_EQ(world(2, false).count("fake_token_noise"), 0u) << "two are chance";
}
TEST(Typology, OfNothingNothingIsSaid) {
  World world;
  world.act(86'400, {{kCoin, key(kThief), key(9), 1000}});
  EXPECT_TRUE(world.found().empty());
}
TEST(Typology, LikenessAsPeopleReadIt) {
  const auto address = [](const char* text) { return *chain::parse_address(ethereum(), text); };
  const auto a = address("0x1234567890123456789012345678901234567890");
  EXPECT_TRUE(likeness(ethereum(), a, address("0x1234aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa7890")).fools());
  EXPECT_FALSE(likeness(ethereum(), a, address("0x1234aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa9990")).fools());
  EXPECT_FALSE(likeness(ethereum(), a, a).fools()) << "itself";
}
}  // namespace
}  // namespace jindo::typology
