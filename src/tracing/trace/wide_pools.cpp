// Shares of pools wider than 256 bits: each amount is its lot's and the 2^256s beside it.
#include "trace/wide_pools.h"

#include <algorithm>
#include <numeric>

namespace jindo::trace {
namespace {
using base::Uint256;
using base::WideSum;

uint64_t high_of(const PoolHighs& highs, uint32_t source) {
  for (const auto& [owner, high] : highs)
    if (owner == source) return high;
  return 0;
}
void set_high(PoolHighs& highs, uint32_t source, uint64_t high) {
  highs.erase(std::remove_if(highs.begin(), highs.end(), [&](const auto& h) { return h.first == source; }),
              highs.end());
  if (high > 0) highs.emplace_back(source, high);
}

// What each pool gives of a value, and the clean rest last: rounded down, then a unit each by largest remainder.
std::vector<Uint256> shares_of(const std::vector<WideSum>& amounts, const WideSum& balance, const Uint256& value) {
  std::vector<Uint256> out;
  std::vector<WideSum> remainders;
  WideSum given;
  for (const WideSum& amount : amounts) {
    const base::WideMulDiv share = base::mul_div(value, amount, balance);
    out.push_back(share.quotient);
    remainders.push_back(share.remainder);
    given += share.quotient;
  }
  std::vector<size_t> order(out.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return remainders[b] < remainders[a]; });
  WideSum left = WideSum(value) - given;  // fewer units than parts
  for (size_t i = 0; i < order.size() && !left.is_zero(); ++i) {
    out[order[i]] += Uint256(1);
    left -= Uint256(1);
  }
  return out;
}
}  // namespace

void add_to_wide_pools(std::vector<WideLot>& pools, PoolHighs& highs, const WideLot& pool) {
  const auto at = std::lower_bound(pools.begin(), pools.end(), pool,
                                   [](const WideLot& a, const WideLot& b) { return a.source < b.source; });
  if (at == pools.end() || at->source != pool.source) {
    pools.insert(at, pool);
    return;
  }
  if (base::add_overflows(at->amount, pool.amount, at->amount))
    set_high(highs, pool.source, high_of(highs, pool.source) + 1);
  at->origin += pool.origin;
  at->hops = std::min(at->hops, pool.hops);
}

void take_from_wide_pools(std::vector<WideLot>& pools, PoolHighs& highs, const WideSum& balance, const Uint256& value,
                          std::vector<WideLot>& taken) {
  std::vector<WideSum> amounts;
  WideSum tainted;
  for (const WideLot& pool : pools) {
    amounts.emplace_back(pool.amount, high_of(highs, pool.source));
    tainted += amounts.back();
  }
  amounts.push_back(balance - tainted);  // what is clean
  const std::vector<Uint256> shares = shares_of(amounts, balance, value);
  for (size_t i = 0; i < pools.size(); ++i) {
    if (shares[i].is_zero()) continue;
    WideLot part = pools[i];
    part.amount = shares[i];
    part.origin = base::mul_div(pools[i].origin, WideSum(shares[i]), amounts[i]).quotient;
    amounts[i] -= shares[i];
    pools[i].amount = amounts[i].low();
    pools[i].origin -= part.origin;
    set_high(highs, pools[i].source, amounts[i].high());
    taken.push_back(part);
  }
  size_t kept = 0;
  for (size_t i = 0; i < pools.size(); ++i)
    if (!amounts[i].is_zero() || !pools[i].origin.is_zero()) pools[kept++] = pools[i];
  pools.resize(kept);
}
}  // namespace jindo::trace
