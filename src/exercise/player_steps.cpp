// What each verb of a scenario does (docs/formats/exercise.md).
#include <algorithm>

#include "base/check.h"
#include "exercise/player.h"

namespace jindo::exercise {
using simulate::Payee;
using simulate::SpendOptions;

// The victim's usual destination is paid a few times, then the theft goes to an address that looks like it: the same
// first characters, the same last two.
Place Player::look_alike_wallet(const Context& context, const Place& victim) {
  const std::string& thief = step_of(context).by;
  const std::string& owner = groups_.at(step_of(context).from).actor;
  if (!world_.is_utxo(victim.chain)) {
    simulate::AccountChain& chain = world_.account(victim.chain);
    const Place usual = fresh(victim.chain, owner, "usual destination");
    chain.transfer_coin(victim.id, usual.id, chain.balance(victim.id, 0) / 50);
    const synth::Account20 fake = world_.look_alike(chain.address(usual.id));
    return {victim.chain, chain.create_at(actors_.at(thief).owner, fake, "look-alike")};
  }
  simulate::UtxoChain& chain = world_.bitcoin();
  const Place usual = fresh(victim.chain, owner, "usual destination");
  const Place fake = fresh(victim.chain, thief, "look-alike");
  synth::Account20 hash = synth::account_address(random_.next(), 1);
  const uint32_t key = chain.forced_key(usual.id, hash);
  const std::string genuine = chain.address(usual.id, key);
  const auto address_of = [&](const synth::Account20& bytes) {
    return chain::format_address(chain.network(), chain::make_key(chain::AddressKind::kPubkeyHash, bytes));
  };
  synth::Account20 imitation = hash;
  for (int tries = 0; tries < 40000; ++tries) {
    const uint64_t word = random_.next();
    for (size_t i = 0; i < 8; ++i) imitation[6 + i] = static_cast<uint8_t>(word >> (8 * i));
    const std::string text = address_of(imitation);
    if (text.substr(0, 5) == genuine.substr(0, 5) && text.substr(text.size() - 2) == genuine.substr(genuine.size() - 2))
      break;
  }
  chain.forced_key(fake.id, imitation);
  for (int i = 0; i < 2; ++i) {
    Payee payee;
    payee.wallet = usual.id;
    payee.key = key;
    payee.value = chain.wallet(victim.id).balance / 60;
    chain.pay(victim.id, {payee}, {});
  }
  return fake;
}

bool Player::theft(const Context& context) {
  const Step& step = step_of(context);
  Group& victims = groups_.at(step.from);
  Group& loot = groups_.at(step.to);
  const uint32_t chain_index = victims.chain;
  const AssetId asset = victims.asset;
  const Place from = context.from;
  if (loot.places.empty() || step.wallets > 1 || step.look_alike)
    loot.places.push_back(step.look_alike ? look_alike_wallet(context, from) : fresh(chain_index, step.by, "loot"));
  const Place to = loot.places.back();
  Uint128 amount =
      step.amount.empty() ? world_.balance(from, asset) : units(context.step, step.amount, chain_index, asset);
  TheftRecord theft;
  theft.source = book_.source(*incident_index(step.incident), chain_index, asset);
  theft.to = to;
  if (world_.is_utxo(chain_index)) {
    simulate::UtxoChain& chain = world_.bitcoin();
    SpendOptions options;
    options.keep_id = true;
    options.fee_rate = 40;
    Payee payee;
    payee.wallet = to.id;
    payee.value = static_cast<uint64_t>(amount);
    if (step.look_alike) payee.key = 0;
    const auto spent = amount >= chain.wallet(from.id).balance ? chain.sweep(from.id, to.id, payee.key, options)
                                                               : chain.pay(from.id, {payee}, options);
    if (!spent) return false;
    const simulate::Coin& coin = chain.coin(spent->outputs[0]);
    theft.transaction = spent->transaction;
    theft.output = coin.output;
    theft.amount = coin.value;
    theft.to_text = chain.address(coin.wallet, coin.key);
    theft.time = chain.time();
    book_.settle(from, 0, chain.wallet(from.id).balance, spent->transaction, "superseded");
  } else {
    simulate::AccountChain& chain = world_.account(chain_index);
    if (victims.contract) {  // a contract, a bridge or a multisig wallet, told to pay with stolen keys
      if (!ensure_gas(step.by, to, 2) || chain.balance(from.id, asset) < amount) return false;
      synth::AbiWriter input;
      input.selector("execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)");
      input.word(chain.address(to.id)).word(amount);
      if (!chain.begin(to.id, from.id, 0, 210'000, &input)) return false;
      if (asset == 0) {
        chain.call(from.id, to.id, amount, "", 1);
      } else {
        chain.call(from.id, chain.assets()[asset].contract, 0, "transfer(address,uint256)", 1);
        chain.token(asset, from.id, to.id, amount);
      }
      theft.transaction = chain.end();
    } else {
      if (asset == 0 && amount + chain.coin_fee() > chain.balance(from.id, 0)) {
        if (chain.balance(from.id, 0) <= chain.coin_fee()) return false;
        amount = chain.balance(from.id, 0) - chain.coin_fee();
      }
      if (asset != 0 && !ensure_gas(step.by, from, 1)) return false;
      theft.transaction = chain.transfer(asset, from.id, to.id, amount);
      if (theft.transaction == 0) return false;
    }
    theft.amount = amount;
    theft.to_text = chain.address_text(to.id);
    theft.time = chain.time();
    book_.settle(from, asset, chain.balance(from.id, asset), theft.transaction, "superseded");
  }
  book_.steal(theft, asset, context.step);
  done(context.step, chain_index, theft.transaction);
  return true;
}

// One of many persons, whose key or allowance was stolen, a little at a time.
bool Player::crowd_theft(const Context& context, const Place& to) {
  const Step& step = step_of(context);
  const uint32_t c = to.chain;
  const AssetId asset = groups_.at(step.to).asset;
  TheftRecord theft;
  theft.source = book_.source(*incident_index(step.incident), c, asset);
  theft.to = to;
  theft.by_address = true;
  const auto first = static_cast<uint32_t>(random_.below(world_.persons()));
  for (uint32_t tries = 0; tries < world_.persons(); ++tries) {
    const uint32_t person = (first + tries) % world_.persons();
    if (!world_.is_utxo(c) && !world_.has_account(c, person)) continue;
    if (world_.is_utxo(c)) {
      simulate::UtxoChain& chain = world_.bitcoin();
      if (chain.wallet(person).balance < 100'000) continue;
      SpendOptions options;
      options.keep_id = true;
      const auto spent = chain.sweep(person, to.id, chain.wallet(to.id).keys == 0 ? Payee::kNewKey : 0, options);
      if (!spent) continue;
      theft.transaction = spent->transaction;
      theft.amount = chain.coin(spent->outputs[0]).value;
      theft.to_text = chain.address(to.id, 0);
      theft.time = chain.time();
    } else {
      simulate::AccountChain& chain = world_.account(c);
      const simulate::AccountId victim = world_.person_account(c, person);
      const Uint128 held = chain.balance(victim, asset);
      if (world_.usd_micro(c, asset, held) < 30'000'000) continue;
      if (asset == 0) {
        theft.amount = held - std::min(held, chain.coin_fee());
        theft.transaction = chain.transfer_coin(victim, to.id, theft.amount);
      } else {
        if (!ensure_gas(step.by, to, 1)) return false;
        synth::AbiWriter input;
        input.selector("transferFrom(address,address,uint256)").word(chain.address(victim)).word(chain.address(to.id));
        input.word(held);
        if (!chain.begin(to.id, chain.assets()[asset].contract, 0, 70'000, &input)) return false;
        chain.token(asset, victim, to.id, held);
        theft.transaction = chain.end();
        theft.amount = held;
      }
      if (theft.transaction == 0) continue;
      theft.to_text = chain.address_text(to.id);
      theft.time = chain.time();
    }
    book_.steal(theft, asset, context.step);
    done(context.step, c, theft.transaction);
    return true;
  }
  return false;
}

// Employers pay workers who are not who they say, month by month; what they earn goes home.
bool Player::salaries(const Context& context) {
  const Step& step = step_of(context);
  Group& employers = groups_.at(step.from);
  const uint32_t c = employers.chain;
  const AssetId asset = employers.asset;
  if (world_.is_utxo(c)) {
    fail(context.step, "salaries are paid in coins or tokens of an account chain");
    return true;
  }
  Group& workers = groups_.at(step.to);
  if (context.index == 0) {
    const uint32_t count = step.wallets == 0 ? 6 : step.wallets;
    while (workers.places.size() < count) workers.places.push_back(fresh(c, step.by, "worker's wallet"));
  }
  const Uint128 salary = units(context.step, step.amount.empty() ? "6000" : step.amount, c, asset);
  for (uint32_t round = 0; round < step.rounds; ++round) {
    for (size_t w = context.index; w < workers.places.size(); w += context.count) {
      const Place to = workers.places[w];
      const Uint128 amount = salary + salary * random_.below(400) / 1000;
      const int64_t time = now(c) + step.over * round / step.rounds + static_cast<int64_t>(random_.below(7200));
      attempt(context.step, c, time, [this, context, to, amount, asset, c]() -> bool {
        simulate::AccountChain& chain = world_.account(c);
        const uint64_t number = chain.transfer(asset, context.from.id, to.id, amount);
        if (number == 0) return false;
        TheftRecord theft;
        theft.source = book_.source(*incident_index(step_of(context).incident), c, asset);
        theft.transaction = number;
        theft.to = to;
        theft.to_text = chain.address_text(to.id);
        theft.amount = amount;
        theft.time = chain.time();
        theft.by_address = true;
        book_.steal(theft, asset, context.step);
        done(context.step, c, number);
        return true;
      });
    }
  }
  return true;
}

bool Player::split(const Context& context) {
  const Step& step = step_of(context);
  Group& from = groups_.at(step.from);
  Group& to = groups_.at(step.to);
  const uint32_t c = from.chain;
  const AssetId asset = from.asset;
  const auto incident = step.of.empty() ? std::nullopt : incident_index(step.of);
  const Uint128 held = book_.stolen(context.from, asset, incident);
  const uint32_t total = scaled(step.wallets == 0 ? 20 : step.wallets);
  const uint64_t most = std::max<uint64_t>(step.wallets == 0 ? 2 : 1, (total + context.count - 1) / context.count);
  // Amounts of the parts; the last takes what is left.
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
    for (uint64_t i = 0; i + 1 < most; ++i) {
      parts.push_back(held / sum * weights[i]);
      left -= parts.back();
    }
  }
  const std::string actor = from.actor;
  const int64_t start = now(c);
  const auto pieces = static_cast<int64_t>(parts.size() + 1);
  std::vector<Place> children;
  for (int64_t i = 0; i < pieces; ++i) children.push_back(fresh(c, actor, "wallet"));
  to.places.insert(to.places.end(), children.begin(), children.end());
  if (world_.is_utxo(c)) {
    constexpr size_t kOutputs = 50;  // many at a time: one transaction
    for (size_t first = 0; first < parts.size(); first += kOutputs) {
      const int64_t time = start + step.over * static_cast<int64_t>(first) / pieces;
      attempt(context.step, c, time, [this, context, first, parts, children, incident]() -> bool {
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
          Book::Move move;
          move.from = context.from;
          move.to = {context.from.chain, coin.wallet};
          move.leaves = move.arrives = coin.value;
          move.step = context.step;
          move.chain = context.from.chain;
          move.transaction = spent->transaction;
          move.time = chain.time();
          move.incident = incident;
          book_.move(move);
        }
        book_.settle(context.from, 0, chain.wallet(context.from.id).balance, spent->transaction);
        done(context.step, context.from.chain, spent->transaction);
        return true;
      });
    }
    attempt(context.step, c, start + step.over + 60,
            [this, context, children] { return carry(context, context.from, children.back(), 0, 0); });
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
        Book::Move move;
        move.from = a;
        move.to = where;
        move.leaves = move.arrives = coin.value;
        move.step = context.step;
        move.chain = a.chain;
        move.transaction = spent->transaction;
        move.time = chain.time();
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
  Book::Move move;
  move.from = move.to = context.from;
  move.from_asset = asset;
  move.to_asset = *into;
  move.leaves = amount;
  move.step = context.step;
  move.chain = c;
  move.time = chain.time();
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

bool Player::bridge(const Context& context) {
  const Step& step = step_of(context);
  Group& from = groups_.at(step.from);
  const uint32_t c = from.chain, target = *world_.find_chain(step.chain);
  const AssetId asset = from.asset;
  const std::string name = step.by.empty() ? "Lattice Vaults" : step.by;
  auto& bridges = world_.bridges();
  size_t index = bridges.size();
  bool from_a = true;
  for (size_t b = 0; b < bridges.size(); ++b) {
    const auto& bridge = bridges[b];
    if (bridge.name != name) continue;
    if (bridge.chain_a == c && bridge.chain_b == target && bridge.asset_a == asset) index = b, from_a = true;
    if (bridge.chain_b == c && bridge.chain_a == target && bridge.asset_b == asset) index = b, from_a = false;
  }
  if (index == bridges.size()) {
    std::string known;
    for (const auto& bridge : bridges) {
      if ((bridge.chain_a == c && bridge.chain_b == target) || (bridge.chain_b == c && bridge.chain_a == target))
        known += (known.empty() ? "" : ", ") + bridge.name;
    }
    fail(context.step, "no '" + name + "' takes this asset from " + std::string(world_.network(c).name) + " to " +
                           step.chain + "; there are: " + known);
    return true;
  }
  const AssetId arriving = from_a ? bridges[index].asset_b : bridges[index].asset_a;
  Group& to = group(step.to, target, arriving, from.actor);
  if (!world_.is_utxo(c) && asset != 0 && !ensure_gas(from.actor, context.from, 2)) return false;
  Uint128 amount = book_.stolen(context.from, asset);
  if (amount == 0) return true;
  if (!world_.is_utxo(c) && asset == 0) {
    const Uint128 balance = world_.balance(context.from, 0), fee = world_.account(c).fee_of(110'000);
    if (balance <= fee) return false;
    amount = std::min(amount, balance - fee);
  } else if (world_.is_utxo(c)) {
    amount = world_.balance(context.from, 0);
  }
  const Place destination = fresh(target, from.actor, "wallet");
  const Place way = book_.new_virtual_place(
      c,
      world_.is_utxo(c) ? "between chains"
                        : world_.address_text(from_a ? bridges[index].contract_a : bridges[index].contract_b),
      bridges[index].owner);
  const Knowable knows = bridges[index].style == simulate::BridgeStyle::kDesk ? Knowable::kInferable : Knowable::kExact;
  KeyLink link;
  link.kind = "bridge";
  link.knows = knows;
  link.step = context.step;
  link.from_chain = c;
  link.to_chain = target;
  link.from_address = world_.address_text(context.from);
  link.from_asset = asset;
  link.to_asset = arriving;
  link.from_amount = amount;
  link.service = name;
  auto number = std::make_shared<uint64_t>(0);
  const uint64_t sent = world_.bridge_out(
      index, from_a, context.from, destination, amount,
      [this, context, way, asset, arriving, knows, link, number](uint64_t arrival, const Place& at, Uint128 got) {
        if (arrival == 0) return fail(context.step, "the bridge could not pay out");
        Book::Move move;
        move.from = way;
        move.from_asset = asset;
        move.leaves = book_.stolen(way, asset);
        move.to = at;
        move.to_asset = arriving;
        move.arrives = got;
        move.step = context.step;
        move.chain = at.chain;
        move.transaction = arrival;
        move.time = now(at.chain);
        move.knows = knows;
        book_.move(move);
        done(context.step, at.chain, arrival);
        KeyLink whole = link;
        whole.from = *number;
        whole.to = arrival;
        whole.to_address = world_.address_text(at);
        whole.to_amount = got;
        book_.add_link(whole);
      });
  if (sent == 0) return false;
  *number = sent;
  to.places.push_back(destination);
  to.asset = arriving;
  Book::Move move;
  move.from = context.from;
  move.from_asset = move.to_asset = asset;
  move.to = way;
  move.leaves = move.arrives = std::min(amount, book_.stolen(context.from, asset));
  move.step = context.step;
  move.chain = c;
  move.transaction = sent;
  move.time = now(c);
  book_.move(move);
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
    attempt(context.step, c, deposit_at, [this, context, c, pool = notes[n], withdraw_at, out]() -> bool {
      simulate::AccountChain& ledger = world_.account(c);
      const simulate::MixerPool& mixer = world_.services(c).mixer.pools[pool];
      const uint64_t number = world_.mixer_deposit(c, context.from.id, pool);
      if (number == 0) return false;
      const Place note = book_.new_virtual_place(c, ledger.address_text(mixer.account), ledger.owner(mixer.account));
      Book::Move move;
      move.from = context.from;
      move.to = note;
      move.leaves = move.arrives = mixer.denomination;
      move.step = context.step;
      move.chain = c;
      move.transaction = number;
      move.time = ledger.time();
      book_.move(move);
      book_.settle(context.from, 0, ledger.balance(context.from.id, 0), number);
      done(context.step, c, number);
      attempt(context.step, c, withdraw_at, [this, context, c, pool, note, out, number]() -> bool {
        simulate::AccountChain& at = world_.account(c);
        Uint128 received = 0;
        const uint64_t withdrawal = world_.mixer_withdraw(c, out.id, pool, received);
        if (withdrawal == 0) return false;
        Book::Move back;
        back.from = note;
        back.to = out;
        back.leaves = back.arrives = received;
        back.step = context.step;
        back.chain = c;
        back.transaction = withdrawal;
        back.time = at.time();
        back.knows = Knowable::kThiefOnly;
        book_.move(back);
        book_.settle(note, 0, 0, withdrawal);
        done(context.step, c, withdrawal);
        KeyLink link;
        link.kind = "mixer";
        link.knows = Knowable::kThiefOnly;
        link.step = context.step;
        link.from_chain = link.to_chain = c;
        link.from = number;
        link.to = withdrawal;
        link.from_address = world_.address_text(context.from);
        link.to_address = world_.address_text(out);
        link.from_amount = world_.services(c).mixer.pools[pool].denomination;
        link.to_amount = received;
        link.service = "Fog";
        book_.add_link(link);
        return true;
      });
      return true;
    });
  }
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
    Book::Move move;
    move.from = move.to = context.from;
    move.leaves = move.arrives = std::min(joined, book_.stolen(context.from, 0));
    move.step = context.step;
    move.chain = c;
    move.transaction = number;
    move.time = chain.time();
    move.knows = knows;
    book_.settle(context.from, 0, chain.wallet(wallet).balance, number);
    move.leaves = move.arrives = std::min(joined, book_.stolen(context.from, 0));
    book_.move(move);
    done(context.step, c, number);
  };
  uint64_t denomination = 0;
  if (style == simulate::JoinStyle::kWhirlpool) {
    denomination = chain.wallet(wallet).balance > 200'000'000 ? 50'000'000 : 5'000'000;
    if (round == 0) {
      const auto premix = world_.whirlpool_premix(wallet, denomination);
      if (premix) write(premix->transaction, 0, Knowable::kExact);
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
  if (round + 1 < step.rounds) {
    const int64_t gap = std::max<int64_t>(300, step.over / (step.rounds + 1));
    attempt(context.step, c, chain.time() + gap, [this, context, round] { return coinjoin(context, round + 1); });
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
