// Lots: what a holding consists of, oldest first. A lot is clean, or belongs to one source and carries `amount` (units
// of the asset it is) and `origin` (units of what was stolen). N, of amounts, is uint64_t on UTXO chains, Uint256 on
// account chains; O, of origins, is the same unless value may have come from another chain.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/uint256.h"
#include "trace/policy.h"

namespace jindo::trace {

inline constexpr uint32_t kClean = UINT32_MAX;  // a lot's source when it has none
inline constexpr uint32_t kNoStep = UINT32_MAX;
inline constexpr uint32_t kNoLink = UINT32_MAX;

// Whether value of one holding mixes: it is kept as a pool a source. Else it is a line of lots, oldest first.
inline constexpr bool is_pooled(Policy policy) { return policy == Policy::kHaircut || policy == Policy::kPoison; }

template <class N, class O = N>
struct Lot {
  N amount{};
  O origin{};
  uint32_t source = kClean;
  uint32_t hops = 0;
  uint32_t step = kNoStep;  // the recorded movement that brought it (when recording)
  uint32_t link = kNoLink;  // it came by this link just now: into Crossings; none once it rests
  bool clean() const { return source == kClean; }
};

using WideLot = Lot<base::Uint256>;  // of accounts

template <class O, class N>
Lot<N, O> clean_lot(const N& amount) {
  return {amount, O{}, kClean, 0, kNoStep, kNoLink};
}
template <class N, class O>
bool tainted(const std::vector<Lot<N, O>>& lots) {
  return std::any_of(lots.begin(), lots.end(), [](const Lot<N, O>& lot) { return !lot.clean(); });
}

inline bool is_zero(uint64_t n) { return n == 0; }
inline bool is_zero(const base::Uint256& n) { return n.is_zero(); }

// floor(a·b/c) and the remainder; c > 0, and the quotient fits because b <= c or a <= c wherever this is called.
struct Division64 {
  uint64_t quotient;
  uint64_t remainder;
};
inline Division64 multiply_divide(uint64_t a, uint64_t b, uint64_t c) {
  const auto product = static_cast<base::Uint128>(a) * b;
#if defined(__x86_64__)
  // The compiler calls a general 128-bit division; the quotient fits here, so the machine's own does.
  if (static_cast<uint64_t>(product >> 64) < c) {
    Division64 out;
    asm("divq %[c]"
        : "=a"(out.quotient), "=d"(out.remainder)
        : "a"(static_cast<uint64_t>(product)), "d"(static_cast<uint64_t>(product >> 64)), [c] "r"(c)
        : "cc");
    return out;
  }
#endif
  if (static_cast<uint64_t>(product >> 64) == 0)
    return {static_cast<uint64_t>(product) / c, static_cast<uint64_t>(product) % c};
  return {static_cast<uint64_t>(product / c), static_cast<uint64_t>(product % c)};
}
inline base::MulDiv multiply_divide(const base::Uint256& a, const base::Uint256& b, const base::Uint256& c) {
  return base::mul_div(a, b, c);
}

// The part of a lot's origin that goes with n of its amount.
template <class N, class O>
O origin_share(const Lot<N, O>& lot, const N& n) {
  if (lot.origin == O(lot.amount)) return O(n);  // same asset as stolen: the usual case, exact without a division
  return multiply_divide(lot.origin, O(n), O(lot.amount)).quotient;
}

// Takes the first n of a lot's amount off it.
template <class N, class O>
Lot<N, O> split_off(Lot<N, O>& lot, const N& n) {
  Lot<N, O> part = lot;
  part.amount = n;
  part.origin = lot.clean() ? O{} : origin_share(lot, n);
  lot.amount = lot.amount - n;
  lot.origin = lot.clean() ? O{} : O(lot.origin - part.origin);
  return part;
}

// Whether b behind a can become part of a and no result can tell: the same kind, and no rounding that would differ.
template <class N, class O>
bool can_merge(const Lot<N, O>& a, const Lot<N, O>& b) {
  if (a.source != b.source || a.step != b.step) return false;
  if (a.clean()) return true;
  return a.hops == b.hops && a.link == b.link && O(a.amount) == a.origin && O(b.amount) == b.origin;
}
// False: the sum is too large for one lot. Satoshi are fewer than 2^51 in all.
inline bool sum_fits(uint64_t a, uint64_t b, uint64_t& sum) {
  sum = a + b;
  return true;
}
inline bool sum_fits(const base::Uint256& a, const base::Uint256& b, base::Uint256& sum) {
  return !base::add_overflows(a, b, sum);
}
template <class N, class O>
void append_lot(std::vector<Lot<N, O>>& lots, const Lot<N, O>& lot) {
  if (is_zero(lot.amount) && is_zero(lot.origin)) return;
  N sum;
  if (!lots.empty() && can_merge(lots.back(), lot) && sum_fits(lots.back().amount, lot.amount, sum)) {
    lots.back().amount = sum;
    lots.back().origin = lots.back().origin + lot.origin;
    return;
  }
  lots.push_back(lot);
}

}  // namespace jindo::trace
