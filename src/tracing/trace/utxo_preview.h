// Previews: what a transaction that no block holds yet would bring, by what is known of the chain so far. Nothing of
// the trace changes; a later preview builds on what earlier ones would leave.
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "trace/engine.h"
#include "trace/observer.h"
#include "trace/utxo_outputs.h"
#include "trace/utxo_payer.h"

namespace jindo::trace {

template <class Payer>
class UtxoPreviews {
  using O = typename Payer::Origin;

 public:
  void forget() { outputs_.clear(); }
  // `known`: outputs that the ledger holds; numbers from there on are outputs of earlier previews.
  void preview(const PendingTransaction& transaction, uint64_t known, TaintedOutputs<O>& traced,
               const Crossings& crossings, std::vector<PendingArrival>& out) {
    if (!any_tainted(transaction, known, traced)) return;
    gather(transaction, known, traced);
    bool covered = true;  // else it pays more than it has: no block will take it
    each_output<Payer>(transaction.out_value, order_, [&](uint32_t o) {
      covered = covered && transaction.out_value[o] <= payer_.balance();
      if (!covered) return;
      payer_.take(transaction.out_value[o], taken_);
      if (!tainted(taken_)) return;
      report(o, crossings, out);
      outputs_[transaction.first_output + o] = taken_;
    });
  }

 private:
  bool any_tainted(const PendingTransaction& transaction, uint64_t known, const TaintedOutputs<O>& traced) const {
    return std::any_of(transaction.in_output.begin(), transaction.in_output.end(), [&](uint64_t output) {
      if (output == ledger::kNoNumber) return false;
      return output < known ? traced.contains(output) : outputs_.count(output) != 0;
    });
  }
  void gather(const PendingTransaction& transaction, uint64_t known, TaintedOutputs<O>& traced) {
    payer_.clear();
    for (size_t i = 0; i < transaction.in_output.size(); ++i) {
      const uint64_t output = transaction.in_output[i];
      const uint64_t value = transaction.in_value[i];
      if (output == ledger::kNoNumber) {
        payer_.add_clean(value);
      } else if (output >= known) {
        const auto found = outputs_.find(output);
        if (found == outputs_.end())
          payer_.add_clean(value);
        else
          payer_.add_tainted(value, found->second);
      } else if (const auto* row = traced.find(output); row != nullptr) {
        payer_.add_tainted(value, traced.lots(*row));
      } else {
        payer_.add_clean(value);
      }
    }
    payer_.arrange();
  }
  void report(uint32_t o, const Crossings& crossings, std::vector<PendingArrival>& out) const {
    BySource<uint64_t, O> sums;
    sums.add_tainted(taken_);
    for (const UtxoLot<O>& sum : sums.sorted()) {
      const uint32_t source = crossings.real(sum.source);
      out.push_back({o, source, sum.hops, source != sum.source, base::Uint256(sum.amount), widen(sum.origin)});
    }
  }

  std::map<uint64_t, std::vector<UtxoLot<O>>> outputs_;  // of unconfirmed transactions
  // Of the transaction at hand.
  Payer payer_;
  std::vector<UtxoLot<O>> taken_;
  std::vector<uint32_t> order_;
};

}  // namespace jindo::trace
