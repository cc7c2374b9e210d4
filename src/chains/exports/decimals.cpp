// Decimal text by its digits: split at the point, the exponent moves the point.
#include "exports/decimals.h"

#include <algorithm>
#include <set>

namespace jindo::exports {
namespace {
constexpr size_t kDigitsMax = 100;
constexpr int kScaleMax = 77;

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Whole digits without separators; nullopt where commas stand elsewhere than before three digits each.
std::optional<std::string> without_separators(std::string_view whole) {
  if (whole.find(',') == std::string_view::npos) return std::string(whole);
  std::string out;
  for (bool first = true;; first = false) {
    const size_t comma = whole.find(',');
    const std::string_view part = whole.substr(0, comma);
    if (first ? (part.empty() || part.size() > 3) : part.size() != 3) return std::nullopt;
    out += part;
    if (comma == std::string_view::npos) return out;
    whole.remove_prefix(comma + 1);
  }
}

std::optional<int> exponent_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.size() > 3 || !all_digits(text)) return std::nullopt;
  int out = 0;
  for (const char c : text) out = out * 10 + (c - '0');
  return negative ? -out : out;
}
}  // namespace

std::optional<std::string> plain_decimal(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int exponent = 0;
  if (const size_t at = text.find_first_of("eE"); at != std::string_view::npos) {
    const auto parsed = exponent_of(text.substr(at + 1));
    if (!parsed) return std::nullopt;
    exponent = *parsed;
    text = text.substr(0, at);
  }
  const size_t point = text.find('.');
  const auto whole_digits = without_separators(text.substr(0, point));
  std::string fraction(point == std::string_view::npos ? std::string_view() : text.substr(point + 1));
  if (!whole_digits) return std::nullopt;
  std::string whole = *whole_digits;
  if ((whole.empty() && fraction.empty()) || !all_digits(whole) || !all_digits(fraction)) return std::nullopt;
  if (whole.size() > kDigitsMax || fraction.size() > kDigitsMax) return std::nullopt;
  for (; exponent > 0; --exponent) {
    whole += fraction.empty() ? '0' : fraction.front();
    if (!fraction.empty()) fraction.erase(0, 1);
  }
  for (; exponent < 0; ++exponent) {
    fraction.insert(fraction.begin(), whole.empty() ? '0' : whole.back());
    if (!whole.empty()) whole.pop_back();
  }
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (whole.size() > kDigitsMax || fraction.size() > kDigitsMax) return std::nullopt;
  if (whole.empty()) whole = "0";
  return fraction.empty() ? whole : whole + "." + fraction;
}

size_t significant_digits(std::string_view plain) {
  std::string digits;
  for (const char c : plain)
    if (c != '.') digits += c;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits.size();
}

Scaled scale_amount(std::string_view text, int decimals) {
  const auto plain = plain_decimal(text);
  if (!plain || decimals < 0 || decimals > kScaleMax) return {{}, ScaleFault::kNotANumber};
  const size_t point = plain->find('.');
  std::string digits = plain->substr(0, point);
  std::string fraction = point == std::string::npos ? "" : plain->substr(point + 1);
  if (fraction.size() > static_cast<size_t>(decimals)) return {{}, ScaleFault::kTooFine};
  fraction.resize(static_cast<size_t>(decimals), '0');
  const auto amount = base::parse_decimal(digits + fraction);
  if (!amount) return {{}, ScaleFault::kTooLarge};
  return {*amount, ScaleFault::kNone};
}

std::string fault_text(ScaleFault fault, std::string_view text, int decimals) {
  const std::string shown(text.substr(0, 100));
  switch (fault) {
    case ScaleFault::kNone:
      return "";
    case ScaleFault::kNotANumber:
      return "'" + shown + "' is no amount";
    case ScaleFault::kTooFine:
      return shown + " has more digits than its asset's " + std::to_string(decimals) + " decimals";
    case ScaleFault::kTooLarge:
      return shown + " is beyond 2^256 with " + std::to_string(decimals) + " decimals";
  }
  return "";
}

void apply_decimals(const ReadOptions& options, Reading& reading) {
  if (!options.decimals) return;
  bool left = false, found = false;
  std::vector<Movement> kept;
  kept.reserve(reading.movements.size());
  const std::string& chain = reading.chain.empty() ? options.chain : reading.chain;
  for (Movement& movement : reading.movements) {
    if (movement.decimal.empty()) {
      kept.push_back(std::move(movement));
      continue;
    }
    const auto decimals = options.decimals(chain, movement.asset);
    if (!decimals) {
      left = true;
      kept.push_back(std::move(movement));
      continue;
    }
    found = true;
    const Scaled scaled = scale_amount(movement.decimal, *decimals);
    if (scaled.fault != ScaleFault::kNone) {
      reading.refuse_row(movement.row, fault_text(scaled.fault, movement.decimal, *decimals));
      continue;
    }
    movement.amount = scaled.amount;
    movement.decimal.clear();
    kept.push_back(std::move(movement));
  }
  reading.movements = std::move(kept);
  if (found && !left) reading.unknown.remove(Unknown::kDecimals);
}
}  // namespace jindo::exports
