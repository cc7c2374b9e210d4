// Life on bitcoin: people pay, exchanges take deposits, sweep, and pay out in batches, pools pay their miners, some
// dust. Shapes and sources: docs/methodology/exercises.md.
#include <algorithm>

#include "simulate/world.h"

namespace jindo::simulate {
namespace {
using synth::ScriptKind;
// Roughly the shares of outputs by script on mainnet in 2024.
ScriptKind person_script(base::Random& random) {
  const uint64_t x = random.below(100);
  return x < 45   ? ScriptKind::kP2wpkh
         : x < 62 ? ScriptKind::kP2pkh
         : x < 80 ? ScriptKind::kP2shP2wpkh
         : x < 97 ? ScriptKind::kP2tr
                  : ScriptKind::kP2wshMultisig;
}
constexpr const char* kPools[] = {"Baekdu Pool", "Fuji Pool", "Tanuki Hash", "Prairie Mining", "Gorge Pool", "Aurora"};
}  // namespace

void World::build_bitcoin() {
  UtxoChain& chain = *bitcoin_;
  // A person's wallet has the person's number.
  for (uint32_t p = 0; p < persons_; ++p) {
    const ScriptKind script = person_script(random_);
    const bool reuses = random_.chance(150);
    chain.create_wallet(p, script, reuses, "wallet");
  }
  bitcoin_deposit_keys_.resize(persons_);
  for (Exchange& exchange : exchanges_) {
    exchange.deposits = chain.create_wallet(exchange.owner, ScriptKind::kP2wpkh, false, "deposit");
    exchange.hot[bitcoin_index_] = {bitcoin_index_,
                                    chain.create_wallet(exchange.owner, ScriptKind::kP2wpkh, true, "hot wallet")};
    exchange.cold[bitcoin_index_] = {
        bitcoin_index_, chain.create_wallet(exchange.owner, ScriptKind::kP2wshMultisig, true, "cold wallet")};
  }
  for (const char* name : kPools) {
    const synth::OwnerId owner = owners_.add(name, "miner");
    miners_.push_back(chain.create_wallet(owner, ScriptKind::kP2wpkh, true, "pool"));
  }
  for (const auto& [name, kind] :
       {std::pair{"Tsubaki Coordinator", ScriptKind::kP2wpkh}, std::pair{"Eddy Coordinator", ScriptKind::kP2wpkh}}) {
    CoinJoinService service;
    service.name = name;
    service.owner = owners_.add(name, "coinjoin");
    service.fees = chain.create_wallet(service.owner, kind, false, "coordinator fee");
    coinjoins_.push_back(service);
  }
}

uint32_t World::bitcoin_deposit_key(uint32_t person) {
  uint32_t& key = bitcoin_deposit_keys_[person];
  if (key == 0) key = bitcoin_->fresh_key(exchanges_[exchange_of(person)].deposits) + 1;
  return key - 1;
}

void World::bitcoin_payment() {
  UtxoChain& chain = *bitcoin_;
  for (int tries = 0; tries < 8; ++tries) {
    const WalletId from = random_.chance(600) ? pick_person() : static_cast<WalletId>(random_.below(persons_));
    const Wallet& wallet = chain.wallet(from);
    if (wallet.balance < 40'000) continue;
    SpendOptions options;
    options.fee_rate = 2 + random_.heavy(2, 550, 6);
    // A wallet with many small coins spends some along: that is what ties addresses together, and what keeps the set of
    // unspent outputs from growing without end.
    const uint32_t most = chain.live_coins() > 3ULL * persons_ ? 16 : 4;
    options.extra_inputs = static_cast<uint32_t>(random_.below(std::min(wallet.coins_count, most) + 1));
    if (random_.chance(200)) options.lock_time = static_cast<uint32_t>(chain.height());
    uint64_t value = wallet.balance >> (1 + random_.run(720, 14));
    value -= random_.below(value / 2 + 1);
    if (random_.chance(250) && value > 100'000) value -= value % 100'000;  // people like round sums
    if (value < 2 * kDustSatoshi) continue;
    std::vector<Payee> payees;
    Payee payee;
    payee.value = value;
    if (random_.chance(180)) {
      payee.wallet = exchanges_[exchange_of(from)].deposits;
      payee.key = bitcoin_deposit_key(from);
    } else {
      payee.wallet = random_.chance(300) ? static_cast<WalletId>(random_.below(persons_)) : pick_person();
      const Wallet& to = chain.wallet(payee.wallet);
      if (to.keys > 0 && random_.chance(180)) payee.key = static_cast<uint32_t>(random_.below(to.keys));
    }
    if (payee.wallet == from) continue;
    payees.push_back(payee);
    if (random_.chance(60)) {  // a few to several at once
      const uint64_t more = random_.heavy(1, 500, 4);
      for (uint64_t i = 0; i < more; ++i) {
        Payee other;
        other.wallet = static_cast<WalletId>(random_.below(persons_));
        other.value = std::max<uint64_t>(value / (2 + more), kDustSatoshi);
        payees.push_back(other);
      }
    }
    if (random_.chance(20)) options.memo = "note " + std::to_string(random_.below(1'000'000));
    chain.pay(from, payees, options);
    return;
  }
  bitcoin_withdrawals();
}

void World::bitcoin_withdrawals() {
  UtxoChain& chain = *bitcoin_;
  const size_t e = random_.rank(exchanges_.size());
  const Exchange& exchange = exchanges_[e];
  std::vector<Payee> payees;
  const uint64_t count = std::min<uint64_t>(random_.heavy(1, 620, 6), 90);
  for (uint64_t i = 0; i < count; ++i) {
    Payee payee;
    payee.wallet = static_cast<WalletId>(random_.chance(500) ? pick_person() : random_.below(persons_));
    payee.value = random_.heavy(60'000, 640, 13);
    payees.push_back(payee);
  }
  SpendOptions options;
  options.fee_rate = 3 + random_.heavy(2, 500, 5);
  const WalletId hot = exchange.hot[bitcoin_index_].id;
  if (chain.pay(hot, payees, options)) return;
  Payee refill;  // the hot wallet ran low: cold storage fills it up
  refill.wallet = hot;
  const WalletId cold = exchange.cold[bitcoin_index_].id;
  refill.value = chain.wallet(cold).balance / 12;
  if (refill.value > 1'0000'0000) chain.pay(cold, {refill}, options);
}

void World::bitcoin_sweep(size_t e) {
  UtxoChain& chain = *bitcoin_;
  const Exchange& exchange = exchanges_[e];
  SpendOptions options;
  options.fee_rate = 2;
  options.inputs_max = 20 + random_.below(80);
  if (chain.wallet(exchange.deposits).coins_count < 4) return;
  const WalletId hot = exchange.hot[bitcoin_index_].id;
  chain.sweep(exchange.deposits, hot, Payee::kNewKey, options);
  if (chain.wallet(hot).balance > chain.wallet(exchange.cold[bitcoin_index_].id).balance / 2) {
    Payee payee;
    payee.wallet = exchange.cold[bitcoin_index_].id;
    payee.value = chain.wallet(hot).balance / 3;
    if (payee.value > 1'0000'0000) chain.pay(hot, {payee}, options);
  }
}

// What somebody does next, by shares of a thousand.
void World::bitcoin_event() {
  const uint64_t x = random_.below(1000);
  if (x < 860) return bitcoin_payment();
  if (x < 905) return bitcoin_withdrawals();
  if (x < 945) return bitcoin_sweep(random_.below(exchanges_.size()));
  if (x < 955) return pay_miners();
  if (x < 957) {
    coinjoin(JoinStyle::kWasabi1, {}, 0);
    return;
  }
  if (x < 959) {
    coinjoin(JoinStyle::kWasabi2, {}, 0);
    return;
  }
  if (x < 966) return mix_whirlpool();
  if (x < 971) {
    coinjoin(JoinStyle::kJoinMarket, {}, 0);
    return;
  }
  if (x < 975) return scatter_dust();
  if (x < 992 && !bridges_.empty()) return cross_from_bitcoin();
  bitcoin_payment();
}

void World::pay_miners() {
  UtxoChain& chain = *bitcoin_;
  const WalletId pool = miners_[random_.below(miners_.size())];
  if (chain.wallet(pool).balance < 60'0000'0000) return;  // pays out when enough has come together
  const uint64_t count = 5 + random_.below(40);
  const uint64_t share = chain.wallet(pool).balance / (2 * count);
  if (share < 5000) return;
  std::vector<Payee> payees;
  for (uint64_t i = 0; i < count; ++i) {
    Payee payee;
    payee.wallet = static_cast<WalletId>((i * 7919 + pool * 31) % persons_);  // the same miners again and again
    payee.value = std::max<uint64_t>(share >> random_.below(3), kDustSatoshi);
    payees.push_back(payee);
  }
  chain.pay(pool, payees, {});
}

// Pools of 0.01, 0.05 and 0.5 BTC, as Samourai ran them.
void World::mix_whirlpool() {
  const uint64_t pools[] = {1'000'000, 5'000'000, 50'000'000};
  const uint64_t pool = pools[random_.below(3)];
  if (random_.chance(400))
    whirlpool_premix(random_.chance(500) ? pick_person() : persons_ - 1 - static_cast<uint32_t>(random_.below(kMakers)),
                     pool);
  for (int i = 0; i < 4; ++i) coinjoin(JoinStyle::kWhirlpool, {}, pool);
}

// Dust to addresses seen before, to see where they spend together.
void World::scatter_dust() {
  UtxoChain& chain = *bitcoin_;
  const WalletId from = pick_person();
  std::vector<Payee> payees;
  for (int i = 0; i < 12; ++i) {
    Payee payee;
    payee.wallet = static_cast<WalletId>(random_.below(persons_));
    if (chain.wallet(payee.wallet).keys == 0) continue;
    payee.key = 0;
    payee.value = kDustSatoshi;
    payees.push_back(payee);
  }
  if (payees.empty()) return;
  SpendOptions options;
  options.keep_id = true;
  const auto spent = chain.pay(from, payees, options);
  if (!spent) return;
  for (const Payee& payee : payees)
    add_link({"dusting", "noise", bitcoin_index_, spent->transaction, bitcoin_index_, spent->transaction,
              chain.address(payee.wallet, payee.key)});
}

void World::cross_from_bitcoin() {
  const size_t b = random_.below(bridges_.size());
  const Bridge& bridge = bridges_[b];
  const bool from_a = bridge.chain_a == bitcoin_index_;
  if (!from_a && bridge.chain_b != bitcoin_index_) return;
  const uint32_t person = pick_person();
  const uint64_t value = bitcoin_->wallet(person).balance / 3;
  if (value < 200'000) return;
  const uint32_t other = from_a ? bridge.chain_b : bridge.chain_a;
  bridge_out(b, from_a, {bitcoin_index_, person}, {other, person_account(other, person)}, value, nullptr);
}
}  // namespace jindo::simulate
