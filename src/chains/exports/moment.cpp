// A small scanner of times; the calendar is base/clock's.
#include "exports/moment.h"

#include <algorithm>
#include <string>

#include "base/clock.h"
#include "exports/table.h"

namespace jindo::exports {
namespace {
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Up to `most` digits from the front; nullopt without one.
std::optional<int64_t> take_number(std::string_view& text, size_t most) {
  size_t count = 0;
  int64_t out = 0;
  for (; count < most && count < text.size() && is_digit(text[count]); ++count) out = out * 10 + (text[count] - '0');
  if (count == 0) return std::nullopt;
  text.remove_prefix(count);
  return out;
}
bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}
bool take_word(std::string_view& text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    const char c = text[i];
    if ((c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c) != word[i]) return false;
  }
  text.remove_prefix(word.size());
  return true;
}

struct Civil {
  int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};
std::string two_digits(int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

std::optional<int64_t> seconds_of(const Civil& at) {
  if (at.year < 1970 || at.year > 9999 || at.month > 12 || at.day > 31 || at.hour > 23 || at.minute > 59 ||
      at.second > 60)
    return std::nullopt;
  return base::parse_time(std::to_string(at.year) + "-" + two_digits(at.month) + "-" + two_digits(at.day) + "T" +
                          two_digits(at.hour) + ":" + two_digits(at.minute) + ":" + two_digits(at.second) + "Z");
}

// "", "Z", "UTC", " UTC", "+00", "+0000", "+00:00": seconds east; nullopt: something else.
std::optional<int64_t> zone_of(std::string_view text, bool& has_zone) {
  text = trimmed(text);
  has_zone = !text.empty();
  if (text.empty() || text == "Z" || text == "z" || text == "UTC" || text == "GMT" || text == "(UTC)") return 0;
  const bool east = text.front() == '+';
  if (!east && text.front() != '-') return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_number(text, 2);
  take(text, ':');
  const auto minutes = text.empty() ? std::optional<int64_t>(0) : take_number(text, 2);
  if (!hours || !minutes || !text.empty() || *hours > 18 || *minutes > 59) return std::nullopt;
  return (*hours * 3600 + *minutes * 60) * (east ? 1 : -1);
}

// 10 digits are seconds, 13 milliseconds, 16 microseconds; a fraction is dropped.
std::optional<Moment> unix_time(std::string_view text) {
  const size_t point = text.find('.');
  const std::string_view fraction = point == std::string_view::npos ? "" : text.substr(point + 1);
  std::string_view digits = text.substr(0, point);
  if (!std::all_of(fraction.begin(), fraction.end(), is_digit)) return std::nullopt;
  if (digits.size() < 9 || digits.size() > 16 || !std::all_of(digits.begin(), digits.end(), is_digit))
    return std::nullopt;
  if (digits.size() != 9 && digits.size() != 10 && digits.size() != 13 && digits.size() != 16) return std::nullopt;
  int64_t value = *take_number(digits, 16);
  if (value >= 1'000'000'000'000'000) value /= 1000;
  if (value >= 1'000'000'000'000) value /= 1000;
  return Moment{value, true, true};
}

constexpr std::string_view kMonths[] = {"JANUARY", "FEBRUARY", "MARCH",     "APRIL",   "MAY",      "JUNE",
                                        "JULY",    "AUGUST",   "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"};
std::optional<int64_t> take_month(std::string_view& text) {
  for (size_t i = 0; i < 12; ++i)
    if (take_word(text, kMonths[i]) || take_word(text, kMonths[i].substr(0, 3))) return static_cast<int64_t>(i) + 1;
  return std::nullopt;
}

// One letter of a pattern. False: the text does not go on so.
bool take_field(std::string_view& text, char letter, Civil& at, int& half, bool& has_seconds) {
  const auto into = [&](int64_t& field, size_t most) {
    const auto value = take_number(text, most);
    if (value) field = *value;
    return value.has_value();
  };
  switch (letter) {
    case 'Y':
      return into(at.year, 4);
    case 'y':
      if (!into(at.year, 2)) return false;
      at.year += 2000;
      return true;
    case 'm':
      return into(at.month, 2);
    case 'd':
      return into(at.day, 2);
    case 'H':
    case 'I':
      return into(at.hour, 2);
    case 'M':
      return into(at.minute, 2);
    case 'S':
      has_seconds = true;
      if (!into(at.second, 2)) return false;
      if (take(text, '.')) take_number(text, 9);
      return true;
    case 'b':
    case 'B':
      if (const auto month = take_month(text)) {
        at.month = *month;
        return true;
      }
      return false;
    case 'p':
      if (take_word(text, "AM"))
        half = 1;
      else if (take_word(text, "PM"))
        half = 2;
      return half != 0;
    default:
      return take(text, letter);
  }
}
}  // namespace

std::optional<Moment> read_moment(std::string_view text) {
  text = trimmed(text);
  if (const auto unix_seconds = unix_time(text)) return unix_seconds;
  if (text.size() > 64) return std::nullopt;
  Civil at;
  const auto year = take_number(text, 4);
  if (!year || text.empty() || (text.front() != '-' && text.front() != '/')) return std::nullopt;
  const char between = text.front();
  text.remove_prefix(1);
  const auto month = take_number(text, 2);
  if (!month || !take(text, between)) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  at = {*year, *month, *day, 0, 0, 0};
  Moment out;
  out.to_the_second = false;
  if (take(text, 'T') || take(text, ' ')) {
    text = trimmed(text);
    const auto hour = take_number(text, 2);
    if (!hour || !take(text, ':')) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute) return std::nullopt;
    at.hour = *hour;
    at.minute = *minute;
    if (take(text, ':')) {
      const auto second = take_number(text, 2);
      if (!second) return std::nullopt;
      at.second = *second;
      out.to_the_second = true;
      if (take(text, '.') && !take_number(text, 12)) return std::nullopt;
    }
  }
  const auto zone = zone_of(text, out.has_zone);
  const auto seconds = seconds_of(at);
  if (!zone || !seconds) return std::nullopt;
  out.seconds = *seconds - *zone;
  return out;
}

std::optional<Moment> read_moment_as(std::string_view text, std::string_view pattern) {
  text = trimmed(text);
  Civil at;
  at.month = at.day = 1;
  int half = 0;  // 1: before noon, 2: after
  bool has_seconds = false;
  while (!pattern.empty()) {
    const char c = pattern.front();
    pattern.remove_prefix(1);
    if (c == ' ') {
      while (take(text, ' ')) {
      }
      continue;
    }
    if (c != '%' || pattern.empty()) {
      if (!take(text, c)) return std::nullopt;
      continue;
    }
    const char letter = pattern.front();
    pattern.remove_prefix(1);
    if (!take_field(text, letter, at, half, has_seconds)) return std::nullopt;
  }
  if (half != 0 && (at.hour < 1 || at.hour > 12)) return std::nullopt;
  if (half != 0) at.hour = at.hour % 12 + (half == 2 ? 12 : 0);
  Moment out;
  const auto zone = zone_of(text, out.has_zone);
  const auto seconds = seconds_of(at);
  if (!zone || !seconds) return std::nullopt;
  out.seconds = *seconds - *zone;
  out.to_the_second = has_seconds;
  return out;
}
}  // namespace jindo::exports
