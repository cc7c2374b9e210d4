// Names of chains as Dune, Arkham, bitquery, cryo, explorers and EIP-155 (chainlist.org) write them.
#include "exports/chain_names.h"

#include "exports/table.h"

namespace jindo::exports {
namespace {
struct ChainWord {
  std::string_view word, chain;
};
constexpr ChainWord kWords[] = {
    {"eth", "ethereum"},
    {"ethereum mainnet", "ethereum"},
    {"mainnet", "ethereum"},
    {"ethereum_mainnet", "ethereum"},
    {"bnb", "bsc"},
    {"bnb chain", "bsc"},
    {"bnb smart chain", "bsc"},
    {"binance smart chain", "bsc"},
    {"binance_smart_chain", "bsc"},
    {"bnb smart chain mainnet", "bsc"},
    {"matic", "polygon"},
    {"polygon mainnet", "polygon"},
    {"polygon pos", "polygon"},
    {"avalanche_c", "avalanche"},
    {"avalanche c-chain", "avalanche"},
    {"avalanche_c_chain", "avalanche"},
    {"avax", "avalanche"},
    {"arbitrum one", "arbitrum"},
    {"arbitrum_one", "arbitrum"},
    {"op mainnet", "optimism"},
    {"optimism mainnet", "optimism"},
    {"op", "optimism"},
    {"xdai", "gnosis"},
    {"gnosis chain", "gnosis"},
    {"base mainnet", "base"},
    {"harmony one", "harmony"},
    {"trx", "tron"},
    {"tron mainnet", "tron"},
    {"sol", "solana"},
    {"solana", "solana"},
    {"btc", "bitcoin"},
    {"bitcoin mainnet", "bitcoin"},
};
// The coins of explorers' headers, old names too (Polygon's was MATIC until 2024, Gnosis' is written xDAI).
constexpr ChainWord kCoins[] = {{"bnb", "bsc"},        {"matic", "polygon"}, {"pol", "polygon"},
                                {"avax", "avalanche"}, {"one", "harmony"},   {"xdai", "gnosis"},
                                {"glmr", "moonbeam"},  {"ron", "ronin"},     {"trx", "tron"}};
}  // namespace

const chain::Network* network_of(std::string_view chain) {
  const auto found = chain::find_network(chain);
  return found.ok() ? *found : nullptr;
}

std::string chain_by_any_name(std::string_view text) {
  const std::string word = normal_name(text);
  if (word.empty()) return "";
  for (const ChainWord& row : kWords)
    if (row.word == word) return std::string(row.chain);
  if (const chain::Network* network = network_of(word)) return std::string(network->name);
  if (const chain::Network* network = network_of("eip155:" + word)) return std::string(network->name);
  return "";
}

std::string chain_by_coin(std::string_view coin) {
  const std::string word = normal_name(coin);
  for (const ChainWord& row : kCoins)
    if (row.word == word) return std::string(row.chain);
  return "";
}
}  // namespace jindo::exports
