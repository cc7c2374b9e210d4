// How value is stolen in a scenario: thefts, drains, salaries (docs/formats/exercise.md).
#include <algorithm>

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
    if (victims.contract) {  // a contract, a bridge or a multisig wallet, made to pay with stolen keys
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
}  // namespace jindo::exercise
