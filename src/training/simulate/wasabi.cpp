// Wasabi's CoinJoins: version 1 with one denomination, change and a coordinator's fee; version 2 (WabiSabi) with each
// sum split into standard denominations. Sources: docs/methodology/exercises.md.
#include <algorithm>

#include "simulate/coinjoin.h"
#include "simulate/world.h"

namespace jindo::simulate {
namespace {
constexpr size_t kOthersLeast = 5;

// WabiSabi's standard denominations: powers of 2, 3, 10 and 2, 5 times them, from 5,000 satoshi.
const std::vector<uint64_t>& denominations() {
  static const std::vector<uint64_t> all = [] {
    std::vector<uint64_t> out;
    const auto powers = [&](uint64_t base, uint64_t factor) {
      for (uint64_t v = factor; v < 1'000'000'000'000ULL; v *= base)
        if (v >= 5000) out.push_back(v);
    };
    powers(2, 1);
    powers(3, 1);
    powers(3, 2);
    powers(10, 1);
    powers(10, 2);
    powers(10, 5);
    std::sort(out.rbegin(), out.rend());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }();
  return all;
}
// Pays every participant the denomination, the next level of mixing where there is enough, and change; returns what the
// coordinator keeps: 0.003 % for each member of the anonymity set.
uint64_t pay_equal_and_change(JoinDraft& draft, uint64_t denomination) {
  uint64_t coordinator = 0;
  for (const JoinParticipant& one : draft.all) {
    uint64_t left = one.after_fee();
    draft.pay(one, denomination, true);
    left -= denomination;
    const uint64_t fee = std::min<uint64_t>(denomination * 3 * draft.all.size() / 100'000, left);
    coordinator += fee;
    left -= fee;
    if (left >= 2 * denomination + 10'000 && !one.mine) {  // the next mixing level
      draft.pay(one, 2 * denomination, true);
      left -= 2 * denomination;
    }
    if (left >= 2 * kDustSatoshi) draft.pay(one, left, false);
  }
  return coordinator;
}
void pay_standard_denominations(JoinDraft& draft) {
  for (const JoinParticipant& one : draft.all) {
    uint64_t left = one.after_fee();
    size_t pieces = 0;
    for (const uint64_t value : denominations()) {
      while (value <= left && pieces < 8) {
        draft.pay(one, value, true);
        left -= value;
        ++pieces;
      }
    }
    if (left >= 5000) draft.pay(one, left, false);
  }
}
}  // namespace

std::optional<World::Joined> World::join_wasabi1(const std::vector<WalletId>& mine, uint64_t denomination) {
  JoinDraft draft = begin_join(mine);
  if (denomination == 0) denomination = 10'000'000 + random_.below(500'000);
  if (!draft.all_have(join_floor(denomination))) return std::nullopt;
  const size_t wanted = 50 + random_.below(60);
  if (!join_crowd(draft, join_floor(denomination), wanted, kOthersLeast)) return std::nullopt;
  const uint64_t coordinator = pay_equal_and_change(draft, denomination);
  if (coordinator > kDustSatoshi) {
    Payee payee;
    payee.wallet = coinjoins_[0].fees;
    payee.value = coordinator;
    draft.outputs.push_back({payee, false, false});
  }
  return finish_join(std::move(draft), denomination, coinjoins_[0].name);
}

std::optional<World::Joined> World::join_wasabi2(const std::vector<WalletId>& mine, uint64_t denomination) {
  JoinDraft draft = begin_join(mine);
  if (!draft.all_have(join_floor(denomination))) return std::nullopt;
  const size_t wanted = 50 + random_.below(60);
  if (!join_crowd(draft, join_floor(denomination), wanted, kOthersLeast)) return std::nullopt;
  pay_standard_denominations(draft);
  return finish_join(std::move(draft), denomination, coinjoins_[0].name);
}
}  // namespace jindo::simulate
