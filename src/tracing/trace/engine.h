// Inside of the trace engine: what the two models' engines share.
#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "trace/crossings.h"
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
  Crossings& crossings;
};
// Where the thefts of these sources are looked for again when a chain grows.
struct SeedFinder {
  const std::vector<Source>& sources;
  const std::vector<uint32_t>& which;
};
// A pass over one chain, a place at a time. Places are transactions (UTXO) or movements (accounts), in ledger order.
class Pass {
 public:
  virtual ~Pass() = default;
  virtual uint64_t next() = 0;      // the next place where something is to be done; kNoNumber when there is none
  virtual int64_t next_time() = 0;  // its block's order_time
  virtual void step() = 0;
  // Something will come out at this output or movement. False when the pass is past it.
  virtual bool schedule(uint64_t output_or_movement) = 0;
  virtual void settle_block() {}          // after the last place of a run: what waits for a block's end
  virtual void finish(Result& into) = 0;  // what is held, added to the result; the pass can go on after it
  // The chain has grown and nothing of it was taken back: goes on over the new reader, which must outlive it. Only once
  // nothing is left to be done. False: cannot (a theft is no longer found); it has to be run again from the start.
  virtual bool go_on(const ledger::ChainReader& grown, const SeedFinder& find) = 0;
  // What a transaction would bring if a block took it now; nothing changes but what later previews build on.
  virtual void preview(const PendingTransaction&, std::vector<PendingArrival>&) {}
  virtual void forget_previews() {}
  virtual void preview_payment(const chain::AddressKey& /*from*/, const chain::AddressKey& /*asset*/,
                               const base::Uint256& /*amount*/, std::vector<PendingArrival>&) {}
};
// `wide`: value may come from other chains, so origins need 256 bits.
std::unique_ptr<Pass> utxo_pass(const ledger::UtxoReader& reader, std::vector<UtxoSeed> seeds, const ChainPass& pass,
                                bool wide);
std::unique_ptr<Pass> account_pass(const ledger::AccountReader& reader, std::vector<AccountSeed> seeds,
                                   const ChainPass& pass);

// After the passes: inferred parts marked, conservation proved, rows sorted.
base::Status finish_result(const Options& options, Result& result);

// Lots between the two engines' kinds.
template <class O>
WideLot widen_lot(const Lot<uint64_t, O>& lot) {
  return {base::Uint256(lot.amount), base::Uint256(lot.origin), lot.source, lot.hops, lot.step, lot.link};
}
inline void narrow_origin(const base::Uint256& from, uint64_t& to) { to = from.low(); }
inline void narrow_origin(const base::Uint256& from, base::Uint256& to) { to = from; }
template <class O>
Lot<uint64_t, O> narrow_lot(const WideLot& wide) {
  Lot<uint64_t, O> lot{wide.amount.low(), {}, wide.source, wide.hops, wide.step, wide.link};
  narrow_origin(wide.origin, lot.origin);
  return lot;
}

inline base::Uint256 widen(uint64_t n) { return base::Uint256(n); }
inline const base::Uint256& widen(const base::Uint256& n) { return n; }

// Lots by source, for terminals and bounds: lots of one source at one place end as one row.
template <class N, class O = N>
class BySource {
 public:
  void add(const Lot<N, O>& lot) {
    for (Lot<N, O>& sum : sums_) {
      if (sum.source != lot.source) continue;
      sum.amount = sum.amount + lot.amount;
      sum.origin = sum.origin + lot.origin;
      sum.hops = std::min(sum.hops, lot.hops);
      return;
    }
    sums_.push_back(lot);
  }
  void add_tainted(std::span<const Lot<N, O>> lots) {
    for (const Lot<N, O>& lot : lots)
      if (!lot.clean()) add(lot);
  }
  // Of this source it is 2^256 and more.
  void pass_beyond(uint32_t source) {
    for (Lot<N, O>& sum : sums_)
      if (sum.source == source) sum.amount = base::kBeyond;
  }
  std::vector<Lot<N, O>>& sorted() {
    std::sort(sums_.begin(), sums_.end(), [](const Lot<N, O>& a, const Lot<N, O>& b) { return a.source < b.source; });
    return sums_;
  }
  void clear() { sums_.clear(); }

 private:
  std::vector<Lot<N, O>> sums_;
};

}  // namespace jindo::trace
