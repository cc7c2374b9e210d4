// The pass over an account chain. A holding (address, asset) is followed from the movement that taints it; its balance
// before that is replayed once from its own history (account_followed.cpp). Each followed holding waits, in a bitmap
// queue, at its next movement. Movements run one by one (account_trace.cpp), exchanges as whole transactions
// (account_exchange.cpp). What comes out of it is written down in account_report.cpp.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "trace/engine.h"
#include "trace/haircut.h"
#include "trace/lot_queue.h"
#include "trace/paged_index.h"
#include "trace/pending_set.h"
#include "trace/wide_pools.h"

namespace jindo::trace {

inline constexpr uint32_t kExchanged = kNoLink - 1;  // a lot's link: the exchange at hand

struct Followed {
  ledger::HoldingHandle handle;
  uint32_t segment = 0;  // of the next movement
  uint64_t at = 0;       // into the holding's movements in that segment
  bool active = false;   // holds something tainted
  uint32_t epoch = 0;    // handle and place are of the reader of this epoch
  uint64_t passed = 0;   // of one that is not active: movements before this are in the balance
  base::WideSum balance;
  LotQueue lots;    // fifo, lifo, tiho: everything held, oldest first; haircut, poison: pools by source
  PoolHighs highs;  // haircut: of those pools, where the balance is 2^256 and more
  std::map<uint32_t, std::pair<int64_t, int64_t>> times;  // first and last arrival, by source
};

class AccountPass : public Pass {
 public:
  AccountPass(const ledger::AccountReader& reader, std::vector<AccountSeed> seeds, const ChainPass& pass)
      : reader_(&reader),
        seeds_(std::move(seeds)),
        pass_(pass),
        options_(pass.options),
        policy_(pass.options.policy),
        pending_(std::max<uint64_t>(reader.info().movements, 1)) {
    for (uint32_t s = 0; s < reader.segments(); ++s) index_.emplace_back(reader.holdings_in(s));
    services_ = options_.services != nullptr && options_.services->knows_chain(*reader.info().network);
    pools_ = is_pooled(policy_);
    if (options_.resolver != nullptr) finder_.emplace(reader, options_.resolver->registry());
    for (const AccountSeed& seed : seeds_) pending_.insert(seed.movement);
  }

  uint64_t next() override { return pending_.min(); }
  int64_t next_time() override;
  void step() override;
  bool schedule(uint64_t movement) override;
  void finish(Result& into) override { collect_holdings(into); }
  bool go_on(const ledger::ChainReader& grown, const SeedFinder& find) override;
  void preview_payment(const chain::AddressKey& from, const chain::AddressKey& asset, const base::Uint256& amount,
                       std::vector<PendingArrival>& out) override;

 private:
  // What a party of an exchange gives, into lots; links that pay out to the transaction come first.
  struct Given {
    std::vector<WideLot> lots;
    size_t head = 0;     // lots before it are taken
    base::Uint256 left;  // of what was given
  };
  struct HoldingKey {
    chain::AddressKey address, asset;
    friend bool operator==(const HoldingKey&, const HoldingKey&) = default;
  };
  struct HoldingHash {
    size_t operator()(const HoldingKey& key) const {
      return static_cast<size_t>(chain::hash_key(key.address) * 31 + chain::hash_key(key.asset));
    }
  };

  // ---- one movement: account_trace.cpp -----------------------------------------------------------------------------
  void run_movement(uint64_t number);
  void enter_transaction();
  // Once for each transaction that moved something tainted.
  void count_transaction(uint64_t transaction);
  void move(uint64_t number, uint32_t from);
  bool paying(uint32_t from) const { return from != 0 && followed_[from - 1].active; }
  // Takes value out of what pays; into taken_ comes what left, under pools only its tainted part.
  void take(uint32_t from, const base::Uint256& value);
  void take_by_policy(LotQueue& lots, PoolHighs& highs, const base::WideSum& balance, const base::Uint256& value,
                      std::vector<WideLot>& taken);
  void add_unexplained(const chain::AddressKey& asset, const base::Uint256& amount);
  // The named value becomes the seed's; what was tainted in it ends as superseded.
  void steal(const AccountSeed& seed);

  // Links (trace/crossings.h). What one pays out takes the place of the payer's clean value; what is tainted of the
  // payer's goes along.
  void pay_out(uint32_t link, const base::Uint256& amount);
  // Too little to be one unit of what was paid out.
  void end_lost(const std::vector<WideLot>& lost);
  void take_in(uint32_t link, const base::Uint256& amount);

  // What arrives ends by kind, by service, by bound, or is held.
  void deliver();
  bool end_at_burn();
  bool passes_on() const;
  void end_at_service();
  void apply_bounds();
  // What was tainted of it went elsewhere: the receiver gets the value, clean.
  void arrive_clean();
  void receive(uint32_t slot);
  static void spread_poison(Followed& f);
  static void poison(Followed& f, WideLot lot);

