// What a transaction of a UTXO chain pays from, a class a policy. A payer says in which order the lots of the inputs
// leave, what a value taken out of them consists of, and in which order the outputs are served. Resolved at compile
// time: the pass runs a payer's calls once for each lot.
//
// A payer's life: clear(), then add_clean() or add_tainted() for each input, arrange(), then take() for each output and
// the fee. merge() and come_to_rest() make what arrives at an output into what that output holds.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "trace/haircut.h"
#include "trace/lots.h"
#include "trace/policy.h"

namespace jindo::trace {

template <class O>  // of origins: 256 bits where value may come from another chain
using UtxoLot = Lot<uint64_t, O>;

// ---- lines: fifo, lifo, tiho -------------------------------------------------------------------------------------
// All that the inputs carry, clean or not, joined; what is taken leaves at the front.
template <class O>
class LinePayer {
 public:
  using Origin = O;
  static constexpr bool kLargestFirst = false;

  uint64_t balance() const { return balance_; }
  void clear() {
    lots_.clear();
    at_ = 0;
    balance_ = 0;
  }
  void add_clean(uint64_t value) {
    balance_ += value;
    append_lot(lots_, clean_lot<O>(value));
  }
  void add_tainted(uint64_t value, std::span<const UtxoLot<O>> lots) {
    balance_ += value;
    for (const UtxoLot<O>& lot : lots) append_lot(lots_, lot);
  }
  // At most the balance: a ledger holds no transaction that pays out more than it takes in (ledger/fee_check.h).
  void take(uint64_t value, std::vector<UtxoLot<O>>& taken) {
    taken.clear();
    balance_ -= std::min(balance_, value);
    while (value > 0 && at_ < lots_.size()) {
      UtxoLot<O>& lot = lots_[at_];
      if (lot.amount <= value) {
        value -= lot.amount;
        taken.push_back(lot);
        ++at_;
      } else {
        taken.push_back(split_off(lot, value));
        value = 0;
      }
    }
  }
  static void merge(std::vector<UtxoLot<O>>& held, const UtxoLot<O>& lot) { append_lot(held, lot); }
  static void come_to_rest(std::vector<UtxoLot<O>>&, uint64_t) {}

 protected:
  void hop_on() {
    for (UtxoLot<O>& lot : lots_)
      if (!lot.clean()) ++lot.hops;
  }

  std::vector<UtxoLot<O>> lots_;
  size_t at_ = 0;  // lots before it are taken
  uint64_t balance_ = 0;
};

template <class O>
class FifoPayer : public LinePayer<O> {
 public:
  static constexpr Policy kPolicy = Policy::kFifo;
  // All inputs are in: the order in which they leave, one hop on.
  void arrange() { this->hop_on(); }
};

template <class O>
class LifoPayer : public LinePayer<O> {
 public:
  static constexpr Policy kPolicy = Policy::kLifo;
  void arrange() {
    std::reverse(this->lots_.begin(), this->lots_.end());
    this->hop_on();
  }
};

template <class O>  // taint in, highest out
class TihoPayer : public LinePayer<O> {
 public:
  static constexpr Policy kPolicy = Policy::kTiho;
  static constexpr bool kLargestFirst = true;
  void arrange() {
    std::stable_partition(this->lots_.begin(), this->lots_.end(), [](const UtxoLot<O>& lot) { return !lot.clean(); });
    this->hop_on();
  }
};

// ---- pools: haircut, poison
// ------------------------------------------------------------------------------------------ One pool a source, and the
// sum of all inputs; what is clean is the rest.
template <class O>
class PoolPayer {
 public:
  using Origin = O;
  static constexpr bool kLargestFirst = false;

  uint64_t balance() const { return balance_; }
  void clear() {
    pools_.clear();
    balance_ = 0;
  }
  void add_clean(uint64_t value) { balance_ += value; }
  void add_tainted(uint64_t value, std::span<const UtxoLot<O>> lots) {
    balance_ += value;
    for (const UtxoLot<O>& lot : lots) merge(pools_, lot);
  }
  void arrange() {
    for (UtxoLot<O>& pool : pools_) ++pool.hops;
  }
  static void merge(std::vector<UtxoLot<O>>& held, const UtxoLot<O>& lot) {
    if (!lot.clean()) add_to_pools(held, lot);
  }

 protected:
  std::vector<UtxoLot<O>> pools_;
  uint64_t balance_ = 0;
};

template <class O>
class HaircutPayer : public PoolPayer<O> {
 public:
  static constexpr Policy kPolicy = Policy::kHaircut;
  void take(uint64_t value, std::vector<UtxoLot<O>>& taken) {
    taken.clear();
    haircut_.take(this->pools_, this->balance_, value, taken);
    this->balance_ -= value;
  }
  static void come_to_rest(std::vector<UtxoLot<O>>&, uint64_t) {}

 private:
  Haircut<uint64_t, O> haircut_;
};

template <class O>
class PoisonPayer : public PoolPayer<O> {
 public:
  static constexpr Policy kPolicy = Policy::kPoison;
  void take(uint64_t value, std::vector<UtxoLot<O>>& taken) {
    taken.clear();
    if (value == 0) return;
    for (const UtxoLot<O>& pool : this->pools_) taken.push_back({value, value, pool.source, pool.hops, kNoStep});
    this->balance_ -= std::min(this->balance_, value);
  }
  static void come_to_rest(std::vector<UtxoLot<O>>& held, uint64_t value) {  // a theft of a part taints the whole
    for (UtxoLot<O>& lot : held) {
      lot.amount = value;
      lot.origin = O(value);
    }
  }
};

// Calls serve(index) for each of a transaction's outputs, in the payer's order. `order` is room to work in.
template <class Payer, class Serve>
void each_output(std::span<const uint64_t> values, std::vector<uint32_t>& order, Serve serve) {
  const auto count = static_cast<uint32_t>(values.size());
  if constexpr (Payer::kLargestFirst) {
    order.resize(count);
    std::iota(order.begin(), order.end(), uint32_t{0});
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return values[a] > values[b]; });
    for (const uint32_t o : order) serve(o);
  } else {
    for (uint32_t o = 0; o < count; ++o) serve(o);
  }
}

}  // namespace jindo::trace
