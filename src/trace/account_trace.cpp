// The pass over an account chain. A holding (address, asset) is followed from the movement that taints it; its balance
// before that is replayed once from its own history. Each followed holding waits, in a bitmap queue, at its next
// movement.
#include <algorithm>
#include <map>
#include <unordered_set>

#include "trace/engine.h"
#include "trace/haircut.h"
#include "trace/paged_index.h"
#include "trace/pending_set.h"

namespace jindo::trace {
namespace {
using base::Status;
using base::Uint256;
using ledger::kNoNumber;
using WideLot = Lot<Uint256>;

// A list of lots with cheap removal at both ends.
class LotQueue {
 public:
  bool empty() const { return head_ == lots_.size(); }
  WideLot& front() { return lots_[head_]; }
  WideLot& back() { return lots_.back(); }
  void pop_front() {
    if (++head_ == lots_.size())
      clear();
    else if (head_ > 64 && head_ * 2 > lots_.size()) {
      lots_.erase(lots_.begin(), lots_.begin() + static_cast<ptrdiff_t>(head_));
      head_ = 0;
    }
  }
  void pop_back() {
    lots_.pop_back();
    if (head_ == lots_.size()) clear();
  }
  void push_back(const WideLot& lot) {
    if (empty()) clear();
    append_lot(lots_, lot);
  }
  void clear() {
    lots_.clear();
    head_ = 0;
  }
  std::vector<WideLot>& all() {  // in order; the head is cut off first
    lots_.erase(lots_.begin(), lots_.begin() + static_cast<ptrdiff_t>(head_));
    head_ = 0;
    return lots_;
  }

 private:
  std::vector<WideLot> lots_;
  size_t head_ = 0;
};

struct Followed {
  ledger::HoldingHandle handle;
  uint32_t segment = 0;  // of the next movement
  uint64_t at = 0;       // into the holding's movements in that segment
  bool active = false;   // holds something tainted
  Uint256 balance;
  LotQueue lots;  // fifo, lifo, tiho: everything held, oldest first; haircut, poison: pools by source
  std::map<uint32_t, std::pair<int64_t, int64_t>> times;  // first and last arrival, by source
};

class AccountPass {
 public:
  AccountPass(const ledger::AccountReader& reader, std::vector<AccountSeed> seeds, const ChainPass& pass)
      : reader_(reader),
        seeds_(std::move(seeds)),
        pass_(pass),
        options_(pass.options),
        policy_(pass.options.policy),
        pending_(std::max<uint64_t>(reader.info().movements, 1)) {
    for (uint32_t s = 0; s < reader.segments(); ++s) index_.emplace_back(reader.holdings_in(s));
    services_ = options_.services != nullptr && options_.services->has_chain(*reader.info().network);
    pools_ = policy_ == Policy::kHaircut || policy_ == Policy::kPoison;
  }

  Status run() {
    for (const AccountSeed& seed : seeds_) pending_.insert(seed.movement);
    while (const auto number = pending_.pop_min()) movement(*number);
    collect_holdings();
    return {};
  }

 private:
  void movement(uint64_t number) {
    reader_.movement(number, now_);
    amount_ = reader_.amount(number);
    if (now_.transaction != transaction_) enter_transaction();
    tainted_move_ = false;
    const uint32_t from = slot_of(now_.from);
    const uint32_t to = slot_of(now_.to);
    if (from != 0) pass_by(from - 1);
    if (to != 0 && to != from) pass_by(to - 1);
    if (!amount_.is_zero()) move(number, from);
    for (const uint64_t row : {now_.from, now_.to}) {
      const uint32_t slot = slot_of(row);
      if (slot != 0) settle(slot - 1);
    }
    if (tainted_move_ && counted_transaction_ != now_.transaction) {
      counted_transaction_ = now_.transaction;
      ++pass_.result.visited_transactions;
    }
  }
  void enter_transaction() {
    transaction_ = now_.transaction;
    const uint64_t block = reader_.block_of_transaction(transaction_);
    if (block == block_number_) return;
    block_number_ = block;
    block_ = reader_.block(block);
  }

