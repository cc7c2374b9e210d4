// Decimals, ratios and thresholds in integers.
#include "typology/quantity.h"

#include <algorithm>

namespace jindo::typology {
using base::Uint256;

std::string decimal_text(const Uint256& amount, int decimals) {
  std::string digits = base::to_decimal(amount), fraction;
  if (decimals > 0) {
    const auto places = static_cast<size_t>(decimals);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    fraction = digits.substr(digits.size() - places);
    digits.resize(digits.size() - places);
    while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  }
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return fraction.empty() ? digits : digits + "." + fraction;
}

uint64_t ratio_ppm(const Uint256& part, const Uint256& whole) {
  constexpr uint64_t kMost = 1'000'000'000'000;
  if (whole.is_zero()) return 0;
  if (part.words[3] != 0) return kMost;  // beyond what anybody owns
  const Uint256 out = base::mul_div(part, 1'000'000, whole).quotient;
  return out.fits_u64() ? std::min(out.low(), kMost) : kMost;
}

Uint256 round_above(const Uint256& amount) {
  Uint256 power(1);
  while (power.words[3] == 0) {
    for (const uint64_t digit : {1, 2, 5}) {
      const Uint256 candidate = base::mul_div(power, digit, 1).quotient;
      if (!(candidate < amount)) return candidate;
    }
    power = base::mul_div(power, 10, 1).quotient;
  }
  return amount;
}

Uint256 coin_dust(const chain::Network& network) {
  Uint256 out(1);
  for (int i = 4; i < network.decimals; ++i) out = base::mul_div(out, 10, 1).quotient;
  return out;
}

std::string counted(size_t count, const char* one, const char* many) {
  std::string digits = std::to_string(count);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits + " " + (count == 1 ? one : many);
}
}  // namespace jindo::typology
