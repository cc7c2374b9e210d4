// Crossings: value between two places that a link joins. What arrives where a link takes in is put into the link's bag
// instead of being held; where the link pays out it comes out of the bag, in the units of what is paid out, its origin
// whole. One a trace, shared by the passes over all chains; not thread safe.
#pragma once

#include <functional>
#include <unordered_map>
#include <vector>

#include "resolve/resolver.h"
#include "trace/lots.h"
#include "trace/trace.h"

namespace jindo::trace {

// Lots in order of `total` units become lots of `target` units: each its share, rounded down at its end, so the sum is
// exact. `total` may exceed their sum: the rest, last, is clean and left out (pools). A lot that comes to less than one
// unit gives its origin to the nearest of its source; where there is none it goes to `lost`.
void rescale(std::vector<WideLot>& lots, const base::Uint256& total, const base::Uint256& target,
             std::vector<WideLot>& lost);

class Crossings {
 public:
  // Of the resolver's links those that are followed: exact ones, and inferred ones from `inferred_min` on. Where two
  // would take in at one place, or pay out at one, the surer is followed.
  // `ends`, by chain: the first transaction that is not looked at any more; links that reach there are not followed.
  Crossings(const Options& options, const std::vector<ChainState>& chains, size_t sources,
            const std::vector<uint64_t>& ends);

  uint32_t taking_in(uint32_t chain, uint64_t place) const { return find(in_[chain], place); }
  uint32_t paying_out(uint32_t chain, uint64_t place) const { return find(out_[chain], place); }
  // Links of a transaction, for exchanges, where holdings and not movements count.
  const std::vector<uint32_t>& taking_in_at(uint32_t chain, uint64_t transaction) const {
    return list(in_at_[chain], transaction);
  }
  const std::vector<uint32_t>& paying_out_at(uint32_t chain, uint64_t transaction) const {
    return list(out_at_[chain], transaction);
  }
  const resolve::Link& link(uint32_t index) const { return *followed_[index].link; }

  // Into the bag: lots of `total` units, tainted and (but for pools) clean ones, in order. Lots that cross by an
  // inferred link belong to their source's inferred part from here on.
  void put(uint32_t index, std::vector<WideLot> lots, const base::Uint256& total, Policy policy);
  bool full(uint32_t index) const { return !followed_[index].bag.empty(); }
  // Out of it, as `target` units.
  std::vector<WideLot> take(uint32_t index, const base::Uint256& target, Policy policy, std::vector<WideLot>& lost);
  // Bags that were never taken out: the pay-out comes before the pay-in in the order.
  std::vector<std::pair<uint32_t, std::vector<WideLot>>> leftovers() const;

  // The source that an inferred step moves a lot to, and back.
  uint32_t inferred(uint32_t source) const { return source < sources_ ? source + sources_ : source; }
  uint32_t real(uint32_t source) const { return source < sources_ || source == kClean ? source : source - sources_; }

  // Lets the pass over a chain know that something will come out there.
  std::function<void(uint32_t chain, uint64_t place)> schedule;

  // Links whose pay-out would run before their pay-in by the clocks of their chains: the pay-out's chain waits.
  struct Barrier {
    uint64_t place = 0;  // on the chain that waits
    uint32_t from_chain = 0;
    uint64_t from_place = 0;
  };
  const std::vector<Barrier>& barriers(uint32_t chain) const { return barriers_[chain]; }
  uint32_t used(uint32_t index) const { return followed_[index].used; }  // into Result::links; UINT32_MAX if never used
  void note_use(uint32_t index, const WideLot& lot, Result& result);
  // Uses of an exchange: it has no entry here until it is used.
  void note_exchange(const resolve::Link& link, const WideLot& lot, Result& result);

 private:
  struct Followed {
    const resolve::Link* link = nullptr;
    uint32_t from_chain = 0, to_chain = 0;
    uint32_t used = UINT32_MAX;  // into Result::links
    std::vector<WideLot> bag;
    base::Uint256 total;
  };
  void follow(const resolve::Link& link, uint32_t from, uint32_t to, const ledger::Ledger& ledger);
  using Index = std::unordered_map<uint64_t, uint32_t>;
  using Lists = std::unordered_map<uint64_t, std::vector<uint32_t>>;
  static uint32_t find(const Index& index, uint64_t place) {
    const auto found = index.find(place);
    return found == index.end() ? kNoLink : found->second;
  }
  static const std::vector<uint32_t>& list(const Lists& lists, uint64_t transaction) {
    static const std::vector<uint32_t> none;
    const auto found = lists.find(transaction);
    return found == lists.end() ? none : found->second;
  }
  uint32_t sources_;
  std::vector<Followed> followed_;
  std::vector<Index> in_, out_;
  std::vector<Lists> in_at_, out_at_;
  std::vector<std::vector<Barrier>> barriers_;
};

}  // namespace jindo::trace
