// A fixed-denomination mixer as Tornado Cash's contracts work: a router that passes deposits to pools, notes spent
// once, relayers who pay the gas of a withdrawal and keep a fee. Which withdrawal spends which note no log says.
#include "simulate/world.h"

namespace jindo::simulate {
using synth::AbiWriter;
using synth::address_topic;
using synth::event_topic;

uint64_t World::mixer_deposit(uint32_t c, AccountId from, size_t index) {
  AccountChain& chain = *accounts_[c];
  Mixer& mixer = services_[c].mixer;
  MixerPool& pool = mixer.pools[index];
  const base::Hash256 commitment = draw_hash(1);
  AbiWriter input;
  input.selector("deposit(address,bytes32,bytes)").word(chain.address(pool.account)).word(commitment);
  input.word(Uint128{96}).text("");
  if (!chain.begin(from, mixer.router, pool.denomination, 950'000, &input)) return 0;
  chain.call(mixer.router, pool.account, pool.denomination, "deposit(bytes32)", 1);
  chain.log(pool.account, {event_topic("Deposit(bytes32,uint32,uint256)"), commitment},
            AbiWriter().word(Uint128{pool.leaves++}).word(static_cast<Uint128>(chain.time())));
  ++pool.notes;
  return chain.end();
}

uint64_t World::mixer_withdraw(uint32_t c, AccountId to, size_t index, Uint128& received) {
  AccountChain& chain = *accounts_[c];
  Mixer& mixer = services_[c].mixer;
  MixerPool& pool = mixer.pools[index];
  if (pool.notes == 0 || chain.balance(pool.account, 0) < pool.denomination) return 0;
  const AccountId relayer = mixer.relayers[random_.rank(mixer.relayers.size())];
  constexpr uint32_t kGas = 380'000;
  const Uint128 fee = chain.fee_of(kGas) * 11 / 10 + pool.denomination / 250;  // gas and 0.4 %
  if (fee >= pool.denomination) return 0;
  const base::Hash256 nullifier = draw_hash(2);
  AbiWriter input;
  input.selector("withdraw(address,bytes,bytes32,bytes32,address,address,uint256,uint256)");
  input.word(chain.address(pool.account)).word(Uint128{256}).word(synth::random_hash(pool.leaves, index, 3));
  input.word(nullifier).word(chain.address(to)).word(chain.address(relayer)).word(fee).word(Uint128{0});
  if (!chain.begin(relayer, mixer.router, 0, kGas, &input)) return 0;
  chain.call(mixer.router, pool.account, 0, "withdraw(bytes,bytes32,bytes32,address,address,uint256,uint256)", 1);
  chain.call(pool.account, to, pool.denomination - fee, "", 2);
  chain.call(pool.account, relayer, fee, "", 2);
  chain.log(pool.account,
            {event_topic("Withdrawal(address,bytes32,address,uint256)"), address_topic(chain.address(relayer))},
            AbiWriter().word(chain.address(to)).word(nullifier).word(fee));
  --pool.notes;
  received = pool.denomination - fee;
  return chain.end();
}
}  // namespace jindo::simulate
