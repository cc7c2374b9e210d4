// Times as text and back.
#include "base/clock.h"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace jindo::base {
namespace {
// Days from civil and back: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013), proleptic Gregorian.
int64_t days_from_civil(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}
bool number(std::string_view text, size_t at, size_t count, int64_t& out) {
  if (text.size() < at + count) return false;
  const char* begin = text.data() + at;
  for (size_t i = 0; i < count; ++i) {
    if (begin[i] < '0' || begin[i] > '9') return false;
  }
  std::from_chars(begin, begin + count, out);
  return true;
}
int64_t days_in_month(int64_t year, int64_t month) {
  return days_from_civil(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) -
         days_from_civil(year, month, 1);
}
}  // namespace

std::string format_time(int64_t unix_seconds) {
  int64_t days = unix_seconds / 86400;
  int64_t rest = unix_seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    --days;
  }
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t day_of_era = days - era * 146097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted = (5 * day_of_year + 2) / 153;
  const int64_t day = day_of_year - (153 * shifted + 2) / 5 + 1;
  const int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  if (year < 0 || year > 9999) {
    char out[64];
    std::snprintf(out, sizeof out, "%04lld-%02lld-%02lldT%02lld:%02lld:%02lldZ", static_cast<long long>(year),
                  static_cast<long long>(month), static_cast<long long>(day), static_cast<long long>(rest / 3600),
                  static_cast<long long>(rest / 60 % 60), static_cast<long long>(rest % 60));
    return out;
  }
  std::string out = "0000-00-00T00:00:00Z";
  const auto two = [&out](size_t at, int64_t value) {
    out[at] = static_cast<char>('0' + value / 10);
    out[at + 1] = static_cast<char>('0' + value % 10);
  };
  two(0, year / 100);
  two(2, year % 100);
  two(5, month);
  two(8, day);
  two(11, rest / 3600);
  two(14, rest / 60 % 60);
  two(17, rest % 60);
  return out;
}

std::optional<int64_t> parse_time(std::string_view text) {
  int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!number(text, 0, 4, year) || !number(text, 5, 2, month) || !number(text, 8, 2, day)) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) {
    return std::nullopt;
  }
  int64_t offset = 0;
  if (text.size() > 10) {
    if ((text[10] != 'T' && text[10] != ' ') || !number(text, 11, 2, hour) || !number(text, 14, 2, minute) ||
        text[13] != ':' || hour > 23 || minute > 59) {
      return std::nullopt;
    }
    size_t at = 16;
    if (at < text.size() && text[at] == ':') {
      if (!number(text, 17, 2, second) || second > 60) return std::nullopt;
      at = 19;
    }
    const std::string_view zone = text.substr(at);
    if (zone == "Z" || zone.empty() || zone == " UTC") {
      offset = 0;
    } else {
      int64_t zone_hour = 0, zone_minute = 0;
      if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || !number(zone, 1, 2, zone_hour) ||
          !number(zone, 4, 2, zone_minute)) {
        return std::nullopt;
      }
      offset = (zone_hour * 3600 + zone_minute * 60) * (zone[0] == '+' ? 1 : -1);
    }
  }
  return days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset;
}

int64_t unix_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}
int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}
uint64_t monotonic_ns() {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count());
}
}  // namespace jindo::base
