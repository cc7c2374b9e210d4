// A chain's style of identifiers, and bitcoin's networks by their addresses.
#include "exports/identifiers.h"

#include "chain/base58.h"
#include "chain/bech32.h"
#include "chain/network.h"
#include "exports/row_cells.h"

namespace jindo::exports {
namespace {
Style style_by_name(std::string_view chain) {
  return chain == "tron" ? Style::kTron : chain == "solana" ? Style::kSolana : Style::kEvm;
}
}  // namespace

std::optional<std::string> chain_address(std::string_view chain, std::string_view text) {
  return canonical_address(style_by_name(chain), text);
}
std::optional<std::string> chain_hash(std::string_view chain, std::string_view text) {
  return canonical_hash(style_by_name(chain), text);
}
std::optional<std::string> plain_hash(std::string_view text) { return canonical_hash(Style::kTron, text); }

std::string_view bitcoin_network_of(std::string_view address) {
  if (address.size() < 14 || address.size() > 90) return "";
  for (const char* name : {"bitcoin", "bitcoin-testnet", "bitcoin-regtest"}) {
    const auto network = chain::find_network(name);
    if (!network.ok()) continue;
    if (chain::segwit_decode((*network)->hrp, address)) return (*network)->name;
    const auto payload = chain::base58check_decode(address);
    if (payload && payload->size() == 21 &&
        (payload->front() == (*network)->p2pkh_version || payload->front() == (*network)->p2sh_version))
      return (*network)->name;
  }
  return "";
}

}  // namespace jindo::exports
