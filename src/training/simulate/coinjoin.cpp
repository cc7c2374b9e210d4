// CoinJoins as their programs make them (docs/methodology/exercises.md gives the sources). Who owns which equal output
// is known to the participants only; the answer key has it, marked so.
#include <algorithm>

#include "base/check.h"
#include "simulate/world.h"

namespace jindo::simulate {
namespace {
constexpr uint64_t kFeeRate = 4;
constexpr uint64_t kMakerFee = 2000;
constexpr size_t kWhirlpoolMost = 1000;

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
struct Participant {
  WalletId wallet = kNobody;
  std::vector<CoinId> coins;
  uint64_t sum = 0;
  bool mine = false;
};
}  // namespace

std::optional<Spent> World::whirlpool_premix(WalletId wallet, uint64_t denomination) {
  UtxoChain& chain = *bitcoin_;
  if (denomination == 0) denomination = 1'000'000;
  const uint64_t each = denomination + 5000;  // the extra pays the mix's miner fee
  SpendOptions options;
  options.keep_id = true;
  options.fee_rate = kFeeRate;
  const uint64_t fee = denomination / 20;
  const uint64_t count = std::min<uint64_t>(chain.wallet(wallet).balance / (each + each / 5), 70);
  if (count == 0 || chain.wallet(wallet).balance < count * each + fee + 50'000) return std::nullopt;
  std::vector<Payee> payees;
  Payee coordinator;
  coordinator.wallet = coinjoins_[1].fees;
  coordinator.value = fee;
  payees.push_back(coordinator);
  for (uint64_t i = 0; i < count; ++i) {
    Payee payee;
    payee.wallet = wallet;
    payee.value = each;
    payees.push_back(payee);
  }
  auto spent = chain.pay(wallet, payees, options);
  if (!spent) return spent;
  for (size_t i = 1; i < spent->outputs.size(); ++i)
    whirlpool_.emplace_back(spent->outputs[i], chain.coin(spent->outputs[i]).transaction);
  return spent;
}

std::optional<World::Joined> World::coinjoin(JoinStyle style, const std::vector<WalletId>& mine,
                                             uint64_t denomination) {
  UtxoChain& chain = *bitcoin_;
  std::vector<Participant> all;
  Joined out;
  const auto is_mine = [&](WalletId wallet) { return std::find(mine.begin(), mine.end(), wallet) != mine.end(); };
  if (style == JoinStyle::kWhirlpool) {
    if (denomination == 0) denomination = 1'000'000;
    // Five coins of five wallets; the participants asked for first, then whoever waits.
    std::vector<size_t> picked;
    std::vector<WalletId> wallets;
    const auto pick = [&](bool wanted_mine) {
      for (size_t i = whirlpool_.size(); i-- > 0 && picked.size() < 5;) {
        const auto [id, made] = whirlpool_[i];
        if (!chain.is_unspent(id, made)) {
          whirlpool_[i] = whirlpool_.back();
          whirlpool_.pop_back();
          if (!picked.empty()) return;  // indices moved: mix another time
          continue;
        }
        const Coin& coin = chain.coin(id);
        if (coin.value < denomination || coin.value > denomination + 5000 || is_mine(coin.wallet) != wanted_mine)
          continue;
        if (std::find(wallets.begin(), wallets.end(), coin.wallet) != wallets.end()) continue;
        picked.push_back(i);
        wallets.push_back(coin.wallet);
      }
    };
    // Who waits too long is not waited for: the list stays short.
    if (whirlpool_.size() > kWhirlpoolMost)
      whirlpool_.erase(whirlpool_.begin(), whirlpool_.end() - static_cast<ptrdiff_t>(kWhirlpoolMost / 2));
    if (!mine.empty()) pick(true);
    if (!mine.empty() && picked.empty()) return std::nullopt;
    pick(false);
    // Liquidity: where a script joins and too few wait, makers of the world come in with a premix of their own.
    for (uint32_t m = 1; !mine.empty() && picked.size() < 5 && m <= std::min(kMakers, persons_ / 4); ++m) {
      if (whirlpool_premix(persons_ - m, denomination)) pick(false);
    }
    uint64_t sum = 0;
    std::vector<CoinId> inputs;
    for (const size_t i : picked) {
      inputs.push_back(whirlpool_[i].first);
      sum += chain.coin(inputs.back()).value;
    }
    // At least one must be fresh from the premix: its extra is the fee.
    if (picked.size() < 5 || sum == 5 * denomination) return std::nullopt;
    std::vector<Payee> payees;
    for (const WalletId wallet : wallets) {
      Payee payee;
      payee.wallet = wallet;
      payee.value = denomination;
      payees.push_back(payee);
    }
    const size_t turn = random_.below(5);
    std::rotate(payees.begin(), payees.begin() + static_cast<ptrdiff_t>(turn), payees.end());
    SpendOptions options;
    options.keep_id = true;
    const Spent spent = chain.submit(inputs, payees, options);
    std::sort(picked.rbegin(), picked.rend());
    for (const size_t i : picked) {
      whirlpool_[i] = whirlpool_.back();
      whirlpool_.pop_back();
    }
    out.transaction = spent.transaction;
    out.denomination = denomination;
    for (const CoinId id : spent.outputs) {
      if (is_mine(chain.coin(id).wallet))
        out.equal.push_back(id);
      else if (random_.chance(500))
        whirlpool_.emplace_back(id, spent.transaction);  // stays for another round
    }
    out.others = static_cast<uint32_t>(5 - out.equal.size());
    add_link({"coinjoin", "thief_only", bitcoin_index_, spent.transaction, bitcoin_index_, spent.transaction,
              coinjoins_[1].name});
    return out;
  }

  for (const WalletId wallet : mine) {
    Participant one;
    one.wallet = wallet;
    one.coins = chain.coins_of(wallet, 40);
    one.mine = true;
    for (const CoinId id : one.coins) one.sum += chain.coin(id).value;
    all.push_back(one);
  }
  uint64_t least = UINT64_MAX;
  for (const Participant& one : all) least = std::min(least, one.sum);
  if (denomination == 0) {
    denomination = style == JoinStyle::kWasabi1   ? 10'000'000 + random_.below(500'000)
                   : style == JoinStyle::kWasabi2 ? 0
                   : least != UINT64_MAX          ? least - least / 50 - 100'000
                                                  : random_.heavy(2'000'000, 500, 6);
  }
  const uint64_t floor_sum = denomination + denomination / 200 + 20'000;
  for (const Participant& one : all)
    if (one.sum < floor_sum) return std::nullopt;
  // Makers hold large sums; Wasabi's crowd is anybody with enough.
  const size_t wanted = style == JoinStyle::kJoinMarket ? 3 + random_.below(5) : 50 + random_.below(60);
  const size_t tries_most = wanted * 12;
  for (size_t tries = 0; tries < tries_most && all.size() < wanted + mine.size(); ++tries) {
    const auto wallet =
        static_cast<WalletId>(random_.chance(500)   ? persons_ - 1 - random_.below(std::min(kMakers, persons_ / 4))
                              : random_.chance(500) ? random_.below(persons_)
                                                    : pick_person());
    if (chain.wallet(wallet).balance < floor_sum) continue;
    if (std::any_of(all.begin(), all.end(), [&](const Participant& p) { return p.wallet == wallet; })) continue;
    Participant one;
    one.wallet = wallet;
    for (const CoinId id : chain.coins_of(wallet, 12)) {
      one.coins.push_back(id);
      one.sum += chain.coin(id).value;
      if (one.sum >= floor_sum) break;
    }
    if (one.sum >= floor_sum) all.push_back(one);
  }
  const size_t others_least = style == JoinStyle::kJoinMarket ? 2 : 5;
  if (all.size() < mine.size() + others_least) return std::nullopt;
  std::vector<CoinId> inputs;
  struct Out {
    Payee payee;
    bool mine, equal;
  };
  std::vector<Out> outs;
  const auto pay = [&](const Participant& one, uint64_t value, bool equal) {
    Payee payee;
    payee.wallet = one.wallet;
    payee.value = value;
    outs.push_back({payee, one.mine, equal});
  };
  uint64_t coordinator = 0;
  const auto after_fee = [](const Participant& one) { return one.sum - kFeeRate * (70 * one.coins.size() + 70); };
  // The first is the taker: the wallet that was asked for, or whoever came first.
  const bool taker_pays = after_fee(all.front()) >= denomination + kMakerFee * (all.size() - 1);
  for (const Participant& one : all) {
    inputs.insert(inputs.end(), one.coins.begin(), one.coins.end());
    uint64_t left = after_fee(one);
    if (style == JoinStyle::kWasabi2) {
      size_t pieces = 0;
      for (const uint64_t value : denominations()) {
        while (value <= left && pieces < 8) {
          pay(one, value, true);
          left -= value;
          ++pieces;
        }
      }
      if (left >= 5000) pay(one, left, false);
      continue;
    }
    pay(one, denomination, true);
    left -= denomination;
    if (style == JoinStyle::kWasabi1) {  // 0.003 % for each member of the anonymity set
      const uint64_t fee = std::min<uint64_t>(denomination * 3 * all.size() / 100'000, left);
      coordinator += fee;
      left -= fee;
      if (left >= 2 * denomination + 10'000 && !one.mine) {  // the next mixing level
        pay(one, 2 * denomination, true);
        left -= 2 * denomination;
      }
    } else {  // the taker pays each maker a little; it comes back with the maker's change
      const uint64_t makers = all.size() - 1;
      const bool taker = &one == &all.front();
      if (taker_pays) left = taker ? left - kMakerFee * makers : left + kMakerFee;
    }
    if (left >= 2 * kDustSatoshi) pay(one, left, false);
  }
  if (coordinator > kDustSatoshi) {
    Payee payee;
    payee.wallet = coinjoins_[0].fees;
    payee.value = coordinator;
    outs.push_back({payee, false, false});
  }
  for (size_t i = outs.size(); i > 1; --i) std::swap(outs[i - 1], outs[random_.below(i)]);
  for (size_t i = inputs.size(); i > 1; --i) std::swap(inputs[i - 1], inputs[random_.below(i)]);
  std::vector<Payee> payees;
  payees.reserve(outs.size());
  for (const Out& one : outs) payees.push_back(one.payee);
  SpendOptions options;
  options.keep_id = true;
  const Spent spent = chain.submit(inputs, payees, options);
  for (size_t i = 0; i < outs.size(); ++i) {
    if (!outs[i].mine) continue;
    (outs[i].equal ? out.equal : out.change).push_back(spent.outputs[i]);
  }
  out.transaction = spent.transaction;
  out.denomination = denomination;
  out.others = static_cast<uint32_t>(all.size() - mine.size());
  add_link({"coinjoin", "thief_only", bitcoin_index_, spent.transaction, bitcoin_index_, spent.transaction,
            style == JoinStyle::kJoinMarket ? "" : coinjoins_[0].name});
  return out;
}
}  // namespace jindo::simulate
