// Numbers by their size, dates by base/clock.
#include "exports/time_text.h"

#include <string>

#include "base/clock.h"
#include "exports/decimals.h"

namespace jindo::exports {
namespace {
constexpr int64_t kYear10000 = 253'402'300'800;

std::optional<int64_t> from_number(std::string_view text) {
  if (text.find(',') != std::string_view::npos) return std::nullopt;
  const auto plain = plain_decimal(text);
  if (!plain) return std::nullopt;
  // Digits before the point say the unit: seconds have at most 11 until the year 5138.
  std::string whole = plain->substr(0, plain->find('.'));
  const size_t cut = whole.size() > 17 ? 9 : whole.size() > 14 ? 6 : whole.size() > 11 ? 3 : 0;
  whole.resize(whole.size() - cut);
  const auto seconds = base::parse_decimal(whole);
  if (!seconds || !seconds->fits_u64() || seconds->low() >= static_cast<uint64_t>(kYear10000)) return std::nullopt;
  return static_cast<int64_t>(seconds->low());
}
}  // namespace

std::optional<int64_t> read_time(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.size() < 10 || text[4] != '-') return text.empty() || text.size() > 40 ? std::nullopt : from_number(text);
  std::string plain(text);
  if (const size_t point = plain.find('.', 19); point == 19) {
    size_t end = point + 1;
    while (end < plain.size() && plain[end] >= '0' && plain[end] <= '9') ++end;
    plain.erase(point, end - point);
  }
  if (plain.size() > 3 && (plain.substr(plain.size() - 3) == "+00" || plain.substr(plain.size() - 3) == "-00"))
    plain += ":00";
  if (plain.size() == 24 && (plain[19] == '+' || plain[19] == '-')) plain.insert(22, ":");  // +0000
  if (plain.size() == 26 && plain.substr(19, 2) == " +") plain.erase(19, 1);
  if (plain.size() == 25 && plain.substr(19, 2) == " +")
    plain = plain.substr(0, 19) + plain.substr(20, 3) + ":" + plain.substr(23);
  const auto out = base::parse_time(plain);
  if (!out || *out < 0 || *out >= kYear10000) return std::nullopt;
  return out;
}

}  // namespace jindo::exports
