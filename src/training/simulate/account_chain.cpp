// Accounts and balances of a simulated chain; transactions are written into batches as they happen.
#include "simulate/account_chain.h"

#include "base/check.h"
#include "chain/block.h"

namespace jindo::simulate {
namespace {
synth::BlobRange keep(std::string& blob, const std::string& bytes) {
  const synth::BlobRange range{static_cast<uint32_t>(blob.size()), static_cast<uint32_t>(bytes.size())};
  blob += bytes;
  return range;
}
}  // namespace

AccountChain::AccountChain(const chain::Network& network, uint64_t seed, uint64_t key_seed,
                           const synth::OwnerNames& owners, uint64_t gas_price, int64_t genesis_time,
                           int64_t block_seconds, uint64_t first_height)
    : network_(network),
      seed_(seed),
      key_seed_(key_seed),
      owners_(owners),
      gas_price_(gas_price),
      genesis_time_(genesis_time),
      block_seconds_(block_seconds),
      first_height_(first_height) {
  assets_.push_back({std::string(network.native), network.decimals, 0, false});
  balances_.emplace_back();
}

AccountId AccountChain::create(synth::OwnerId owner, synth::KeyNumber key, const char* role) {
  return create_at(owner, synth::account_address(key_seed_, key), role);
}
AccountId AccountChain::create_at(synth::OwnerId owner, const synth::Account20& address, const char* role) {
  const auto id = static_cast<AccountId>(addresses_.size());
  addresses_.push_back(address);
  owner_of_.push_back(owner);
  nonces_.push_back(0);
  for (auto& column : balances_) column.push_back(0);
  own(id, role);
  return id;
}
void AccountChain::own(AccountId account, const char* role) {
  owners_.append_row(network_.name, address_text(account), owner_of_[account], role, batch_.owners);
}
AssetId AccountChain::add_token(std::string symbol, int decimals, AccountId contract, bool freezable) {
  assets_.push_back({std::move(symbol), decimals, contract, freezable});
  balances_.emplace_back(addresses_.size(), Uint128{0});
  return static_cast<AssetId>(assets_.size() - 1);
}
std::string AccountChain::address_text(AccountId account) const {
  return chain::format_address(network_, chain::make_key(chain::AddressKind::kAccount, addresses_[account]));
}
std::string AccountChain::asset_text(AssetId asset) const {
  return asset == 0 ? std::string(network_.native) : address_text(assets_[asset].contract);
}
std::string AccountChain::hash_text(uint64_t number) const { return chain::format_hash(network_, hash_of(number)); }

void AccountChain::grant(AccountId to, Uint128 value) {
  batch_.genesis.push_back({addresses_[to], value});
  balances_[0][to] += value;
  ++movements_;
}

void AccountChain::begin_block(int64_t time) {
  CHECK(!block_open_);
  block_open_ = true;
  time_ = time;
  height_ = time <= genesis_time_ ? 0 : first_height_ + static_cast<uint64_t>((time - genesis_time_) / block_seconds_);
  synth::AccountBlockPlan block;
  block.number = height_;
  block.time = time;
  block.first_tx = static_cast<uint32_t>(batch_.txs.size());
  batch_.blocks.push_back(block);
}
void AccountChain::end_block() {
  CHECK(block_open_);
  block_open_ = false;
  synth::AccountBlockPlan& block = batch_.blocks.back();
  if (block.txs == 0 && block.number != 0) batch_.blocks.pop_back();
}
synth::AccountBatch AccountChain::take_batch() {
  CHECK(!block_open_);
  synth::AccountBatch out;
  std::swap(out, batch_);
  return out;
}

bool AccountChain::begin(AccountId from, AccountId to, Uint128 value, uint32_t gas, const synth::AbiWriter* input) {
  const Uint128 fee = fee_of(gas);
  if (balances_[0][from] < value + fee) return false;
  tx_ = {};
  tx_from_ = from;
  tx_.number = ++number_;
  tx_.block = static_cast<uint32_t>(batch_.blocks.size() - 1);
  tx_.index = batch_.blocks.back().txs;
  tx_.from = addresses_[from];
  tx_.to = addresses_[to];
  tx_.value = value;
  tx_.gas_price = gas_price_;
  tx_.gas_used = gas;
  tx_.gas_limit = gas == 21000 ? gas : gas + gas / 4;
  tx_.nonce = nonces_[from]++;
  if (input != nullptr) tx_.input = keep(batch_.blob, input->bytes());
  tx_.first_call = static_cast<uint32_t>(batch_.calls.size());
  tx_.first_log = static_cast<uint32_t>(batch_.logs.size());
  balances_[0][from] -= fee;
  balances_[0][from] -= value;
  balances_[0][to] += value;
  movements_ += 1 + (value != 0 ? 1 : 0);
  path_calls_.assign(5, UINT32_MAX);
  return true;
}

void AccountChain::call(AccountId from, AccountId to, Uint128 value, std::string_view selector, uint8_t depth,
                        synth::CallKind kind) {
  CHECK(depth >= 1 && depth <= 4);
  synth::AccountCall call;
  call.from = addresses_[from];
  call.to = addresses_[to];
  call.value = value;
  call.kind = kind;
  call.depth = depth;
  if (!selector.empty()) call.selector = synth::function_selector(selector);
  // Siblings so far under the same parent.
  uint8_t position = 0;
  if (depth == 1) {
    for (size_t c = tx_.first_call; c < batch_.calls.size(); ++c) position += batch_.calls[c].depth == 1 ? 1 : 0;
  } else {
    CHECK(path_calls_[depth - 1] != UINT32_MAX);
    synth::AccountCall& parent = batch_.calls[path_calls_[depth - 1]];
    call.path = parent.path;
    position = parent.children++;
  }
  call.path[depth - 1] = position;
  path_calls_[depth] = static_cast<uint32_t>(batch_.calls.size());
  for (size_t d = depth + 1; d < path_calls_.size(); ++d) path_calls_[d] = UINT32_MAX;
  batch_.calls.push_back(call);
  if (value != 0) {
    CHECK(balances_[0][from] >= value);
    balances_[0][from] -= value;
    balances_[0][to] += value;
    ++movements_;
  }
}

void AccountChain::log(AccountId address, const std::vector<base::Hash256>& topics, const synth::AbiWriter& data) {
  synth::AccountLog out;
  out.address = addresses_[address];
  out.topics_count = static_cast<uint8_t>(topics.size());
  for (size_t i = 0; i < topics.size(); ++i) out.topics[i] = topics[i];
  out.data = keep(batch_.blob, data.bytes());
  batch_.logs.push_back(out);
}
void AccountChain::token(AssetId asset, AccountId from, AccountId to, Uint128 amount) {
  CHECK(balances_[asset][from] >= amount);
  balances_[asset][from] -= amount;
  balances_[asset][to] += amount;
  ++movements_;
  log(assets_[asset].contract,
      {synth::event_topic("Transfer(address,address,uint256)"), synth::address_topic(addresses_[from]),
       synth::address_topic(addresses_[to])},
      synth::AbiWriter().word(amount));
}
void AccountChain::mint(AssetId asset, AccountId to, Uint128 amount) {
  balances_[asset][to] += amount;
  ++movements_;
  log(assets_[asset].contract,
      {synth::event_topic("Transfer(address,address,uint256)"), base::Hash256{}, synth::address_topic(addresses_[to])},
      synth::AbiWriter().word(amount));
}
void AccountChain::burn(AssetId asset, AccountId from, Uint128 amount) {
  debit(asset, from, amount);
  ++movements_;
  log(assets_[asset].contract,
      {synth::event_topic("Transfer(address,address,uint256)"), synth::address_topic(addresses_[from]),
       base::Hash256{}},
      synth::AbiWriter().word(amount));
}
void AccountChain::debit(AssetId asset, AccountId from, Uint128 amount) {
  CHECK(balances_[asset][from] >= amount);
  balances_[asset][from] -= amount;
}

uint64_t AccountChain::end() {
  tx_.calls = static_cast<uint32_t>(batch_.calls.size()) - tx_.first_call;
  tx_.logs = static_cast<uint32_t>(batch_.logs.size()) - tx_.first_log;
  batch_.txs.push_back(tx_);
  synth::AccountBlockPlan& block = batch_.blocks.back();
  ++block.txs;
  block.gas_used += tx_.gas_used;
  return tx_.number;
}
uint64_t AccountChain::fail(const char* error) {
  CHECK(batch_.calls.size() == tx_.first_call && batch_.logs.size() == tx_.first_log && tx_.value == 0);
  tx_.failed = true;
  tx_.error = error;
  return end();
}

uint64_t AccountChain::transfer_coin(AccountId from, AccountId to, Uint128 value) {
  return begin(from, to, value, 21000) ? end() : 0;
}
uint64_t AccountChain::transfer_token(AssetId asset, AccountId from, AccountId to, Uint128 amount) {
  const bool frozen = assets_[asset].freezable && (is_frozen(from) || is_frozen(to));
  if (!frozen && balances_[asset][from] < amount) return 0;
  synth::AbiWriter input;
  input.selector("transfer(address,uint256)").word(addresses_[to]).word(amount);
  if (!begin(from, assets_[asset].contract, 0, kTokenGas, &input)) return 0;
  if (frozen) {
    fail("Reverted");
    return 0;
  }
  token(asset, from, to, amount);
  return end();
}
void AccountChain::set_frozen(AccountId account, bool frozen) {
  if (frozen_.size() < addresses_.size()) frozen_.resize(addresses_.size());
  frozen_[account] = frozen;
}
}  // namespace jindo::simulate
