// What 256 bits do not hold in between goes by Boost's wide integers.
#include "base/uint256.h"

#include <boost/multiprecision/cpp_int.hpp>

namespace jindo::base {
namespace {
namespace mp = boost::multiprecision;
using Wide = mp::number<mp::cpp_int_backend<512, 512, mp::unsigned_magnitude, mp::checked, void>>;

Wide widen(const Uint256& v) {
  Wide out = v.words[3];
  for (size_t i = 3; i-- > 0;) {
    out <<= 64;
    out += v.words[i];
  }
  return out;
}
Uint256 narrow(Wide v) {
  Uint256 out;
  for (size_t i = 0; i < 4; ++i) {
    out.words[i] = static_cast<uint64_t>(v & UINT64_MAX);
    v >>= 64;
  }
  return v == 0 ? out : kBeyond;
}
}  // namespace

MulDiv mul_div(const Uint256& a, const Uint256& b, const Uint256& c) {
  if (c.is_zero()) return {a.is_zero() || b.is_zero() ? Uint256() : kBeyond, {}};
  if (b == c) return {a, {}};
  if (a == c) return {b, {}};
  if (a.fits_u64() && b.fits_u64() && c.fits_u64()) {
    const auto product = static_cast<Uint128>(a.low()) * b.low();
    const auto quotient = product / c.low();
    MulDiv out;
    out.quotient.words[0] = static_cast<uint64_t>(quotient);
    out.quotient.words[1] = static_cast<uint64_t>(quotient >> 64);
    out.remainder.words[0] = static_cast<uint64_t>(product % c.low());
    return out;
  }
  const Wide product = widen(a) * widen(b);
  const Wide divisor = widen(c);
  Wide quotient;
  Wide remainder;
  mp::divide_qr(product, divisor, quotient, remainder);
  return {narrow(quotient), narrow(remainder)};
}

WideMulDiv mul_div(const Uint256& a, const WideSum& b, const WideSum& c) {
  if (c.is_zero()) return {a.is_zero() || b.is_zero() ? Uint256() : kBeyond, {}};
  using Wider = mp::number<mp::cpp_int_backend<1024, 1024, mp::unsigned_magnitude, mp::checked, void>>;
  const auto wider = [](const WideSum& sum) { return (Wider(sum.high()) << 256) + Wider(widen(sum.low())); };
  Wider quotient;
  Wider remainder;
  mp::divide_qr(Wider(Wider(widen(a)) * wider(b)), wider(c), quotient, remainder);
  const Wider low = (Wider(1) << 256) - 1;
  return {quotient > low ? kBeyond : narrow(Wide(quotient)),
          {narrow(Wide(Wider(remainder & low))), static_cast<uint64_t>(Wider(remainder >> 256))}};
}

std::string to_decimal(const Uint256& value) {
  if (value.fits_u64()) return std::to_string(value.low());
  // Peel 19 digits at a time: 10^19 is the largest power of ten below 2^64.
  constexpr uint64_t kChunk = 10'000'000'000'000'000'000ULL;
  Uint256 rest = value;
  std::string out;
  while (!rest.is_zero()) {
    Uint128 remainder = 0;
    for (size_t i = 4; i-- > 0;) {
      const Uint128 part = (remainder << 64) | rest.words[i];
      rest.words[i] = static_cast<uint64_t>(part / kChunk);
      remainder = part % kChunk;
    }
    std::string digits = std::to_string(static_cast<uint64_t>(remainder));
    if (!rest.is_zero()) digits.insert(0, 19 - digits.size(), '0');
    out.insert(0, digits);
  }
  return out;
}

std::optional<Uint256> parse_decimal(std::string_view digits) {
  if (digits.empty() || digits.size() > 100) return std::nullopt;
  Uint256 value;
  size_t at = 0;
  while (at < digits.size()) {
    uint64_t chunk = 0;
    uint64_t scale = 1;
    for (; at < digits.size() && scale < 1'000'000'000'000'000'000ULL; ++at) {
      const char c = digits[at];
      if (c < '0' || c > '9') return std::nullopt;
      chunk = chunk * 10 + static_cast<uint64_t>(c - '0');
      scale *= 10;
    }
    Uint128 carry = chunk;
    for (auto& word : value.words) {
      carry += static_cast<Uint128>(word) * scale;
      word = static_cast<uint64_t>(carry);
      carry >>= 64;
    }
    if (carry != 0) return std::nullopt;
  }
  return value;
}

std::optional<Uint256> parse_hex_quantity(std::string_view text) {
  if (text.size() < 3 || text.size() > 66 || text[0] != '0' || (text[1] != 'x' && text[1] != 'X')) return std::nullopt;
  Uint256 value;
  for (const char c : text.substr(2)) {
    uint64_t digit = 0;
    if (c >= '0' && c <= '9')
      digit = static_cast<uint64_t>(c - '0');
    else if (c >= 'a' && c <= 'f')
      digit = static_cast<uint64_t>(c - 'a' + 10);
    else if (c >= 'A' && c <= 'F')
      digit = static_cast<uint64_t>(c - 'A' + 10);
    else
      return std::nullopt;
    for (size_t i = 3; i > 0; --i) value.words[i] = (value.words[i] << 4) | (value.words[i - 1] >> 60);
    value.words[0] = (value.words[0] << 4) | digit;
  }
  return value;
}

void store_big_endian(const Uint256& value, std::span<uint8_t, 32> out) {
  for (size_t i = 0; i < 32; ++i) {
    const size_t byte = 31 - i;
    out[i] = static_cast<uint8_t>(value.words[byte / 8] >> (8 * (byte % 8)));
  }
}
}  // namespace jindo::base