  // ---- exchanges (resolve/exchange.h), a transaction as a whole: account_exchange.cpp ------------------------------
  void find_exchange();
  uint32_t slot_of_give(const resolve::Give& give);
  void run_exchange();
  template <class Act>
  void each_party(const resolve::Exchange& exchange, Act act);
  void give(const resolve::Give& give, Given& out);
  // What a flow brings, into arriving_; lots changed on the way come by `link`, kept for flows of the same two ends.
  void run_flow(const resolve::Exchange& exchange, const resolve::Flow& flow, Given& from,
                std::optional<resolve::Link>& link);
  // A part of what was given, in order (pools: of each its share), into arriving_.
  void take_share(Given& from, base::Uint256 value);
  // The lots at hand become lots of what was got.
  void change(const resolve::Link& link, const resolve::Exchange& exchange, const resolve::Flow& flow,
              std::vector<WideLot>& lost);
  resolve::Link link_of_flow(const resolve::Exchange& exchange, const resolve::Flow& flow) const;

  // ---- the followed holdings' places in their own histories: account_followed.cpp ----------------------------------
  uint32_t slot_of(uint64_t row) const { return row == ledger::kNoNumber ? 0 : index_[now_.segment].get(row); }
  // The holding that the movement at hand reaches, followed from here on. Its balance is what its history up to here
  // comes to; all of it is clean and older than what arrives: one lot.
  uint32_t follow(uint64_t row);
  void replay(Followed& f) const;
  // With its handle and place in the reader at hand, which may be of a longer ledger than when it was met.
  Followed& at_slot(uint32_t slot);
  // The movement at hand is behind this holding now.
  void pass_by(uint32_t slot);
  uint64_t next_of(Followed& f) const;
  // Waits for the next movement while something tainted is held; is left alone otherwise.
  void settle(uint32_t slot);
  // When the ledger has grown: segments that stay as they were; thefts and tables of what is new.
  uint32_t same_segments(const ledger::AccountReader& grown) const;
  void wake_seeds(std::vector<AccountSeed> seeds);
  void index_segment(uint32_t segment);
  void index_by_key();

  // ---- what is written down: account_report.cpp --------------------------------------------------------------------
  chain::AddressKey receiver() const;
  // What is tainted of `lots` ends here: a terminal for each source.
  void end_lots(TerminalKind kind, const chain::AddressKey& address, const Owner& owner,
                const std::vector<WideLot>& lots);
  // The step's number. `to`: a slot, or kNoNumber; `into`: the link that it went into.
  uint32_t record(const WideLot& lot, uint64_t to, uint32_t into = kNoLink);
  // The link that a lot came by, as Result::links has it.
  uint32_t used_link(uint32_t link) const;
  Tainted about(const WideLot& lot, const chain::AddressKey& address, const chain::AddressKey& asset) const;
  void collect_holdings(Result& into) const;

  const ledger::AccountReader* reader_;
  std::vector<AccountSeed> seeds_;
  const ChainPass pass_;
  const Options& options_;
  Policy policy_;
  bool pools_ = false;
  bool services_ = false;
  size_t next_seed_ = 0;
  bool started_ = false;
  std::optional<resolve::ExchangeFinder> finder_;
  std::optional<resolve::Exchange> exchange_;  // of the transaction at hand, if it is one and nothing of it ran yet
  uint64_t done_until_ = 0;                    // movements before this ran, as parts of an exchange
  uint64_t history_end_ = 0;                   // a holding met now had its history before this movement …
  uint64_t past_ = 0;                          // … and goes on from this one
  PendingSet pending_;
  std::vector<PagedIndex> index_;  // holding row -> 1 + slot, one a segment
  std::vector<Followed> followed_;
  std::unordered_map<HoldingKey, uint32_t, HoldingHash> by_key_;  // 1 + slot; made when the ledger first grows
  size_t keyed_ = 0;                                              // slots that are in it
  uint32_t epoch_ = 0;
  uint64_t grown_at_ = 0;  // movements that the ledger had before it last grew
  uint64_t transaction_ = ledger::kNoNumber;
  uint64_t counted_transaction_ = ledger::kNoNumber;
  uint64_t block_number_ = ledger::kNoNumber;
  ledger::BlockRow block_;
  // Of the movement at hand.
  ledger::Movement now_;
  base::Uint256 amount_;
  bool tainted_move_ = false;
  std::vector<WideLot> taken_, arriving_;
  Haircut<base::Uint256> haircut_;
  BySource<base::Uint256> by_source_;
};

}  // namespace jindo::trace
