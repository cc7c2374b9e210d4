// The table of burn addresses, and its keys by network, made once.
#include "chain/burn.h"

#include <algorithm>
#include <vector>

namespace jindo::chain {
namespace {
constexpr std::string_view kEip20 = "EIP-20 and OpenZeppelin's ERC20: a burn is a transfer to it, a mint one from it";
constexpr std::string_view kDead =
    "Etherscan, label burn: \"Null: 0x00...dEaD\"; no key is known to hash to chosen digits";
// Etherscan's label "burn" stands at addresses of one repeated digit and at precompiled contracts too. They are left
// out: the first stand in countless examples and private chains for anybody, the second are called by contracts.
constexpr BurnPlace kPlaces[] = {
    {"0x0000000000000000000000000000000000000000", "evm", "zero address", kEip20},
    {"0x000000000000000000000000000000000000dEaD", "evm", "dead address", kDead},
    {"0xdEAD000000000000000042069420694206942069", "evm", "dead address",
     "Etherscan, label burn: \"Null: 0xdea...069\""},
    {"0x00000000000000000000045261D4Ee77acdb3286", "evm", "burn address",
     "Etherscan, label burn: \"Null: 0x000...286\""},
    {"T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb", "tron", "zero address", kEip20},
    {"TLsV52sRDL79HXGGm9yzwKibb6BeruhUzy", "tron", "black hole",
     "java-tron, genesis block: the account \"Blackhole\", to which fees were burnt"},
    {"1111111111111111111114oLvT2", "bitcoin", "all-zero key hash",
     "hash160 of twenty zero bytes; El Khatib and Legout 2025; burned.money"},
    {"1BitcoinEaterAddressDontSendf59kuE", "bitcoin", "Bitcoin Eater",
     "readable base58 to the end, so the hash of no known key; burned.money, burn addresses"},
    {"1CounterpartyXXXXXXXXXXXXXXXUWLpVr", "bitcoin", "Counterparty's proof of burn",
     "counterparty-lib, config.py: UNSPENDABLE_MAINNET"},
    {"31h1vYVSYuKP6AhS86fbRdMw9XHieotbST", "bitcoin", "all-zero script hash",
     "hash160 of twenty zero bytes; burned.money"},
    {"mfWxJ45yp2SFn7UciZyNpvDKrzbhyfKrY8", "bitcoin-testnet", "all-zero key hash", "hash160 of twenty zero bytes"},
    {"mvCounterpartyXXXXXXXXXXXXXXW24Hef", "bitcoin-testnet", "Counterparty's proof of burn",
     "counterparty-lib, config.py: UNSPENDABLE_TESTNET"},
};

struct OfNetwork {
  const Network* network = nullptr;
  std::vector<AddressKey> keys;
  std::vector<const BurnPlace*> places;
};
std::vector<OfNetwork> read_table() {
  std::vector<OfNetwork> out;
  for (const Network& network : networks()) {
    OfNetwork& of = out.emplace_back();
    of.network = &network;
    for (const BurnPlace& place : kPlaces) {
      const bool meant = place.chain == "evm"               ? network.style == AddressStyle::kEvm
                         : place.chain == "bitcoin-testnet" ? network.p2pkh_version == 0x6f
                                                            : place.chain == network.name;
      if (!meant) continue;
      const auto key = parse_address(network, place.address);
      if (!key.ok()) continue;  // chain_test.cpp: every row is read
      of.keys.push_back(*key);
      of.places.push_back(&place);
    }
  }
  return out;
}
const OfNetwork* of_network(const Network& network) {
  static const std::vector<OfNetwork> table = read_table();
  const auto at = static_cast<size_t>(&network - networks().data());
  return at < table.size() ? &table[at] : nullptr;
}
}  // namespace

std::span<const BurnPlace> burn_places() { return kPlaces; }

const BurnPlace* find_burn(const Network& network, const AddressKey& address) {
  const OfNetwork* of = of_network(network);
  if (of == nullptr) return nullptr;
  for (size_t i = 0; i < of->keys.size(); ++i)
    if (of->keys[i] == address) return of->places[i];
  return nullptr;
}

std::span<const AddressKey> burn_keys(const Network& network) {
  const OfNetwork* of = of_network(network);
  return of == nullptr ? std::span<const AddressKey>() : std::span<const AddressKey>(of->keys);
}
}  // namespace jindo::chain
