// Uint256: an unsigned 256-bit integer, four 64-bit words, least significant first; the memory layout is the on-disk
// layout. Token amounts are whatever a contract says they are, so no arithmetic on them may end the program, and none
// wraps round: + stops at 2^256-1, which then stands for "that much or more" (is_beyond), and - stops at zero. Where a
// sum has to be exact past that, use WideSum; where a caller must know, add_overflows and sub_underflows tell.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jindo::base {

__extension__ typedef unsigned __int128 Uint128;  // for intermediate products; g++ and clang both have it

struct Uint256 {
  std::array<uint64_t, 4> words{};

  constexpr Uint256() = default;
  constexpr Uint256(uint64_t low) : words{low, 0, 0, 0} {}  // NOLINT: implicit, amounts are written as literals

  bool is_zero() const { return (words[0] | words[1] | words[2] | words[3]) == 0; }
  bool fits_u64() const { return (words[1] | words[2] | words[3]) == 0; }
  uint64_t low() const { return words[0]; }
  friend bool operator==(const Uint256&, const Uint256&) = default;
  friend std::strong_ordering operator<=>(const Uint256& a, const Uint256& b) {
    for (size_t i = 4; i-- > 0;) {
      if (a.words[i] != b.words[i]) return a.words[i] <=> b.words[i];
    }
    return std::strong_ordering::equal;
  }
};

inline bool add_overflows(const Uint256& a, const Uint256& b, Uint256& out) {
  unsigned carry = 0;
  for (size_t i = 0; i < 4; ++i) {
    uint64_t sum = 0;
    const unsigned c1 = __builtin_add_overflow(a.words[i], b.words[i], &sum) ? 1U : 0U;
    const unsigned c2 = __builtin_add_overflow(sum, static_cast<uint64_t>(carry), &sum) ? 1U : 0U;
    out.words[i] = sum;
    carry = c1 | c2;
  }
  return carry != 0;
}
inline bool sub_underflows(const Uint256& a, const Uint256& b, Uint256& out) {
  unsigned borrow = 0;
  for (size_t i = 0; i < 4; ++i) {
    uint64_t difference = 0;
    const unsigned b1 = __builtin_sub_overflow(a.words[i], b.words[i], &difference) ? 1U : 0U;
    const unsigned b2 = __builtin_sub_overflow(difference, static_cast<uint64_t>(borrow), &difference) ? 1U : 0U;
    out.words[i] = difference;
    borrow = b1 | b2;
  }
  return borrow != 0;
}
inline constexpr Uint256 kBeyond = [] {
  Uint256 out;
  for (auto& word : out.words) word = UINT64_MAX;
  return out;
}();
// A sum that stopped: 2^256-1 or more. No amount of real money comes near.
inline bool is_beyond(const Uint256& sum) { return sum == kBeyond; }
inline Uint256 operator+(const Uint256& a, const Uint256& b) {
  Uint256 out;
  return add_overflows(a, b, out) ? kBeyond : out;
}
inline Uint256 operator-(const Uint256& a, const Uint256& b) {
  Uint256 out;
  return sub_underflows(a, b, out) ? Uint256() : out;
}
inline Uint256& operator+=(Uint256& a, const Uint256& b) { return a = a + b; }
inline Uint256& operator-=(Uint256& a, const Uint256& b) { return a = a - b; }

// A sum of up to 2^64 amounts, exact.
class WideSum {
 public:
  WideSum() = default;
  WideSum(const Uint256& low) : low_(low) {}  // NOLINT: implicit, an amount is a sum of one
  WideSum(const Uint256& low, uint64_t high) : low_(low), high_(high) {}
  WideSum& operator+=(const WideSum& more) {
    high_ += more.high_;
    return *this += more.low_;
  }
  WideSum& operator+=(const Uint256& more) {
    if (add_overflows(low_, more, low_)) ++high_;
    return *this;
  }
  // At most what is there; else nothing is left.
  WideSum& operator-=(const Uint256& less) {
    if (sub_underflows(low_, less, low_) && high_-- == 0) *this = WideSum();
    return *this;
  }
  friend WideSum operator-(const WideSum& a, const WideSum& b) {
    if (!(b < a)) return {};
    WideSum out;
    out.high_ = a.high_ - b.high_ - (sub_underflows(a.low_, b.low_, out.low_) ? 1U : 0U);
    return out;
  }
  friend bool operator==(const WideSum&, const WideSum&) = default;
  friend bool operator<(const WideSum& a, const WideSum& b) {
    return a.high_ != b.high_ ? a.high_ < b.high_ : a.low_ < b.low_;
  }
  bool is_zero() const { return high_ == 0 && low_.is_zero(); }
  uint64_t high() const { return high_; }  // of 2^256
  const Uint256& low() const { return low_; }
  Uint256 saturated() const { return high_ == 0 ? low_ : kBeyond; }

 private:
  Uint256 low_;
  uint64_t high_ = 0;
};

// Quotient and remainder of a·b / c with a 512-bit product. A quotient that does not fit is kBeyond; so is one by zero
// (of zero: zero), with no remainder.
struct MulDiv {
  Uint256 quotient;
  Uint256 remainder;
};
MulDiv mul_div(const Uint256& a, const Uint256& b, const Uint256& c);
struct WideMulDiv {
  Uint256 quotient;
  WideSum remainder;
};
WideMulDiv mul_div(const Uint256& a, const WideSum& b, const WideSum& c);

// Between 128 and 256 bits. to_uint128: nullopt when the value does not fit.
inline Uint256 to_uint256(Uint128 value) {
  Uint256 out(static_cast<uint64_t>(value));
  out.words[1] = static_cast<uint64_t>(value >> 64);
  return out;
}
inline std::optional<Uint128> to_uint128(const Uint256& value) {
  if ((value.words[2] | value.words[3]) != 0) return std::nullopt;
  return (static_cast<Uint128>(value.words[1]) << 64) | value.words[0];
}
// floor(a·b / c) with a 256-bit product; nullopt when the quotient exceeds 128 bits.
inline std::optional<Uint128> share_of(Uint128 a, Uint128 b, Uint128 c) {
  return to_uint128(mul_div(to_uint256(a), to_uint256(b), to_uint256(c)).quotient);
}

std::string to_decimal(const Uint256& value);
// Decimal digits only: no sign, space or point. nullopt when empty, not digits, or above 2^256-1.
std::optional<Uint256> parse_decimal(std::string_view digits);
// "0x…" hexadecimal quantity, as JSON-RPC writes them.
std::optional<Uint256> parse_hex_quantity(std::string_view text);
void store_big_endian(const Uint256& value, std::span<uint8_t, 32> out);

}  // namespace jindo::base
