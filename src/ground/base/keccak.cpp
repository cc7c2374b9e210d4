// Keccak-256, written from the Keccak reference (Bertoni, Daemen, Peeters, Van Assche, "The Keccak reference",
// version 3.0, 2011): rate 1088 bits, capacity 512, padding 0x01 … 0x80.
#include <cstring>

#include "base/hash.h"

namespace jindo::base {
namespace {
constexpr uint64_t kRoundConstants[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
    0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
    0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};
constexpr int kRotations[24] = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
constexpr int kLanes[24] = {10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1};

uint64_t rotate(uint64_t value, int by) { return (value << by) | (value >> (64 - by)); }

void permute(uint64_t (&a)[25]) {
  for (const uint64_t constant : kRoundConstants) {
    uint64_t c[5];
    for (int x = 0; x < 5; ++x) c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    for (int x = 0; x < 5; ++x) {
      const uint64_t d = c[(x + 4) % 5] ^ rotate(c[(x + 1) % 5], 1);
      for (int y = 0; y < 25; y += 5) a[x + y] ^= d;
    }
    uint64_t moved = a[1];
    for (int i = 0; i < 24; ++i) {
      const uint64_t kept = a[kLanes[i]];
      a[kLanes[i]] = rotate(moved, kRotations[i]);
      moved = kept;
    }
    for (int y = 0; y < 25; y += 5) {
      uint64_t row[5];
      std::memcpy(row, a + y, sizeof row);
      for (int x = 0; x < 5; ++x) a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
    }
    a[0] ^= constant;
  }
}
}  // namespace

Hash256 keccak256(Bytes bytes) {
  constexpr size_t kRate = 136;
  uint64_t state[25] = {};
  uint8_t block[kRate];
  const uint8_t* at = bytes.data();
  size_t left = bytes.size();
  for (bool last = false; !last;) {
    last = left < kRate;
    const size_t take = last ? left : kRate;
    std::memset(block, 0, sizeof block);
    if (take > 0) std::memcpy(block, at, take);
    if (last) {
      block[take] ^= 0x01;
      block[kRate - 1] ^= 0x80;
    }
    for (size_t i = 0; i < kRate / 8; ++i) {
      uint64_t lane = 0;
      std::memcpy(&lane, block + 8 * i, 8);
      state[i] ^= lane;
    }
    permute(state);
    at += take;
    left -= take;
  }
  Hash256 out;
  std::memcpy(out.data(), state, out.size());
  return out;
}
}  // namespace jindo::base
