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
    std::multiset<std::string> out;
    for (const Finding& finding : findings()) {
      out.insert(finding.technique->id);
      EXPECT_FALSE(finding.transactions.empty()) << finding.technique->id;
      EXPECT_FALSE(finding.text.empty()) << finding.technique->id;
      EXPECT_LE(finding.score, 1'000'000u) << finding.technique->id;
    }
    return out;
  }
  // Who else is named by the findings of a technique that name an address.
  std::set<chain::AddressKey> parties(const std::string& technique, const chain::AddressKey& address) const {
    std::set<chain::AddressKey> out;
    for (const Finding& finding : findings()) {
      if (finding.technique->id != technique || !(finding.parties.at(0).address == address)) continue;
      for (size_t i = 1; i < finding.parties.size(); ++i) out.insert(finding.parties[i].address);
    }
    return out;
  }
  Findings findings() const {
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
    taken.to = thief;
    source.thefts.push_back(taken);
    trace::Options options;
    options.record = true;
    options.resolver = resolver->get();
    options.services = &services;
    const auto result = trace::run(*ledger, {source}, options);
    EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
    const Scene scene(*ledger, *result, (*resolver)->assets(), (*resolver)->registry(), services, {});
    return find_all(scene);
  }
  base::Hash256 theft{};
  chain::AddressKey thief = key(kThief);
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
// An address whose text begins and ends as another's: the middle tells.
chain::AddressKey like(uint8_t middle) {
  chain::AddressKey out = key(0x92);
  for (const size_t at : {0, 1, 17, 18}) out.bytes[at] = 0xdd;
  out.bytes[10] = middle;
  return out;
}
TEST(Typology, OfTwoThatLookAlikeTheOneOfNoiseIsTheDecoy) {
  const chain::AddressKey genuine = like(1), decoy = like(2), third = like(3), fake = key(151);
  using Acts = std::vector<std::vector<Move>>;
  // Whom the finding about the thief's address accuses; it comes first in the parties.
  const auto decoys = [&](const Acts& acts) {
    World out;
    for (const std::vector<Move>& moves : acts) out.act(60, moves);
    return out.parties("address_poisoning", key(kThief));
  };
  const uint64_t above = 200'000'000'000'000;
  const auto rich = [&](const Acts& acts) {
    Acts all{{{kCoin, {}, key(kThief), above * 100}}};
    all.insert(all.end(), acts.begin(), acts.end());
    return decoys(all);
  };
  const std::vector<Move> real{{kCoin, key(kThief), genuine, above}}, more{{kCoin, key(kThief), genuine, above * 2}};
  const std::vector<Move> noise{{fake, key(kThief), decoy, 7}}, nothing{{kToken, key(kThief), decoy, 0}};
  const std::vector<Move> tiny{{kCoin, decoy, key(kThief), 1}}, mistake{{kCoin, key(kThief), decoy, above}};
  using Keys = std::set<chain::AddressKey>;
  EXPECT_EQ(rich({real, noise, more}), Keys{decoy}) << "a token that nobody knows, in the thief's name";
  EXPECT_EQ(rich({noise, real}), Keys{decoy}) << "the decoy came before the genuine was paid";
  EXPECT_EQ(rich({real, nothing}), Keys{decoy}) << "a transfer of nothing";
  EXPECT_EQ(rich({real, {{kCoin, {}, decoy, 1}}, tiny}), Keys{decoy}) << "dust in the coin";
  EXPECT_EQ(rich({real, noise, {{fake, key(kThief), third, 7}}}), (Keys{decoy, third})) << "several decoys of one";
  EXPECT_EQ(rich({real, noise, mistake}), Keys{decoy}) << "who is paid by mistake is a decoy still";
  EXPECT_EQ(rich({{{kCoin, genuine, key(kThief), above}}, noise}), Keys{decoy}) << "it looks like who paid the thief";
  EXPECT_EQ(rich({real, mistake}), Keys()) << "nothing says that either is a decoy";
  EXPECT_EQ(rich({noise, {{fake, key(kThief), genuine, 7}}, real, mistake}), (Keys{genuine, decoy}))
      << "one of the two";
}
TEST(Typology, TheftToALookAlike) {
  const chain::AddressKey genuine = like(1), other = like(2), fake = key(151);
  const uint64_t above = 200'000'000'000'000;
  // The first payer pays the genuine, then the thief's look-alike; or the other way round.
  const auto accused = [&](const std::vector<std::vector<Move>>& before, const chain::AddressKey& thief) {
    World out;
    out.act(60, {{kCoin, {}, key(1), above * 100}});
    for (const std::vector<Move>& moves : before) out.act(60, moves);
    out.act(60, {{kCoin, key(1), thief, above * 9}});
    out.theft = id_of(out.act_number, 1);
    out.thief = thief;
    return out.parties("look_alike_address", thief);
  };
  using Keys = std::set<chain::AddressKey>;
  EXPECT_EQ(accused({{{kCoin, key(1), genuine, above}}}, other), Keys{genuine});
  EXPECT_EQ(accused({{{fake, key(1), genuine, 5}}}, other), Keys()) << "noise is no one's genuine address";
  EXPECT_EQ(accused({{{kCoin, key(1), other, above}}, {{fake, key(1), genuine, 5}}}, other), Keys())
      << "who was there first";
  EXPECT_EQ(accused({{{kCoin, key(1), genuine, above}}, {{fake, key(1), other, 5}}}, other), Keys{genuine});
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
