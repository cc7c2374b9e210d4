// Holdings of chains that are covered in part, summed by address, the largest share first.
#include "inquiry/fetch_next.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "inquiry/figures.h"

namespace jindo::inquiry {
namespace {
using Place = std::tuple<const chain::Network*, chain::AddressKey>;

// Addresses whose history is told until the last tainted movement or later.
std::map<chain::AddressKey, int64_t> told_until(const ledger::LedgerChain& chain) {
  std::map<chain::AddressKey, int64_t> out;
  for (const ledger::CoverageHistory& history : chain.coverage.histories) {
    const auto address = chain::parse_address(*chain.network, history.address);
    if (history.whole && address.ok()) out[*address] = history.last_time;
  }
  return out;
}
}  // namespace

std::vector<NextFetch> fetch_next(const Traced& traced, size_t most) {
  std::map<const chain::Network*, std::map<chain::AddressKey, int64_t>> told;
  if (!traced.ledger) return {};
  for (const ledger::LedgerChain& chain : traced.ledger->chains())
    if (!chain.coverage.empty()) told[chain.network] = told_until(chain);
  if (told.empty()) return {};
  std::map<Place, std::map<uint32_t, NextFetch>> places;
  for (const trace::Holding& holding : traced.result.holdings) {
    const auto known = told.find(holding.network);
    if (known == told.end() || holding.address.is_none()) continue;
    const auto history = known->second.find(holding.address);
    if (history != known->second.end() && history->second >= holding.last_time) continue;
    NextFetch& next = places[{holding.network, holding.address}][holding.source];
    next.network = holding.network;
    next.address = holding.address;
    next.source = holding.source;
    if (base::add_overflows(next.origin, holding.origin, next.origin)) next.origin.words.fill(UINT64_MAX);
    next.since = std::max(next.since, holding.last_time);
  }
  std::vector<NextFetch> out;
  for (auto& [place, by_source] : places) {
    NextFetch best;
    for (auto& [source, next] : by_source) {
      next.share_millionth = share_ppm(next.origin, traced.result.totals[source].stolen);
      if (best.network == nullptr || next.share_millionth > best.share_millionth) best = next;
    }
    out.push_back(best);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const NextFetch& a, const NextFetch& b) { return a.share_millionth > b.share_millionth; });
  if (out.size() > most) out.resize(most);
  return out;
}
}  // namespace jindo::inquiry
