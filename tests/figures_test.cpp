// The figures of a trace: what is held, ended, followed and frozen, with issuers' freezes read off the ledger.
#include <gtest/gtest.h>

#include "base/file.h"
#include "inquiry/figures.h"
#include "support/account_world.h"
#include "support/places.h"
#include "support/temporary_folder.h"

namespace jindo {
namespace {
using tests::id_of;
using tests::key;

const chain::Network& mainnet() { return **chain::find_network("ethereum"); }
base::Hash256 word_of(const chain::AddressKey& address) {
  base::Hash256 out{};
  const std::string text = chain::format_address(mainnet(), address);
  out[31] = static_cast<uint8_t>(std::stoul(text.substr(text.size() - 2), nullptr, 16));
  return out;
}

// A token of 1,000 units stolen by 10, who pays 400 to 11 and 300 to 12, and keeps 300.
struct TokenTheft {
  tests::Maker maker;
  int64_t time = 1'700'000'000;
  uint64_t acts = 0;
  const chain::AddressKey token = key(200);
  TokenTheft() {
    act({{token, {}, key(1), 5000}});
    act({{token, key(1), key(10), 1000}});  // the theft: act 2
    act({{token, key(10), key(11), 400}});
    act({{token, key(10), key(12), 300}});
  }
  void act(const std::vector<tests::Move>& moves) { maker.act(time += 60, id_of(++acts, 1), moves); }
  // Tether's way: the address in the data. Circle's: indexed.
  void in_data(const std::string& event, uint8_t user, uint8_t emitter = 200) {
    const base::Hash256 word = word_of(key(user));
    maker.act(time += 60, id_of(++acts, 1), {}, event, {}, emitter, std::vector<uint8_t>(word.begin(), word.end()), 0);
  }
  void indexed(const std::string& event, uint8_t user) {
    maker.act(time += 60, id_of(++acts, 1), {}, event, word_of(key(user)), 200, {}, 1);
  }
  inquiry::Figures figures(const std::string& policy = "fifo") const {
    const tests::TemporaryFolder folder;
    tests::store(folder / "l", mainnet(), maker.blocks, 50);
    EXPECT_TRUE(base::replace_file(folder / "i.yaml",
                                   "id: t\nname: T\ndate: 2023-11-14\nthefts:\n  - {chain: ethereum, transaction: \"" +
                                       chain::format_hash(mainnet(), id_of(2, 1)) + "\", asset: \"" +
                                       chain::format_address(mainnet(), token) + "\", to: \"" +
                                       chain::format_address(mainnet(), key(10)) + "\"}\n")
                    .ok());
    inquiry::TraceRequest request;
    request.ledger = folder / "l";
    request.owners.ledger = request.ledger;
    request.incidents = {folder / "i.yaml"};
    request.resolve.registry = {tests::source_folder() + "/data/registry"};
    request.options.policy = *trace::parse_policy(policy);
    const auto traced = inquiry::trace_incidents(request);
    EXPECT_TRUE(traced.ok()) << (traced.ok() ? "" : traced.error().message);
    return traced.ok() ? inquiry::figures_of(*traced)[0] : inquiry::Figures();
  }
};

TEST(Figures, HeldAndFollowedOfWhatWasStolen) {
  const inquiry::Figures figures = TokenTheft().figures();
  EXPECT_EQ(figures.stolen, base::Uint256(1000));
  EXPECT_EQ(figures.held, base::Uint256(1000));
  EXPECT_EQ(figures.ended, base::Uint256(0));
  EXPECT_EQ(figures.followed, base::Uint256(700));
  EXPECT_EQ(figures.frozen, base::Uint256(0));
  const inquiry::Figures poison = TokenTheft().figures("poison");
  EXPECT_EQ(poison.stolen, base::Uint256(1000));
  EXPECT_EQ(poison.held, base::Uint256(0)) << "its amounts have no sum";
}
TEST(Figures, WhatTheIssuerFrozeIsFrozen) {
  TokenTheft world;
  world.in_data("AddedBlackList(address)", 12);
  EXPECT_EQ(world.figures().frozen, base::Uint256(300));
  world.indexed("Blacklisted(address)", 11);
  EXPECT_EQ(world.figures().frozen, base::Uint256(700));
  world.indexed("UnBlacklisted(address)", 11);
  EXPECT_EQ(world.figures().frozen, base::Uint256(300));
  world.in_data("RemovedBlackList(address)", 12);
  EXPECT_EQ(world.figures().frozen, base::Uint256(0));
  world.in_data("AddedBlackList(address)", 12, 201);
  EXPECT_EQ(world.figures().frozen, base::Uint256(0)) << "another contract's word is of another token";
  world.in_data("AddedBlackList(address)", 99);
  EXPECT_EQ(world.figures().frozen, base::Uint256(0)) << "nothing of the theft lies there";
}
TEST(Figures, SharesNeverOverflow) {
  base::Uint256 most;
  most.words.fill(UINT64_MAX);
  EXPECT_EQ(inquiry::share_ppm(base::Uint256(1), base::Uint256(0)), 0u);
  EXPECT_EQ(inquiry::share_ppm(base::Uint256(1), base::Uint256(3)), 333'333u);
  EXPECT_EQ(inquiry::share_ppm(base::Uint256(6), base::Uint256(3)), 2'000'000u);
  EXPECT_EQ(inquiry::share_ppm(most, most), 1'000'000u);
  EXPECT_EQ(inquiry::share_ppm(most, base::Uint256(1)), 1'000'000'000'000u);
  EXPECT_EQ(inquiry::share_ppm(base::Uint256(1), most), 0u);
}
}  // namespace
}  // namespace jindo
