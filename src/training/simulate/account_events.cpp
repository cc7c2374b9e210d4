// What somebody of the crowd does next on an account chain, one kind of event a function; which kind, by shares of a
// thousand. Shapes and sources: docs/methodology/exercises.md.
#include <algorithm>

#include "simulate/world.h"

namespace jindo::simulate {
namespace {
using synth::AbiWriter;
using synth::address_topic;
using synth::event_topic;
}  // namespace

void World::account_event(uint32_t c) {
  AccountChain& chain = *accounts_[c];
  const uint64_t x = random_.below(1000);
  const uint32_t person = pick_person();
  const Somebody one{c, person, person_account(c, person)};
  if (chain.balance(one.account, 0) < 10 * chain.token_fee()) {
    fund_person(c, person, 0);
    return;
  }
  const ChainServices& s = services_[c];
  if (x < 170) return pay_coin(one);
  if (x < 370) return pay_token(one);
  if (x < 480) return exchange_deposit(c, person);
  if (x < 570) {
    fund_person(c, person, random_.chance(500) ? 0 : random_.chance(700) ? s.usdt : s.usdc);
    return;
  }
  if (x < 580) return pay_customers(c);
  if (x < 690) return trade(one);
  if (x < 715) return wrap_or_unwrap(one);
  if (x < 722) return mix(one);
  if (x < 740 && !bridges_.empty()) return cross(one);
  if (x < 775) return fail_transaction(one);
  if (x < 800) return poison(c);
  if (x < 825) return approve(one);
  if (x < 840) {  // dust
    const AccountId to = stranger(c);
    chain.transfer_coin(one.account, to, 1 + random_.below(1000));
    return;
  }
  pay_players(c);
}

// A part of what somebody holds: after `halves` halvings, a few more by chance.
Uint128 World::part_of(const Somebody& one, AssetId asset, uint32_t halves) {
  const AccountChain& chain = *accounts_[one.chain];
  Uint128 amount = chain.balance(one.account, asset) >> (halves + random_.run(600, 8));
  if (random_.chance(300)) {  // round sums
    const Uint128 unit = power_of_ten(std::max(0, chain.assets()[asset].decimals - 2));
    if (amount > 10 * unit) amount -= amount % unit;
  }
  return amount;
}
AccountId World::stranger(uint32_t c) {
  return person_account(c, random_.chance(350) ? static_cast<uint32_t>(random_.below(persons_)) : pick_person());
}

void World::pay_coin(const Somebody& one) {
  const AccountId to = stranger(one.chain);
  const Uint128 amount = part_of(one, 0, 1);
  if (to != one.account && amount > 0) accounts_[one.chain]->transfer_coin(one.account, to, amount);
}

void World::pay_token(const Somebody& one) {
  AccountChain& chain = *accounts_[one.chain];
  ChainServices& s = services_[one.chain];
  const AssetId token = random_.chance(650) ? s.usdt : random_.chance(700) ? s.usdc : s.game;
  if (chain.balance(one.account, token) == 0) {
    fund_person(one.chain, one.person, token == s.game ? s.usdt : token);
    return;
  }
  const AccountId to = stranger(one.chain);
  const Uint128 amount = part_of(one, token, 1);
  if (to == one.account || amount == 0) return;
  if (chain.transfer_token(token, one.account, to, amount) != 0 && s.recent.size() < 64)
    s.recent.push_back({one.account, to});
  else if (!s.recent.empty())
    s.recent[random_.below(s.recent.size())] = {one.account, to};
}

// An exchange pays several customers by one call of a batch contract.
void World::pay_customers(uint32_t c) {
  AccountChain& chain = *accounts_[c];
  const AccountId batcher = services_[c].batcher;
  const size_t e = random_.below(exchanges_.size());
  const AccountId hot = exchanges_[e].hot[c].id;
  const uint64_t count = 3 + random_.below(20);
  const Uint128 each = from_usd_micro(c, 0, random_usd(50, 500, 6));
  AbiWriter input;
  input.selector("disperseEther(address[],uint256[])").word(Uint128{64}).word(Uint128{count});
  if (chain.balance(hot, 0) < each * (2 * count)) return;
  if (!chain.begin(hot, batcher, each * count, static_cast<uint32_t>(40'000 + 12'000 * count), &input)) return;
  for (uint64_t i = 0; i < count; ++i) chain.call(batcher, stranger(c), each, "", 1);
  chain.end();
}

void World::trade(const Somebody& one) {
  AccountChain& chain = *accounts_[one.chain];
  const ChainServices& s = services_[one.chain];
  const AssetId targets[] = {s.usdt, s.usdc, s.game};
  const AssetId token = targets[random_.below(3)];
  const bool buy = chain.balance(one.account, token) == 0 || random_.chance(500);
  const AssetId in = buy ? 0 : token, out = buy ? token : 0;
  Uint128 amount = part_of(one, in, 2);
  // A swap of more than a hundredth of the pool would be a poor bargain.
  const Pool* pool = find_pool(one.chain, s.wrapped, token);
  amount = std::min(amount, chain.balance(pool->account, in == 0 ? s.wrapped : token) / 100);
  if (swap(one.chain, one.account, in, out, amount) && random_.chance(200)) arbitrage(one.chain, *pool);
}

void World::wrap_or_unwrap(const Somebody& one) {
  const Uint128 wrapped = accounts_[one.chain]->balance(one.account, services_[one.chain].wrapped);
  const bool unwrap = wrapped > 0 && random_.chance(500);
  wrap(one.chain, one.account, unwrap ? wrapped : part_of(one, 0, 2), unwrap);
}

void World::mix(const Somebody& one) {
  AccountChain& chain = *accounts_[one.chain];
  const Mixer& mixer = services_[one.chain].mixer;
  size_t pool = mixer.pools.size();
  while (pool > 0 && chain.balance(one.account, 0) < 2 * mixer.pools[pool - 1].denomination) --pool;
  if (pool == 0 || chain.network().style == chain::AddressStyle::kTron) return;
  const uint64_t number = mixer_deposit(one.chain, one.account, pool - 1);
  if (number == 0) return;
  const int64_t delay = 1800 + static_cast<int64_t>(random_.heavy(1800, 750, 9));
  schedule(one.chain, chain.time() + delay, MixerWithdrawalDue{one.person, static_cast<uint32_t>(pool - 1), number});
}

void World::cross(const Somebody& one) {
  const size_t b = random_.below(bridges_.size());
  const Bridge& bridge = bridges_[b];
  if (bridge.chain_a != one.chain && bridge.chain_b != one.chain) return;
  const bool from_a = bridge.chain_a == one.chain;
  const AssetId asset = from_a ? bridge.asset_a : bridge.asset_b;
  const Uint128 amount = part_of(one, asset, 2);
  if (amount == 0 || usd_micro(one.chain, asset, amount) < 50 * kMicro) return;
  const uint32_t other = from_a ? bridge.chain_b : bridge.chain_a;
  const Place to = is_utxo(other) ? Place{other, one.person} : Place{other, person_account(other, one.person)};
  bridge_out(b, from_a, {one.chain, one.account}, to, amount, nullptr);
}

// Runs out of gas, or a condition did not hold: the fee is gone, nothing else happened.
void World::fail_transaction(const Somebody& one) {
  AccountChain& chain = *accounts_[one.chain];
  const ChainServices& s = services_[one.chain];
  AbiWriter input;
  input.selector("transfer(address,uint256)").word(chain.address(stranger(one.chain))).word(Uint128{1} << 90);
  if (chain.begin(one.account, chain.assets()[random_.chance(500) ? s.usdt : s.game].contract, 0, 52'000, &input))
    chain.fail(random_.chance(700) ? "Reverted" : "Out of gas");
}

// An allowance: a log and a fee, no value.
void World::approve(const Somebody& one) {
  AccountChain& chain = *accounts_[one.chain];
  const ChainServices& s = services_[one.chain];
  const AccountId token = chain.assets()[s.usdt].contract;
  AbiWriter input;
  input.selector("approve(address,uint256)").word(chain.address(s.router)).word(~Uint128{0});
  if (!chain.begin(one.account, token, 0, 46'000, &input)) return;
  chain.log(token,
            {event_topic("Approval(address,address,uint256)"), address_topic(chain.address(one.account)),
             address_topic(chain.address(s.router))},
            AbiWriter().word(~Uint128{0}));
  chain.end();
}

// The contract with a large part of all transfers: a game pays its players.
void World::pay_players(uint32_t c) {
  AccountChain& chain = *accounts_[c];
  const ChainServices& s = services_[c];
  const Uint128 prize = from_usd_micro(c, s.game, Uint128{random_.heavy(10'000, 500, 8)});
  if (chain.balance(s.distributor, s.game) < 100 * prize) {
    chain.begin(s.distributor, chain.assets()[s.game].contract, 0, 80'000);
    chain.mint(s.game, s.distributor, from_usd_micro(c, s.game, Uint128{20'000'000} * kMicro));
    chain.end();
    return;
  }
  chain.transfer_token(s.game, s.distributor, person_account(c, static_cast<uint32_t>(random_.below(persons_))), prize);
}
}  // namespace jindo::simulate
