// Each detector of joint transactions on shapes that are made here; one key in its several forms.
#include <gtest/gtest.h>

#include "base/hex.h"
#include "cluster/coinjoin.h"
#include "cluster/same_key.h"

namespace jindo::cluster {
namespace {
using chain::ScriptType;
constexpr uint64_t kBtc = 100'000'000;

struct Made {
  std::vector<uint64_t> in, out;
  std::vector<ScriptType> types;
  size_t owners;
  JoinShape shape() {
    types.resize(out.size(), ScriptType::kWitnessKeyHash);
    JoinShape s;
    s.in_value = in;
    s.out_value = out;
    s.out_type = types;
    s.in_owners = owners;
    return s;
  }
};
JoinKind kind_of(Made made) { return find_join(made.shape()).kind; }

TEST(CoinJoin, EachKindIsKnownByItsShape) {
  EXPECT_EQ(
      kind_of({{1'005'000, 1'000'000, 1'000'000, 1'005'000, 1'000'000}, std::vector<uint64_t>(5, 1'000'000), {}, 5}),
      JoinKind::kWhirlpoolMix);
  EXPECT_EQ(
      kind_of(
          {{3'200'000, 900'000}, {0, 50'000, 1'005'000, 1'005'000, 1'005'000, 980'000}, {ScriptType::kNullData}, 2}),
      JoinKind::kWhirlpoolPremix);
  // Three take 0.3; two have change, the one who sweeps has none.
  EXPECT_EQ(
      kind_of(
          {{50'000'000, 41'000'000, 30'002'000}, {30'000'000, 30'000'000, 30'000'000, 19'998'000, 11'001'000}, {}, 3}),
      JoinKind::kJoinMarket);
  Made wasabi{std::vector<uint64_t>(12, 15'000'000), std::vector<uint64_t>(11, 10'012'345), {}, 12};
  wasabi.out.push_back(4'900'000);
  EXPECT_EQ(kind_of(wasabi), JoinKind::kWasabi11);
  JoinShape fixed = wasabi.shape();
  fixed.coordinator = true;
  EXPECT_EQ(find_join(fixed).kind, JoinKind::kWasabi10);
  Made wabisabi{std::vector<uint64_t>(60, kBtc), {}, {}, 55};
  for (int i = 0; i < 20; ++i) {
    wabisabi.out.push_back(134'217'728);  // 2^27
    wabisabi.out.push_back(50'000'000);
    wabisabi.out.push_back(43'046'721);  // 3^16
  }
  wabisabi.out.push_back(12'345'678);
  EXPECT_EQ(kind_of(wabisabi), JoinKind::kWasabi20);
  // Purses of 0.5 and 0.7: each pays 0.3 and keeps its change.
  EXPECT_EQ(kind_of({{50'000'000, 70'000'000}, {30'000'000, 30'000'000, 19'999'000, 39'999'500}, {}, 2}),
            JoinKind::kStonewall);
  // 0.4 would have paid for either output alone: why does 0.1 spend too?
  EXPECT_EQ(kind_of({{40'000'000, 10'000'000}, {25'000'000, 24'999'000}, {}, 2}), JoinKind::kPayJoin);
}

TEST(CoinJoin, PlainPaymentsAreNone) {
  EXPECT_EQ(kind_of({{40'000'000, 10'000'000}, {45'000'000, 4'999'000}, {}, 2}), JoinKind::kNone);
  EXPECT_EQ(kind_of({{40'000'000, 10'000'000}, {49'999'000}, {}, 2}), JoinKind::kNone);
  // One wallet's batch: ten equal payouts and one change, out of a few coins.
  Made batch{{500'000'000, 600'000'000}, std::vector<uint64_t>(10, 10'000'000), {}, 2};
  batch.out.push_back(999'990'000);
  EXPECT_EQ(kind_of(batch), JoinKind::kNone);
  // Equal outputs, but the purses do not split so.
  EXPECT_EQ(kind_of({{50'000'000, 70'000'000}, {30'000'000, 30'000'000, 1'000'000, 58'990'000}, {}, 2}),
            JoinKind::kNone);
  // One owner's inputs are never a joint transaction.
  EXPECT_EQ(
      kind_of({{1'005'000, 1'000'000, 1'000'000, 1'005'000, 1'000'000}, std::vector<uint64_t>(5, 1'000'000), {}, 1}),
      JoinKind::kNone);
}

TEST(CoinJoin, TheTableNamesEachKind) {
  for (const JoinKindInfo& info : join_kinds()) {
    if (info.kind == JoinKind::kNone) continue;
    EXPECT_EQ(find_join_kind(info.name), info.kind);
    EXPECT_NE(std::string(info.source), "");
    EXPECT_NE(std::string(info.mistakes), "");
  }
  EXPECT_FALSE(find_join_kind("none").has_value());
}

// BIP 49's test vector: one key as P2SH-P2WPKH on testnet; BIP 84's as P2WPKH.
TEST(SameKey, FormsOfOneKey) {
  const chain::Network& testnet = **chain::find_network("bitcoin-testnet");
  std::array<uint8_t, 20> hash{};
  ASSERT_TRUE(base::from_hex("38971f73930f6c141d977ac4fd4a727c854935b3", hash));
  const auto forms = forms_of_key_hash(testnet, hash);
  ASSERT_EQ(forms.size(), 3U);
  EXPECT_EQ(chain::format_address(testnet, forms[2].address), "2Mww8dCYPUpKHofjgcXcBCEGmniw9CoaiD2");
  const auto others = same_key_forms(testnet, forms[0].address, {});
  ASSERT_EQ(others.size(), 2U);
  EXPECT_EQ(others[0].address, forms[1].address);
}
}  // namespace
}  // namespace jindo::cluster
