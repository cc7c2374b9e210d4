// The chains Jindo knows: one row a chain, with its CAIP-2 identifier and what decoding and printing need. To add an
// EVM chain, add its row to network.cpp; nothing else lists chains.
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
  LedgerModel model = LedgerModel::kAccount;
  AddressStyle style = AddressStyle::kEvm;
  std::string_view native;         // "BTC"
  int decimals = 18;               // of the native asset: 8 for bitcoin, 18 for ether
  std::array<uint8_t, 4> magic{};  // message start of blk files; zero on account chains
  // Custom signets have a message start of their own, out of their challenge, and all the same genesis block (BIP 325).
  bool any_magic = false;
  uint8_t p2pkh_version = 0;  // base58 version bytes; on tron the first is the account's
  uint8_t p2sh_version = 0;
  std::string_view hrp{};         // bech32 human-readable part
  uint64_t halving_interval = 0;  // blocks; 0 on account chains
};

std::span<const Network> networks();
// By name or CAIP-2 identifier; the error lists what is known.
base::Result<const Network*> find_network(std::string_view name_or_caip2);
// The block subsidy in satoshi (Bitcoin Core validation.cpp, GetBlockSubsidy).
uint64_t block_subsidy(const Network& network, uint64_t height);

}  // namespace jindo::chain
