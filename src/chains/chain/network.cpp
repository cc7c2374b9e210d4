#include "chain/network.h"

namespace jindo::chain {
namespace {
using LM = LedgerModel;
using AS = AddressStyle;
// Magic, versions and prefixes: Bitcoin Core, src/kernel/chainparams.cpp. CAIP-2: namespaces bip122, eip155, tron.
constexpr Network kNetworks[] = {
    {"bitcoin",
     "bip122:000000000019d6689c085ae165831e93",
     LM::kUtxo,
     AS::kBitcoin,
     "BTC",
     8,
     {0xf9, 0xbe, 0xb4, 0xd9},
     0x00,
     0x05,
     "bc",
     210000},
    {"bitcoin-testnet",
     "bip122:000000000933ea01ad0ee984209779ba",
     LM::kUtxo,
     AS::kBitcoin,
     "BTC",
     8,
     {0x0b, 0x11, 0x09, 0x07},
     0x6f,
     0xc4,
     "tb",
     210000},
    {"bitcoin-signet",
     "bip122:00000008819873e925422c1ff0f99f7c",
     LM::kUtxo,
     AS::kBitcoin,
     "BTC",
     8,
     {0x0a, 0x03, 0xcf, 0x40},
     0x6f,
     0xc4,
     "tb",
     210000},
    {"bitcoin-regtest",
     "bip122:0f9188f13cb7b2c71f2a335e3a4fc328",
     LM::kUtxo,
     AS::kBitcoin,
     "BTC",
     8,
     {0xfa, 0xbf, 0xb5, 0xda},
     0x6f,
     0xc4,
     "bcrt",
     150},
    {"ethereum", "eip155:1", LM::kAccount, AS::kEvm, "ETH", 18, {}, 0, 0, "", 0},
    {"optimism", "eip155:10", LM::kAccount, AS::kEvm, "ETH", 18, {}, 0, 0, "", 0},
    {"bsc", "eip155:56", LM::kAccount, AS::kEvm, "BNB", 18, {}, 0, 0, "", 0},
    {"gnosis", "eip155:100", LM::kAccount, AS::kEvm, "XDAI", 18, {}, 0, 0, "", 0},
    {"polygon", "eip155:137", LM::kAccount, AS::kEvm, "POL", 18, {}, 0, 0, "", 0},
    {"moonbeam", "eip155:1284", LM::kAccount, AS::kEvm, "GLMR", 18, {}, 0, 0, "", 0},
    {"ronin", "eip155:2020", LM::kAccount, AS::kEvm, "RON", 18, {}, 0, 0, "", 0},
    {"base", "eip155:8453", LM::kAccount, AS::kEvm, "ETH", 18, {}, 0, 0, "", 0},
    {"arbitrum", "eip155:42161", LM::kAccount, AS::kEvm, "ETH", 18, {}, 0, 0, "", 0},
    {"avalanche", "eip155:43114", LM::kAccount, AS::kEvm, "AVAX", 18, {}, 0, 0, "", 0},
    {"tron", "tron:0x2b6653dc", LM::kAccount, AS::kTron, "TRX", 6, {}, 0x41, 0, "", 0},
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
