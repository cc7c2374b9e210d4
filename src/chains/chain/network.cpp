// The table of chains.
#include "chain/network.h"

namespace jindo::chain {
namespace {
// Magic, versions and prefixes: Bitcoin Core, src/kernel/chainparams.cpp. CAIP-2: namespaces bip122, eip155, tron.
constexpr Network kNetworks[] = {
    {.name = "bitcoin",
     .caip2 = "bip122:000000000019d6689c085ae165831e93",
     .model = LedgerModel::kUtxo,
     .style = AddressStyle::kBitcoin,
     .native = "BTC",
     .decimals = 8,
     .magic = {0xf9, 0xbe, 0xb4, 0xd9},
     .p2pkh_version = 0x00,
     .p2sh_version = 0x05,
     .hrp = "bc",
     .halving_interval = 210000},
    {.name = "bitcoin-testnet",
     .caip2 = "bip122:000000000933ea01ad0ee984209779ba",
     .model = LedgerModel::kUtxo,
     .style = AddressStyle::kBitcoin,
     .native = "BTC",
     .decimals = 8,
     .magic = {0x0b, 0x11, 0x09, 0x07},
     .p2pkh_version = 0x6f,
     .p2sh_version = 0xc4,
     .hrp = "tb",
     .halving_interval = 210000},
    {.name = "bitcoin-testnet4",  // BIP 94
     .caip2 = "bip122:00000000da84f2bafbbc53dee25a72ae",
     .model = LedgerModel::kUtxo,
     .style = AddressStyle::kBitcoin,
     .native = "BTC",
     .decimals = 8,
     .magic = {0x1c, 0x16, 0x3f, 0x28},
     .p2pkh_version = 0x6f,
     .p2sh_version = 0xc4,
     .hrp = "tb",
     .halving_interval = 210000},
    {.name = "bitcoin-signet",
     .caip2 = "bip122:00000008819873e925422c1ff0f99f7c",
     .model = LedgerModel::kUtxo,
     .style = AddressStyle::kBitcoin,
     .native = "BTC",
     .decimals = 8,
     .magic = {0x0a, 0x03, 0xcf, 0x40},
     .any_magic = true,
     .p2pkh_version = 0x6f,
     .p2sh_version = 0xc4,
     .hrp = "tb",
     .halving_interval = 210000},
    {.name = "bitcoin-regtest",
     .caip2 = "bip122:0f9188f13cb7b2c71f2a335e3a4fc328",
     .model = LedgerModel::kUtxo,
     .style = AddressStyle::kBitcoin,
     .native = "BTC",
     .decimals = 8,
     .magic = {0xfa, 0xbf, 0xb5, 0xda},
     .p2pkh_version = 0x6f,
     .p2sh_version = 0xc4,
     .hrp = "bcrt",
     .halving_interval = 150},
    {.name = "ethereum", .caip2 = "eip155:1", .style = AddressStyle::kEvm, .native = "ETH", .decimals = 18},
    {.name = "optimism", .caip2 = "eip155:10", .style = AddressStyle::kEvm, .native = "ETH", .decimals = 18},
    {.name = "bsc", .caip2 = "eip155:56", .style = AddressStyle::kEvm, .native = "BNB", .decimals = 18},
    {.name = "gnosis", .caip2 = "eip155:100", .style = AddressStyle::kEvm, .native = "XDAI", .decimals = 18},
    {.name = "polygon", .caip2 = "eip155:137", .style = AddressStyle::kEvm, .native = "POL", .decimals = 18},
    {.name = "moonbeam", .caip2 = "eip155:1284", .style = AddressStyle::kEvm, .native = "GLMR", .decimals = 18},
    {.name = "ronin", .caip2 = "eip155:2020", .style = AddressStyle::kEvm, .native = "RON", .decimals = 18},
    {.name = "base", .caip2 = "eip155:8453", .style = AddressStyle::kEvm, .native = "ETH", .decimals = 18},
    {.name = "arbitrum", .caip2 = "eip155:42161", .style = AddressStyle::kEvm, .native = "ETH", .decimals = 18},
    {.name = "avalanche", .caip2 = "eip155:43114", .style = AddressStyle::kEvm, .native = "AVAX", .decimals = 18},
    {.name = "harmony", .caip2 = "eip155:1666600000", .style = AddressStyle::kEvm, .native = "ONE", .decimals = 18},
    {.name = "tron",
     .caip2 = "tron:0x2b6653dc",
     .style = AddressStyle::kTron,
     .native = "TRX",
     .decimals = 6,
     .p2pkh_version = 0x41},
};
}  // namespace

std::span<const Network> networks() { return kNetworks; }

base::Result<const Network*> find_network(std::string_view name_or_caip2) {
  std::string known;
  for (const Network& network : kNetworks) {
    if (network.name == name_or_caip2 || network.caip2 == name_or_caip2) return &network;
    known += (known.empty() ? "" : ", ") + std::string(network.name);
  }
  return base::wrong_use("unknown chain '" + std::string(name_or_caip2) + "'; known: " + known +
                         ", and their CAIP-2 identifiers");
}

uint64_t block_subsidy(const Network& network, uint64_t height) {
  if (network.halving_interval == 0) return 0;
  const uint64_t halvings = height / network.halving_interval;
  return halvings >= 64 ? 0 : 5'000'000'000ULL >> halvings;
}
}  // namespace jindo::chain
