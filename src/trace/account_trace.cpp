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
using base::Uint256;
using ledger::kNoNumber;

constexpr uint32_t kExchanged = kNoLink - 1;  // a lot's link: the exchange at hand

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

class AccountPass : public Pass {
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
    if (options_.resolver != nullptr) finder_.emplace(reader_, options_.resolver->registry());
    for (const AccountSeed& seed : seeds_) pending_.insert(seed.movement);
  }

  uint64_t next() override { return pending_.min(); }
  int64_t next_time() override {
    ledger::Movement movement;
    reader_.movement(pending_.min(), movement);
    return reader_.block(reader_.block_of_transaction(movement.transaction)).order_time;
  }
  void step() override {
    const auto number = pending_.pop_min();
    if (number && *number >= done_until_) movement(*number);
  }
  bool schedule(uint64_t movement) override {
    if (started_ && movement <= now_.number) return false;
    pending_.insert(movement);
    return true;
  }
  void finish() override { collect_holdings(); }

 private:
  void movement(uint64_t number) {
    started_ = true;
    reader_.movement(number, now_);
    amount_ = reader_.amount(number);
    if (now_.transaction != transaction_) enter_transaction();
    if (now_.kind == chain::MovementKind::kTransfer && exchange_) {
      run_exchange();
      return;
    }
    history_end_ = number;
    past_ = number + 1;
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
    find_exchange();
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
    while (f.active && next_of(f) < past_) ++f.at;
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
    for (uint64_t next = next_of(f); next < history_end_; next = next_of(f)) {
      ++f.at;
      reader_.movement(next, past);
      const uint64_t row = f.handle.rows[past.segment];
      const Uint256 value = reader_.amount(next);
      if (past.from == row) f.balance = f.balance < value ? Uint256() : f.balance - value;
      if (past.to == row) f.balance += value;
    }
    while (next_of(f) < past_) ++f.at;
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
    const uint32_t out = pass_.crossings.paying_out(pass_.chain, number);
    if (out != kNoLink && pass_.crossings.full(out)) pay_out(out, amount_);
    const uint32_t in = pass_.crossings.taking_in(pass_.chain, number);
    if (in != kNoLink) take_in(in, amount_);
    deliver();
  }

  // ---- links (trace/crossings.h) ------------------------------------------------------------------------------------
  // What a link pays out stands in the place of the payer's clean value; what is tainted of the payer's goes along.
  void pay_out(uint32_t link, const Uint256& amount) {
    Uint256 own;
    std::vector<WideLot> lots;
    for (const WideLot& lot : arriving_) {
      if (lot.clean()) continue;
      lots.push_back(lot);
      if (policy_ != Policy::kPoison) own += lot.amount;
    }
    if (!(own < amount)) return;  // all of it is other stolen value: the bag stays, and ends with the service
    std::vector<WideLot> lost;
    for (const WideLot& lot : pass_.crossings.take(link, amount - own, policy_, lost)) lots.push_back(lot);
    arriving_ = std::move(lots);
    end_lost(lost, link);
  }
  // Too little to be one unit of what was paid out.
  void end_lost(const std::vector<WideLot>& lost, uint32_t) {
    if (lost.empty()) return;
    by_source_.clear();
    for (const WideLot& lot : lost) by_source_.add(lot);
    end_lots(TerminalKind::kFee, receiver(), Owner{"rounding: less than a unit", "", ""}, lost);
  }
  void take_in(uint32_t link, const Uint256& amount) {
    if (!tainted(arriving_) || pass_.crossings.full(link)) return;
    tainted_move_ = true;
    for (WideLot& lot : arriving_) {
      if (lot.clean()) continue;
      pass_.crossings.note_use(link, lot, pass_.result);
      if (options_.record) lot.step = record(lot, kNoNumber, link);
    }
    pass_.crossings.put(link, arriving_, amount, policy_);
    for (WideLot& lot : arriving_) lot = {lot.amount, {}, kClean, 0, kNoStep};
    if (pools_) arriving_.clear();
  }

  // ---- exchanges (resolve/exchange.h): a transaction as a whole
  // --------------------------------------------------------
  void find_exchange() {
    exchange_.reset();
    if (!finder_) return;
    uint64_t end = transaction_ + 1 < reader_.info().transactions ? reader_.first_movement(transaction_ + 1)
                                                                  : reader_.info().movements;
    // A theft inside it is taken as it stands.
    const auto seed = std::lower_bound(seeds_.begin(), seeds_.end(), reader_.first_movement(transaction_),
                                       [](const AccountSeed& s, uint64_t wanted) { return s.movement < wanted; });
    if (seed != seeds_.end() && seed->movement < end) return;
    exchange_ = finder_->find(transaction_);
    if (!exchange_) return;
    if (!exchange_->exact && exchange_->confidence < options_.inferred_min) exchange_.reset();
    if (!exchange_) return;
    // Where nobody can tell which part of a party's loss became what, and that party holds stolen value.
    for (const resolve::Give& give : exchange_->gives) {
      if (give.split) continue;
      const uint32_t slot = slot_of_give(give);
      if (slot != 0 && followed_[slot - 1].active) {
        exchange_.reset();
        return;
      }
    }
  }
  uint32_t slot_of_give(const resolve::Give& give) {
    if (give.address.is_none()) return 0;
    ledger::Movement movement;
    reader_.movement(give.movement, movement);
    return movement.from == kNoNumber ? 0 : index_[movement.segment].get(movement.from);
  }

  void run_exchange() {
    const resolve::Exchange exchange = std::move(*exchange_);
    exchange_.reset();
    history_end_ = exchange.first_movement;
    past_ = done_until_ = exchange.end_movement;
    tainted_move_ = false;
    ledger::Movement movement;
    for (uint64_t m = exchange.first_movement; m < exchange.end_movement; ++m) {
      reader_.movement(m, movement);
      for (const uint64_t row : {movement.from, movement.to}) {
        const uint32_t slot = row == kNoNumber ? 0 : index_[movement.segment].get(row);
        if (slot != 0) pass_by(slot - 1);
      }
    }
    struct Given {
      std::vector<WideLot> lots;
      Uint256 left;
    };
    std::vector<Given> given(exchange.gives.size());
    for (size_t g = 0; g < exchange.gives.size(); ++g) give(exchange.gives[g], given[g].lots, given[g].left);
    std::optional<resolve::Link> link;
    for (const resolve::Flow& flow : exchange.flows) {
      if (flow.arrives.is_zero() && flow.taken.is_zero()) continue;
      Given& from = given[flow.give];
      arriving_.clear();
      take_share(from.lots, from.left, flow.taken);
      std::vector<WideLot> lost;
      const bool moved = tainted(arriving_);
      reader_.movement(flow.movement, now_);
      amount_ = flow.arrives;
      if (flow.changed) {
        if (moved) {
          if (!link || !(link->from.place == exchange.gives[flow.give].movement && link->to.place == flow.movement))
            link = link_of_flow(exchange, flow);
          change(*link, exchange, flow, lost);
        } else if (!pools_) {
          arriving_ = {{flow.arrives, {}, kClean, 0, kNoStep}};
        }
      }
      end_lost(lost, 0);
      if (flow.arrives.is_zero()) continue;
      for (const uint32_t in : pass_.crossings.taking_in_at(pass_.chain, exchange.transaction)) {
        const resolve::Leg& leg = pass_.crossings.link(in).from;
        if (leg.holder == flow.to && leg.asset == flow.asset) take_in(in, flow.arrives);
      }
      deliver();
    }
    for (const resolve::Gain& gain : exchange.rest) {
      reader_.movement(gain.movement, now_);
      amount_ = gain.amount;
      arriving_.clear();
      if (!pools_) arriving_ = {{gain.amount, {}, kClean, 0, kNoStep}};
      deliver();
    }
    for (uint64_t m = exchange.first_movement; m < exchange.end_movement; ++m) {
      reader_.movement(m, movement);
      for (const uint64_t row : {movement.from, movement.to}) {
        const uint32_t slot = row == kNoNumber ? 0 : index_[movement.segment].get(row);
        if (slot != 0) settle(slot - 1);
      }
    }
    if (tainted_move_ && counted_transaction_ != exchange.transaction) {
      counted_transaction_ = exchange.transaction;
      ++pass_.result.visited_transactions;
    }
    reader_.movement(exchange.end_movement - 1, now_);
  }
  // What a party gives, into lots; links that pay out to the transaction come first.
  void give(const resolve::Give& give, std::vector<WideLot>& lots, Uint256& left) {
    left = give.amount;
    reader_.movement(give.movement, now_);
    Uint256 rest = give.amount;
    arriving_.clear();
    for (const uint32_t out : pass_.crossings.paying_out_at(pass_.chain, transaction_)) {
      const resolve::Leg& leg = pass_.crossings.link(out).to;
      if (!pass_.crossings.full(out) || !(leg.holder == give.address) || !(leg.asset == give.asset)) continue;
      const Uint256 part = std::min(leg.amount, rest);
      if (part.is_zero()) continue;
      std::vector<WideLot> lost;
      for (const WideLot& lot : pass_.crossings.take(out, part, policy_, lost)) lots.push_back(lot);
      end_lost(lost, out);
      rest -= part;
    }
    if (rest.is_zero()) return;
    take(slot_of_give(give), rest);
    lots.insert(lots.end(), taken_.begin(), taken_.end());
  }
  // A part of what was given, in order (pools: of each its share), into arriving_.
  void take_share(std::vector<WideLot>& lots, Uint256& left, Uint256 value) {
    if (policy_ == Policy::kPoison) {
      for (WideLot lot : lots) {
        lot.amount = lot.origin = value;
        arriving_.push_back(lot);
      }
      return;
    }
    if (policy_ == Policy::kHaircut) {
      haircut_.take(lots, left, value, arriving_);
      left -= value;
      return;
    }
    left -= value;
    while (!value.is_zero()) {
      WideLot& lot = lots.front();
      if (value < lot.amount) {
        arriving_.push_back(split_off(lot, value));
        return;
      }
      value -= lot.amount;
      arriving_.push_back(lot);
      lots.erase(lots.begin());
    }
  }
  // The lots at hand become lots of what was got.
  void change(const resolve::Link& link, const resolve::Exchange& exchange, const resolve::Flow& flow,
              std::vector<WideLot>& lost) {
    const resolve::Give& from = exchange.gives[flow.give];
    const ledger::Movement arriving_by = now_;
    reader_.movement(from.movement, now_);
    for (WideLot& lot : arriving_) {
      if (lot.clean()) continue;
      tainted_move_ = true;
      if (!link.exact) lot.source = pass_.crossings.inferred(lot.source);
      pass_.crossings.note_exchange(link, lot, pass_.result);
      if (options_.record) {
        lot.step = record(lot, kNoNumber);
        pass_.result.steps[lot.step].link = static_cast<uint32_t>(pass_.result.links.size() - 1);
      }
      ++lot.hops;
      lot.link = kExchanged;
    }
    now_ = arriving_by;
    if (policy_ == Policy::kPoison) {
      for (WideLot& lot : arriving_) lot.amount = lot.origin = flow.arrives;
    } else {
      rescale(arriving_, flow.taken, flow.arrives, lost);
    }
  }
  resolve::Link link_of_flow(const resolve::Exchange& exchange, const resolve::Flow& flow) const {
    const resolve::Give& give = exchange.gives[flow.give];
    resolve::Link link;
    link.kind = exchange.wraps ? resolve::LinkKind::kWrap : resolve::LinkKind::kSwap;
    link.rule = exchange.exact ? "events" : "net-change";
    link.service = exchange.protocols;
    link.exact = exchange.exact;
    link.confidence = exchange.confidence;
    link.evidence = exchange.evidence;
    const chain::Network* network = reader_.info().network;
    link.from = {network, exchange.transaction, give.movement, give.address, {}, give.asset, flow.taken};
    link.to = {network, exchange.transaction, flow.movement, flow.to, {}, flow.asset, flow.arrives};
    return link;
  }
  // The link that a lot came by, as Result::links has it.
  uint32_t used_link(uint32_t link) const {
    if (link == kNoLink) return UINT32_MAX;
    return link == kExchanged ? static_cast<uint32_t>(pass_.result.links.size() - 1) : pass_.crossings.used(link);
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
      if (seed.since && pass_.crossings.real(lot.source) == seed.source) {
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
          if (lot.source == sum.source && pass_.crossings.real(lot.source) != except)
            pass_.result.steps[record(lot, kNoNumber)].terminal = at;
        }
      }
      pass_.result.terminals.push_back(terminal);
    }
    by_source_.clear();
  }
  uint32_t record(const WideLot& lot, uint64_t to, uint32_t into = kNoLink) {
    Step step;
    step.chain = pass_.chain;
    step.source = pass_.crossings.real(lot.source);
    step.inferred = step.source != lot.source;
    step.place = now_.number;
    step.theft = lot.hops == 0;
    const uint32_t from = slot_of(now_.from);
    step.from = step.theft || lot.link != kNoLink || from == 0 ? kNoNumber : from - 1;
    step.link = into == kNoLink ? used_link(lot.link) : pass_.crossings.used(into);
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
          if (pools_) arriving_.clear();
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
        lot.link = kNoLink;
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

std::unique_ptr<Pass> account_pass(const ledger::AccountReader& reader, std::vector<AccountSeed> seeds,
                                   const ChainPass& pass) {
  return std::make_unique<AccountPass>(reader, std::move(seeds), pass);
}
}  // namespace jindo::trace
