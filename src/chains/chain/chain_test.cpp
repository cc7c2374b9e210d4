// Addresses, scripts, work and networks: known values, round trips, refusals.
#include <gtest/gtest.h>

#include "base/hex.h"
#include "chain/address.h"
#include "chain/block.h"
#include "chain/burn.h"
#include "chain/keyless.h"

namespace jindo::chain {
namespace {
const Network& network(const char* name) { return **find_network(name); }

void round_trip(const char* chain, const char* address) {
  const auto key = parse_address(network(chain), address);
  ASSERT_TRUE(key.ok()) << key.error().message;
  EXPECT_EQ(format_address(network(chain), *key), address);
}

// Addresses of BIP 173 and BIP 350's test vectors, the genesis block's, and the standard's EIP-55 examples.
TEST(Address, RoundTrips) {
  round_trip("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
  round_trip("bitcoin", "3P8MfdM4pULv7ozdQvfwAqNF29zAjmnUYD");
  round_trip("bitcoin", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
  round_trip("bitcoin", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0");
  round_trip("bitcoin", "bc1pfeessrawgf");  // pay to anchor
  round_trip("bitcoin-testnet", "tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy");
  round_trip("bitcoin-testnet", "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn");
  round_trip("bitcoin-regtest", "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080");
  round_trip("ethereum", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
  round_trip("ethereum", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359");
  round_trip("ethereum", "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB");
  round_trip("ethereum", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb");
  round_trip("tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t");
}
TEST(Address, RefusesWithReason) {
  const auto refused = [](const char* chain, const char* text, const char* why) {
    const auto key = parse_address(network(chain), text);
    ASSERT_FALSE(key.ok()) << text;
    EXPECT_NE(key.error().message.find(why), std::string::npos) << key.error().message;
  };
  refused("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "checksum is wrong");
  refused("bitcoin", "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn", "another network");
  refused("bitcoin", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "checksum is wrong");
  refused("bitcoin", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
          "checksum is wrong");  // bech32, not bech32m
  refused("bitcoin", "tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy", "not a bitcoin address");
  refused("ethereum", "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "EIP-55");
  refused("ethereum", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", "40 hexadecimal digits");
  refused("ethereum", "", "40 hexadecimal digits");
}
TEST(Address, LowerAndUpperCaseAreNoChecksum) {
  EXPECT_TRUE(parse_address(network("ethereum"), "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed").ok());
  EXPECT_TRUE(parse_address(network("ethereum"), "0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED").ok());
}
TEST(Script, Types) {
  const auto type = [](const std::string& hex) {
    std::vector<uint8_t> script(hex.size() / 2);
    EXPECT_TRUE(base::from_hex(hex, script));
    return classify_script(script).type;
  };
  const std::string key33 = "02" + std::string(64, '1');
  const std::string key65 = "04" + std::string(128, '1');
  EXPECT_EQ(type("76a914" + std::string(40, 'a') + "88ac"), ScriptType::kPubkeyHash);
  EXPECT_EQ(type("a914" + std::string(40, 'a') + "87"), ScriptType::kScriptHash);
  EXPECT_EQ(type("0014" + std::string(40, 'a')), ScriptType::kWitnessKeyHash);
  EXPECT_EQ(type("0020" + std::string(64, 'a')), ScriptType::kWitnessScriptHash);
  EXPECT_EQ(type("5120" + std::string(64, 'a')), ScriptType::kTaproot);
  EXPECT_EQ(type("51024e73"), ScriptType::kWitnessUnknown);
  EXPECT_EQ(type("5220" + std::string(64, 'a')), ScriptType::kWitnessUnknown);
  EXPECT_EQ(type("21" + key33 + "ac"), ScriptType::kPubkey);
  EXPECT_EQ(type("41" + key65 + "ac"), ScriptType::kPubkey);
  EXPECT_EQ(type("5121" + key33 + "21" + key33 + "52ae"), ScriptType::kMultisig);
  EXPECT_EQ(type("6a04deadbeef"), ScriptType::kNullData);
  EXPECT_EQ(type(""), ScriptType::kNonStandard);
  EXPECT_EQ(type("0015" + std::string(42, 'a')), ScriptType::kNonStandard);
}
TEST(Script, PublicKeyHasTheAddressOfItsHash) {
  // The genesis coinbase: 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa.
  std::vector<uint8_t> script(67);
  ASSERT_TRUE(
      base::from_hex("4104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec11"
                     "2de5c384df7ba0b8d578a4c702b6bf11d5fac",
                     script));
  EXPECT_EQ(format_address(network("bitcoin"), classify_script(script).key), "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
}
TEST(Burn, EveryRowIsReadAndFound) {
  for (const BurnPlace& place : burn_places()) {
    size_t networks_of = 0;
    for (const Network& of : networks()) {
      const auto key = parse_address(of, place.address);
      if (!key.ok()) continue;
      const BurnPlace* found = find_burn(of, *key);
      if (found == nullptr) continue;
      EXPECT_EQ(found->name, place.name);
      ++networks_of;
    }
    EXPECT_GT(networks_of, 0u) << place.address;
    EXPECT_FALSE(place.source.empty()) << place.address;
  }
  EXPECT_EQ(find_burn(network("tron"), *parse_address(network("tron"), "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb"))->name,
            "zero address");
  EXPECT_EQ(parse_address(network("bitcoin"), "1111111111111111111114oLvT2")->bytes, (std::array<uint8_t, 32>{}));
  EXPECT_EQ(parse_address(network("bitcoin-regtest"), "mfWxJ45yp2SFn7UciZyNpvDKrzbhyfKrY8")->bytes,
            (std::array<uint8_t, 32>{}));
  EXPECT_EQ(find_burn(network("bitcoin"), *parse_address(network("bitcoin"), "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")),
            nullptr);
  EXPECT_EQ(find_burn(network("ethereum"), {}), nullptr);
}
TEST(Keyless, WhatAnybodyCanSpend) {
  const auto keyless = [](const std::string& hex) {
    std::vector<uint8_t> script(hex.size() / 2);
    EXPECT_TRUE(base::from_hex(hex, script)) << hex;
    return anybody_can_spend(classify_script(script).key);
  };
  EXPECT_TRUE(keyless("51024e73")) << "pay to anchor";
  EXPECT_TRUE(keyless("5202abcd")) << "a version without rules";
  EXPECT_TRUE(keyless("51")) << "OP_TRUE";
  EXPECT_TRUE(keyless("60")) << "OP_16";
  EXPECT_TRUE(keyless("")) << "the empty script: the spender pushes OP_TRUE";
  EXPECT_TRUE(keyless("7551")) << "OP_DROP OP_TRUE";
  EXPECT_TRUE(keyless("6151")) << "OP_NOP OP_TRUE";
  EXPECT_TRUE(keyless("6161")) << "OP_NOP OP_NOP";
  // BIP 141's P2WSH and BIP 16's P2SH of OP_TRUE.
  EXPECT_TRUE(keyless("00204ae81572f06e1b88fd5ced7a1a000945432e83e1551e6f721ee9c00b8cc33260"));
  EXPECT_TRUE(keyless("a914da1745e9b549bd0bfa1a569971c77eba30cd5a4b87"));
  EXPECT_FALSE(keyless("00")) << "OP_FALSE";
  EXPECT_FALSE(keyless("ac")) << "OP_CHECKSIG";
  EXPECT_FALSE(keyless("5151")) << "two left: P2WSH refuses";
  EXPECT_FALSE(keyless("0014" + std::string(40, 'a')));
  EXPECT_FALSE(keyless("5120" + std::string(64, 'a'))) << "taproot has a key";
  EXPECT_FALSE(keyless("a914" + std::string(40, 'a') + "87"));
  EXPECT_FALSE(keyless("6a04deadbeef")) << "OP_RETURN: nobody";
}
TEST(Work, OfKnownTargets) {
  EXPECT_EQ(block_work(0x1d00ffff), base::Uint256(0x100010001ULL));  // difficulty 1
  EXPECT_EQ(block_work(0x207fffff), base::Uint256(2));               // regtest
  EXPECT_TRUE(block_work(0).is_zero());
  EXPECT_TRUE(block_work(0x1d80ffff).is_zero());  // negative
  EXPECT_TRUE(block_work(0xff00ffff).is_zero());  // overflows
}
TEST(Network, ByNameAndCaip2) {
  EXPECT_EQ(&network("eip155:1"), &network("ethereum"));
  EXPECT_EQ(&network("bip122:000000000019d6689c085ae165831e93"), &network("bitcoin"));
  EXPECT_FALSE(find_network("dogecoin").ok());
  EXPECT_EQ(block_subsidy(network("bitcoin"), 0), 5'000'000'000U);
  EXPECT_EQ(block_subsidy(network("bitcoin"), 840'000), 312'500'000U);
}
}  // namespace
}  // namespace jindo::chain
