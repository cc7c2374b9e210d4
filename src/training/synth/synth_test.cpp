// Draws, encodings and keys of simulated chains: the same everywhere, and the known ones.
#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/hex.h"
#include "base/random.h"
#include "chain/script.h"
#include "synth/abi.h"
#include "synth/account_batch.h"
#include "synth/text_append.h"

namespace jindo::synth {
TEST(Random, IsTheSameEverywhere) {
  base::Random random(42, 1);
  const uint64_t first = random.next(), second = random.next();
  base::Random again(42, 1);
  EXPECT_EQ(again.next(), first);
  EXPECT_EQ(again.next(), second);
  EXPECT_NE(base::Random(42, 2).next(), first);
  // splitmix64's published first output for state 0 (Vigna, prng.di.unimi.it).
  uint64_t state = 0;
  EXPECT_EQ(base::splitmix64(state), 0xe220a8397b1dcdafULL);
}
TEST(Random, DrawsStayInTheirBoundsAndHaveTheirShape) {
  base::Random random(7);
  uint64_t ones = 0, first = 0, tail = 0;
  for (int i = 0; i < 100000; ++i) {
    EXPECT_LT(random.below(10), 10u);
    ones += random.chance(250) ? 1 : 0;
    const uint64_t rank = random.rank(1000);
    EXPECT_LT(rank, 1000u);
    first += rank == 0 ? 1 : 0;
    const uint64_t heavy = random.heavy(100, 500, 10);
    EXPECT_GE(heavy, 100u);
    EXPECT_LT(heavy, 100u << 11);
    tail += heavy >= 400 ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<int64_t>(ones), 25000, 600);
  EXPECT_NEAR(static_cast<int64_t>(tail), 25000, 600);  // two octaves at one half each
  EXPECT_GT(first, 8000u);                              // about 1/10 of 1,000 ranks by Zipf's law, in octaves
}
TEST(Base64, IsRfc4648s) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
                                                         {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    std::string out;
    base::append_base64(base::as_bytes(plain), out);
    EXPECT_EQ(out, coded);
    std::vector<uint8_t> back;
    ASSERT_TRUE(base::from_base64(coded, back));
    EXPECT_EQ(std::string(back.begin(), back.end()), plain);
  }
  std::vector<uint8_t> back;
  for (const char* bad : {"Zg=", "Zg", "Zm9v\n", "Zm9*", "=Zg=", "Zg==Zg=="})
    EXPECT_FALSE(base::from_base64(bad, back)) << bad;
  std::array<uint8_t, 4> four{};
  EXPECT_FALSE(base::from_base64("Zm9v", four));
}
TEST(Abi, SelectorsAndTopicsAreTheKnownOnes) {
  // ERC-20, the ethereum.org documentation of the ABI, and Uniswap v2's and WETH9's verified contracts.
  EXPECT_EQ(base::to_hex(event_topic("Transfer(address,address,uint256)")),
            "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
  EXPECT_EQ(base::to_hex(function_selector("transfer(address,uint256)")), "a9059cbb");
  EXPECT_EQ(base::to_hex(function_selector("transferFrom(address,address,uint256)")), "23b872dd");
  EXPECT_EQ(base::to_hex(event_topic("Swap(address,uint256,uint256,uint256,uint256,address)")),
            "d78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822");
  EXPECT_EQ(base::to_hex(event_topic("Deposit(address,uint256)")),
            "e1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c");
  AbiWriter writer;
  writer.word(base::Uint128{258}).signed_word(true, 1).text("ab");
  EXPECT_EQ(base::to_hex(base::as_bytes(writer.bytes())), std::string(60, '0') + "0102" + std::string(64, 'f') +
                                                              std::string(63, '0') + "2" + "6162" +
                                                              std::string(60, '0'));
}
TEST(Keys, WhatSpendsShowsTheKeyThatWasPaid) {
  for (const auto kind : {ScriptKind::kP2pkh, ScriptKind::kP2shP2wpkh, ScriptKind::kP2wpkh, ScriptKind::kP2tr,
                          ScriptKind::kP2wshMultisig, ScriptKind::kP2shMultisig}) {
    std::vector<uint8_t> output, input, witness;
    output_script(5, 77, kind, output);
    spend_scripts(5, 77, kind, 1, input, witness);
    const chain::ScriptOwner owner = chain::classify_script(output);
    EXPECT_FALSE(owner.key.is_none());
    if (kind == ScriptKind::kP2wpkh) {
      ASSERT_EQ(witness[0], 2);
      const auto key = base::hash160(base::Bytes(witness).last(33));
      EXPECT_TRUE(std::equal(key.begin(), key.end(), owner.key.bytes.begin()));
    }
    if (kind == ScriptKind::kP2pkh) {
      const auto key = base::hash160(base::Bytes(input).last(33));
      EXPECT_TRUE(std::equal(key.begin(), key.end(), owner.key.bytes.begin()));
    }
    if (kind == ScriptKind::kP2wshMultisig) {
      const auto script = base::sha256(base::Bytes(witness).last(105));
      EXPECT_TRUE(std::equal(script.begin(), script.end(), owner.key.bytes.begin()));
    }
  }
  EXPECT_NE(account_address(5, 1), account_address(5, 2));
  EXPECT_NE(account_address(5, 1), account_address(6, 1));
  EXPECT_EQ(tron_block_hash(1, 0x01020304)[7], 4);
}
TEST(Text, AmountsBeyond64BitsAreWhole) {
  std::string out;
  add_amount(out, base::Uint128{10'000'000'000'000'000'000ULL} * 1'000'000'000'000ULL + 7);
  EXPECT_EQ(out, "10000000000000000000000000000007");
  out.clear();
  add_amount(out, 0);
  EXPECT_EQ(out, "0");
}
}  // namespace jindo::synth
