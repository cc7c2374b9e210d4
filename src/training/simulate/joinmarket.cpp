// JoinMarket's CoinJoins: a taker and a few makers, one equal output each and change; no coordinator. Sources:
// docs/methodology/exercises.md.
#include <algorithm>

#include "simulate/coinjoin.h"
#include "simulate/world.h"

namespace jindo::simulate {
namespace {
constexpr uint64_t kMakerFee = 2000;
constexpr size_t kMakersLeast = 2;

// The taker pays each maker a little; it comes back with the maker's change.
void pay_makers_and_taker(JoinDraft& draft, uint64_t denomination) {
  const uint64_t makers = draft.all.size() - 1;
  const bool taker_pays = draft.all.front().after_fee() >= denomination + kMakerFee * makers;
  for (const JoinParticipant& one : draft.all) {
    uint64_t left = one.after_fee();
    draft.pay(one, denomination, true);
    left -= denomination;
    const bool taker = &one == &draft.all.front();
    if (taker_pays) left = taker ? left - kMakerFee * makers : left + kMakerFee;
    if (left >= 2 * kDustSatoshi) draft.pay(one, left, false);
  }
}
}  // namespace

std::optional<World::Joined> World::join_market(const std::vector<WalletId>& mine, uint64_t denomination) {
  JoinDraft draft = begin_join(mine);
  if (denomination == 0) {
    const uint64_t least = draft.least_sum();
    denomination = mine.empty() ? random_.heavy(2'000'000, 500, 6) : least - least / 50 - 100'000;
  }
  if (!draft.all_have(join_floor(denomination))) return std::nullopt;
  const size_t wanted = 3 + random_.below(5);
  if (!join_crowd(draft, join_floor(denomination), wanted, kMakersLeast)) return std::nullopt;
  pay_makers_and_taker(draft, denomination);
  return finish_join(std::move(draft), denomination, "");
}
}  // namespace jindo::simulate
