// Figures summed over a trace's holdings; what issuers froze is read off the ledger where a token is held.
#include "inquiry/figures.h"

#include <set>
#include <tuple>
#include <utility>

#include "typology/issuer_freezes.h"

namespace jindo::inquiry {
namespace {
using FrozenPlace = std::tuple<const chain::Network*, chain::AddressKey, chain::AddressKey>;  // token, address

// Those that are frozen at the ledger's end.
std::set<FrozenPlace> frozen_by_issuers(const Traced& traced) {
  std::set<const chain::Network*> with_tokens;
  for (const trace::Holding& h : traced.result.holdings)
    if (h.asset != chain::native_asset()) with_tokens.insert(h.network);
  std::set<FrozenPlace> out;
  if (traced.ledger == nullptr) return out;
  for (const chain::Network* network : with_tokens) {
    const ledger::LedgerChain* chain = traced.ledger->find(*network);
    if (chain == nullptr) continue;
    for (const typology::IssuerWord& word : typology::issuer_words(*chain)) {
      const FrozenPlace place{network, word.token, word.user};
      if (word.frozen)
        out.insert(place);
      else
        out.erase(place);
    }
  }
  return out;
}
bool is_tagged_frozen(const Traced& traced, const trace::Holding& h) {
  if (!traced.owners) return false;
  for (const attribution::Tag& tag : traced.owners->tags().find(*h.network, h.address))
    if (tag.category == attribution::Category::kFrozen) return true;
  return false;
}
}  // namespace

std::vector<Figures> figures_of(const Traced& traced) {
  const trace::Result& result = traced.result;
  std::vector<Figures> out(result.sources.size());
  std::vector<base::Uint256> unmoved(out.size());
  for (size_t s = 0; s < out.size(); ++s) out[s].stolen = result.totals[s].stolen;
  if (result.policy == trace::Policy::kPoison) return out;
  const std::set<FrozenPlace> frozen = frozen_by_issuers(traced);
  for (const trace::Holding& h : result.holdings) {
    if (h.hops == 0) unmoved[h.source] += h.origin;
    if (frozen.count({h.network, h.asset, h.address}) != 0 || is_tagged_frozen(traced, h))
      out[h.source].frozen += h.origin;
  }
  for (size_t s = 0; s < out.size(); ++s) {
    out[s].held = result.totals[s].held;
    out[s].ended = result.totals[s].ended;
    out[s].followed = out[s].stolen - unmoved[s];
  }
  return out;
}

const char* meaning_of(std::string_view figure) {
  static constexpr std::pair<std::string_view, const char*> kMeanings[] = {
      {"stolen", "what the incident's thefts took of this asset, by the ledger"},
      {"followed", "of what was stolen: the part that has left the places to which the theft brought it"},
      {"held",
       "of what was stolen: the part that lies at addresses whose payments the trace would follow further; held and "
       "ended are what was stolen"},
      {"ended",
       "of what was stolen: the part at which the trace ends: services, fees, what was burnt, limits that were set"},
      {"frozen",
       "of what is still held: the part at addresses that a tag calls frozen, or whose token's issuer froze it there by "
       "the ledger"}};
  for (const auto& [name, meaning] : kMeanings)
    if (name == figure) return meaning;
  return "";
}

uint64_t share_ppm(const base::Uint256& part, const base::Uint256& stolen) {
  if (stolen.is_zero()) return 0;
  constexpr uint64_t kWhole = 1'000'000, kMost = kWhole * kWhole;
  const base::Uint256 times = base::mul_div(part, base::Uint256(1), stolen).quotient;
  if (!times.fits_u64() || times.low() >= kWhole) return kMost;
  return base::mul_div(part, base::Uint256(kWhole), stolen).quotient.low();
}
}  // namespace jindo::inquiry