  uint32_t slot_of(uint64_t row) const { return row == kNoNumber ? 0 : index_[now_.segment].get(row); }

  // ---- the followed holdings' places in their own histories ---------------------------------------------------------
  // The movement at hand is behind this holding now.
  void pass_by(uint32_t slot) {
    Followed& f = followed_[slot];
    if (f.active && next_of(f) == now_.number) ++f.at;
  }
  uint64_t next_of(Followed& f) const {
    for (; f.segment < reader_.segments(); ++f.segment, f.at = 0) {
      const auto movements = reader_.movements_of(f.handle, f.segment);
      if (f.at < movements.size()) return movements[f.at];
    }
    return kNoNumber;
  }
  // Waits for the next movement while something tainted is held; is left alone otherwise.
  void settle(uint32_t slot) {
    Followed& f = followed_[slot];
    if (!f.active) return;
    if (!holds_taint(f)) {
      f.active = false;
      f.lots.clear();
      return;
    }
    const uint64_t next = next_of(f);
    if (next != kNoNumber) pending_.insert(next);
  }
  static bool holds_taint(Followed& f) {
    const auto& lots = f.lots.all();
    return std::any_of(lots.begin(), lots.end(), [](const WideLot& lot) { return !lot.clean(); });
  }

  // The holding that the movement at hand reaches, followed from here on. Its balance is what its history up to here
  // comes to; all of it is clean and older than what arrives: one lot.
  uint32_t follow(uint64_t row) {
    uint32_t slot = slot_of(row);
    if (slot == 0) {
      const auto handle =
          reader_.find_holding(reader_.holding_address(now_.segment, row), reader_.asset(now_.segment, now_.asset));
      CHECK(handle.has_value());
      followed_.emplace_back();
      followed_.back().handle = *handle;
      slot = static_cast<uint32_t>(followed_.size());
      for (uint32_t s = 0; s < reader_.segments(); ++s) {
        if (handle->rows[s] != kNoNumber) index_[s].at(handle->rows[s]) = slot;
      }
    }
    Followed& f = followed_[slot - 1];
    if (!f.active) {
      replay(f);
      f.active = true;
      f.lots.clear();
      if (!pools_ && !f.balance.is_zero()) f.lots.push_back({f.balance, {}, kClean, 0, kNoStep});
    }
    return slot - 1;
  }
  void replay(Followed& f) const {
    ledger::Movement past;
    for (uint64_t next = next_of(f); next < now_.number; next = next_of(f)) {
      ++f.at;
      reader_.movement(next, past);
      const uint64_t row = f.handle.rows[past.segment];
      const Uint256 value = reader_.amount(next);
      if (past.from == row) f.balance = f.balance < value ? Uint256() : f.balance - value;
      if (past.to == row) f.balance += value;
    }
    if (next_of(f) == now_.number) ++f.at;
  }

  // ---- one movement -----------------------------------------------------------------------------------------------
  void move(uint64_t number, uint32_t from) {
    while (next_seed_ < seeds_.size() && seeds_[next_seed_].movement < number) ++next_seed_;
    arriving_.clear();
    Uint256 rest = amount_;
    const bool seeded = next_seed_ < seeds_.size() && seeds_[next_seed_].movement == number;
    if (seeded && now_.from != kNoNumber && now_.from == now_.to)
      from = follow(now_.from) + 1;  // pays itself: followed before it pays
    for (; next_seed_ < seeds_.size() && seeds_[next_seed_].movement == number; ++next_seed_) {
      const AccountSeed& seed = seeds_[next_seed_];
      take(from, seed.amount);
      rest -= seed.amount;
      steal(seed);
    }
    if (!rest.is_zero()) {
      take(from, rest);
      arriving_.insert(arriving_.end(), taken_.begin(), taken_.end());
    }
    deliver();
  }

  bool paying(uint32_t from) const { return from != 0 && followed_[from - 1].active; }

