// How stolen value moves on its own chain: splits, hops, peels, deposits, freezes (docs/formats/exercise.md).
#include <algorithm>

#include "exercise/player.h"

namespace jindo::exercise {
using simulate::Payee;
using simulate::SpendOptions;
namespace {
constexpr size_t kOutputs = 50;  // of one transaction of a split
}  // namespace

// Amounts of a split's parts, but for the last, which takes what is left: equal tranches, amounts below a limit, or
// drawn at random.
std::vector<Uint128> Player::parts_of_split(const Context& context, uint32_t c, AssetId asset, Uint128 held) {
  const Step& step = step_of(context);
  const uint32_t total = scaled(step.wallets == 0 ? 20 : step.wallets);
  const uint64_t most = std::max<uint64_t>(step.wallets == 0 ? 2 : 1, (total + context.count - 1) / context.count);
  std::vector<Uint128> parts;
  const auto enough = [&](Uint128 each) { return parts.size() + 1 < most && each > 0; };
  Uint128 left = held;
  if (!step.tranche.empty()) {
    const Uint128 each = std::max(units(context.step, step.tranche, c, asset), held / most);
    while (left > each && enough(each)) {
      parts.push_back(each);
      left -= each;
    }
  } else if (!step.below.empty()) {
    Uint128 limit = std::max(units(context.step, step.below, c, asset), held / most * 5 / 4);
    if (left <= limit) limit = left * 2 / 3;  // at least two parcels
    while (left > limit && enough(limit)) {
      const Uint128 each = limit * (60 + random_.below(39)) / 100;
      parts.push_back(each);
      left -= each;
    }
  } else {
    std::vector<uint64_t> weights;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < most; ++i) {
      weights.push_back(random_.heavy(100, 400, 4));
      sum += weights.back();
    }
    for (uint64_t i = 0; i + 1 < most; ++i) parts.push_back(held / sum * weights[i]);
  }
  return parts;
}

bool Player::split(const Context& context) {
  const Step& step = step_of(context);
  const Group& from = groups_.at(step.from);
  const uint32_t c = from.chain;
  const AssetId asset = from.asset;
  const Uint128 held = book_.stolen(context.from, asset, incident_of(step));
  const std::vector<Uint128> parts = parts_of_split(context, c, asset, held);
  const int64_t start = now(c);
  const auto pieces = static_cast<int64_t>(parts.size() + 1);
  std::vector<Place> children;
  for (int64_t i = 0; i < pieces; ++i) children.push_back(fresh(c, from.actor, "wallet"));
  Group& to = groups_.at(step.to);
  to.places.insert(to.places.end(), children.begin(), children.end());
  if (world_.is_utxo(c)) {
    split_coins(context, parts, children);
    return true;
  }
  for (int64_t i = 0; i < pieces; ++i) {
    const Uint128 part = i + 1 < pieces ? parts[static_cast<size_t>(i)] : 0;
    attempt(context.step, c, start + 12 + step.over * i / pieces, [this, context, children, i, part, asset] {
      return carry(context, context.from, children[static_cast<size_t>(i)], asset, part);
    });
  }
  return true;
}

// On bitcoin many parts at a time are one transaction; what is left goes to the last child.
void Player::split_coins(const Context& context, const std::vector<Uint128>& parts,
                         const std::vector<Place>& children) {
  const Step& step = step_of(context);
  const uint32_t c = context.from.chain;
  const int64_t start = now(c);
  const auto pieces = static_cast<int64_t>(parts.size() + 1);
  for (size_t first = 0; first < parts.size(); first += kOutputs) {
    const int64_t time = start + step.over * static_cast<int64_t>(first) / pieces;
    attempt(context.step, c, time,
            [this, context, first, parts, children] { return pay_parts(context, parts, children, first); });
  }
  attempt(context.step, c, start + step.over + 60,
          [this, context, children] { return carry(context, context.from, children.back(), 0, 0); });
}
bool Player::pay_parts(const Context& context, const std::vector<Uint128>& parts, const std::vector<Place>& children,
                       size_t first) {
  simulate::UtxoChain& chain = world_.bitcoin();
  std::vector<Payee> payees;
  for (size_t i = first; i < std::min(parts.size(), first + kOutputs); ++i) {
    Payee payee;
    payee.wallet = children[i].id;
    payee.value = static_cast<uint64_t>(parts[i]);
    if (payee.value > 2 * simulate::kDustSatoshi) payees.push_back(payee);
  }
  SpendOptions options;
  options.keep_id = true;
  const auto spent = chain.pay(context.from.id, payees, options);
  if (!spent) return false;
  for (const simulate::CoinId id : spent->outputs) {
    const simulate::Coin& coin = chain.coin(id);
    Book::Move move =
        move_of(context, context.from, {context.from.chain, coin.wallet}, 0, coin.value, spent->transaction);
    move.incident = incident_of(step_of(context));
    book_.move(move);
  }
  book_.settle(context.from, 0, chain.wallet(context.from.id).balance, spent->transaction);
  done(context.step, context.from.chain, spent->transaction);
  return true;
}

