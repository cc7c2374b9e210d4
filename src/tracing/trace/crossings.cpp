// Links by where they take in and pay out, and the bags between. What crosses is rescaled to the units that come out.
#include "trace/crossings.h"

#include <algorithm>
#include <unordered_map>

namespace jindo::trace {
namespace {
using base::Uint256;

void carry(UsedLink& used, const WideLot& lot) {
  for (UsedLink::Carried& carried : used.carried) {
    if (carried.source != lot.source) continue;
    carried.amount += lot.amount;
    carried.origin += lot.origin;
    return;
  }
  used.carried.push_back({lot.source, lot.amount, lot.origin});
}

// Each lot's share of `target`, rounded down at its end.
void share_out(std::vector<WideLot>& lots, const Uint256& total, const Uint256& target) {
  Uint256 reached, given;
  for (WideLot& lot : lots) {
    reached += lot.amount;
    const Uint256 until = base::mul_div(target, reached, total).quotient;
    lot.amount = until - given;
    given = until;
  }
}

// Lots of no amount and who gets their origin: the nearest of their source, the earlier one of two; SIZE_MAX where
// there is none. Two passes: somebody may have cut a theft into a million such lots.
struct Heir {
  size_t lot = 0, heir = SIZE_MAX;
};
std::vector<Heir> find_heirs(const std::vector<WideLot>& lots) {
  std::vector<Heir> out;
  std::unordered_map<uint32_t, size_t> near;  // the last whole lot met, by source
  for (size_t i = 0; i < lots.size(); ++i) {
    if (lots[i].clean()) continue;
    const auto before = near.find(lots[i].source);
    if (!lots[i].amount.is_zero())
      near[lots[i].source] = i;
    else
      out.push_back({i, before == near.end() ? SIZE_MAX : before->second});
  }
  near.clear();
  size_t at = out.size();
  for (size_t i = lots.size(); i-- > 0 && at > 0;) {
    if (lots[i].clean()) continue;
    if (!lots[i].amount.is_zero()) {
      near[lots[i].source] = i;
      continue;
    }
    size_t& heir = out[--at].heir;
    const auto after = near.find(lots[i].source);
    if (after != near.end() && (heir == SIZE_MAX || after->second - i < i - heir)) heir = after->second;
  }
  return out;
}

// Those that are followed, the surer first.
std::vector<const resolve::Link*> links_in_order(const Options& options) {
  std::vector<const resolve::Link*> out;
  for (const resolve::Link& link : options.resolver->links()) {
    if (!link.exact && link.confidence < options.inferred_min) continue;
    if (link.from.place == UINT64_MAX || link.to.place == UINT64_MAX) continue;
    out.push_back(&link);
  }
  std::stable_sort(out.begin(), out.end(), [](const resolve::Link* a, const resolve::Link* b) {
    return a->exact != b->exact ? a->exact : a->confidence > b->confidence;
  });
  return out;
}
int64_t time_of(const ledger::Ledger& ledger, const resolve::Leg& leg) {
  const ledger::ChainReader& reader = ledger.find(*leg.network)->reader();
  return reader.block(reader.block_of_transaction(leg.transaction)).order_time;
}
// What passes count: transactions, or movements.
uint64_t pass_place(const resolve::Leg& leg) {
  return leg.network->model == chain::LedgerModel::kUtxo ? leg.transaction : leg.place;
}
}  // namespace

void rescale(std::vector<WideLot>& lots, const Uint256& total, const Uint256& target, std::vector<WideLot>& lost) {
  if (total != target) share_out(lots, total, target);
  const bool any_small =
      std::any_of(lots.begin(), lots.end(), [](const WideLot& lot) { return lot.amount.is_zero() && !lot.clean(); });
  for (const Heir& small : any_small ? find_heirs(lots) : std::vector<Heir>()) {
    const WideLot& lot = lots[small.lot];
    if (small.heir == SIZE_MAX)
      lost.push_back(lot);
    else
      lots[small.heir].origin += lot.origin;
  }
  lots.erase(std::remove_if(lots.begin(), lots.end(), [](const WideLot& lot) { return lot.amount.is_zero(); }),
             lots.end());
}

Crossings::Crossings(const Options& options, const std::vector<ChainState>& chains, size_t sources,
                     const std::vector<uint64_t>& ends)
    : sources_(static_cast<uint32_t>(sources)),
      in_(chains.size()),
      out_(chains.size()),
      in_at_(chains.size()),
      out_at_(chains.size()),
      barriers_(chains.size()) {
  if (options.resolver == nullptr) return;
  const auto chain_index = [&](const chain::Network* network) {
    for (uint32_t c = 0; c < chains.size(); ++c)
      if (chains[c].network == network) return c;
    return UINT32_MAX;
  };
  for (const resolve::Link* link : links_in_order(options)) {
    const uint32_t from = chain_index(link->from.network), to = chain_index(link->to.network);
    if (from == UINT32_MAX || to == UINT32_MAX) continue;
    if (link->from.transaction >= ends[from] || link->to.transaction >= ends[to]) continue;
    if (from == to && link->to.place <= link->from.place) continue;  // paid out first: no answer to it
    if (in_[from].count(link->from.place) != 0 || out_[to].count(link->to.place) != 0) continue;
    follow(*link, from, to, options.resolver->ledger());
  }
  for (auto& barriers : barriers_)
    std::sort(barriers.begin(), barriers.end(), [](const Barrier& a, const Barrier& b) { return a.place < b.place; });
}

void Crossings::follow(const resolve::Link& link, uint32_t from, uint32_t to, const ledger::Ledger& ledger) {
  const auto index = static_cast<uint32_t>(followed_.size());
  Followed followed;
  followed.link = &link;
  followed.from_chain = from;
  followed.to_chain = to;
  followed_.push_back(std::move(followed));
  in_[from][link.from.place] = index;
  out_[to][link.to.place] = index;
  in_at_[from][link.from.transaction].push_back(index);
  out_at_[to][link.to.transaction].push_back(index);
  if (from == to) return;
  if (std::make_pair(time_of(ledger, link.to), to) < std::make_pair(time_of(ledger, link.from), from))
    barriers_[to].push_back({pass_place(link.to), from, pass_place(link.from)});
}

void Crossings::put(uint32_t index, std::vector<WideLot> lots, const Uint256& total, Policy policy) {
  Followed& followed = followed_[index];
  for (WideLot& lot : lots) {
    lot.link = kNoLink;
    if (!lot.clean() && !followed.link->exact) lot.source = inferred(lot.source);
  }
  if (is_pooled(policy))
    lots.erase(std::remove_if(lots.begin(), lots.end(), [](const WideLot& lot) { return lot.clean(); }), lots.end());
  followed.bag = std::move(lots);
  followed.total = total;
  schedule(followed.to_chain, followed.link->to.place);
}

std::vector<WideLot> Crossings::take(uint32_t index, const Uint256& target, Policy policy, std::vector<WideLot>& lost) {
  Followed& followed = followed_[index];
  std::vector<WideLot> lots = std::move(followed.bag);
  followed.bag.clear();
  if (policy == Policy::kPoison) {
    for (WideLot& lot : lots) lot.amount = lot.origin = target;
  } else {
    rescale(lots, followed.total, target, lost);
  }
  for (WideLot& lot : lots) {
    lot.link = index;
    if (!lot.clean()) ++lot.hops;
  }
  return lots;
}

std::vector<std::pair<uint32_t, std::vector<WideLot>>> Crossings::leftovers() const {
  std::vector<std::pair<uint32_t, std::vector<WideLot>>> out;
  for (uint32_t i = 0; i < followed_.size(); ++i)
    if (!followed_[i].bag.empty()) out.emplace_back(i, followed_[i].bag);
  return out;
}

void Crossings::note_use(uint32_t index, const WideLot& lot, Result& result) {
  Followed& followed = followed_[index];
  if (followed.used == UINT32_MAX) {
    followed.used = static_cast<uint32_t>(result.links.size());
    result.links.push_back({*followed.link, {}});
  }
  WideLot plain = lot;
  plain.source = real(lot.source);
  carry(result.links[followed.used], plain);
}
void Crossings::note_exchange(const resolve::Link& link, const WideLot& lot, Result& result) {
  if (result.links.empty() || result.links.back().link.from.network != link.from.network ||
      result.links.back().link.from.place != link.from.place || result.links.back().link.to.place != link.to.place)
    result.links.push_back({link, {}});
  WideLot plain = lot;
  plain.source = real(lot.source);
  carry(result.links.back(), plain);
}
}  // namespace jindo::trace