  // Takes value out of what pays; into taken_ comes what left, under pools only its tainted part.
  void take(uint32_t from, const Uint256& value) {
    taken_.clear();
    if (!paying(from)) {
      if (!pools_) taken_.push_back({value, {}, kClean, 0, kNoStep});
      return;
    }
    Followed& f = followed_[from - 1];
    if (f.balance < value) {  // history that the ledger lacks: a clean lot comes in, as the newest
      const Uint256 missing = value - f.balance;
      add_unexplained(f.handle.asset, missing);
      if (!pools_) f.lots.push_back({missing, {}, kClean, 0, kNoStep});
      f.balance = value;
    }
    switch (policy_) {
      case Policy::kPoison:
        for (const WideLot& pool : f.lots.all()) taken_.push_back({value, value, pool.source, pool.hops, pool.step});
        break;
      case Policy::kHaircut:
        haircut_.take(f.lots.all(), f.balance, value, taken_);
        break;
      case Policy::kFifo:
        take_front(f, value);
        break;
      case Policy::kLifo:
        take_back(f, value);
        break;
      case Policy::kTiho:
        take_tainted_first(f, value);
        break;
    }
    f.balance -= value;
    if (policy_ == Policy::kPoison) {
      if (f.balance.is_zero())
        f.lots.clear();
      else
        for (WideLot& pool : f.lots.all()) pool.amount = pool.origin = f.balance;
    }
    for (WideLot& lot : taken_)
      if (!lot.clean()) ++lot.hops;
  }
  void take_front(Followed& f, Uint256 value) {
    while (!value.is_zero()) {
      WideLot& lot = f.lots.front();
      if (value < lot.amount) {
        taken_.push_back(split_off(lot, value));
        return;
      }
      value -= lot.amount;
      taken_.push_back(lot);
      f.lots.pop_front();
    }
  }
  void take_back(Followed& f, Uint256 value) {
    while (!value.is_zero()) {
      WideLot& lot = f.lots.back();
      if (value < lot.amount) {
        taken_.push_back(split_off(lot, value));
        return;
      }
      value -= lot.amount;
      taken_.push_back(lot);
      f.lots.pop_back();
    }
  }
  void take_tainted_first(Followed& f, Uint256 value) {
    auto& lots = f.lots.all();
    for (const bool clean : {false, true}) {
      for (WideLot& lot : lots) {
        if (value.is_zero()) break;
        if (lot.clean() != clean || lot.amount.is_zero()) continue;
        if (value < lot.amount) {
          taken_.push_back(split_off(lot, value));
          value = Uint256();
        } else {
          value -= lot.amount;
          taken_.push_back(lot);
          lot.amount = lot.origin = Uint256();
        }
      }
    }
    std::vector<WideLot> left;
    for (const WideLot& lot : lots) append_lot(left, lot);
    lots = std::move(left);
  }
  void add_unexplained(const chain::AddressKey& asset, const Uint256& amount) {
    for (Unexplained& u : pass_.result.unexplained) {
      if (u.network == reader_.info().network && u.asset == asset) {
        u.amount += amount;
        return;
      }
    }
    pass_.result.unexplained.push_back({reader_.info().network, asset, amount});
  }

  void steal(const AccountSeed& seed) {
    Uint256 fresh = seed.amount;
    by_source_.clear();
    for (const WideLot& lot : taken_) {
      if (lot.clean()) continue;
      if (seed.since && lot.source == seed.source) {
        fresh = fresh < lot.amount ? Uint256() : fresh - lot.amount;
        arriving_.push_back(lot);
      } else {
        by_source_.add(lot);
      }
    }
    end_lots(TerminalKind::kSuperseded, receiver(), kNobody, taken_, seed.since ? seed.source : kClean);
    if (fresh.is_zero()) return;
    pass_.result.totals[seed.source].stolen += fresh;
    arriving_.push_back({fresh, fresh, seed.source, 0, kNoStep});
  }

