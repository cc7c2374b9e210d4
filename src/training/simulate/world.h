// World: the chains of an exercise under one clock, with the services and the crowd that live on them. Blocks come in
// order of time over all chains; in each, what is due happens first (a script's tasks, sweeps, arrivals from bridges),
// then the crowd fills the block up to the scale asked for. Everything is drawn from one seed by one thread; encoders
// and table writers work behind it. Integers only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/progress.h"
#include "base/random.h"
#include "simulate/coinjoin.h"
#include "simulate/services.h"
#include "synth/table_writer.h"

namespace jindo::simulate {

inline constexpr uint64_t kMicro = 1'000'000;  // micro-dollars of a dollar

struct ChainPlan {
  const chain::Network* network = nullptr;
  uint32_t share = 1;  // of the movements, against the other chains'
};
struct WorldOptions {
  uint64_t seed = 1;
  uint64_t movements = 100000;
  int64_t start = 0;
  int64_t span_seconds = 0;  // at least so long; longer where blocks would overflow
  int64_t lead_seconds = 0;  // filled in: how much earlier than asked the world begins
  std::vector<ChainPlan> chains;
  std::string folder;  // chains' files go to folder/CHAIN, the answer key's rows to folder/answers
  bool json = false;
  bool obfuscate = false;
  unsigned threads = 2;
  base::ProgressMode progress = base::ProgressMode::kNever;
  uint64_t stolen_usd = 0;                 // services are made deep enough for it
  std::map<std::string, uint64_t> prices;  // micro-dollars a whole unit, by symbol; others by default_price
};

// What happens later on a chain, small enough to keep millions of.
struct TaskDue {
  uint32_t task = 0;  // of a script
};
struct SweepDue {  // what is at a deposit address to its service's hot wallet
  AccountId deposit = 0, hot = 0;
  AssetId asset = 0;
};
struct MixerWithdrawalDue {
  uint32_t person = 0;
  uint32_t pool = 0;
  uint64_t deposit = 0;  // the transaction
};
struct ArrivalDue {
  uint32_t crossing = 0;  // slot
};
using Due = std::variant<TaskDue, SweepDue, MixerWithdrawalDue, ArrivalDue>;
struct Pending {
  int64_t time = 0;
  uint64_t order = 0;
  Due due;
  friend bool operator<(const Pending& x, const Pending& y) {  // for std::priority_queue: the earliest on top
    return x.time != y.time ? x.time > y.time : x.order > y.order;
  }
};
// Hears of what arrived: the transaction (0: it failed), where, how much.
using Arrived = std::function<void(uint64_t transaction, const Place& to, Uint128 amount)>;
struct Crossing {  // value under way between chains
  size_t bridge = 0;
  bool from_a = true;
  uint64_t number = 0;
  Place from, to;
  uint64_t sequence = 0;
  Uint128 amount = 0;  // that arrives
  Arrived arrived;
};
struct Swapped {
  uint64_t transaction = 0;
  Uint128 out = 0;
};

class World {
 public:
  explicit World(WorldOptions options);
  ~World();
  base::Status open();
  base::Status run(const std::function<base::Status()>& check);  // `check` after each block: a script's error stops it

  // --- chains ---
  size_t chains() const { return accounts_.size(); }
  bool is_utxo(uint32_t chain) const { return accounts_[chain] == nullptr; }
  AccountChain& account(uint32_t chain) { return *accounts_[chain]; }
  UtxoChain& bitcoin() { return *bitcoin_; }
  std::optional<uint32_t> find_chain(std::string_view name) const;
  const chain::Network& network(uint32_t chain) const { return *options_.chains[chain].network; }
  ChainServices& services(uint32_t chain) { return services_[chain]; }
  int64_t end_time() const { return options_.start + options_.span_seconds; }
  int64_t theft_clock() const { return options_.start + options_.lead_seconds; }  // the scenario's hour zero
  uint64_t movements() const;
  uint64_t bytes_written() const;
  synth::OwnerNames& owners() { return owners_; }
  uint32_t persons() const { return persons_; }
  const WorldOptions& options() const { return options_; }
  std::string transaction_text(uint32_t chain, uint64_t number);

  // What a place holds from the beginning. Before run() only.
  void endow(const Place& place, AssetId asset, Uint128 amount) { endowments_.push_back({place, asset, amount}); }
  const std::vector<WalletId>& mining_pools() const { return miners_; }
  void settle_pools(uint32_t chain);  // brings the market makers back to the world's prices
  // --- tasks of a script: run at the first block of the chain at or after the time ---
  void at(uint32_t chain, int64_t time, std::function<void()> task);

