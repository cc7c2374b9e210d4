// Random: xoshiro256** (Blackman, Vigna, 2018) seeded by splitmix64, with the draws a simulation needs. Integers only:
// the same seed gives the same values on any machine and compiler. Not for secrets. Not thread safe.
#pragma once

#include <cstdint>

#include "base/uint256.h"

namespace jindo::base {

inline uint64_t splitmix64(uint64_t& state) {
  uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}
// A well-mixed 64-bit value of up to three: for values that are a function of a place, not of a stream.
inline uint64_t mix(uint64_t a, uint64_t b = 0, uint64_t c = 0) {
  uint64_t state = a ^ (b * 0xd6e8feb86659fd93ULL) ^ (c * 0xa0761d6478bd642fULL);
  const uint64_t once = splitmix64(state);
  return once ^ splitmix64(state);
}

class Random {
 public:
  explicit Random(uint64_t seed, uint64_t stream = 0) {
    uint64_t state = mix(seed, stream, 0x6a696e646fULL);
    for (uint64_t& word : s_) word = splitmix64(state);
  }
  uint64_t next() {
    const uint64_t out = rotate(s_[1] * 5, 7) * 9;
    const uint64_t t = s_[1] << 17;
    s_[2] ^= s_[0];
    s_[3] ^= s_[1];
    s_[1] ^= s_[2];
    s_[0] ^= s_[3];
    s_[2] ^= t;
    s_[3] = rotate(s_[3], 45);
    return out;
  }
  uint64_t below(uint64_t bound) { return static_cast<uint64_t>((static_cast<Uint128>(next()) * bound) >> 64); }
  uint64_t between(uint64_t low, uint64_t high) { return low + below(high - low + 1); }
  bool chance(uint32_t per_thousand) { return below(1000) < per_thousand; }

  // How many times in a row a coin of `per_thousand` falls heads, at most `most`.
  uint32_t run(uint32_t per_thousand, uint32_t most) {
    uint32_t out = 0;
    while (out < most && chance(per_thousand)) ++out;
    return out;
  }
  // A Pareto-like size: `least` times 2^octave, evenly within the octave; P(octave >= k) = (again/1000)^k, so that the
  // tail's exponent is -log2(again/1000).
  uint64_t heavy(uint64_t least, uint32_t again_per_thousand, uint32_t octaves_most) {
    const uint64_t low = least << run(again_per_thousand, octaves_most);
    return low + below(low);
  }
  // An index below `count`, the first ones far more often: P(index) is about 1/index (Zipf's law).
  uint64_t rank(uint64_t count) {
    if (count < 2) return 0;
    const auto octaves = static_cast<uint64_t>(64 - __builtin_clzll(count));
    for (;;) {
      const uint64_t low = uint64_t{1} << below(octaves);
      const uint64_t at = low - 1 + below(low);
      if (at < count) return at;
    }
  }

 private:
  static uint64_t rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
  uint64_t s_[4];
};

}  // namespace jindo::base
