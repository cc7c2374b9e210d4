#include "base/hex.h"

#include <algorithm>
#include <array>

namespace jindo::base {
namespace {
constexpr char kDigits[] = "0123456789abcdef";
constexpr std::array<int8_t, 256> make_values() {
  std::array<int8_t, 256> values{};
  for (auto& v : values) v = -1;
  for (int i = 0; i < 10; ++i) values[static_cast<size_t>('0' + i)] = static_cast<int8_t>(i);
  for (int i = 0; i < 6; ++i) {
    values[static_cast<size_t>('a' + i)] = static_cast<int8_t>(10 + i);
    values[static_cast<size_t>('A' + i)] = static_cast<int8_t>(10 + i);
  }
  return values;
}
constexpr std::array<int8_t, 256> kValues = make_values();
}  // namespace

std::string to_hex(Bytes bytes) {
  std::string out(bytes.size() * 2, '0');
  for (size_t i = 0; i < bytes.size(); ++i) {
    out[2 * i] = kDigits[bytes[i] >> 4];
    out[2 * i + 1] = kDigits[bytes[i] & 15];
  }
  return out;
}

std::string to_hex_reversed(Bytes bytes) {
  std::string out(bytes.size() * 2, '0');
  for (size_t i = 0; i < bytes.size(); ++i) {
    const uint8_t byte = bytes[bytes.size() - 1 - i];
    out[2 * i] = kDigits[byte >> 4];
    out[2 * i + 1] = kDigits[byte & 15];
  }
  return out;
}

bool from_hex(std::string_view digits, std::span<uint8_t> out) {
  if (digits.size() != out.size() * 2) return false;
  int bad = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    const int high = kValues[static_cast<uint8_t>(digits[2 * i])];
    const int low = kValues[static_cast<uint8_t>(digits[2 * i + 1])];
    bad |= high | low;
    out[i] = static_cast<uint8_t>((high << 4) | (low & 15));
  }
  return bad >= 0;
}

bool from_hex_reversed(std::string_view digits, std::span<uint8_t> out) {
  if (!from_hex(digits, out)) return false;
  std::reverse(out.begin(), out.end());
  return true;
}
}  // namespace jindo::base
