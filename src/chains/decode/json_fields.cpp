// Fields of a JSON object by name; the error names the field and what was expected.
#include "decode/json_fields.h"

#include <algorithm>

namespace jindo::decode {
using base::bad_input;

void quote_long_integers(std::string_view json, std::string& padded) {
  padded.clear();
  padded.reserve(json.size() + json.size() / 16 + simdjson::SIMDJSON_PADDING + 64);
  bool in_string = false;
  for (size_t i = 0; i < json.size();) {
    const char c = json[i];
    if (in_string) {
      // Copy up to the next quote or backslash in one go: exports carry kilobytes of hexadecimal in strings.
      size_t end = i;
      while (end < json.size() && json[end] != '"' && json[end] != '\\') ++end;
      if (end > i) {
        padded.append(json, i, end - i);
        i = end;
        continue;
      }
      if (c == '\\') {
        padded.append(json, i, 2);
        i += 2;
        continue;
      }
      in_string = false;
      padded += c;
      ++i;
      continue;
    }
    if (c == '"') {
      in_string = true;
      padded += c;
      ++i;
      continue;
    }
    if (c >= '0' && c <= '9' &&
        (i == 0 || (json[i - 1] != '.' && json[i - 1] != '-' && json[i - 1] != '+' && json[i - 1] != 'e' &&
                    json[i - 1] != 'E'))) {
      size_t end = i;
      while (end < json.size() && json[end] >= '0' && json[end] <= '9') ++end;
      const bool integer = end >= json.size() || (json[end] != '.' && json[end] != 'e' && json[end] != 'E');
      const bool quote = integer && end - i >= 19;
      if (quote) padded += '"';
      padded.append(json, i, end - i);
      if (quote) padded += '"';
      i = end;
      continue;
    }
    padded += c;
    ++i;
  }
  padded.append(simdjson::SIMDJSON_PADDING, '\0');
}

base::Error json_error(simdjson::error_code code) {
  return bad_input(std::string("not a JSON object: ") + simdjson::error_message(code));
}

base::Status parse_padded(simdjson::dom::parser& parser, const std::string& padded, simdjson::dom::element& out) {
  constexpr size_t kDepthMax = 4096;
  const size_t size = padded.size() - simdjson::SIMDJSON_PADDING;
  if (parser.capacity() < size || parser.max_depth() != kDepthMax) {
    const auto code = parser.allocate(std::max(size, size_t{1} << 16), kDepthMax);
    if (code != simdjson::SUCCESS) return json_error(code);
  }
  const auto code = parser.parse(padded.data(), size, false).get(out);
  return code == simdjson::SUCCESS ? base::Status() : base::Status(json_error(code));
}

namespace {
base::Error missing(const char* name, const char* what) {
  return bad_input(std::string("field '") + name + "': expected " + what);
}
bool all_digits(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}
}  // namespace

base::Result<std::string_view> JsonFields::text(const char* name) const {
  std::string_view out;
  if (object_[name].get(out) != simdjson::SUCCESS) return missing(name, "a string");
  return out;
}
std::string_view JsonFields::text_or_empty(const char* name) const {
  std::string_view out;
  if (object_[name].get(out) != simdjson::SUCCESS) return {};
  return out;
}
std::string JsonFields::number_or_empty(const char* name) const {
  simdjson::dom::element element;
  if (object_[name].get(element) != simdjson::SUCCESS) return {};
  std::string_view digits;
  if (element.get(digits) == simdjson::SUCCESS) return std::string(digits);
  uint64_t value = 0;
  if (element.get(value) == simdjson::SUCCESS) return std::to_string(value);
  return element.is_null() ? "" : "?";
}
base::Result<simdjson::dom::object> JsonFields::object(const char* name) const {
  simdjson::dom::object out;
  if (object_[name].get(out) != simdjson::SUCCESS) return missing(name, "an object");
  return out;
}
bool JsonFields::is_negative(const char* name) const {
  int64_t value = 0;
  return object_[name].get(value) == simdjson::SUCCESS && value < 0;
}
base::Result<uint64_t> JsonFields::u64(const char* name) const {
  simdjson::dom::element element;
  if (object_[name].get(element) != simdjson::SUCCESS) return missing(name, "an integer; the field is missing");
  uint64_t value = 0;
  if (element.get(value) == simdjson::SUCCESS) return value;
  std::string_view digits;
  if (element.get(digits) == simdjson::SUCCESS && all_digits(digits)) {
    const auto wide = base::parse_decimal(digits);
    if (wide && wide->fits_u64()) return wide->low();
  }
  return missing(name, "an integer from 0 to 2^64-1");
}
base::Result<base::Uint256> JsonFields::amount(const char* name) const {
  simdjson::dom::element element;
  if (object_[name].get(element) != simdjson::SUCCESS) return missing(name, "an amount; the field is missing");
  uint64_t value = 0;
  if (element.get(value) == simdjson::SUCCESS) return base::Uint256(value);
  std::string_view digits;
  if (element.get(digits) == simdjson::SUCCESS) {
    if (const auto wide = base::parse_decimal(digits)) return *wide;
    if (const auto wide = base::parse_hex_quantity(digits)) return *wide;
  }
  return missing(name, "an integer amount from 0 to 2^256-1");
}
base::Result<bool> JsonFields::boolean(const char* name) const {
  bool out = false;
  if (object_[name].get(out) != simdjson::SUCCESS) return missing(name, "true or false");
  return out;
}
base::Result<simdjson::dom::array> JsonFields::array(const char* name) const {
  simdjson::dom::array out;
  if (object_[name].get(out) != simdjson::SUCCESS) return missing(name, "an array");
  return out;
}
}  // namespace jindo::decode
