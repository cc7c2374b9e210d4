// A chain by whatever a file calls it: Jindo's name, CAIP-2, EIP-155 number, an explorer's or a warehouse's word, a
// coin.
#pragma once

#include <string>
#include <string_view>

#include "chain/network.h"

namespace jindo::exports {
// Jindo's name ("ethereum", "bsc"; "solana", of which there is no ledger); "" not known.
std::string chain_by_any_name(std::string_view text);
// By the coin of a header like Value_IN(BNB); "" where several chains have it (ETH) or none.
std::string chain_by_coin(std::string_view coin);
const chain::Network* network_of(std::string_view chain);  // nullptr: none
}  // namespace jindo::exports
