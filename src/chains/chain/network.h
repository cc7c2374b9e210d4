// The chains Jindo knows: one row a chain, with its CAIP-2 identifier and what decoding and printing need.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace jindo::chain {

enum class LedgerModel : uint8_t { kUtxo = 1, kAccount = 2 };
enum class AddressStyle : uint8_t { kBitcoin, kEvm, kTron };

struct Network {
  std::string_view name;   // "bitcoin"
  std::string_view caip2;  // "bip122:000000000019d6689c085ae165831e93"
  LedgerModel model;
  AddressStyle style;
  std::string_view native;       // "BTC"
  int decimals;                  // of the native asset: 8 for bitcoin, 18 for ether
  std::array<uint8_t, 4> magic;  // message start of blk files; zero on account chains
  uint8_t p2pkh_version;
  uint8_t p2sh_version;
  std::string_view hrp;       // bech32 human-readable part
  uint64_t halving_interval;  // blocks; 0 on account chains
};

std::span<const Network> networks();
// By name or CAIP-2 identifier; the error lists what is known.
base::Result<const Network*> find_network(std::string_view name_or_caip2);
// The block subsidy in satoshi (Bitcoin Core validation.cpp, GetBlockSubsidy).
uint64_t block_subsidy(const Network& network, uint64_t height);

}  // namespace jindo::chain
