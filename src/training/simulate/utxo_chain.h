// UtxoChain: a simulated bitcoin ledger: wallets with keys and coins, transactions that spend and pay. It plans blocks
// (synth::PlannedBlock); the encoder makes bytes of them. Every transaction balances: inputs = outputs + fee; a coin is
// spent once; coinbases mature after 100 blocks (Bitcoin Core, COINBASE_MATURITY).
// One thread. Memory: 28 bytes a live coin, 32 a wallet, and the encoder's 36 a live coin.
#pragma once

#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "synth/bitcoin_encoder.h"

namespace jindo::simulate {

using WalletId = uint32_t;
using CoinId = uint32_t;
inline constexpr uint32_t kNobody = UINT32_MAX;
inline constexpr uint64_t kDustSatoshi = 546;  // Bitcoin Core, policy: below it an output is not relayed

struct Coin {
  uint64_t value = 0;
  WalletId wallet = kNobody;
  uint32_t key = 0;
  CoinId next = kNobody;  // in its wallet's list
  uint32_t output = 0;    // its index in the transaction that made it
  uint64_t transaction = 0;
};
struct Wallet {
  synth::OwnerId owner = 0;
  CoinId coins = kNobody;
  uint32_t coins_count = 0;
  uint32_t keys = 0;  // used so far
  uint64_t balance = 0;
  synth::ScriptKind script = synth::ScriptKind::kP2wpkh;
  bool reuses = false;  // always the first key again
  const char* role = "wallet";
};
struct Payee {
  WalletId wallet = kNobody;
  uint64_t value = 0;
  uint32_t key = kNewKey;
  static constexpr uint32_t kNewKey = UINT32_MAX;  // a fresh one (or the first, in a wallet that reuses)
};
struct SpendOptions {
  uint64_t fee_rate = 8;  // satoshi a virtual byte
  size_t inputs_max = 400;
  uint32_t extra_inputs = 0;  // co-spend so many more than needed
  std::string memo;           // an OP_RETURN output, at most 80 bytes
  bool keep_id = false;
  WalletId change_to = kNobody;  // another wallet than the payer's
  uint32_t lock_time = 0;
};
struct Spent {
  uint64_t transaction = 0;
  uint64_t fee = 0;
  std::vector<CoinId> outputs;  // of the payees, in order
  CoinId change = kNobody;
  std::vector<CoinId> spent;  // numbers only: the coins are gone
};

class UtxoChain {
 public:
  UtxoChain(const chain::Network& network, uint64_t seed, uint64_t subsidy)
      : network_(network), seed_(seed), subsidy_(subsidy) {}

  WalletId create_wallet(synth::OwnerId owner, synth::ScriptKind script, bool reuses, const char* role);
  Wallet& wallet(WalletId id) { return wallets_[id]; }
  const Wallet& wallet(WalletId id) const { return wallets_[id]; }
  const Coin& coin(CoinId id) const { return coins_[id]; }
  // Whether the slot still holds the output that this transaction made.
  bool is_unspent(CoinId id, uint64_t transaction) const { return coins_[id].transaction == transaction; }
  size_t wallets() const { return wallets_.size(); }
  uint64_t live_coins() const { return coins_.size() - free_.size(); }
  // A key of this wallet whose address is given by its 20 bytes (P2PKH): for addresses that imitate another.
  uint32_t forced_key(WalletId wallet, const synth::Account20& hash);
  std::string address(WalletId wallet, uint32_t key) const;
  uint32_t fresh_key(WalletId wallet);

  void begin_block(int64_t time);
  // The block's coinbase; `extra` outputs beside the subsidy and fees (the first block hands out what the world has).
  void end_block(WalletId miner, const std::vector<Payee>& extra);
  std::vector<synth::PlannedBlock> take_blocks();  // those that are done
  size_t planned() const { return blocks_.size(); }
  bool batch_is_full() const { return blocks_.size() >= 32 || planned_outputs_ >= 60'000; }

  // Pays from the wallet's coins, newest first, change back to it. nullopt when it cannot: too little, or too many
  // coins needed. Nothing is done then.
  std::optional<Spent> pay(WalletId from, const std::vector<Payee>& payees, const SpendOptions& options);
  // All that up to `inputs_max` coins of the wallet hold, less the fee, to one place.
  std::optional<Spent> sweep(WalletId from, WalletId to, uint32_t key, const SpendOptions& options);
  // A transaction of coins and outputs as given (CoinJoins, swaps of coins); the fee is what outputs leave.
  Spent submit(const std::vector<CoinId>& inputs, const std::vector<Payee>& outputs, const SpendOptions& options);
  // The wallet's coins, newest first, at most `most`.
  std::vector<CoinId> coins_of(WalletId wallet, size_t most) const;
  static uint64_t size_vbytes(synth::ScriptKind kind, size_t inputs, size_t outputs);

  const chain::Network& network() const { return network_; }
  uint64_t seed() const { return seed_; }
  uint64_t height() const { return height_; }
  int64_t time() const { return time_; }
  uint64_t movements() const { return movements_; }  // inputs and outputs, those of coinbases too
  uint64_t transactions() const { return transactions_; }
  uint64_t subsidy() const { return subsidy_; }

 private:
  static synth::KeyNumber key_number(WalletId wallet, uint32_t key) { return (uint64_t{wallet} << 32) | key; }
  CoinId add_coin(WalletId wallet, uint32_t key, uint64_t value, uint64_t transaction, uint32_t output);
  void link(CoinId id);
  void unlink_all(const std::vector<CoinId>& coins);
  void plan_output(synth::PlannedBlock& block, const Payee& payee, CoinId slot);
  void plan_memo(synth::PlannedBlock& block, const std::string& memo);

  const chain::Network& network_;
  uint64_t seed_;
  uint64_t subsidy_;
  std::vector<Coin> coins_;
  std::vector<CoinId> free_;
  std::vector<CoinId> freed_now_;  // of the block at hand: slots are used again from the next block on
  std::vector<Wallet> wallets_;
  std::unordered_map<synth::KeyNumber, synth::Account20> forced_;
  struct Immature {
    uint64_t height;
    CoinId coin;
  };
  std::deque<Immature> immature_;
  std::vector<synth::PlannedBlock> blocks_;
  uint64_t height_ = 0;  // of the block at hand
  int64_t time_ = 0;
  uint64_t fees_ = 0;
  size_t planned_outputs_ = 0;  // of the blocks that nobody took yet
  uint64_t transactions_ = 0;
  uint64_t movements_ = 0;
  bool open_ = false;
};

}  // namespace jindo::simulate