  chain::AddressKey receiver() const {
    return now_.to == kNoNumber ? chain::AddressKey{} : reader_.holding_address(now_.segment, now_.to);
  }

  // `except`: a source whose lots go on although they were taken.
  void end_lots(TerminalKind kind, const chain::AddressKey& address, const Owner& owner,
                const std::vector<WideLot>& lots, uint32_t except = kClean) {
    for (const WideLot& sum : by_source_.sorted()) {
      tainted_move_ = true;
      Terminal terminal;
      terminal.kind = kind;
      terminal.network = reader_.info().network;
      terminal.asset = reader_.asset(now_.segment, now_.asset);
      terminal.address = address;
      if (!owner.name.empty()) terminal.name = pass_.result.add_name(owner);
      terminal.transaction = reader_.transaction_id(now_.transaction);
      terminal.time = block_.time;
      terminal.order_time = block_.order_time;
      terminal.place = now_.number;
      terminal.source = sum.source;
      terminal.amount = sum.amount;
      terminal.origin = sum.origin;
      pass_.result.totals[sum.source].ended += sum.origin;
      if (options_.record) {
        const auto at = static_cast<uint32_t>(pass_.result.terminals.size());
        for (const WideLot& lot : lots) {
          if (lot.source == sum.source && lot.source != except)
            pass_.result.steps[record(lot, kNoNumber)].terminal = at;
        }
      }
      pass_.result.terminals.push_back(terminal);
    }
    by_source_.clear();
  }
  uint32_t record(const WideLot& lot, uint64_t to) {
    Step step;
    step.chain = pass_.chain;
    step.source = lot.source;
    step.place = now_.number;
    step.theft = lot.hops == 0;
    step.from = step.theft ? kNoNumber : slot_of(now_.from) - 1;
    step.to = to;
    step.parent = pools_ ? kNoStep : lot.step;
    step.hops = lot.hops;
    step.amount = lot.amount;
    step.origin = lot.origin;
    pass_.result.steps.push_back(step);
    return static_cast<uint32_t>(pass_.result.steps.size() - 1);
  }

  static bool tainted(const std::vector<WideLot>& lots) {
    return std::any_of(lots.begin(), lots.end(), [](const WideLot& lot) { return !lot.clean(); });
  }

  void deliver() {
    const bool taint = tainted(arriving_);
    if (taint) {
      tainted_move_ = true;
      if (now_.kind == chain::MovementKind::kFee) return end_all(TerminalKind::kFee, kNobody);
      if (now_.to == kNoNumber) return end_all(TerminalKind::kBurn, kNobody);
      if (services_) {
        const attribution::Service* service = options_.services->find(*reader_.info().network, receiver());
        if (service != nullptr && options_.through.count(service->category) == 0) {
          end_all(TerminalKind::kService, Owner{service->name, service->category, service->basis});
          for (WideLot& lot : arriving_) lot = {lot.amount, {}, kClean, 0, kNoStep};
        }
      }
      if (options_.hops_max || options_.until || !options_.amount_min.is_zero()) apply_bounds();
    }
    if (now_.to == kNoNumber) return;
    const bool arrives = tainted(arriving_);
    if (!arrives) {
      const uint32_t slot = slot_of(now_.to);
      if (slot == 0 || !followed_[slot - 1].active) return;
    }
    const uint32_t slot = follow(now_.to);
    Followed& f = followed_[slot];
    f.balance += amount_;
    if (policy_ == Policy::kPoison) {
      for (WideLot& pool : f.lots.all()) pool.amount = pool.origin = f.balance;
    }
    for (WideLot& lot : arriving_) {
      if (!lot.clean()) {
        if (options_.record) lot.step = record(lot, slot);
        const auto added = f.times.emplace(lot.source, std::make_pair(block_.time, block_.time));
        added.first->second.second = block_.time;
      }
      if (!pools_) {
        f.lots.push_back(lot);
      } else if (!lot.clean()) {
        if (policy_ == Policy::kPoison)
          poison(f, lot);
        else
          add_to_pools(f.lots.all(), lot);
      }
    }
  }
  static void poison(Followed& f, WideLot lot) {
    auto& pools = f.lots.all();
    lot.amount = lot.origin = f.balance;
    const auto at = std::lower_bound(pools.begin(), pools.end(), lot,
                                     [](const WideLot& a, const WideLot& b) { return a.source < b.source; });
    if (at != pools.end() && at->source == lot.source)
      at->hops = std::min(at->hops, lot.hops);
    else
      pools.insert(at, lot);
  }
  void end_all(TerminalKind kind, const Owner& owner) {
    by_source_.clear();
    for (const WideLot& lot : arriving_)
      if (!lot.clean()) by_source_.add(lot);
    end_lots(kind, receiver(), owner, arriving_);
  }
  void apply_bounds() {
    const bool late = options_.until && block_.time > *options_.until;
    std::map<uint32_t, Uint256> sums;
    for (const WideLot& lot : arriving_)
      if (!lot.clean()) sums[lot.source] += lot.amount;
    by_source_.clear();
    std::vector<WideLot> ended;
    for (WideLot& lot : arriving_) {
      if (lot.clean() || lot.hops == 0) continue;  // a theft itself is never bounded
      if (!late && !(options_.hops_max && lot.hops > *options_.hops_max) && sums[lot.source] >= options_.amount_min)
        continue;
      by_source_.add(lot);
      ended.push_back(lot);
      lot = {lot.amount, {}, kClean, 0, kNoStep};
    }
    if (!ended.empty()) end_lots(TerminalKind::kBound, receiver(), kNobody, ended);
  }

