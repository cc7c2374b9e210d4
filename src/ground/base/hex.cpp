// Hexadecimal by tables.
#include "base/hex.h"

#include <algorithm>
#include <array>
#include <cstring>

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

// Eight digits at a time: exports are hexadecimal for the most part. Bytes above 0x7f are refused first, so that the
// range tests below never carry from one byte into the next.
namespace {
bool eight_digits(const char* digits, uint8_t* out) {
  constexpr uint64_t kEach = 0x0101010101010101ULL;
  uint64_t x = 0;
  std::memcpy(&x, digits, 8);
  const uint64_t folded = x | (kEach * 0x20);
  const uint64_t digit = (x + kEach * (0x80 - '0')) & ~(x + kEach * (0x80 - '9' - 1));
  const uint64_t letter = (folded + kEach * (0x80 - 'a')) & ~(folded + kEach * (0x80 - 'f' - 1));
  if (((digit | letter) & ~x & (kEach * 0x80)) != kEach * 0x80) return false;
  uint64_t v = (x & (kEach * 0x0f)) + 9 * ((x >> 6) & kEach);
  v = ((v << 4) | (v >> 8)) & 0x00ff00ff00ff00ffULL;
  v = (v | (v >> 8)) & 0x0000ffff0000ffffULL;
  const auto bytes = static_cast<uint32_t>(v | (v >> 16));
  std::memcpy(out, &bytes, 4);
  return true;
}
}  // namespace

bool from_hex(std::string_view digits, std::span<uint8_t> out) {
  if (digits.size() != out.size() * 2) return false;
  size_t i = 0;
  for (; i + 4 <= out.size(); i += 4) {
    if (!eight_digits(digits.data() + 2 * i, out.data() + i)) return false;
  }
  int bad = 0;
  for (; i < out.size(); ++i) {
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
