// Amounts in whole units, exactly: digits, a point, an exponent; thousands separators. Never a double.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/uint256.h"
#include "exports/format.h"

namespace jindo::exports {

// "5,586" -> "5586", "1.0E-6" -> "0.000001", "007.500" -> "7.5", ".5" -> "0.5": an amount's canonical text. nullopt:
// no number, below zero, or more than 100 digits on either side. Commas have to stand before three digits each.
std::optional<std::string> plain_decimal(std::string_view text);
size_t significant_digits(std::string_view plain);  // of plain_decimal's text: "401346.7688584047" has 16

enum class ScaleFault : uint8_t { kNone, kNotANumber, kTooFine, kTooLarge };
struct Scaled {
  base::Uint256 amount;
  ScaleFault fault = ScaleFault::kNone;
};
// A plain or any other decimal times 10^decimals (0 to 77): exact or a fault, never cut.
Scaled scale_amount(std::string_view text, int decimals);
// What is wrong, for a refusal: "1.23456789 has more digits than its asset's 6 decimals".
std::string fault_text(ScaleFault fault, std::string_view text, int decimals);

// Sets `amount` of movements whose asset's decimals the options tell; digits beyond them refuse the row. `decimals` is
// known when no movement is left without.
void apply_decimals(const ReadOptions& options, Reading& reading);

}  // namespace jindo::exports