  void collect_holdings() {
    BySource<Uint256> sums;
    std::vector<chain::AddressKey> addresses;
    auto& nodes = pass_.result.nodes[pass_.chain];
    for (uint32_t slot = 0; slot < followed_.size(); ++slot) {
      Followed& f = followed_[slot];
      nodes.push_back({f.handle.address, f.handle.asset});
      addresses.push_back(f.handle.address);
      if (!f.active) continue;
      sums.clear();
      for (const WideLot& lot : f.lots.all())
        if (!lot.clean()) sums.add(lot);
      for (const WideLot& sum : sums.sorted()) {
        Holding holding;
        holding.network = reader_.info().network;
        holding.asset = f.handle.asset;
        holding.address = f.handle.address;
        holding.source = sum.source;
        holding.amount = sum.amount;
        holding.origin = sum.origin;
        holding.hops = sum.hops;
        holding.first_time = f.times[sum.source].first;
        holding.last_time = f.times[sum.source].second;
        holding.node = slot;
        pass_.result.totals[sum.source].held += sum.origin;
        pass_.result.holdings.push_back(holding);
      }
    }
    std::sort(addresses.begin(), addresses.end());
    pass_.result.visited_addresses +=
        static_cast<uint64_t>(std::unique(addresses.begin(), addresses.end()) - addresses.begin());
  }

  const ledger::AccountReader& reader_;
  std::vector<AccountSeed> seeds_;
  const ChainPass& pass_;
  const Options& options_;
  Policy policy_;
  bool pools_ = false;
  bool services_ = false;
  size_t next_seed_ = 0;
  PendingSet pending_;
  std::vector<PagedIndex> index_;  // holding row -> 1 + slot, one a segment
  std::vector<Followed> followed_;
  uint64_t transaction_ = kNoNumber;
  uint64_t counted_transaction_ = kNoNumber;
  uint64_t block_number_ = kNoNumber;
  ledger::BlockRow block_;
  // Of the movement at hand.
  ledger::Movement now_;
  Uint256 amount_;
  bool tainted_move_ = false;
  std::vector<WideLot> taken_, arriving_;
  Haircut<Uint256> haircut_;
  BySource<Uint256> by_source_;
};
}  // namespace

Status trace_account(const ledger::AccountReader& reader, std::vector<AccountSeed> seeds, const ChainPass& pass) {
  return AccountPass(reader, std::move(seeds), pass).run();
}
}  // namespace jindo::trace
