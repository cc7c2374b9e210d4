// Inside of the trace engine: what the two models' engines share.
#pragma once

#include "trace/lots.h"
#include "trace/seeds.h"
#include "trace/trace.h"

namespace jindo::trace {

// What one chain's pass adds to the result.
struct ChainPass {
  Result& result;
  uint32_t chain = 0;                    // index into result.chains
  const std::vector<uint32_t>& sources;  // of this chain, ascending, as indexes into result.sources
  const Options& options;
};
base::Status trace_utxo(const ledger::UtxoReader& reader, std::vector<UtxoSeed> seeds, const ChainPass& pass);
base::Status trace_account(const ledger::AccountReader& reader, std::vector<AccountSeed> seeds, const ChainPass& pass);

inline base::Uint256 widen(uint64_t n) { return base::Uint256(n); }
inline const base::Uint256& widen(const base::Uint256& n) { return n; }

// Lots by source, for terminals and bounds: lots of one source at one place end as one row.
template <class N>
class BySource {
 public:
  void add(const Lot<N>& lot) {
    for (Lot<N>& sum : sums_) {
      if (sum.source != lot.source) continue;
      sum.amount = sum.amount + lot.amount;
      sum.origin = sum.origin + lot.origin;
      sum.hops = std::min(sum.hops, lot.hops);
      return;
    }
    sums_.push_back(lot);
  }
  std::vector<Lot<N>>& sorted() {
    std::sort(sums_.begin(), sums_.end(), [](const Lot<N>& a, const Lot<N>& b) { return a.source < b.source; });
    return sums_;
  }
  void clear() { sums_.clear(); }

 private:
  std::vector<Lot<N>> sums_;
};

}  // namespace jindo::trace