bool Player::forward(const Context& context) {
  const Step& step = step_of(context);
  Group& from = groups_.at(step.from);
  const AssetId asset = from.asset;
  const uint32_t c = from.chain;
  std::vector<Place> way{context.from};
  for (uint32_t hop = 0; hop < step.hops; ++hop) way.push_back(fresh(c, from.actor, "wallet"));
  groups_.at(step.to).places.push_back(way.back());
  const int64_t gap = std::max<int64_t>(60, step.over / (step.hops + 1));
  for (uint32_t hop = 0; hop < step.hops; ++hop) {
    const int64_t time = now(c) + gap * hop + static_cast<int64_t>(random_.below(static_cast<uint64_t>(gap)));
    attempt(context.step, c, time,
            [this, context, a = way[hop], b = way[hop + 1], asset] { return carry(context, a, b, asset, 0); });
  }
  return true;
}

bool Player::deposit_part(const Context& context, const Place& from, AssetId asset, Uint128 amount, size_t nth) {
  const Step& step = step_of(context);
  auto& exchanges = world_.exchanges();
  size_t e = nth % exchanges.size();
  if (!step.by.empty() && step.verb == Verb::kDeposit) {
    const auto found =
        std::find_if(exchanges.begin(), exchanges.end(), [&](const auto& x) { return x.name == step.by; });
    if (found == exchanges.end()) {
      fail(context.step, "no exchange '" + step.by + "'");
      return true;
    }
    e = static_cast<size_t>(found - exchanges.begin());
  }
  const bool frozen = step.outcome == "frozen";
  const Place to = world_.new_place(from.chain, exchanges[e].owner, "deposit");
  if (!carry(context, from, to, asset, amount)) return false;
  book_.set_state(to, frozen ? "frozen" : "cashed_out");
  if (frozen) return true;  // the exchange locks the account before the sweep
  if (!world_.is_utxo(from.chain)) {
    world_.sweep_later(from.chain, to.id, e, asset);
  } else {
    const simulate::WalletId hot = exchanges[e].hot[from.chain].id;
    world_.at(from.chain, now(from.chain) + 3600 + static_cast<int64_t>(random_.below(36000)),
              [this, to, hot] { world_.bitcoin().sweep(to.id, hot, Payee::kNewKey, {}); });
  }
  return true;
}

bool Player::deposit(const Context& context) {
  return deposit_part(context, context.from, groups_.at(step_of(context).from).asset, 0, context.index);
}

bool Player::peel(const Context& context) {
  const Step& step = step_of(context);
  Group& from = groups_.at(step.from);
  const uint32_t c = from.chain;
  const AssetId asset = from.asset;
  std::vector<Place> way{context.from};
  for (uint32_t round = 0; round < step.rounds; ++round) way.push_back(fresh(c, from.actor, "wallet"));
  groups_.at(step.to).places.push_back(way.back());
  const int64_t gap = std::max<int64_t>(120, step.over / (step.rounds + 1));
  for (uint32_t round = 0; round < step.rounds; ++round) {
    const int64_t time = now(c) + gap * round + static_cast<int64_t>(random_.below(static_cast<uint64_t>(gap / 2)));
    attempt(context.step, c, time, [this, context, a = way[round], b = way[round + 1], asset, round]() -> bool {
      const Uint128 held = book_.stolen(a, asset);
      if (held == 0) return true;
      const Uint128 part = held * (15 + random_.below(55)) / 1000;
      if (!world_.is_utxo(a.chain)) {
        // Two transactions of an account; the first may have been done when the second has to wait.
        if (book_.stolen(b, asset) == 0 && !deposit_part(context, a, asset, part, context.index + round)) return false;
        return carry(context, a, b, asset, 0);
      }
      simulate::UtxoChain& chain = world_.bitcoin();
      const auto& exchange = world_.exchanges()[(context.index + round) % world_.exchanges().size()];
      const Place to = world_.new_place(a.chain, exchange.owner, "deposit");
      SpendOptions options;
      options.keep_id = true;
      options.change_to = b.id;
      Payee payee;
      payee.wallet = to.id;
      payee.value = static_cast<uint64_t>(part);
      const auto spent = chain.pay(a.id, {payee}, options);
      if (!spent) return false;
      const auto write = [&](simulate::CoinId id, const Place& where) {
        const simulate::Coin& coin = chain.coin(id);
        Book::Move move = move_of(context, a, where, 0, coin.value, spent->transaction);
        move.to_text = chain.address(coin.wallet, coin.key);
        book_.move(move);
      };
      write(spent->outputs[0], to);
      if (spent->change != simulate::kNobody) write(spent->change, b);
      book_.settle(a, 0, chain.wallet(a.id).balance, spent->transaction);
      book_.set_state(to, "cashed_out");
      done(context.step, a.chain, spent->transaction);
      world_.at(a.chain, chain.time() + 7200,
                [this, to, hot = exchange.hot[a.chain].id] { world_.bitcoin().sweep(to.id, hot, Payee::kNewKey, {}); });
      return true;
    });
  }
  return true;
}

bool Player::freeze(const Context& context) {
  const Step& step = step_of(context);
  const Group& from = groups_.at(step.from);
  if (world_.is_utxo(from.chain) || !world_.account(from.chain).assets()[from.asset].freezable) {
    fail(context.step, "nobody can freeze this asset");
    return true;
  }
  const uint64_t number = world_.freeze(from.chain, context.from.id, from.asset);
  if (number == 0) return false;
  book_.set_state(context.from, "frozen");
  done(context.step, from.chain, number);
  return true;
}
}  // namespace jindo::exercise
