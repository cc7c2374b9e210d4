// The canonical form written, and slices of JSON found without parsing it again.
#include "stix/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/json_writer.h"

namespace jindo::stix {
namespace {
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

// ECMAScript's Number::toString: the shortest digits that read back the same, laid out by their exponent.
void append_number(double value, std::string& out) {
  if (value == 0) {
    out += '0';
    return;
  }
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, std::fabs(value), std::chars_format::scientific);
  const std::string_view shortest(text, static_cast<size_t>(end.ptr - text));
  const size_t e = shortest.find('e');
  std::string digits(1, shortest[0]);
  if (e > 1) digits += shortest.substr(2, e - 2);
  int exponent = 0;
  const char* from = shortest.data() + e + 1;
  if (*from == '+') ++from;
  (void)std::from_chars(from, end.ptr, exponent);
  const int n = exponent + 1, k = static_cast<int>(digits.size());
  if (value < 0) out += '-';
  if (k <= n && n <= 21) {
    out += digits + std::string(static_cast<size_t>(n - k), '0');
  } else if (0 < n && n <= 21) {
    out += digits.substr(0, static_cast<size_t>(n)) + "." + digits.substr(static_cast<size_t>(n));
  } else if (-6 < n && n <= 0) {
    out += "0." + std::string(static_cast<size_t>(-n), '0') + digits;
  } else {
    out += digits.substr(0, 1) + (k > 1 ? "." + digits.substr(1) : std::string()) + "e" + (n > 0 ? "+" : "-") +
           std::to_string(std::abs(n - 1));
  }
}
// Keys are sorted by UTF-16 code units. UTF-8 sorts the same but where a surrogate pair meets U+E000 to U+FFFF.
bool utf16_less(std::string_view a, std::string_view b) {
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (a[i] == b[i]) continue;
    const auto x = static_cast<unsigned char>(a[i]), y = static_cast<unsigned char>(b[i]);
    const bool x_pair = x >= 0xf0, y_pair = y >= 0xf0;  // a lead byte of four: a pair, so before 0xee and 0xef
    if (x_pair != y_pair && (x >= 0xee && y >= 0xee)) return x_pair;
    return x < y;
  }
  return a.size() < b.size();
}
void write(element value, std::string_view skip, std::string& out) {
  switch (value.type()) {
    case element_type::OBJECT: {
      std::vector<std::pair<std::string_view, element>> members;
      for (const auto member : object(value)) members.emplace_back(member.key, member.value);
      std::sort(members.begin(), members.end(),
                [](const auto& a, const auto& b) { return utf16_less(a.first, b.first); });
      const size_t slash = skip.find('/');
      const std::string_view first = skip.substr(0, slash);
      out += '{';
      bool any = false;
      for (const auto& member : members) {
        const bool named = !skip.empty() && member.first == first;
        if (named && slash == std::string_view::npos) continue;
        if (any) out += ',';
        any = true;
        base::append_json_text(out, member.first);
        out += ':';
        write(member.second, named ? skip.substr(slash + 1) : std::string_view(), out);
      }
      out += '}';
      break;
    }
    case element_type::ARRAY: {
      out += '[';
      bool any = false;
      for (const element item : simdjson::dom::array(value)) {
        if (any) out += ',';
        any = true;
        write(item, "", out);
      }
      out += ']';
      break;
    }
    case element_type::STRING:
      base::append_json_text(out, std::string_view(value));
      break;
    case element_type::INT64: {
      const auto number = int64_t(value);
      if (number >= -(int64_t{1} << 53) && number <= int64_t{1} << 53)
        out += std::to_string(number);
      else
        append_number(static_cast<double>(number), out);
      break;
    }
    case element_type::UINT64:
      append_number(static_cast<double>(uint64_t(value)), out);
      break;
    case element_type::DOUBLE:
      append_number(double(value), out);
      break;
    case element_type::BOOL:
      out += bool(value) ? "true" : "false";
      break;
    case element_type::NULL_VALUE:
      out += "null";
      break;
  }
}
size_t end_of_text(std::string_view json, size_t at) {  // at the opening quote; behind the closing one
  for (++at; json[at] != '"'; ++at)
    if (json[at] == '\\') ++at;
  return at + 1;
}
}  // namespace

std::string canonical(element value, std::string_view skip) {
  std::string out;
  out.reserve(512);
  write(value, skip, out);
  return out;
}

std::vector<std::string_view> slices(std::string_view json, std::string_view name) {
  std::vector<std::string_view> out;
  int depth = 0;
  bool found = false;
  size_t begin = std::string_view::npos;
  for (size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      const size_t end = end_of_text(json, at);
      if (depth == 1 && !found && json.substr(at + 1, end - at - 2) == name) {
        // A member's name when a colon follows.
        const size_t next = json.find_first_not_of(" \t\r\n", end);
        if (next != std::string_view::npos && json[next] == ':') {
          const size_t value = json.find_first_not_of(" \t\r\n", next + 1);
          if (value != std::string_view::npos && json[value] == '[') {
            found = true;
            depth = 2;
            at = value + 1;
            continue;
          }
        }
      }
      at = end;
      continue;
    }
    if (c == '{' || c == '[') {
      if (found && depth == 2) begin = at;
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
      if (found && depth == 1) return out;
      if (found && depth == 2) out.push_back(json.substr(begin, at + 1 - begin));
    }
    ++at;
  }
  return out;
}

std::string_view text_of(const object& from, std::string_view name) {
  std::string_view out;
  return from[name].get(out) == simdjson::SUCCESS ? out : std::string_view();
}
}  // namespace jindo::stix
