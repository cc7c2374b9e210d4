// Wallets and coins of a simulated bitcoin: coins are chosen, fees are paid, blocks are planned for the encoder.
#include "simulate/utxo_chain.h"

#include <algorithm>

#include "base/check.h"
#include "chain/script.h"

namespace jindo::simulate {
namespace {
constexpr uint64_t kMaturity = 100;

// Virtual bytes of an input by script (BIP 141 weights, rounded).
uint64_t input_vbytes(synth::ScriptKind kind) {
  switch (kind) {
    case synth::ScriptKind::kP2pkh:
      return 148;
    case synth::ScriptKind::kP2shP2wpkh:
      return 91;
    case synth::ScriptKind::kP2wpkh:
      return 68;
    case synth::ScriptKind::kP2tr:
      return 58;
    case synth::ScriptKind::kP2wshMultisig:
      return 105;
    case synth::ScriptKind::kP2shMultisig:
      return 297;
  }
  return 148;
}
}  // namespace

uint64_t UtxoChain::size_vbytes(synth::ScriptKind kind, size_t inputs, size_t outputs) {
  return 11 + inputs * input_vbytes(kind) + outputs * 33;
}

WalletId UtxoChain::create_wallet(synth::OwnerId owner, synth::ScriptKind script, bool reuses, const char* role) {
  Wallet wallet;
  wallet.owner = owner;
  wallet.script = script;
  wallet.reuses = reuses;
  wallet.role = role;
  wallets_.push_back(wallet);
  return static_cast<WalletId>(wallets_.size() - 1);
}

uint32_t UtxoChain::fresh_key(WalletId id) {
  Wallet& wallet = wallets_[id];
  if (wallet.reuses && wallet.keys > 0) return 0;
  return wallet.keys++;
}

uint32_t UtxoChain::forced_key(WalletId id, const synth::Account20& hash) {
  const uint32_t key = wallets_[id].keys++;
  forced_[key_number(id, key)] = hash;
  return key;
}

std::string UtxoChain::address(WalletId id, uint32_t key) const {
  const auto forced = forced_.find(key_number(id, key));
  if (forced != forced_.end())
    return chain::format_address(network_, chain::make_key(chain::AddressKind::kPubkeyHash, forced->second));
  std::vector<uint8_t> script;
  synth::output_script(seed_, key_number(id, key), wallets_[id].script, script);
  return chain::format_address(network_, chain::classify_script(script).key);
}

CoinId UtxoChain::add_coin(WalletId wallet, uint32_t key, uint64_t value, uint64_t transaction, uint32_t output) {
  CoinId id = 0;
  if (!free_.empty()) {
    id = free_.back();
    free_.pop_back();
  } else {
    id = static_cast<CoinId>(coins_.size());
    coins_.emplace_back();
  }
  coins_[id] = {value, wallet, key, kNobody, output, transaction};
  return id;
}
void UtxoChain::link(CoinId id) {
  Coin& coin = coins_[id];
  Wallet& wallet = wallets_[coin.wallet];
  coin.next = wallet.coins;
  wallet.coins = id;
  ++wallet.coins_count;
  wallet.balance += coin.value;
}
void UtxoChain::unlink_all(const std::vector<CoinId>& coins) {
  for (const CoinId id : coins) {
    Coin& coin = coins_[id];
    Wallet& wallet = wallets_[coin.wallet];
    CoinId* at = &wallet.coins;
    while (*at != id) {
      CHECK(*at != kNobody);
      at = &coins_[*at].next;
    }
    *at = coin.next;
    --wallet.coins_count;
    wallet.balance -= coin.value;
    coin.transaction = 0;
    freed_now_.push_back(id);
  }
}

std::vector<synth::PlannedBlock> UtxoChain::take_blocks() {
  std::vector<synth::PlannedBlock> out = std::move(blocks_);
  blocks_.clear();
  planned_outputs_ = 0;
  if (open_) {
    blocks_.push_back(std::move(out.back()));
    out.pop_back();
  }
  return out;
}

void UtxoChain::begin_block(int64_t time) {
  CHECK(!open_);
  open_ = true;
  time_ = time;
  fees_ = 0;
  synth::PlannedBlock block;
  block.height = height_;
  block.time = time;
  block.transactions.emplace_back();  // the coinbase, filled in at the end
  blocks_.push_back(std::move(block));
  while (!immature_.empty() && immature_.front().height + kMaturity <= height_) {
    link(immature_.front().coin);
    immature_.pop_front();
  }
}

void UtxoChain::plan_output(synth::PlannedBlock& block, const Payee& payee, CoinId slot) {
  const Wallet& wallet = wallets_[payee.wallet];
  synth::PlannedOutput out;
  out.value = payee.value;
  out.slot = slot;
  out.kind = wallet.script;
  out.key = key_number(payee.wallet, payee.key);
  out.owner = wallet.owner;
  out.role = wallet.role;
  // The answer key wants each address once; a key that is paid again may be named again, readers take the first.
  out.first_use = payee.key + 1 == wallet.keys || forced_.count(out.key) != 0;
  const auto forced = forced_.find(out.key);
  if (forced != forced_.end()) {
    out.script_at = static_cast<uint32_t>(block.bytes.size());
    out.script_bytes = 25;
    const uint8_t head[] = {0x76, 0xa9, 0x14}, tail[] = {0x88, 0xac};
    block.bytes.insert(block.bytes.end(), head, head + 3);
    block.bytes.insert(block.bytes.end(), forced->second.begin(), forced->second.end());
    block.bytes.insert(block.bytes.end(), tail, tail + 2);
  }
  block.outputs.push_back(out);
}
void UtxoChain::plan_memo(synth::PlannedBlock& block, const std::string& memo) {
  CHECK(memo.size() <= 80);
  synth::PlannedOutput out;
  out.slot = synth::kNoSlot;
  out.script_at = static_cast<uint32_t>(block.bytes.size());
  block.bytes.push_back(0x6a);
  if (memo.size() > 75) block.bytes.push_back(0x4c);
  block.bytes.push_back(static_cast<uint8_t>(memo.size()));
  block.bytes.insert(block.bytes.end(), memo.begin(), memo.end());
  out.script_bytes = static_cast<uint32_t>(block.bytes.size()) - out.script_at;
  block.outputs.push_back(out);
}

Spent UtxoChain::submit(const std::vector<CoinId>& inputs, const std::vector<Payee>& outputs,
                        const SpendOptions& options) {
  CHECK(open_);
  synth::PlannedBlock& block = blocks_.back();
  synth::PlannedTransaction tx;
  Spent out;
  tx.number = out.transaction = ++transactions_;
  tx.lock_time = options.lock_time;
  tx.keep_id = options.keep_id;
  tx.first_input = static_cast<uint32_t>(block.inputs.size());
  tx.inputs = static_cast<uint32_t>(inputs.size());
  tx.first_output = static_cast<uint32_t>(block.outputs.size());
  uint64_t in = 0, paid = 0;
  for (const CoinId id : inputs) {
    const Coin& coin = coins_[id];
    in += coin.value;
    synth::PlannedInput planned;
    planned.slot = id;
    planned.key = key_number(coin.wallet, coin.key);
    planned.kind = forced_.count(planned.key) != 0 ? synth::ScriptKind::kP2pkh : wallets_[coin.wallet].script;
    block.inputs.push_back(planned);
  }
  unlink_all(inputs);
  out.spent = inputs;
  uint32_t index = 0;
  for (Payee payee : outputs) {
    if (payee.key == Payee::kNewKey) payee.key = fresh_key(payee.wallet);
    const CoinId id = add_coin(payee.wallet, payee.key, payee.value, tx.number, index++);
    plan_output(block, payee, id);
    link(id);
    out.outputs.push_back(id);
    paid += payee.value;
  }
  if (!options.memo.empty()) plan_memo(block, options.memo);
  CHECK(paid <= in);
  out.fee = in - paid;
  fees_ += out.fee;
  tx.outputs = static_cast<uint32_t>(block.outputs.size()) - tx.first_output;
  movements_ += tx.inputs + tx.outputs;
  block.transactions.push_back(tx);
  return out;
}

std::vector<CoinId> UtxoChain::coins_of(WalletId wallet, size_t most) const {
  std::vector<CoinId> out;
  for (CoinId id = wallets_[wallet].coins; id != kNobody && out.size() < most; id = coins_[id].next) out.push_back(id);
  return out;
}

std::optional<Spent> UtxoChain::pay(WalletId from, const std::vector<Payee>& payees, const SpendOptions& options) {
  const Wallet& wallet = wallets_[from];
  uint64_t wanted = 0;
  for (const Payee& payee : payees) wanted += payee.value;
  if (wallet.balance < wanted) return std::nullopt;
  std::vector<CoinId> inputs;
  uint64_t sum = 0, fee = 0;
  const size_t outputs = payees.size() + 1 + (options.memo.empty() ? 0 : 2);
  uint32_t extra = options.extra_inputs;
  for (CoinId id = wallet.coins; id != kNobody && inputs.size() < options.inputs_max; id = coins_[id].next) {
    const bool enough = sum >= wanted + fee && !inputs.empty();
    if (enough && extra == 0) break;
    if (enough) --extra;
    inputs.push_back(id);
    sum += coins_[id].value;
    fee = options.fee_rate * size_vbytes(wallet.script, inputs.size(), outputs);
  }
  if (inputs.empty() || sum < wanted + fee) return std::nullopt;
  std::vector<Payee> out = payees;
  const uint64_t change = sum - wanted - fee;
  const bool keep_change = change >= 2 * kDustSatoshi;
  if (keep_change) {
    Payee back;
    back.wallet = options.change_to == kNobody ? from : options.change_to;
    back.value = change;
    out.push_back(back);
    // Wallets place change at random; here by the transaction's number, so that index tells nothing.
    const size_t at = base::mix(seed_, transactions_) % out.size();
    std::swap(out[at], out.back());
    Spent spent = submit(inputs, out, options);
    std::swap(spent.outputs[at], spent.outputs.back());
    spent.change = spent.outputs.back();
    spent.outputs.pop_back();
    return spent;
  }
  return submit(inputs, out, options);
}

std::optional<Spent> UtxoChain::sweep(WalletId from, WalletId to, uint32_t key, const SpendOptions& options) {
  const std::vector<CoinId> inputs = coins_of(from, options.inputs_max);
  uint64_t sum = 0;
  for (const CoinId id : inputs) sum += coins_[id].value;
  const uint64_t fee =
      options.fee_rate * size_vbytes(wallets_[from].script, inputs.size(), 1 + (options.memo.empty() ? 0 : 2));
  if (sum < fee + kDustSatoshi) return std::nullopt;
  Payee payee;
  payee.wallet = to;
  payee.value = sum - fee;
  payee.key = key;
  return submit(inputs, {payee}, options);
}

void UtxoChain::end_block(WalletId miner, const std::vector<Payee>& extra) {
  CHECK(open_);
  open_ = false;
  synth::PlannedBlock& block = blocks_.back();
  synth::PlannedTransaction& coinbase = block.transactions.front();
  coinbase.number = ++transactions_;
  coinbase.first_output = static_cast<uint32_t>(block.outputs.size());
  Payee reward;
  reward.wallet = miner;
  reward.value = subsidy_ + fees_;
  std::vector<Payee> payees{reward};
  payees.insert(payees.end(), extra.begin(), extra.end());
  uint32_t index = 0;
  for (Payee payee : payees) {
    if (payee.key == Payee::kNewKey) payee.key = fresh_key(payee.wallet);
    const CoinId id = add_coin(payee.wallet, payee.key, payee.value, coinbase.number, index++);
    plan_output(block, payee, id);
    immature_.push_back({height_, id});
  }
  coinbase.outputs = static_cast<uint32_t>(payees.size());
  planned_outputs_ += block.outputs.size();
  movements_ += coinbase.outputs + 1;  // and the witness commitment's output
  free_.insert(free_.end(), freed_now_.begin(), freed_now_.end());
  freed_now_.clear();
  ++height_;
}
}  // namespace jindo::simulate
