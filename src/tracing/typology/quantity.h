// Quantities in words and ratios: amounts with their decimals and thousands, parts per million of 256-bit integers.
#pragma once

#include <string>

#include "base/uint256.h"
#include "chain/network.h"

namespace jindo::typology {
// "390,000", "0.05"; no trailing zeros.
std::string decimal_text(const base::Uint256& amount, int decimals);
// part / whole in parts per million, at most 10^12; 0 where whole is zero.
uint64_t ratio_ppm(const base::Uint256& part, const base::Uint256& whole);
// The largest power of ten times 1, 2 or 5 that is not below the amount: a threshold that people choose.
base::Uint256 round_above(const base::Uint256& amount);
// A ten-thousandth of the chain's coin: what counts as dust.
base::Uint256 coin_dust(const chain::Network& network);
// "1 address", "39 addresses"
std::string counted(size_t count, const char* one, const char* many);
}  // namespace jindo::typology
