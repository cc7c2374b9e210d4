// Numbers from a record's text.
#include "exports/record_fields.h"

#include "exports/decimals.h"
#include "exports/moment.h"

namespace jindo::exports {

base::Result<base::Uint256> read_units(std::string_view text, int decimals) {
  const Scaled scaled = scale_amount(text, decimals);
  if (scaled.fault == ScaleFault::kNone) return scaled.amount;
  return base::bad_input(fault_text(scaled.fault, text, decimals));
}

std::optional<uint64_t> read_count(std::string_view text) {
  if (text.empty() || text.size() > 66) return std::nullopt;
  const auto value = text.substr(0, 2) == "0x" ? base::parse_hex_quantity(text) : base::parse_decimal(text);
  if (!value || !value->fits_u64()) return std::nullopt;
  return value->low();
}

std::optional<int64_t> read_time(std::string_view text) {
  if (const auto early = text.size() < 9 ? read_count(text) : std::nullopt) return static_cast<int64_t>(*early);
  auto moment = read_moment(text);
  if (!moment && text.find_first_of("eE") != std::string_view::npos) {
    if (const auto plain = plain_decimal(text)) moment = read_moment(*plain);
  }
  if (!moment || moment->seconds < 0) return std::nullopt;
  return moment->seconds;
}

std::optional<uint32_t> read_index(std::string_view text) {
  const auto value = read_count(text);
  if (!value || *value >= UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*value);
}

}  // namespace jindo::exports