  // --- places ---
  Place new_place(uint32_t chain, synth::OwnerId owner, const char* role);
  AccountId person_account(uint32_t chain, uint32_t person);
  bool has_account(uint32_t chain, uint32_t person) const {
    const auto& table = services_[chain].person_account;
    return !table.empty() && table[person] != 0;
  }
  std::string address_text(const Place& place);
  Uint128 balance(const Place& place, AssetId asset);
  std::optional<AssetId> find_asset(uint32_t chain, std::string_view symbol) const;
  int decimals(uint32_t chain, AssetId asset) const;
  std::string asset_text(uint32_t chain, AssetId asset) const;
  Uint128 usd_micro(uint32_t chain, AssetId asset, Uint128 amount) const;  // at the world's constant prices
  Uint128 from_usd_micro(uint32_t chain, AssetId asset, Uint128 micro) const;

  // --- services, used by the crowd and by scripts alike ---
  std::vector<Exchange>& exchanges() { return exchanges_; }
  std::vector<Bridge>& bridges() { return bridges_; }
  std::optional<Swapped> swap(uint32_t chain, AccountId trader, AssetId in, AssetId out, Uint128 amount);
  const Pool* find_pool(uint32_t chain, AssetId x, AssetId y) const;
  uint64_t wrap(uint32_t chain, AccountId who, Uint128 amount, bool unwrap);
  uint64_t mixer_deposit(uint32_t chain, AccountId from, size_t pool);
  uint64_t mixer_withdraw(uint32_t chain, AccountId to, size_t pool, Uint128& received);
  // Takes in on one side and schedules the other. 0 when it cannot. `arrived` hears of the arrival.
  uint64_t bridge_out(size_t bridge, bool from_a, const Place& from, const Place& to, Uint128 amount, Arrived arrived);
  Place desk_deposit(size_t bridge, bool from_a);
  size_t exchange_of(uint32_t person) const { return person % exchanges_.size(); }
  void sweep_later(uint32_t chain, AccountId deposit, size_t exchange, AssetId asset);
  struct Joined {
    uint64_t transaction = 0;
    std::vector<CoinId> equal, change;  // of `mine`
    uint64_t denomination = 0;
    uint32_t others = 0;
  };
  // `mine`: wallets that must take part, each with all its coins (JoinMarket-like: as the taker). nullopt when too few
  // others can. denomination 0: the style's usual one.
  std::optional<Joined> coinjoin(JoinStyle style, const std::vector<WalletId>& mine, uint64_t denomination);
  // Whirlpool's first transaction: splits a wallet's coins into equal ones of denomination and a little, a fee, change.
  std::optional<Spent> whirlpool_premix(WalletId wallet, uint64_t denomination);
  uint64_t freeze(uint32_t chain, AccountId account, AssetId asset);
  synth::Account20 look_alike(const synth::Account20& of);

  // The answer key's row for something that joins two transactions. Empty from or to: that side is not on a chain.
  struct Link {
    const char* kind;  // swap, wrap, bridge, mixer, coinjoin; of noise: address_poisoning, dusting, common_gas_funder
    const char*
        knows;  // exact, inferable, thief_only; noise: an act that joins nothing, the service is its victim's address
    uint32_t from_chain = 0;
    uint64_t from = 0;
    uint32_t to_chain = 0;
    uint64_t to = 0;
    std::string service;
  };
  void add_link(const Link& link);

