// AccountChain: a simulated EVM chain or Tron: accounts, the coin, tokens, transactions with internal calls and logs.
// It plans batches (synth::AccountBatch) that the table writers turn into an export. Balances never go below zero: who
// calls checks first, a CHECK stops what was not. One thread. Memory: 20 bytes an account and 16 for each asset.
#pragma once

#include <string>
#include <vector>

#include "chain/network.h"
#include "synth/abi.h"
#include "synth/account_batch.h"

namespace jindo::simulate {

using AccountId = uint32_t;
using AssetId = uint32_t;  // 0: the chain's coin
using base::Uint128;

struct Asset {
  std::string symbol;
  int decimals = 18;
  AccountId contract = 0;  // of a token
  bool freezable = false;
};

class AccountChain {
 public:
  AccountChain(const chain::Network& network, uint64_t seed, uint64_t key_seed, const synth::OwnerNames& owners,
               uint64_t gas_price, int64_t genesis_time, int64_t block_seconds, uint64_t first_height);

  AccountId create(synth::OwnerId owner, synth::KeyNumber key, const char* role);
  AccountId create_at(synth::OwnerId owner, const synth::Account20& address, const char* role);
  AssetId add_token(std::string symbol, int decimals, AccountId contract, bool freezable);
  const synth::Account20& address(AccountId account) const { return addresses_[account]; }
  std::string address_text(AccountId account) const;
  synth::OwnerId owner(AccountId account) const { return owner_of_[account]; }
  Uint128 balance(AccountId account, AssetId asset) const { return balances_[asset][account]; }
  const std::vector<Asset>& assets() const { return assets_; }
  std::string asset_text(AssetId asset) const;
  size_t accounts() const { return addresses_.size(); }
  bool is_frozen(AccountId account) const { return account < frozen_.size() && frozen_[account]; }

  void grant(AccountId to, Uint128 value);  // in block 0
  void begin_block(int64_t time);
  void end_block();  // a block without transactions leaves no rows
  synth::AccountBatch take_batch();
  size_t planned_bytes() const {
    return batch_.txs.size() * 1600 + batch_.logs.size() * 700 + batch_.calls.size() * 400;
  }

  // --- one transaction: begin, what it does, end ---
  // False, and nothing is done, when the sender cannot pay value and fee.
  bool begin(AccountId from, AccountId to, Uint128 value, uint32_t gas, const synth::AbiWriter* input = nullptr);
  // Internal calls; `depth` 1 is called by the transaction's target, 2 by the last call of depth 1, and so on.
  void call(AccountId from, AccountId to, Uint128 value, std::string_view selector, uint8_t depth = 1,
            synth::CallKind kind = synth::CallKind::kCall);
  void token(AssetId asset, AccountId from, AccountId to, Uint128 amount);  // moves it, with its Transfer log
  void mint(AssetId asset, AccountId to, Uint128 amount);
  void burn(AssetId asset, AccountId from, Uint128 amount);
  void credit(AssetId asset, AccountId to, Uint128 amount) {
    balances_[asset][to] += amount;
  }  // no log: WETH's deposit
  void debit(AssetId asset, AccountId from, Uint128 amount);
  void log(AccountId address, const std::vector<base::Hash256>& topics, const synth::AbiWriter& data);
  uint64_t end();                    // the transaction's number
  uint64_t fail(const char* error);  // instead of end(): its fee only. Only before anything was moved
  // --- whole transactions ---
  uint64_t transfer_coin(AccountId from, AccountId to, Uint128 value);  // 0 when it cannot
  uint64_t transfer_token(AssetId asset, AccountId from, AccountId to, Uint128 amount);
  uint64_t transfer(AssetId asset, AccountId from, AccountId to, Uint128 amount) {
    return asset == 0 ? transfer_coin(from, to, amount) : transfer_token(asset, from, to, amount);
  }
  void set_frozen(AccountId account, bool frozen);

  Uint128 fee_of(uint32_t gas) const { return Uint128{gas} * gas_price_; }
  Uint128 coin_fee() const { return fee_of(21000); }
  Uint128 token_fee() const { return fee_of(kTokenGas); }
  static constexpr uint32_t kTokenGas = 65000;
  uint64_t gas_price() const { return gas_price_; }

  base::Hash256 hash_of(uint64_t number) const { return synth::account_tx_hash(seed_, number); }
  std::string hash_text(uint64_t number) const;
  const chain::Network& network() const { return network_; }
  uint64_t seed() const { return seed_; }
  uint64_t height() const { return height_; }
  int64_t time() const { return time_; }
  int64_t block_seconds() const { return block_seconds_; }
  int64_t genesis_time() const { return genesis_time_; }
  uint64_t movements() const { return movements_; }
  uint64_t transactions() const { return number_; }

 private:
  void own(AccountId account, const char* role);
  const chain::Network& network_;
  uint64_t seed_;
  uint64_t key_seed_;  // the world's: a person has one address on all EVM chains
  const synth::OwnerNames& owners_;
  uint64_t gas_price_;
  int64_t genesis_time_, block_seconds_;
  uint64_t first_height_;
  std::vector<synth::Account20> addresses_;
  std::vector<synth::OwnerId> owner_of_;
  std::vector<uint32_t> nonces_;
  std::vector<bool> frozen_;
  std::vector<Asset> assets_;
  std::vector<std::vector<Uint128>> balances_;
  synth::AccountBatch batch_;
  uint64_t height_ = 0;
  int64_t time_ = 0;
  bool block_open_ = false;
  uint64_t number_ = 0, movements_ = 0;
  synth::AccountTx tx_;
  AccountId tx_from_ = 0;
  std::vector<uint32_t> path_calls_;  // the last call of each depth
};

}  // namespace jindo::simulate
