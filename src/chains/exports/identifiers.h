// Identifiers by the name of their chain, in the form in which Readings hold them (attested.h, row_cells.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jindo::exports {

// What a chain's address and hash are; "" and chains other than tron and solana are taken as EVM. nullopt: none.
std::optional<std::string> chain_address(std::string_view chain, std::string_view text);
std::optional<std::string> chain_hash(std::string_view chain, std::string_view text);
std::optional<std::string> plain_hash(std::string_view text);  // 64 digits without 0x: bitcoin, Tron

// The bitcoin network that an address in text belongs to: "bitcoin", "bitcoin-testnet" (signet's and regtest's base58
// are the same), "bitcoin-regtest"; "" where it cannot be told or is none of them.
std::string_view bitcoin_network_of(std::string_view address);

}  // namespace jindo::exports
