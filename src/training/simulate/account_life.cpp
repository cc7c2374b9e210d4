// Life on account chains: people pay, swap, wrap, mix, cross; exchanges take deposits at addresses of the customer's
// own, sweep them, pay out; one contract makes a large part of all transfers; some transactions fail; some addresses
// are made to look like others. Shapes and sources: docs/methodology/exercises.md.
#include <algorithm>

#include "base/check.h"
#include "simulate/world.h"

namespace jindo::simulate {
namespace {
using synth::AbiWriter;
using synth::address_topic;
using synth::event_topic;
constexpr const char* kExchanges[] = {"Hanok Exchange", "Kaede Markets", "Potomac Exchange", "Halla Exchange",
                                      "Halyard"};
constexpr size_t kImitationsMost = 200'000;
}  // namespace

Uint128 World::random_usd(uint64_t least_usd, uint32_t again, uint32_t octaves) {
  return Uint128{random_.heavy(least_usd * 1000, again, octaves)} * 1000;
}

void World::build() {
  for (const char* name : kExchanges) {
    Exchange exchange;
    exchange.name = name;
    exchange.owner = owners_.add(name, "exchange");
    exchange.hot.resize(chains());
    exchange.cold.resize(chains());
    exchanges_.push_back(std::move(exchange));
  }
  if (bitcoin_) build_bitcoin();
  for (uint32_t c = 0; c < chains(); ++c)
    if (!is_utxo(c)) build_account_chain(c);
  build_bridges();
}

void World::build_account_chain(uint32_t c) {
  AccountChain& chain = *accounts_[c];
  ChainServices& s = services_[c];
  const auto make = [&](const char* name, const char* kind, const char* role) {
    return new_place(c, owners_.add(name, kind), role).id;
  };
  for (Exchange& exchange : exchanges_) {
    exchange.hot[c] = new_place(c, exchange.owner, "hot wallet");
    exchange.cold[c] = new_place(c, exchange.owner, "cold wallet");
  }
  s.issuer = make("Dollar Issuer", "issuer", "issuer");
  s.router = make("Seonbi Swap", "dex", "router");
  s.distributor = make("Yut Game", "contract", "distributor");
  s.batcher = make("Relay Works", "contract", "relayer");
  s.arbitrageur = make("Arbitrageur", "trader", "wallet");
  s.poisoner = make("Address poisoner", "scam", "wallet");
  s.poison_contract = make("Address poisoner", "scam", "contract");
  const std::string coin(chain.network().native);
  s.wrapped = chain.add_token("W" + coin, chain.network().decimals, make("Wrapped coin", "contract", "token"), false);
  s.usdt = chain.add_token("USDT", 6, make("Dollar Issuer", "issuer", "token"), true);
  s.usdc = chain.add_token("USDC", 6, make("Dollar Issuer", "issuer", "token"), true);
  s.game = chain.add_token("GAME", 18, make("Yut Game", "contract", "token"), false);
  const std::pair<AssetId, AssetId> pairs[] = {
      {s.wrapped, s.usdt}, {s.wrapped, s.usdc}, {s.usdt, s.usdc}, {s.wrapped, s.game}};
  for (const auto& [a, b] : pairs) {
    Pool pool;
    pool.a = a;
    pool.b = b;
    pool.v3 = s.pools.size() % 2 == 1;
    pool.account = make("Seonbi Swap", "dex", "pool");
    s.pools.push_back(pool);
  }
  s.mixer.router = make("Haze", "mixer", "router");
  for (int i = 0; i < 4; ++i) s.mixer.relayers.push_back(make("Haze relayers", "relayer", "relayer"));
  for (int exponent = 0; exponent < 3; ++exponent) {
    MixerPool pool;
    pool.denomination = power_of_ten(chain.network().decimals + exponent);  // 1, 10, 100 coins
    if (symbol_price(options_.prices, coin) < 10 * kMicro) pool.denomination *= 1000;
    pool.account = make("Haze", "mixer", "pool");
    s.mixer.pools.push_back(pool);
  }
  s.deposit_account.resize(persons_);
}

void World::build_bridges() {
  const auto evm = [&](uint32_t c) { return network(c).style == chain::AddressStyle::kEvm; };
  for (uint32_t a = 0; a < chains(); ++a) {
    for (uint32_t b = a + 1; b < chains(); ++b) {
      const auto add = [&](const char* name, BridgeStyle style, AssetId asset_a, AssetId asset_b) {
        Bridge bridge;
        bridge.name = name;
        bridge.style = style;
        bridge.owner = owners_.add(name, "bridge");
        bridge.chain_a = a;
        bridge.chain_b = b;
        bridge.asset_a = asset_a;
        bridge.asset_b = asset_b;
        const bool own_vault = style == BridgeStyle::kMessage;
        for (const bool first : {true, false}) {
          const uint32_t c = first ? a : b;
          Place contract = is_utxo(c) ? Place{c, 0} : new_place(c, bridge.owner, "contract");
          Place vault =
              own_vault ? contract : new_place(c, bridge.owner, style == BridgeStyle::kDesk ? "hot wallet" : "vault");
          if (is_utxo(c)) {  // a vault is known by its address, and keeps it
            contract = vault;
            bitcoin_->wallet(vault.id).reuses = true;
          }
          (first ? bridge.contract_a : bridge.contract_b) = contract;
          (first ? bridge.vault_a : bridge.vault_b) = vault;
        }
        bridges_.push_back(bridge);
      };
      const auto dollar = [&](uint32_t c) { return is_utxo(c) ? AssetId{0} : services_[c].usdt; };
      if ((evm(a) && evm(b)) || (is_utxo(a) && evm(b)) || (evm(a) && is_utxo(b)))
        add("Trellis Vaults", BridgeStyle::kMemo, 0, 0);
      if (evm(a) && evm(b)) {
        add("Causeway", BridgeStyle::kRelayer, 0, 0);
        add("Causeway", BridgeStyle::kRelayer, dollar(a), dollar(b));
        if (network(a).decimals == network(b).decimals) {
          const std::string symbol = "M" + std::string(network(a).native);
          const AssetId minted = accounts_[b]->add_token(
              symbol, network(a).decimals, new_place(b, owners_.add("Ojak Bridge", "bridge"), "token").id, false);
          add("Ojak Bridge", BridgeStyle::kMessage, 0, minted);
        }
      }
      add("Quick Desk", BridgeStyle::kDesk, dollar(a), dollar(b));
    }
  }
}

// Value that the services of an account chain begin with, micro-dollars: deep enough for what is stolen.
Uint128 World::depth_usd_micro() const {
  return std::max<Uint128>(Uint128{40'000'000} * kMicro, Uint128{options_.stolen_usd} * kMicro * 2);
}

// What the world begins with: coins in block 0 (genesis traces), then tokens minted by their issuer, pools filled.
void World::fund_account_chain(uint32_t c) {
  AccountChain& chain = *accounts_[c];
  chain.begin_block(next_block_[c]);
  grant_coins(c);
  chain.end_block();
  next_block_[c] += chain.block_seconds();
  chain.begin_block(next_block_[c]);
  mint_tokens(c);
  fill_pools(c);
  chain.end_block();
  next_block_[c] += chain.block_seconds();
}

void World::grant_coins(uint32_t c) {
  AccountChain& chain = *accounts_[c];
  const ChainServices& s = services_[c];
  const Uint128 deep = depth_usd_micro();
  const auto coins = [&](Uint128 micro) { return from_usd_micro(c, 0, micro); };
  for (const Exchange& exchange : exchanges_) {
    chain.grant(exchange.hot[c].id, coins(deep / 4));
    chain.grant(exchange.cold[c].id, coins(deep));
  }
  for (const AccountId service : {s.issuer, s.distributor, s.batcher, s.poisoner})
    chain.grant(service, coins(Uint128{500'000} * kMicro));
  chain.grant(s.arbitrageur, coins(deep * 4));
  for (const AccountId relayer : s.mixer.relayers) chain.grant(relayer, coins(Uint128{200'000} * kMicro));
  for (const Bridge& bridge : bridges_) {
    for (const bool first : {true, false}) {
      const Place vault = first ? bridge.vault_a : bridge.vault_b;
      if (vault.chain != c || bridge.style == BridgeStyle::kMessage) continue;
      chain.grant(vault.id,
                  coins((first ? bridge.asset_a : bridge.asset_b) == 0 ? deep * 2 : Uint128{100'000} * kMicro));
    }
  }
  for (const Endowment& endowment : endowments_)
    if (endowment.place.chain == c && endowment.asset == 0) chain.grant(endowment.place.id, endowment.amount);
  const auto rich = std::min<uint64_t>({persons_, 50000, target_[c] / 20});
  for (uint32_t p = 0; p < rich; ++p) {
    const AccountId account = person_account(c, p);
    chain.grant(account, coins(random_usd(300, 620, 12)));
  }
}

void World::mint_tokens(uint32_t c) {
  AccountChain& chain = *accounts_[c];
  const ChainServices& s = services_[c];
  const Uint128 deep = depth_usd_micro();
  const auto mint_units = [&](AssetId asset, AccountId to, Uint128 amount) {
    AbiWriter input;
    input.selector("mint(address,uint256)").word(chain.address(to)).word(amount);
    const AccountId minter = asset == s.game ? s.distributor : s.issuer;
    CHECK(chain.begin(minter, chain.assets()[asset].contract, 0, 80'000, &input));
    chain.mint(asset, to, amount);
    chain.end();
  };
  const auto mint = [&](AssetId asset, AccountId to, Uint128 micro) {
    mint_units(asset, to, from_usd_micro(c, asset, micro));
  };
  for (const Endowment& endowment : endowments_)
    if (endowment.place.chain == c && endowment.asset != 0)
      mint_units(endowment.asset, endowment.place.id, endowment.amount);
  for (const Exchange& exchange : exchanges_) {
    for (const AssetId asset : {s.usdt, s.usdc}) {
      mint(asset, exchange.hot[c].id, deep / 4);
      mint(asset, exchange.cold[c].id, deep / 2);
    }
  }
  for (const AssetId asset : {s.usdt, s.usdc}) mint(asset, s.arbitrageur, deep * 3);
  mint(s.game, s.arbitrageur, deep / 4);
  mint(s.game, s.distributor, deep / 4);
  for (const Bridge& bridge : bridges_) {
    for (const bool first : {true, false}) {
      const Place vault = first ? bridge.vault_a : bridge.vault_b;
      const AssetId asset = first ? bridge.asset_a : bridge.asset_b;
      if (vault.chain == c && asset == s.usdt && bridge.style != BridgeStyle::kMessage) mint(asset, vault.id, deep * 2);
    }
  }
}

// Liquidity: equal value of both sides, paid in by the arbitrageur.
void World::fill_pools(uint32_t c) {
  AccountChain& chain = *accounts_[c];
  const ChainServices& s = services_[c];
  const Uint128 deep = depth_usd_micro();
  wrap(c, s.arbitrageur, from_usd_micro(c, 0, deep * 9 / 4), false);
  for (const Pool& pool : s.pools) {
    const Uint128 depth = pool.b == s.game ? deep / 20 : deep;
    chain.transfer_token(pool.a, s.arbitrageur, pool.account, from_usd_micro(c, pool.a, depth));
    chain.transfer_token(pool.b, s.arbitrageur, pool.account, from_usd_micro(c, pool.b, depth));
  }
}

void World::sweep_later(uint32_t c, AccountId deposit, size_t exchange, AssetId asset) {
  const int64_t delay = 600 + static_cast<int64_t>(random_.heavy(300, 600, 6));
  schedule(c, accounts_[c]->time() + delay, SweepDue{deposit, exchanges_[exchange].hot[c].id, asset});
}

void World::exchange_deposit(uint32_t c, uint32_t person) {
  AccountChain& chain = *accounts_[c];
  const AccountId from = person_account(c, person);
  const AssetId asset = random_.chance(450) ? 0 : random_.chance(700) ? services_[c].usdt : services_[c].usdc;
  Uint128 amount = chain.balance(from, asset) >> (1 + random_.run(500, 5));
  if (amount == 0 || usd_micro(c, asset, amount) < 20 * kMicro) return;
  const size_t exchange = exchange_of(person);
  uint32_t& slot = services_[c].deposit_account[person];
  if (slot == 0) slot = new_place(c, exchanges_[exchange].owner, "deposit").id + 1;
  if (chain.transfer(asset, from, slot - 1, amount) != 0) sweep_later(c, slot - 1, exchange, asset);
}

uint64_t World::exchange_withdraw(uint32_t c, size_t e, AccountId to, AssetId asset, Uint128 amount) {
  AccountChain& chain = *accounts_[c];
  const AccountId hot = exchanges_[e].hot[c].id, cold = exchanges_[e].cold[c].id;
  if (chain.balance(hot, asset) < 2 * amount)
    chain.transfer(asset, cold, hot, chain.balance(cold, asset) / 10);
  else if (chain.balance(hot, asset) > chain.balance(cold, asset) * 2 && random_.chance(50))
    chain.transfer(asset, hot, cold, chain.balance(hot, asset) / 2);
  return chain.transfer(asset, hot, to, amount);
}

bool World::fund_person(uint32_t c, uint32_t person, AssetId asset) {
  const Uint128 amount = from_usd_micro(c, asset, random_usd(40, 620, 12));
  return exchange_withdraw(c, exchange_of(person), person_account(c, person), asset, amount) != 0;
}

void World::settle_pools(uint32_t c) {
  for (const Pool& pool : services_[c].pools) arbitrage(c, pool);
}

uint64_t World::freeze(uint32_t c, AccountId account, AssetId asset) {
  AccountChain& chain = *accounts_[c];
  const AccountId contract = chain.assets()[asset].contract;
  AbiWriter input;
  input.selector("addBlackList(address)").word(chain.address(account));
  if (!chain.begin(services_[c].issuer, contract, 0, 48'000, &input)) return 0;
  chain.log(contract, {event_topic("AddedBlackList(address)")}, AbiWriter().word(chain.address(account)));
  chain.set_frozen(account, true);
  return chain.end();
}

synth::Account20 World::look_alike(const synth::Account20& of) {
  const base::Hash256 random = draw_hash(9);
  synth::Account20 out;
  std::copy(random.begin(), random.begin() + 20, out.begin());
  std::copy(of.begin(), of.begin() + 3, out.begin());  // six characters in front, four behind: what people compare
  std::copy(of.end() - 2, of.end(), out.end() - 2);
  return out;
}

// Zero-value and dust transfers from an address that looks like one the victim paid lately.
void World::poison(uint32_t c) {
  AccountChain& chain = *accounts_[c];
  ChainServices& s = services_[c];
  if (s.recent.empty()) return;
  ChainServices::Recent victim = s.recent[random_.below(s.recent.size())];
  AccountId fake = 0;
  if (s.imitations.size() < kImitationsMost) {
    fake = chain.create_at(chain.owner(s.poisoner), look_alike(chain.address(victim.to)), "look-alike");
    s.imitations.push_back({victim.from, fake});
  } else {  // they try the same victims again
    const ChainServices::Recent again = s.imitations[random_.below(s.imitations.size())];
    victim.from = again.from;
    fake = again.to;
  }
  if (random_.chance(10) && !chain.is_frozen(fake)) {  // now and then the issuer freezes one; what it then tries fails
    freeze(c, fake, s.usdt);
    chain.transfer_token(s.usdt, s.poisoner, fake, 0);
    return;
  }
  if (random_.chance(600)) {  // transferFrom of nothing: the token lets anybody log it in the victim's name
    AbiWriter input;
    input.selector("transferFrom(address,address,uint256)").word(chain.address(victim.from)).word(chain.address(fake));
    input.word(Uint128{0});
    if (!chain.begin(s.poisoner, s.poison_contract, 0, 90'000, &input)) return;
    chain.call(s.poison_contract, chain.assets()[s.usdt].contract, 0, "transferFrom(address,address,uint256)", 1);
    chain.token(s.usdt, victim.from, fake, 0);
    const uint64_t number = chain.end();
    add_link({"address_poisoning", "noise", c, number, c, number, chain.address_text(victim.from)});
    return;
  }
  const Uint128 dust = chain.coin_fee() + from_usd_micro(c, 0, 1000);
  if (chain.transfer_coin(s.poisoner, fake, dust) == 0) return;
  const uint64_t number = chain.transfer_coin(fake, victim.from, dust - chain.coin_fee());
  if (number != 0) add_link({"address_poisoning", "noise", c, number, c, number, chain.address_text(victim.from)});
}
}  // namespace jindo::simulate
