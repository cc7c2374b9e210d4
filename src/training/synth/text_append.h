// Appending numbers and hexadecimal to text with no allocation of their own: a table writer's inner loop.
#pragma once

#include <charconv>
#include <cstring>
#include <string>

#include "base/bytes.h"
#include "base/uint256.h"

namespace jindo::synth {

inline void add(std::string& out, std::string_view text) { out.append(text); }
inline void add_number(std::string& out, uint64_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, static_cast<size_t>(end - digits));
}
inline void add_amount(std::string& out, base::Uint128 value) {
  constexpr uint64_t kGroup = 10'000'000'000'000'000'000ULL;
  if (value < kGroup) return add_number(out, static_cast<uint64_t>(value));
  const base::Uint128 high = value / kGroup;
  add_amount(out, high);
  char digits[20];
  std::memset(digits, '0', sizeof digits);
  char low[20];
  const auto end = std::to_chars(low, low + sizeof low, static_cast<uint64_t>(value % kGroup)).ptr;
  const auto size = static_cast<size_t>(end - low);
  std::memcpy(digits + 19 - size, low, size);
  out.append(digits, 19);
}
inline void add_hex(std::string& out, base::Bytes bytes) {  // with 0x
  static constexpr char kDigits[] = "0123456789abcdef";
  const size_t at = out.size();
  out.resize(at + 2 + 2 * bytes.size());
  char* to = out.data() + at;
  *to++ = '0';
  *to++ = 'x';
  for (const uint8_t byte : bytes) {
    *to++ = kDigits[byte >> 4];
    *to++ = kDigits[byte & 15];
  }
}

}  // namespace jindo::synth
