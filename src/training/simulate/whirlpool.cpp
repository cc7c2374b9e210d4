// Whirlpool's CoinJoins: a premix splits a wallet's coins into equal ones with a fee to the coordinator; then five
// equal coins go in and five come out, round after round. Sources: docs/methodology/exercises.md.
#include <algorithm>

#include "simulate/coinjoin.h"
#include "simulate/world.h"

namespace jindo::simulate {
namespace {
constexpr size_t kWaitingMost = 1000;
constexpr size_t kMixSize = 5;
constexpr uint64_t kUsualDenomination = 1'000'000;

bool has(const std::vector<WalletId>& wallets, WalletId wallet) {
  return std::find(wallets.begin(), wallets.end(), wallet) != wallets.end();
}
}  // namespace

std::optional<Spent> World::whirlpool_premix(WalletId wallet, uint64_t denomination) {
  UtxoChain& chain = *bitcoin_;
  if (denomination == 0) denomination = kUsualDenomination;
  const uint64_t each = denomination + 5000;  // the extra pays the mix's miner fee
  SpendOptions options;
  options.keep_id = true;
  options.fee_rate = kJoinFeeRate;
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

// Picks waiting coins, each of another wallet: of `mine`, or of the others.
void World::pick_whirlpool(WhirlpoolPick& pick, const std::vector<WalletId>& mine, bool of_mine,
                           uint64_t denomination) {
  UtxoChain& chain = *bitcoin_;
  for (size_t i = whirlpool_.size(); i-- > 0 && pick.waiting.size() < kMixSize;) {
    const auto [id, made] = whirlpool_[i];
    if (!chain.is_unspent(id, made)) {
      whirlpool_[i] = whirlpool_.back();
      whirlpool_.pop_back();
      if (!pick.waiting.empty()) return;  // indices moved: mix another time
      continue;
    }
    const Coin& coin = chain.coin(id);
    if (coin.value < denomination || coin.value > denomination + 5000 || has(mine, coin.wallet) != of_mine) continue;
    if (has(pick.wallets, coin.wallet)) continue;
    pick.waiting.push_back(i);
    pick.wallets.push_back(coin.wallet);
  }
}

// Five coins of five wallets; the participants asked for first, then who waits. At least one must be fresh from the
// premix: its extra is the fee.
std::optional<World::WhirlpoolPick> World::pick_five(const std::vector<WalletId>& mine, uint64_t denomination) {
  // Who waits too long is not waited for: the list stays short.
  if (whirlpool_.size() > kWaitingMost)
    whirlpool_.erase(whirlpool_.begin(), whirlpool_.end() - static_cast<ptrdiff_t>(kWaitingMost / 2));
  WhirlpoolPick pick;
  if (!mine.empty()) pick_whirlpool(pick, mine, true, denomination);
  if (!mine.empty() && pick.waiting.empty()) return std::nullopt;
  pick_whirlpool(pick, mine, false, denomination);
  // Liquidity: where a script joins and too few wait, makers of the world come in with a premix of their own.
  for (uint32_t m = 1; !mine.empty() && pick.waiting.size() < kMixSize && m <= std::min(kMakers, persons_ / 4); ++m) {
    if (whirlpool_premix(persons_ - m, denomination)) pick_whirlpool(pick, mine, false, denomination);
  }
  uint64_t sum = 0;
  for (const size_t i : pick.waiting) sum += bitcoin_->coin(whirlpool_[i].first).value;
  if (pick.waiting.size() < kMixSize || sum == kMixSize * denomination) return std::nullopt;
  return pick;
}

std::optional<World::Joined> World::join_whirlpool(const std::vector<WalletId>& mine, uint64_t denomination) {
  if (denomination == 0) denomination = kUsualDenomination;
  auto pick = pick_five(mine, denomination);
  if (!pick) return std::nullopt;
  std::vector<CoinId> inputs;
  for (const size_t i : pick->waiting) inputs.push_back(whirlpool_[i].first);
  std::vector<Payee> payees;
  for (const WalletId wallet : pick->wallets) {
    Payee payee;
    payee.wallet = wallet;
    payee.value = denomination;
    payees.push_back(payee);
  }
  const size_t turn = random_.below(kMixSize);
  std::rotate(payees.begin(), payees.begin() + static_cast<ptrdiff_t>(turn), payees.end());
  SpendOptions options;
  options.keep_id = true;
  const Spent spent = bitcoin_->submit(inputs, payees, options);
  std::sort(pick->waiting.rbegin(), pick->waiting.rend());
  for (const size_t i : pick->waiting) {
    whirlpool_[i] = whirlpool_.back();
    whirlpool_.pop_back();
  }
  Joined out;
  out.transaction = spent.transaction;
  out.denomination = denomination;
  for (const CoinId id : spent.outputs) {
    if (has(mine, bitcoin_->coin(id).wallet))
      out.equal.push_back(id);
    else if (random_.chance(500))
      whirlpool_.emplace_back(id, spent.transaction);  // stays for another round
  }
  out.others = static_cast<uint32_t>(kMixSize - out.equal.size());
  add_join_link(spent.transaction, coinjoins_[1].name);
  return out;
}
}  // namespace jindo::simulate
