// Cells into values, and what is said of cells that are none.
#include "exports/row_cells.h"

#include <algorithm>

#include "base/hex.h"
#include "chain/base58.h"
#include "exports/decimals.h"
#include "exports/moment.h"

namespace jindo::exports {
namespace {
constexpr size_t kShownBytes = 80;
constexpr size_t kDoubleDigits = 15;  // any decimal of 15 digits survives a double; of more it need not

std::string lower_hex(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  return out;
}
bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}
bool is_base58(std::string_view text) {
  constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  return std::all_of(text.begin(), text.end(), [&](char c) { return kAlphabet.find(c) != std::string_view::npos; });
}
std::string_view without_0x(std::string_view text) {
  return text.starts_with("0x") || text.starts_with("0X") ? text.substr(2) : text;
}

// Hex digits of any length as a number; nullopt beyond 2^256.
std::optional<base::Uint256> hex_number(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.size() > 64 || !is_hex(digits)) return std::nullopt;
  base::Uint256 out;
  for (const char c : digits) {
    const uint64_t value = c <= '9' ? static_cast<uint64_t>(c - '0') : static_cast<uint64_t>((c | 32) - 'a') + 10;
    for (size_t i = 4; i-- > 1;) out.words[i] = out.words[i] << 4 | out.words[i - 1] >> 60;
    out.words[0] = out.words[0] << 4 | value;
  }
  return out;
}
}  // namespace

std::optional<std::string> canonical_hash(Style style, std::string_view text) {
  text = trimmed(text);
  if (style == Style::kSolana) {
    if (text.size() < 80 || text.size() > 90 || !is_base58(text)) return std::nullopt;
    return std::string(text);
  }
  const std::string_view digits = without_0x(text);
  if (digits.size() != 64 || !is_hex(digits)) return std::nullopt;
  return (style == Style::kEvm ? "0x" : "") + lower_hex(digits);
}

std::optional<std::string> canonical_address(Style style, std::string_view text) {
  text = trimmed(text);
  if (style == Style::kSolana) {
    if (text.size() < 32 || text.size() > 44 || !is_base58(text)) return std::nullopt;
    return std::string(text);
  }
  if (style == Style::kEvm) {
    if (text.starts_with("ronin:")) text.remove_prefix(6);
    const std::string_view digits = without_0x(text);
    if (digits.size() != 40 || !is_hex(digits)) return std::nullopt;
    return "0x" + lower_hex(digits);
  }
  std::string_view digits = without_0x(text);
  std::string hex = digits.size() == 40 && is_hex(digits) ? "41" + std::string(digits) : std::string(digits);
  if (hex.size() == 42 && is_hex(hex) && hex.starts_with("41")) {
    std::vector<uint8_t> payload(21);
    base::from_hex(hex, payload);
    return chain::base58check_encode(payload);
  }
  const auto payload = chain::base58check_decode(text);
  if (!payload || payload->size() != 21 || payload->front() != 0x41) return std::nullopt;
  return std::string(text);
}

// A double, or what a program printed of one ("4.013467688584047E23"), with more digits than doubles carry.
bool RowCells::is_rounded(int column, std::string_view plain) const {
  const bool from_double =
      table_.kind(column) == CellKind::kDouble || table_.cell(column).find_first_of("eE") != std::string_view::npos;
  return from_double && significant_digits(plain) > kDoubleDigits;
}

void RowCells::fault(std::string why) {
  if (why_.empty()) why_ = std::move(why);
}

void RowCells::cell_fault(int column, const char* expected) {
  const std::string name = column >= 0 && static_cast<size_t>(column) < table_.written_header().size()
                               ? table_.written_header()[static_cast<size_t>(column)].substr(0, kShownBytes)
                               : std::string();
  fault("column '" + name + "': '" + std::string(table_.cell(column).substr(0, kShownBytes)) + "'; expected " +
        expected);
}

