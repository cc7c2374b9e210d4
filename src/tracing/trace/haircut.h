// Haircut: of a holding of B, of which pool i is t_i, a movement of V takes floor(V·t_i/B) of each, the clean rest too;
// the units left over go one each by largest remainder, ties in the order of the sources, clean last
// (docs/methodology/tracing.md; Möser, Böhme, Breuker 2014 for the policy, the method of largest remainders for the
// units).
#pragma once

#include <algorithm>
#include <vector>

#include "trace/lots.h"

namespace jindo::trace {

// `pools`: at most one a source, in the order of sources, none clean; their sum is at most `balance`. Takes V <=
// balance out of them; appends what left to `taken`. The caller keeps the balance.
template <class N, class O = N>
class Haircut {
 public:
  void take(std::vector<Lot<N, O>>& pools, const N& balance, const N& value, std::vector<Lot<N, O>>& taken) {
    if (is_zero(value) || pools.empty()) return;
    if (value == balance) {
      taken.insert(taken.end(), pools.begin(), pools.end());
      pools.clear();
      return;
    }
    if (pools.size() == 1) {  // one division: the clean part's share and remainder follow from the pool's
      const auto share = multiply_divide(value, pools[0].amount, balance);
      N part = N(share.quotient);
      // One unit is left over when there is a remainder; the clean part's remainder is the rest of the balance.
      if (!is_zero(N(share.remainder)) && !(N(share.remainder) < N(balance - N(share.remainder)))) part = part + N(1);
      if (is_zero(part)) return;
      taken.push_back(split_off(pools[0], part));
      if (is_zero(pools[0].amount) && is_zero(pools[0].origin)) pools.clear();
      return;
    }
    shares_.clear();
    N tainted{};
    N given{};
    for (const Lot<N, O>& pool : pools) {
      const auto share = multiply_divide(value, pool.amount, balance);
      shares_.push_back({N(share.quotient), N(share.remainder), static_cast<uint32_t>(shares_.size())});
      tainted = tainted + pool.amount;
      given = given + N(share.quotient);
    }
    const auto clean = multiply_divide(value, N(balance - tainted), balance);
    given = given + N(clean.quotient);
    N left = value - given;  // fewer units than pools
    if (!is_zero(left)) {
      // The clean part comes last in the order of ties.
      shares_.push_back({N(clean.quotient), N(clean.remainder), static_cast<uint32_t>(shares_.size())});
      order_.assign(shares_.begin(), shares_.end());
      std::stable_sort(order_.begin(), order_.end(),
                       [](const Share& a, const Share& b) { return b.remainder < a.remainder; });
      for (const Share& share : order_) {
        if (is_zero(left)) break;
        shares_[share.pool].amount = shares_[share.pool].amount + N(1);
        left = left - N(1);
      }
    }
    for (size_t i = 0; i < pools.size(); ++i) {
      if (is_zero(shares_[i].amount)) continue;
      taken.push_back(split_off(pools[i], shares_[i].amount));
    }
    pools.erase(std::remove_if(pools.begin(), pools.end(),
                               [](const Lot<N, O>& p) { return is_zero(p.amount) && is_zero(p.origin); }),
                pools.end());
  }

 private:
  struct Share {
    N amount;
    N remainder;
    uint32_t pool;
  };
  std::vector<Share> shares_;
  std::vector<Share> order_;
};

// Puts `pool` into `pools`, one a source, sorted by source; hops are the fewest of either.
template <class N, class O>
void add_to_pools(std::vector<Lot<N, O>>& pools, const Lot<N, O>& pool) {
  auto at = std::lower_bound(pools.begin(), pools.end(), pool,
                             [](const Lot<N, O>& a, const Lot<N, O>& b) { return a.source < b.source; });
  if (at == pools.end() || at->source != pool.source) {
    pools.insert(at, pool);
    return;
  }
  at->amount = at->amount + pool.amount;
  at->origin = at->origin + pool.origin;
  at->hops = std::min(at->hops, pool.hops);
}

}  // namespace jindo::trace
