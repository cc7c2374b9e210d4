// Amounts past 2^256 in the trace engine: lots and pools of tokens that lie, sources that are left out, and exchanges
// beside such tokens.
#include <gtest/gtest.h>

#include <random>

#include "chain/burn.h"
#include "support/account_world.h"
#include "support/places.h"
#include "support/temporary_folder.h"
#include "trace/lot_queue.h"
#include "trace/trace.h"
#include "trace/wide_pools.h"

namespace jindo::trace {
namespace {
using base::kBeyond;
using base::Uint256;
using base::WideSum;
using tests::id_of;
using tests::key;
using tests::Maker;

const chain::Network& ethereum() { return **chain::find_network("ethereum"); }
WideLot lot(uint64_t amount, uint32_t source, uint64_t origin) { return {amount, origin, source, 0, kNoStep, kNoLink}; }

TEST(WideLots, AQueueHoldsMoreCleanUnitsThanALotCan) {
  LotQueue lots;
  WideSum held = kBeyond;
  held += kBeyond;
  held += Uint256(2);  // 2^257
  lots.push_clean(held);
  lots.push_back(lot(5, 0, 5));
  std::vector<WideLot> taken;
  lots.take_front(kBeyond, taken);
  lots.take_front(kBeyond, taken);
  lots.take_front(Uint256(3), taken);  // the last two clean units, then a stolen one
  ASSERT_EQ(taken.size(), 4u);
  EXPECT_TRUE(taken[2].clean());
  EXPECT_EQ(taken[2].amount, Uint256(2));
  EXPECT_EQ(taken[3].origin, Uint256(1));
  taken.clear();
  lots.take_back(Uint256(4), taken);
  EXPECT_EQ(taken.at(0).origin, Uint256(4));
  EXPECT_TRUE(lots.empty());
}
TEST(WidePools, EqualTheNarrowOnesScaledUp) {
  // Pools and balance in units of 2^250: shares of the narrow arithmetic, up to the rounding of a unit.
  std::mt19937_64 random(7);
  const auto scaled = [](uint64_t n) {
    Uint256 low;
    low.words[3] = n << 58;  // n * 2^250
    return WideSum(low, n >> 6);
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<WideLot> pools;
    PoolHighs highs;
    uint64_t sum = 0;
    for (uint32_t s = 0; s < 3; ++s) {
      const uint64_t units = 1 + random() % 200;
      const WideSum amount = scaled(units);
      pools.push_back({amount.low(), Uint256(1000 + s), s, 0, kNoStep, kNoLink});
      if (amount.high() > 0) highs.emplace_back(s, amount.high());
      sum += units;
    }
    const uint64_t balance = sum + random() % 100;
    const uint64_t value = 1 + random() % 63;
    std::vector<WideLot> taken;
    const Uint256 leaves = scaled(value).low();
    take_from_wide_pools(pools, highs, scaled(balance), leaves, taken);
    WideSum given;
    std::vector<WideSum> origins(3);
    for (const WideLot& t : taken) {
      given += t.amount;
      origins[t.source] += t.origin;
    }
    EXPECT_FALSE(WideSum(leaves) < given) << round;
    for (const WideLot& p : pools) origins[p.source] += p.origin;
    for (uint32_t s = 0; s < 3; ++s) EXPECT_EQ(origins[s], WideSum(Uint256(1000 + s))) << round;
  }
}
TEST(WidePools, AddingCarries) {
  std::vector<WideLot> pools;
  PoolHighs highs;
  for (int i = 0; i < 3; ++i) add_to_wide_pools(pools, highs, {kBeyond, Uint256(1), 4, 0, kNoStep, kNoLink});
  ASSERT_EQ(pools.size(), 1u);
  EXPECT_EQ(pools[0].origin, Uint256(3));
  EXPECT_EQ(highs, (PoolHighs{{4, 2}}));
}

// ---- whole traces ------------------------------------------------------------------------------------------------
constexpr uint8_t kThief = 2, kPool = 3, kFriend = 4;
const chain::AddressKey kCoin = chain::native_asset(), kJunk = key(150);
constexpr const char* kSwap = "Swap(address,uint256,uint256,uint256,uint256,address)";

struct World {
  Maker maker;
  uint64_t acts = 0;
  void act(const std::vector<tests::Move>& moves, bool swap = false) {
    maker.act(1'700'000'000 + static_cast<int64_t>(acts) * 12, id_of(acts, 1), moves, swap ? kSwap : "", {}, kPool,
              swap ? std::vector<uint8_t>(128) : std::vector<uint8_t>(), swap ? 2 : 1);
    ++acts;
  }
  Result trace(Policy policy, const std::vector<Source>& sources) const {
    const tests::TemporaryFolder folder;
    tests::store(folder / "l", ethereum(), maker.blocks, 3);
    const auto ledger = ledger::Ledger::open(folder / "l");
    EXPECT_TRUE(ledger.ok());
    Options options;
    options.policy = policy;
    attribution::ServiceDirectory services;
    resolve::ResolveRequest request;
    request.registry = {tests::source_folder() + "/data/registry"};
    const auto resolver = resolve::Resolver::make(*ledger, services, request);
    EXPECT_TRUE(resolver.ok());
    options.resolver = resolver->get();
    auto result = run(*ledger, sources, options);
    EXPECT_TRUE(result.ok()) << result.error().message;
    return std::move(*result);
  }
};
Source source(const chain::AddressKey& asset, uint64_t act, uint8_t to) {
  Source out;
  out.incident = "i";
  out.network = &ethereum();
  out.asset = asset;
  Theft theft;
  theft.label = "theft";
  theft.transaction = id_of(act, 1);
  theft.to = key(to);
  out.thefts.push_back(theft);
  return out;
}
Source all_received(const chain::AddressKey& asset, uint8_t address) {
  Source out = source(asset, 0, address);
  out.thefts[0].transaction.reset();
  out.thefts[0].to.reset();
  out.thefts[0].address = key(address);
  return out;
}

TEST(WideTrace, AHoldingPastTwoToThe256IsFollowed) {
  for (const Policy policy : kPolicies) {
    World world;
    world.act({{kJunk, key(kPool), key(kThief), 10}});
    world.act({{kJunk, {}, key(kThief), kBeyond}});
    world.act({{kJunk, {}, key(kThief), kBeyond}});
    world.act({{kJunk, key(kThief), key(kFriend), kBeyond}});
    world.act({{kJunk, key(kThief), key(kFriend), kBeyond}});
    const Result result = world.trace(policy, {source(kJunk, 0, kThief)});
    WideSum origin;
    for (const Holding& h : result.holdings) origin += h.origin;
    if (policy != Policy::kPoison) {
      EXPECT_EQ(origin, WideSum(Uint256(10))) << policy_name(policy);
    }
    if (policy == Policy::kTiho || policy == Policy::kFifo) {
      ASSERT_EQ(result.holdings.size(), 1u) << policy_name(policy);
      EXPECT_EQ(result.holdings[0].address, key(kFriend));
    }
    if (policy == Policy::kLifo) {  // the newest went: the ten stay
      ASSERT_EQ(result.holdings.size(), 1u);
      EXPECT_EQ(result.holdings[0].address, key(kThief));
    }
  }
}
// A thief who moves his own token to and fro beside a swap hides the swap from nobody.
TEST(WideTrace, ASwapBesideATokenThatLiesIsASwap) {
  const chain::AddressKey token = key(151);
  for (const Policy policy : kPolicies) {
    World world;
    world.act({{kCoin, key(9), key(kThief), 1000}});
    world.act({{token, {}, key(kPool), 5000}});
    world.act({{kJunk, key(kThief), key(kFriend), kBeyond},
               {kJunk, key(kFriend), key(kThief), kBeyond},
               {kJunk, key(kThief), key(kFriend), kBeyond},
               {kJunk, key(kFriend), key(kThief), kBeyond},
               {kCoin, key(kThief), key(kPool), 1000},
               {token, key(kPool), key(kThief), 500}},
              true);
    const Result result = world.trace(policy, {source(kCoin, 0, kThief)});
    ASSERT_EQ(result.holdings.size(), 1u) << policy_name(policy);
    EXPECT_EQ(result.holdings[0].address, key(kThief));
    EXPECT_EQ(result.holdings[0].asset, token);
    EXPECT_EQ(result.holdings[0].amount, Uint256(500));
    if (policy != Policy::kPoison) {
      EXPECT_EQ(result.holdings[0].origin, Uint256(1000));
    }
  }
}
TEST(WideTrace, ATheftPastTwoToThe256IsLeftOutAndOthersStand) {
  World world;
  world.act({{kJunk, key(kPool), key(kThief), kBeyond}, {kCoin, key(kPool), key(kThief), 7}});
  world.act({{kJunk, key(kPool), key(kThief), kBeyond}});
  for (const Policy policy : kPolicies) {
    const Result result = world.trace(policy, {all_received(kJunk, kThief), all_received(kCoin, kThief)});
    EXPECT_EQ(result.left_out, std::vector<uint32_t>{0});
    EXPECT_TRUE(result.totals[0].stolen.is_zero());
    EXPECT_EQ(result.totals[1].stolen, Uint256(7));
    ASSERT_EQ(result.holdings.size(), 1u);
    EXPECT_EQ(result.holdings[0].source, 1u);
  }
}
TEST(WideTrace, WhatIsBurntIsGoneAndWhatIsMintedIsClean) {
  for (const Policy policy : kPolicies) {
    for (const size_t place : {size_t{0}, size_t{1}, size_t{2}}) {
      const chain::AddressKey burn = *chain::parse_address(ethereum(), chain::burn_places()[place].address);
      World world;
      world.act({{kJunk, key(kPool), key(kThief), 1000}});
      world.act({{kJunk, key(kThief), burn, 1000}});
      world.act({{kJunk, burn, key(kFriend), 1000}});
      const Result result = world.trace(policy, {source(kJunk, 0, kThief)});
      EXPECT_TRUE(result.holdings.empty()) << policy_name(policy);
      ASSERT_EQ(result.terminals.size(), 1u);
      EXPECT_EQ(result.terminals[0].kind, TerminalKind::kBurn);
      EXPECT_EQ(result.terminals[0].amount, Uint256(1000));
    }
  }
}
}  // namespace
}  // namespace jindo::trace
