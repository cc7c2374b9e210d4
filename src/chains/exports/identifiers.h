// Identifiers of chains in the form in which Readings hold them (attested.h): one thing, one text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jindo::exports {

// Each gives nullopt for what is none. Upper case is let pass; 0x is put back where a file leaves it out.
std::optional<std::string> evm_address(std::string_view text);
std::optional<std::string> evm_hash(std::string_view text);
// T… with its checksum, 41 and 40 digits, or 0x and 40 digits; as T….
std::optional<std::string> tron_address(std::string_view text);
std::optional<std::string> plain_hash(std::string_view text);  // 64 digits without 0x: bitcoin, Tron
std::optional<std::string> solana_address(std::string_view text);
std::optional<std::string> solana_signature(std::string_view text);

// What a chain's address and hash are, by the chain's name; "" and chains without a Network are taken as EVM, "solana"
// and "tron" as theirs.
std::optional<std::string> chain_address(std::string_view chain, std::string_view text);
std::optional<std::string> chain_hash(std::string_view chain, std::string_view text);

// The bitcoin network that an address in text belongs to: "bitcoin", "bitcoin-testnet" (signet's and regtest's base58
// are the same), "bitcoin-regtest"; "" where it cannot be told or is none of them.
std::string_view bitcoin_network_of(std::string_view address);

}  // namespace jindo::exports
