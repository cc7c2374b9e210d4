// Automated market makers and wrapped coins: constant product with 0.3 % (Uniswap v2 whitepaper), with the calls and
// logs of Uniswap v2 or v3, WETH9 and a router, so that resolvers see what they see on the real chains.
#include <algorithm>

#include "simulate/world.h"

namespace jindo::simulate {
namespace {
using synth::AbiWriter;
using synth::address_topic;
using synth::CallKind;
using synth::event_topic;
}  // namespace

const Pool* World::find_pool(uint32_t chain, AssetId x, AssetId y) const {
  for (const Pool& pool : services_[chain].pools)
    if ((pool.a == x && pool.b == y) || (pool.a == y && pool.b == x)) return &pool;
  return nullptr;
}

Uint128 World::pool_out(const AccountChain& chain, const Pool& pool, AssetId in, Uint128 amount) const {
  const AssetId out = in == pool.a ? pool.b : pool.a;
  const Uint128 reserve_in = chain.balance(pool.account, in), reserve_out = chain.balance(pool.account, out);
  if (reserve_in == 0 || reserve_out == 0) return 0;
  // Products exceed 128 bits: 256-bit multiplication and division, as the contract does.
  return *base::share_of(amount * 997, reserve_out, reserve_in * 1000 + amount * 997);  // below reserve_out
}

void World::pool_swap(AccountChain& chain, const Pool& pool, AssetId in, Uint128 amount, Uint128 out, AccountId sender,
                      AccountId to) {
  const AssetId other = in == pool.a ? pool.b : pool.a;
  const Asset& token_in = chain.assets()[in];
  const Asset& token_out = chain.assets()[other];
  const auto& from_topic = address_topic(chain.address(sender));
  if (pool.v3) {  // pays first, then asks for its due (uniswapV3SwapCallback)
    chain.call(sender, pool.account, 0, "swap(address,bool,int256,uint160,bytes)", 1);
    chain.call(pool.account, token_out.contract, 0, "transfer(address,uint256)", 2);
    chain.token(other, pool.account, to, out);
    chain.call(pool.account, sender, 0, "uniswapV3SwapCallback(int256,int256,bytes)", 2);
    chain.call(sender, token_in.contract, 0, "transfer(address,uint256)", 3);
    chain.token(in, sender, pool.account, amount);
    const bool zero_for_one = in == pool.a;
    AbiWriter data;
    data.signed_word(!zero_for_one, zero_for_one ? amount : out).signed_word(zero_for_one, zero_for_one ? out : amount);
    data.word(Uint128{1} << 96).word(chain.balance(pool.account, in)).word(Uint128{0});
    chain.log(pool.account,
              {event_topic("Swap(address,address,int256,int256,uint160,uint128,int24)"), from_topic,
               address_topic(chain.address(to))},
              data);
    return;
  }
  chain.call(sender, token_in.contract, 0, "transfer(address,uint256)", 1);
  chain.token(in, sender, pool.account, amount);
  chain.call(sender, pool.account, 0, "swap(uint256,uint256,address,bytes)", 1);
  chain.call(pool.account, token_out.contract, 0, "transfer(address,uint256)", 2);
  chain.token(other, pool.account, to, out);
  chain.call(pool.account, pool.account, 0, "balanceOf(address)", 2, CallKind::kStaticCall);
  chain.log(pool.account, {event_topic("Sync(uint112,uint112)")},
            AbiWriter().word(chain.balance(pool.account, pool.a)).word(chain.balance(pool.account, pool.b)));
  AbiWriter data;
  data.word(in == pool.a ? amount : 0).word(in == pool.a ? Uint128{0} : amount);
  data.word(in == pool.a ? Uint128{0} : out).word(in == pool.a ? out : 0);
  chain.log(pool.account,
            {event_topic("Swap(address,uint256,uint256,uint256,uint256,address)"), from_topic,
             address_topic(chain.address(to))},
            data);
}

// coin → wrapped → … → token, token → … → wrapped → coin, or between tokens, by one router. Multi-hop by the wrapped
// coin.
std::optional<Swapped> World::swap(uint32_t c, AccountId trader, AssetId in, AssetId out, Uint128 amount) {
  AccountChain& chain = *accounts_[c];
  const ChainServices& services = services_[c];
  const AccountId router = services.router;
  const AssetId first = in == 0 ? services.wrapped : in, last = out == 0 ? services.wrapped : out;
  if (first == last || amount == 0) return std::nullopt;
  std::vector<AssetId> path{first};
  if (find_pool(c, first, last) == nullptr) {
    if (find_pool(c, first, services.wrapped) == nullptr || find_pool(c, services.wrapped, last) == nullptr)
      return std::nullopt;
    path.push_back(services.wrapped);
  }
  path.push_back(last);
  if (in != 0 && chain.balance(trader, in) < amount) return std::nullopt;
  const char* name = in == 0    ? "swapExactETHForTokens(uint256,address[],address,uint256)"
                     : out == 0 ? "swapExactTokensForETH(uint256,uint256,address[],address,uint256)"
                                : "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)";
  AbiWriter input;
  input.selector(name);
  if (in != 0) input.word(amount);
  input.word(Uint128{0}).word(Uint128{in == 0 ? 128U : 160U}).word(chain.address(trader));
  input.word(static_cast<Uint128>(chain.time()) + 1200).word(Uint128{path.size()});
  for (const AssetId hop : path) input.word(chain.address(chain.assets()[hop].contract));
  if (!chain.begin(trader, router, in == 0 ? amount : 0, 120'000 + 60'000 * static_cast<uint32_t>(path.size()), &input))
    return std::nullopt;
  const AccountId wrapper = chain.assets()[services.wrapped].contract;
  if (in == 0) {
    chain.call(router, wrapper, amount, "deposit()", 1);
    chain.credit(services.wrapped, router, amount);
    chain.log(wrapper, {event_topic("Deposit(address,uint256)"), address_topic(chain.address(router))},
              AbiWriter().word(amount));
  } else {
    chain.call(router, chain.assets()[in].contract, 0, "transferFrom(address,address,uint256)", 1);
    chain.token(in, trader, router, amount);
  }
  Uint128 held = amount;
  for (size_t hop = 0; hop + 1 < path.size(); ++hop) {
    const Pool& pool = *find_pool(c, path[hop], path[hop + 1]);
    const Uint128 got = pool_out(chain, pool, path[hop], held);
    const bool to_trader = hop + 2 == path.size() && out != 0;
    pool_swap(chain, pool, path[hop], held, got, router, to_trader ? trader : router);
    held = got;
  }
  if (out == 0) {
    chain.call(router, wrapper, 0, "withdraw(uint256)", 1);
    chain.debit(services.wrapped, router, held);
    chain.call(wrapper, router, held, "", 2);
    chain.log(wrapper, {event_topic("Withdrawal(address,uint256)"), address_topic(chain.address(router))},
              AbiWriter().word(held));
    chain.call(router, trader, held, "", 1);
  }
  const uint64_t number = chain.end();
  add_link({"swap", "exact", c, number, c, number, "Seonbi Swap"});
  return Swapped{number, held};
}

// WETH9: no Transfer log on either side, as the contract on Ethereum.
uint64_t World::wrap(uint32_t c, AccountId who, Uint128 amount, bool unwrap) {
  AccountChain& chain = *accounts_[c];
  const AssetId wrapped = services_[c].wrapped;
  const AccountId contract = chain.assets()[wrapped].contract;
  if (amount == 0 || (unwrap && chain.balance(who, wrapped) < amount)) return 0;
  AbiWriter input;
  if (unwrap)
    input.selector("withdraw(uint256)").word(amount);
  else
    input.selector("deposit()");
  if (!chain.begin(who, contract, unwrap ? 0 : amount, 45'000, &input)) return 0;
  if (unwrap) {
    chain.debit(wrapped, who, amount);
    chain.call(contract, who, amount, "", 1);
  } else {
    chain.credit(wrapped, who, amount);
  }
  chain.log(contract,
            {event_topic(unwrap ? "Withdrawal(address,uint256)" : "Deposit(address,uint256)"),
             address_topic(chain.address(who))},
            AbiWriter().word(amount));
  const uint64_t number = chain.end();
  add_link({"wrap", "exact", c, number, c, number, "wrapped coin"});
  return number;
}

// Brings a pool back towards the world's price: somebody always does.
void World::arbitrage(uint32_t c, const Pool& pool) {
  AccountChain& chain = *accounts_[c];
  const Uint128 a = usd_micro(c, pool.a, chain.balance(pool.account, pool.a));
  const Uint128 b = usd_micro(c, pool.b, chain.balance(pool.account, pool.b));
  if (a == 0 || b == 0 || (a < b + b / 50 && b < a + a / 50)) return;
  const bool sell_b = a > b;  // too much a in the pool: a is cheap there
  const AssetId in = sell_b ? pool.b : pool.a, out = sell_b ? pool.a : pool.b;
  const Uint128 gap = (sell_b ? a - b : b - a) / 2;
  const AccountId who = services_[c].arbitrageur;
  const Uint128 want = from_usd_micro(c, in, gap);
  const AssetId pay = in == services_[c].wrapped ? 0 : in, get = out == services_[c].wrapped ? 0 : out;
  const Uint128 held = chain.balance(who, pay);
  const Uint128 amount = std::min(want, held / 2);
  if (amount > 0) swap(c, who, pay, get, amount);
}
}  // namespace jindo::simulate