 private:
  void build();
  void build_bitcoin();
  void build_account_chain(uint32_t chain);
  void build_bridges();
  Uint128 depth_usd_micro() const;
  void fund_account_chain(uint32_t chain);
  void grant_coins(uint32_t chain);
  void mint_tokens(uint32_t chain);
  void fill_pools(uint32_t chain);
  void bitcoin_block();
  std::vector<Payee> first_grants();
  void account_block(uint32_t chain);
  void run_due(uint32_t chain);
  void happen(uint32_t chain, const TaskDue& due);
  void happen(uint32_t chain, const SweepDue& due);
  void happen(uint32_t chain, const MixerWithdrawalDue& due);
  void happen(uint32_t chain, const ArrivalDue& due);
  void bitcoin_event();
  void account_event(uint32_t chain);
  struct Somebody {  // of the crowd, on an account chain
    uint32_t chain = 0, person = 0;
    AccountId account = 0;
  };
  Uint128 part_of(const Somebody& one, AssetId asset, uint32_t halves);
  AccountId stranger(uint32_t chain);
  void pay_coin(const Somebody& one);
  void pay_token(const Somebody& one);
  void pay_customers(uint32_t chain);
  void trade(const Somebody& one);
  void wrap_or_unwrap(const Somebody& one);
  void mix(const Somebody& one);
  void cross(const Somebody& one);
  void fail_transaction(const Somebody& one);
  void approve(const Somebody& one);
  void pay_players(uint32_t chain);
  void schedule(uint32_t chain, int64_t time, Due due);
  bool fund_person(uint32_t chain, uint32_t person, AssetId asset);
  uint64_t exchange_withdraw(uint32_t chain, size_t exchange, AccountId to, AssetId asset, Uint128 amount);
  void exchange_deposit(uint32_t chain, uint32_t person);
  uint32_t bitcoin_deposit_key(uint32_t person);  // at the person's exchange
  void bitcoin_withdrawals();
  void bitcoin_sweep(size_t exchange);
  void bitcoin_payment();
  void pay_miners();
  void mix_whirlpool();
  void scatter_dust();
  void cross_from_bitcoin();
  struct Outward;
  Uint128 bridge_quote(const Outward& out);
  std::string bridge_memo(const Outward& out);
  uint64_t bridge_from_bitcoin(const Outward& out);
  uint64_t bridge_to_desk(const Outward& out);
  uint64_t bridge_to_contract(const Outward& out);
  synth::AbiWriter bridge_input(const Outward& out, const synth::Account20& token);
  void bridge_log(const Outward& out, const synth::Account20& token);
  size_t crossing_slot(Crossing crossing);
  uint64_t arrive_on_bitcoin(const Crossing& crossing, const Place& vault);
  uint64_t arrive_by_memo(const Crossing& crossing, const Place& contract, const Place& vault);
  uint64_t arrive_by_message(const Crossing& crossing, const Place& contract, AssetId asset);
  uint64_t arrive_by_relayer(const Crossing& crossing, const Place& contract, const Place& vault, AssetId asset);
  struct WhirlpoolPick {
    std::vector<size_t> waiting;  // indices of whirlpool_
    std::vector<WalletId> wallets;
  };
  void pick_whirlpool(WhirlpoolPick& pick, const std::vector<WalletId>& mine, bool of_mine, uint64_t denomination);
  std::optional<WhirlpoolPick> pick_five(const std::vector<WalletId>& mine, uint64_t denomination);
  std::optional<Joined> join_whirlpool(const std::vector<WalletId>& mine, uint64_t denomination);
  std::optional<Joined> join_wasabi1(const std::vector<WalletId>& mine, uint64_t denomination);
  std::optional<Joined> join_wasabi2(const std::vector<WalletId>& mine, uint64_t denomination);
  std::optional<Joined> join_market(const std::vector<WalletId>& mine, uint64_t denomination);
  JoinDraft begin_join(const std::vector<WalletId>& mine);
  bool join_crowd(JoinDraft& draft, uint64_t floor_sum, size_t wanted, size_t others_least);
  Joined finish_join(JoinDraft draft, uint64_t denomination, const std::string& service);
  void add_join_link(uint64_t transaction, const std::string& service);
  void poison(uint32_t chain);
  void arbitrage(uint32_t chain, const Pool& pool);
  Uint128 pool_out(const AccountChain& chain, const Pool& pool, AssetId in, Uint128 amount) const;
  void pool_swap(AccountChain& chain, const Pool& pool, AssetId in, Uint128 amount, Uint128 out, AccountId sender,
                 AccountId to);
  base::Hash256 draw_hash(uint64_t kind);
  uint32_t pick_person() { return static_cast<uint32_t>(random_.rank(persons_)); }
  Uint128 random_usd(uint64_t least_usd, uint32_t again, uint32_t octaves);
  base::Status flush(bool all);

  WorldOptions options_;
  base::Random random_;
  uint32_t persons_;
  synth::OwnerNames owners_;
  std::vector<std::unique_ptr<AccountChain>> accounts_;  // null where the chain is bitcoin
  std::unique_ptr<UtxoChain> bitcoin_;
  uint32_t bitcoin_index_ = 0;
  std::vector<ChainServices> services_;
  std::vector<Exchange> exchanges_;
  std::vector<Bridge> bridges_;
  std::vector<CoinJoinService> coinjoins_;
  std::vector<WalletId> miners_;
  std::vector<uint32_t> bitcoin_deposit_keys_;          // of persons: key + 1
  std::vector<std::pair<CoinId, uint64_t>> whirlpool_;  // coins of one denomination that wait for a mix
  std::vector<int64_t> next_block_;
  std::vector<uint64_t> target_;  // movements of each chain
  std::vector<std::priority_queue<Pending>> due_;
  std::vector<std::function<void()>> tasks_;
  std::vector<std::unique_ptr<Crossing>> crossings_;
  std::vector<size_t> free_crossings_;
  struct Endowment {
    Place place;
    AssetId asset;
    Uint128 amount;
  };
  std::vector<Endowment> endowments_;
  uint64_t order_ = 0;
  base::Status status_;  // of the encoder, where it was asked for an identifier
  uint64_t next_key_ = 1;
  std::unique_ptr<synth::BitcoinEncoder> encoder_;
  std::vector<std::unique_ptr<synth::TableWriter>> writers_;
  base::FileWriter links_file_;
  std::vector<Link> links_now_, links_before_;  // of this batch and the one before, whose txids are known
  std::unique_ptr<base::Progress> progress_;
};

inline constexpr uint32_t kMakers = 24;
inline constexpr int64_t kHour = 3600, kDay = 86400;
Uint128 power_of_ten(int exponent);
// Micro-dollars a whole unit: as given, else a usual price; constant over an exercise.
uint64_t symbol_price(const std::map<std::string, uint64_t>& prices, std::string_view symbol);

}  // namespace jindo::simulate
