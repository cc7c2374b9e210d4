// Fees that stolen value pays, waiting for the coinbase of their block (Options::through_fees).
#pragma once

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "ledger/reader.h"
#include "trace/utxo_payer.h"

namespace jindo::trace {

template <class O>
class WaitingFees {
 public:
  struct Fee {
    uint64_t transaction = 0;
    uint64_t amount = 0;
    std::vector<UtxoLot<O>> lots;  // empty: all of it is clean
  };

  bool empty() const { return tainted_.empty(); }
  // In ledger order; `lots` as a payer gave them.
  void put(uint64_t transaction, uint64_t amount, const std::vector<UtxoLot<O>>& lots) {
    tainted_.push_back({transaction, amount, lots});
  }
  // Every fee of a block's transactions, in their order, the clean ones too; none waits any more.
  std::vector<Fee> take_block(const ledger::UtxoReader& reader, uint64_t first, uint64_t end) {
    std::vector<Fee> out;
    ledger::UtxoTransactionView view;
    size_t next = 0;
    for (uint64_t t = first; t < end; ++t) {
      if (next < tainted_.size() && tainted_[next].transaction == t) {
        out.push_back(std::move(tainted_[next++]));
        continue;
      }
      reader.transaction(t, view);
      if (view.coinbase()) continue;
      const uint64_t fee = std::accumulate(view.in_value.begin(), view.in_value.end(), uint64_t{0}) -
                           std::accumulate(view.out_value.begin(), view.out_value.end(), uint64_t{0});
      if (fee > 0) out.push_back({t, fee, {}});
    }
    tainted_.clear();
    return out;
  }

 private:
  std::vector<Fee> tainted_;
};

}  // namespace jindo::trace