std::string_view RowCells::text(int column) {
  if (table_.is_torn(column))
    fault("the row ends after " + std::to_string(table_.cells()) + " cells; the header has " +
          std::to_string(table_.header().size()));
  return table_.cell(column);
}

std::string RowCells::hash(int column) {
  const auto out = canonical_hash(style_, text(column));
  if (!out) cell_fault(column, "a transaction's hash");
  return out.value_or("");
}

std::string RowCells::address(int column) {
  const auto out = canonical_address(style_, text(column));
  if (!out) cell_fault(column, "an address");
  return out.value_or("");
}

std::string RowCells::address_or_empty(int column) { return text(column).empty() ? "" : address(column); }

base::Uint256 RowCells::units(int column) {
  const std::string_view cell = text(column);
  if (cell.starts_with("0x") || cell.starts_with("0X")) {
    const auto value = hex_number(cell.substr(2));
    if (!value || cell.size() == 2) cell_fault(column, "an amount in hexadecimal below 2^256");
    return value.value_or(base::Uint256());
  }
  return scaled(column, 0);
}

base::Uint256 RowCells::units_or_zero(int column) { return text(column).empty() ? base::Uint256() : units(column); }

base::Uint256 RowCells::scaled(int column, int decimals) {
  const std::string_view cell = text(column);
  const auto plain = plain_decimal(cell);
  if (!plain) {
    cell_fault(column, "an amount");
    return {};
  }
  if (is_rounded(column, *plain)) {
    cell_fault(column, "the exact amount: this is a rounded double");
    return {};
  }
  const Scaled scaled = scale_amount(*plain, decimals);
  if (scaled.fault != ScaleFault::kNone) fault(fault_text(scaled.fault, cell, decimals));
  return scaled.amount;
}

base::Uint256 RowCells::scaled_or_zero(int column, int decimals) {
  return text(column).empty() ? base::Uint256() : scaled(column, decimals);
}

base::Uint256 RowCells::product(int a, int b) {
  const base::Uint256 x = units_or_zero(a), y = units_or_zero(b);
  if (!base::to_uint128(x) || !base::to_uint128(y)) {
    fault("gas and its price beyond 2^128");
    return {};
  }
  return base::mul_div(x, y, 1).quotient;
}

std::string RowCells::decimal(int column) {
  const std::string_view cell = text(column);
  const auto plain = plain_decimal(cell);
  if (!plain) {
    cell_fault(column, "an amount");
    return "";
  }
  if (is_rounded(column, *plain)) cell_fault(column, "the exact amount: this is a rounded double");
  return *plain;
}

std::optional<uint64_t> RowCells::number_or_none(int column) {
  const std::string_view cell = text(column);
  if (cell.empty()) return std::nullopt;
  const auto plain = plain_decimal(cell);
  const auto value = plain ? base::parse_decimal(*plain) : std::nullopt;
  if (!value || !value->fits_u64()) {
    cell_fault(column, "a whole number");
    return std::nullopt;
  }
  return value->low();
}

std::optional<uint32_t> RowCells::small_or_none(int column) {
  const auto value = number_or_none(column);
  if (value && *value >= UINT32_MAX) cell_fault(column, "a number below 2^32-1");
  return value ? std::optional(static_cast<uint32_t>(*value)) : std::nullopt;
}

std::optional<int64_t> RowCells::time_or_none(int column) {
  const std::string_view cell = text(column);
  if (cell.empty()) return std::nullopt;
  const auto time = read_moment(cell);
  if (!time) {
    cell_fault(column, "a time");
    return std::nullopt;
  }
  if (!time->to_the_second) out_.unknown.add(Unknown::kTime);
  return time->seconds;
}

bool RowCells::truth(int column) {
  const std::string word = normal_name(text(column));
  return word == "true" || word == "1" || word == "yes" || word == "ok" || word == "success" || word == "t";
}

bool RowCells::end_row() {
  if (why_.empty()) return true;
  out_.refuse_row(table_.row(), std::move(why_));
  why_.clear();
  return false;
}
}  // namespace jindo::exports
