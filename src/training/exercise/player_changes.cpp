// How stolen value changes form, place or hands: swaps, bridges, mixers, CoinJoins, mined coins
// (docs/formats/exercise.md).
#include <algorithm>
#include <memory>

#include "exercise/player.h"

namespace jindo::exercise {
using simulate::Payee;
using simulate::SpendOptions;

bool Player::swap(const Context& context) {
  const Step& step = step_of(context);
  Group& from = groups_.at(step.from);
  const uint32_t c = from.chain;
  const AssetId asset = from.asset;
  if (world_.is_utxo(c)) {
    fail(context.step, "bitcoin has no market makers; use 'bridge'");
    return true;
  }
  simulate::AccountChain& chain = world_.account(c);
  const bool wrap = step.verb == Verb::kWrap;
  const AssetId wrapped = world_.services(c).wrapped;
  const auto into = wrap ? std::optional<AssetId>(asset == 0 ? wrapped : 0) : world_.find_asset(c, step.into);
  if (!into) {
    fail(context.step, "no asset '" + step.into + "' on " + std::string(world_.network(c).name));
    return true;
  }
  Group& to = group(step.to, c, *into, from.actor);
  to.asset = *into;
  if (std::find(to.places.begin(), to.places.end(), context.from) == to.places.end()) to.places.push_back(context.from);
  if (!ensure_gas(from.actor, context.from, 2)) return false;
  Uint128 amount = book_.stolen(context.from, asset);
  if (amount == 0) return true;
  bool more = false;
  if (!wrap) {
    // In parts that a pool can bear; between them somebody brings the price back.
    const AssetId side = asset == 0 ? wrapped : asset;
    Uint128 deepest = 0;
    for (const simulate::Pool& pool : world_.services(c).pools)
      if (pool.a == side || pool.b == side) deepest = std::max(deepest, chain.balance(pool.account, side));
    if (amount > deepest / 20) {
      amount = deepest / 20;
      more = true;
    }
  }
  Book::Move move = move_of(context, context.from, context.from, asset, amount, 0);
  move.to_asset = *into;
  if (wrap) {
    move.transaction = world_.wrap(c, context.from.id, amount, asset != 0);
    move.arrives = amount;
  } else {
    const auto swapped = world_.swap(c, context.from.id, asset, *into, amount);
    move.transaction = swapped ? swapped->transaction : 0;
    move.arrives = swapped ? swapped->out : 0;
  }
  if (move.transaction == 0) return false;
  book_.move(move);
  book_.settle(context.from, asset, chain.balance(context.from.id, asset), move.transaction);
  if (asset != 0 && *into != 0) book_.settle(context.from, 0, chain.balance(context.from.id, 0), move.transaction);
  done(context.step, c, move.transaction);
  KeyLink link;
  link.kind = wrap ? "wrap" : "swap";
  link.step = context.step;
  link.from_chain = link.to_chain = c;
  link.from = link.to = move.transaction;
  link.from_address = link.to_address = world_.address_text(context.from);
  link.from_asset = asset;
  link.to_asset = *into;
  link.from_amount = amount;
  link.to_amount = move.arrives;
  link.service = wrap ? "wrapped coin" : "Seonbi Swap";
  book_.add_link(link);
  if (!wrap) world_.settle_pools(c);
  if (more) attempt(context.step, c, chain.time() + 60, [this, context] { return swap(context); });
  return true;
}

// The bridge of that name that takes the wallets' asset to the step's chain; nullopt: the scenario has failed.
std::optional<Player::BridgeChoice> Player::choose_bridge(const Context& context, const std::string& name) {
  const Step& step = step_of(context);
  const Group& from = groups_.at(step.from);
  const uint32_t c = from.chain, target = *world_.find_chain(step.chain);
  const auto& bridges = world_.bridges();
  std::optional<BridgeChoice> out;
  std::string known;
  for (size_t b = 0; b < bridges.size(); ++b) {
    const auto& bridge = bridges[b];
    const bool from_a = bridge.chain_a == c && bridge.chain_b == target;
    const bool from_b = bridge.chain_b == c && bridge.chain_a == target;
    if (!from_a && !from_b) continue;
    known += (known.empty() ? "" : ", ") + bridge.name;
    if (bridge.name == name && (from_a ? bridge.asset_a : bridge.asset_b) == from.asset) out = {b, from_a};
  }
  if (!out)
    fail(context.step, "no '" + name + "' takes this asset from " + std::string(world_.network(c).name) + " to " +
                           step.chain + "; there are: " + known);
  return out;
}

// What a place can send: what is stolen there; coins less the fee, on bitcoin all that the wallet has. 0: not now.
Uint128 Player::amount_to_bridge(const Place& place, AssetId asset) {
  if (world_.is_utxo(place.chain)) return world_.balance(place, 0);
  const Uint128 stolen = book_.stolen(place, asset);
  if (asset != 0) return stolen;
  const Uint128 balance = world_.balance(place, 0), fee = world_.account(place.chain).fee_of(110'000);
  return balance <= fee ? 0 : std::min(stolen, balance - fee);
}

// The other side has paid: what was on the way is there, and the link of both sides is known.
void Player::write_arrival(const Context& context, const Place& way, KeyLink link, uint64_t arrival, const Place& at,
                           Uint128 got) {
  if (arrival == 0) return fail(context.step, "the bridge could not pay out");
  Book::Move move;
  move.from = way;
  move.from_asset = link.from_asset;
  move.leaves = book_.stolen(way, link.from_asset);
  move.to = at;
  move.to_asset = link.to_asset;
  move.arrives = got;
  move.step = context.step;
  move.chain = at.chain;
  move.transaction = arrival;
  move.time = now(at.chain);
  move.knows = link.knows;
  book_.move(move);
  done(context.step, at.chain, arrival);
  link.to = arrival;
  link.to_address = world_.address_text(at);
  link.to_amount = got;
  book_.add_link(link);
}

bool Player::bridge(const Context& context) {
  const Step& step = step_of(context);
  Group& from = groups_.at(step.from);
  const uint32_t c = from.chain, target = *world_.find_chain(step.chain);
  const AssetId asset = from.asset;
  const std::string name = step.by.empty() ? "Trellis Vaults" : step.by;
  const auto choice = choose_bridge(context, name);
  if (!choice) return true;
  const simulate::Bridge& bridge = world_.bridges()[choice->index];
  const AssetId arriving = choice->from_a ? bridge.asset_b : bridge.asset_a;
  Group& to = group(step.to, target, arriving, from.actor);
  if (!world_.is_utxo(c) && asset != 0 && !ensure_gas(from.actor, context.from, 2)) return false;
  if (book_.stolen(context.from, asset) == 0) return true;
  const Uint128 amount = amount_to_bridge(context.from, asset);
  if (amount == 0) return false;
  const Place destination = fresh(target, from.actor, "wallet");
  const Place way = book_.new_virtual_place(
      c,
      world_.is_utxo(c) ? "between chains"
                        : world_.address_text(choice->from_a ? bridge.contract_a : bridge.contract_b),
      bridge.owner);
  auto link = std::make_shared<KeyLink>();  // its first side is known once it is sent
  link->kind = "bridge";
  link->knows = bridge.style == simulate::BridgeStyle::kDesk ? Knowable::kInferable : Knowable::kExact;
  link->step = context.step;
  link->from_chain = c;
  link->to_chain = target;
  link->from_address = world_.address_text(context.from);
  link->from_asset = asset;
  link->to_asset = arriving;
  link->from_amount = amount;
  link->service = name;
  const uint64_t sent = world_.bridge_out(choice->index, choice->from_a, context.from, destination, amount,
                                          [this, context, way, link](uint64_t arrival, const Place& at, Uint128 got) {
                                            write_arrival(context, way, *link, arrival, at, got);
                                          });
  if (sent == 0) return false;
  link->from = sent;
  to.places.push_back(destination);
  to.asset = arriving;
  book_.move(move_of(context, context.from, way, asset, std::min(amount, book_.stolen(context.from, asset)), sent));
  book_.settle(context.from, asset, world_.balance(context.from, asset), sent);
  done(context.step, c, sent);
  return true;
}

// Deposits in the first part of the step's time, largest notes first; withdrawals at random times after them, each to
// one of the new wallets. Which note a withdrawal spends only the thief knows.
bool Player::mix(const Context& context) {
  const Step& step = step_of(context);
  Group& from = groups_.at(step.from);
  const uint32_t c = from.chain;
  if (world_.is_utxo(c) || from.asset != 0) {
    fail(context.step, "the mixer takes the coin of an account chain");
    return true;
  }
  Group& to = group(step.to, c, 0, from.actor);
  const uint32_t wanted = scaled(step.wallets == 0 ? 20 : step.wallets);
  if (context.index == 0) {
    while (to.places.size() < wanted) to.places.push_back(fresh(c, from.actor, "wallet"));
  }
  simulate::AccountChain& chain = world_.account(c);
  const auto& pools = world_.services(c).mixer.pools;
  Uint128 left = book_.stolen(context.from, 0);
  const int64_t over = std::max<int64_t>(step.over, 6 * 3600), start = now(c);
  std::vector<size_t> notes;
  for (size_t p = pools.size(); p-- > 0;) {
    const Uint128 each = pools[p].denomination + chain.fee_of(950'000);
    while (left >= each && notes.size() < 4000) {
      notes.push_back(p);
      left -= each;
    }
  }
  for (size_t n = 0; n < notes.size(); ++n) {
    const int64_t deposit_at = start + over * 4 / 10 * static_cast<int64_t>(n) / static_cast<int64_t>(notes.size());
    const int64_t withdraw_at =
        start + over * 45 / 100 + static_cast<int64_t>(random_.below(static_cast<uint64_t>(over * 55 / 100)));
    const Place out = to.places[random_.below(to.places.size())];
    attempt(context.step, c, deposit_at, [this, context, pool = notes[n], withdraw_at, out] {
      return deposit_note(context, pool, withdraw_at, out);
    });
  }
  return true;
}
bool Player::deposit_note(const Context& context, size_t pool, int64_t withdraw_at, const Place& out) {
  const uint32_t c = context.from.chain;
  simulate::AccountChain& ledger = world_.account(c);
  const simulate::MixerPool& mixer = world_.services(c).mixer.pools[pool];
  const uint64_t number = world_.mixer_deposit(c, context.from.id, pool);
  if (number == 0) return false;
  const Place note = book_.new_virtual_place(c, ledger.address_text(mixer.account), ledger.owner(mixer.account));
  book_.move(move_of(context, context.from, note, 0, mixer.denomination, number));
  book_.settle(context.from, 0, ledger.balance(context.from.id, 0), number);
  done(context.step, c, number);
  attempt(context.step, c, withdraw_at,
          [this, context, pool, note, out, number] { return withdraw_note(context, pool, note, out, number); });
  return true;
}
bool Player::withdraw_note(const Context& context, size_t pool, const Place& note, const Place& out, uint64_t deposit) {
  const uint32_t c = context.from.chain;
  Uint128 received = 0;
  const uint64_t withdrawal = world_.mixer_withdraw(c, out.id, pool, received);
  if (withdrawal == 0) return false;
  Book::Move back = move_of(context, note, out, 0, received, withdrawal);
  back.knows = Knowable::kThiefOnly;
  book_.move(back);
  book_.settle(note, 0, 0, withdrawal);
  done(context.step, c, withdrawal);
  KeyLink link;
  link.kind = "mixer";
  link.knows = Knowable::kThiefOnly;
  link.step = context.step;
  link.from_chain = link.to_chain = c;
  link.from = deposit;
  link.to = withdrawal;
  link.from_address = world_.address_text(context.from);
  link.to_address = world_.address_text(out);
  link.from_amount = world_.services(c).mixer.pools[pool].denomination;
  link.to_amount = received;
  link.service = "Haze";
  book_.add_link(link);
  return true;
}

bool Player::coinjoin(const Context& context, uint32_t round) {
  const Step& step = step_of(context);
  Group& from = groups_.at(step.from);
  const uint32_t c = from.chain;
  if (!world_.is_utxo(c)) {
    fail(context.step, "CoinJoins are made on bitcoin");
    return true;
  }
  Group& to = group(step.to, c, 0, from.actor);
  if (std::find(to.places.begin(), to.places.end(), context.from) == to.places.end()) to.places.push_back(context.from);
  simulate::UtxoChain& chain = world_.bitcoin();
  const simulate::WalletId wallet = context.from.id;
  const auto style = step.style == "wasabi1"     ? simulate::JoinStyle::kWasabi1
                     : step.style == "wasabi2"   ? simulate::JoinStyle::kWasabi2
                     : step.style == "whirlpool" ? simulate::JoinStyle::kWhirlpool
                                                 : simulate::JoinStyle::kJoinMarket;
  const auto write = [&](uint64_t number, Uint128 joined, Knowable knows) {
    book_.settle(context.from, 0, chain.wallet(wallet).balance, number);
    Book::Move move =
        move_of(context, context.from, context.from, 0, std::min(joined, book_.stolen(context.from, 0)), number);
    move.knows = knows;
    book_.move(move);
    done(context.step, c, number);
  };
  const int64_t gap = std::max<int64_t>(300, step.over / (step.rounds + 1));
  const auto next_round = [&](uint32_t next) {
    attempt(context.step, c, chain.time() + gap, [this, context, next] { return coinjoin(context, next); });
  };
  uint64_t denomination = 0;
  if (style == simulate::JoinStyle::kWhirlpool) {
    denomination = chain.wallet(wallet).balance > 200'000'000 ? 50'000'000 : 5'000'000;
    if (round == 0) {  // the premix, once; the mixes are rounds of their own
      const auto premix = world_.whirlpool_premix(wallet, denomination);
      if (!premix) return false;
      write(premix->transaction, book_.stolen(context.from, 0), Knowable::kExact);
      next_round(1);
      return true;
    }
  }
  const auto joined = world_.coinjoin(style, {wallet}, denomination);
  if (!joined) return false;
  Uint128 sum = 0;
  for (const simulate::CoinId id : joined->equal) sum += chain.coin(id).value;
  write(joined->transaction, sum, Knowable::kThiefOnly);
  KeyLink link;
  link.kind = "coinjoin";
  link.knows = Knowable::kThiefOnly;
  link.step = context.step;
  link.from_chain = link.to_chain = c;
  link.from = link.to = joined->transaction;
  link.from_address = world_.address_text(context.from);
  if (!joined->equal.empty()) {
    const simulate::Coin& coin = chain.coin(joined->equal[0]);
    link.to_address = chain.address(coin.wallet, coin.key);
  }
  link.from_amount = link.to_amount = sum;
  book_.add_link(link);
  const uint32_t last = style == simulate::JoinStyle::kWhirlpool ? step.rounds : step.rounds - 1;
  if (round < last) next_round(round + 1);
  return true;
}

// The stolen coins go to a mining service; new coins, straight from coinbases, come back. What a tracer can follow ends
// at the service; what the thief has is in the key as proceeds.
bool Player::buy_hashrate(const Context& context) {
  const Step& step = step_of(context);
  Group& from = groups_.at(step.from);
  const uint32_t c = from.chain;
  if (!world_.is_utxo(c) || actors_.count(step.by) == 0) {
    fail(context.step, "mined coins are bought on bitcoin, 'by' a service among the actors");
    return true;
  }
  const Place service = fresh(c, step.by, "customer's address");
  const Uint128 paid = book_.stolen(context.from, 0);
  if (!carry(context, context.from, service, 0, 0)) return false;
  book_.set_state(service, "spent");
  Group& to = groups_.at(step.to);
  const Place out = fresh(c, from.actor, "mining payout");
  to.places.push_back(out);
  constexpr int kPayouts = 4;
  auto proceeds = std::make_shared<Proceeds>();
  proceeds->at = out;
  proceeds->step = context.step;
  for (int i = 0; i < kPayouts; ++i) {
    const int64_t time = now(c) + 3600 + step.over * i / kPayouts;
    attempt(context.step, c, time, [this, context, out, c, paid, proceeds, i]() -> bool {
      simulate::UtxoChain& chain = world_.bitcoin();
      const auto& pools = world_.mining_pools();
      Payee payee;
      payee.wallet = out.id;
      payee.value = static_cast<uint64_t>(paid * 23 / 100);  // 8 % is the price
      for (size_t k = 0; k < pools.size(); ++k) {
        SpendOptions options;
        options.keep_id = true;
        const auto spent = chain.pay(pools[(k + static_cast<size_t>(i)) % pools.size()], {payee}, options);
        if (!spent) continue;
        proceeds->amount += payee.value;
        proceeds->transactions.push_back(spent->transaction);
        if (i + 1 == kPayouts) book_.add_proceeds(*proceeds);
        done(context.step, c, spent->transaction);
        return true;
      }
      return false;
    });
  }
  return true;
}
}  // namespace jindo::exercise
