// The pass over an account chain, a movement at a time: what leaves the payer, what of it is stolen, crosses a link or
// ends, and what the receiver holds then.
#include "chain/burn.h"
#include "trace/account_pass.h"

namespace jindo::trace {
using base::Uint256;
using ledger::kNoNumber;

int64_t AccountPass::next_time() {
  ledger::Movement movement;
  reader_->movement(pending_.min(), movement);
  return reader_->block(reader_->block_of_transaction(movement.transaction)).order_time;
}

void AccountPass::step() {
  const auto number = pending_.pop_min();
  if (number && *number >= done_until_) run_movement(*number);
}

bool AccountPass::schedule(uint64_t movement) {
  if (started_ && movement <= now_.number) return false;
  pending_.insert(movement);
  return true;
}

void AccountPass::run_movement(uint64_t number) {
  started_ = true;
  reader_->movement(number, now_);
  amount_ = reader_->amount(number);
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
  count_transaction(now_.transaction);
}

void AccountPass::count_transaction(uint64_t transaction) {
  if (!tainted_move_ || counted_transaction_ == transaction) return;
  counted_transaction_ = transaction;
  ++pass_.result.visited_transactions;
}

void AccountPass::enter_transaction() {
  transaction_ = now_.transaction;
  find_exchange();
  const uint64_t block = reader_->block_of_transaction(transaction_);
  if (block == block_number_) return;
  block_number_ = block;
  block_ = reader_->block(block);
}

void AccountPass::move(uint64_t number, uint32_t from) {
  while (next_seed_ < seeds_.size() && seeds_[next_seed_].movement < number) ++next_seed_;
  arriving_.clear();
  Uint256 rest = amount_;
  const bool seeded = next_seed_ < seeds_.size() && seeds_[next_seed_].movement == number;
  if (seeded && now_.from != kNoNumber && now_.from == now_.to &&
      chain::find_burn(*reader_->info().network, receiver()) == nullptr)
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

void AccountPass::take(uint32_t from, const Uint256& value) {
  taken_.clear();
  if (!paying(from)) {
    if (!pools_) taken_.push_back(clean_lot<Uint256>(value));
    return;
  }
  Followed& f = followed_[from - 1];
  if (f.balance < value) {  // history that the ledger lacks: a clean lot comes in, as the newest
    const Uint256 missing = value - f.balance.low();
    add_unexplained(f.handle.asset, missing);
    if (!pools_) f.lots.push_back(clean_lot<Uint256>(missing));
    f.balance = value;
  }
  take_by_policy(f.lots, f.highs, f.balance, value, taken_);
  f.balance -= value;
  if (policy_ == Policy::kPoison) {
    if (f.balance.is_zero())
      f.lots.clear();
    else
      spread_poison(f);
  }
  for (WideLot& lot : taken_) {
    if (lot.clean()) continue;
    if (options_.observer != nullptr) options_.observer->left(about(lot, f.handle.address, f.handle.asset));
    ++lot.hops;
  }
}

void AccountPass::take_by_policy(LotQueue& lots, PoolHighs& highs, const base::WideSum& balance, const Uint256& value,
                                 std::vector<WideLot>& taken) {
  switch (policy_) {
    case Policy::kPoison:
      for (const WideLot& pool : lots.all()) taken.push_back({value, value, pool.source, pool.hops, pool.step});
      break;
    case Policy::kHaircut:
      if (balance.high() == 0)
        haircut_.take(lots.all(), balance.low(), value, taken);
      else
        take_from_wide_pools(lots.all(), highs, balance, value, taken);
      break;
    case Policy::kFifo:
      lots.take_front(value, taken);
      break;
    case Policy::kLifo:
      lots.take_back(value, taken);
      break;
    case Policy::kTiho:
      lots.take_tainted_first(value, taken);
      break;
  }
}

void AccountPass::add_unexplained(const chain::AddressKey& asset, const Uint256& amount) {
  for (Unexplained& u : pass_.result.unexplained) {
    if (u.network == reader_->info().network && u.asset == asset) {
      u.amount += amount;
      return;
    }
  }
  pass_.result.unexplained.push_back({reader_->info().network, asset, amount});
}

void AccountPass::steal(const AccountSeed& seed) {
  Uint256 fresh = seed.amount;
  std::vector<WideLot> ended;
  for (const WideLot& lot : taken_) {
    if (lot.clean()) continue;
    if (seed.since && pass_.crossings.real(lot.source) == seed.source) {
      fresh = fresh < lot.amount ? Uint256() : fresh - lot.amount;
      arriving_.push_back(lot);
    } else {
      ended.push_back(lot);
    }
  }
  end_lots(TerminalKind::kSuperseded, receiver(), kNobody, ended);
  if (fresh.is_zero()) return;
  pass_.result.totals[seed.source].stolen += fresh;
  arriving_.push_back({fresh, fresh, seed.source, 0, kNoStep});
}

void AccountPass::pay_out(uint32_t link, const Uint256& amount) {
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
  end_lost(lost);
}

void AccountPass::end_lost(const std::vector<WideLot>& lost) {
  if (lost.empty()) return;
  end_lots(TerminalKind::kFee, receiver(), Owner{"rounding: less than a unit", "", ""}, lost);
}

void AccountPass::take_in(uint32_t link, const Uint256& amount) {
  if (!tainted(arriving_) || pass_.crossings.full(link)) return;
  tainted_move_ = true;
  for (WideLot& lot : arriving_) {
    if (lot.clean()) continue;
    pass_.crossings.note_use(link, lot, pass_.result);
    if (options_.record) lot.step = record(lot, kNoNumber, link);
  }
  pass_.crossings.put(link, arriving_, amount, policy_);
  arrive_clean();
}

void AccountPass::deliver() {
  const uint32_t known = slot_of(now_.to);
  if (tainted(arriving_)) {
    tainted_move_ = true;
    if (now_.kind == chain::MovementKind::kFee) return end_lots(TerminalKind::kFee, receiver(), kNobody, arriving_);
    if (now_.to == kNoNumber) return end_lots(TerminalKind::kBurn, receiver(), kNobody, arriving_);
    // Nothing is ever held there: an address that was met before is none of them.
    if (known == 0 && end_at_burn()) return;
    if (services_) end_at_service();
    if (options_.hops_max || options_.until || !options_.amount_min.is_zero()) apply_bounds();
  }
  if (now_.to == kNoNumber) return;
  const bool followed = known != 0 && followed_[known - 1].active;
  if (followed || tainted(arriving_)) receive(follow(now_.to));
}

// An address that nobody can pay from: what comes there is gone, and what comes out of it is newly minted.
bool AccountPass::end_at_burn() {
  const chain::BurnPlace* burn = chain::find_burn(*reader_->info().network, receiver());
  if (burn == nullptr) return false;
  end_lots(TerminalKind::kBurn, receiver(), Owner{std::string(burn->name), "", "burn table"}, arriving_);
  return true;
}

// A public contract is passed through where in the same transaction it pays on into a link, or to another one: a
// router, on its way to a vault or a pool.
bool AccountPass::passes_on() const {
  const uint64_t end = now_.transaction + 1 < reader_->info().transactions
                           ? reader_->first_movement(now_.transaction + 1)
                           : reader_->info().movements;
  ledger::Movement later;
  for (uint64_t m = now_.number + 1; m < end; ++m) {
    reader_->movement(m, later);
    if (later.from != now_.to || later.segment != now_.segment || later.to == kNoNumber) continue;
    if (pass_.crossings.taking_in(pass_.chain, m) != kNoLink) return true;
    const chain::AddressKey to = reader_->holding_address(later.segment, later.to);
    if (options_.services->find(*reader_->info().network, to) != nullptr) return true;
  }
  return false;
}

void AccountPass::end_at_service() {
  const attribution::Service* service = options_.services->find(*reader_->info().network, receiver());
  if (service == nullptr || options_.through.count(service->category) != 0) return;
  if (service->basis == "registry" && passes_on()) return;
  end_lots(TerminalKind::kService, receiver(), Owner{service->name, service->category, service->basis}, arriving_);
  arrive_clean();
}

void AccountPass::apply_bounds() {
  const bool late = options_.until && block_.time > *options_.until;
  std::map<uint32_t, Uint256> sums;
  for (const WideLot& lot : arriving_)
    if (!lot.clean()) sums[lot.source] += lot.amount;
  std::vector<WideLot> ended;
  for (WideLot& lot : arriving_) {
    if (lot.clean() || lot.hops == 0) continue;  // a theft itself is never bounded
    if (!late && !(options_.hops_max && lot.hops > *options_.hops_max) && sums[lot.source] >= options_.amount_min)
      continue;
    ended.push_back(lot);
    lot = clean_lot<Uint256>(lot.amount);
  }
  if (!ended.empty()) end_lots(TerminalKind::kBound, receiver(), kNobody, ended);
}

void AccountPass::arrive_clean() {
  for (WideLot& lot : arriving_) lot = clean_lot<Uint256>(lot.amount);
  if (pools_) arriving_.clear();
}

void AccountPass::receive(uint32_t slot) {
  Followed& f = followed_[slot];
  f.balance += amount_;
  if (policy_ == Policy::kPoison) spread_poison(f);
  for (WideLot& lot : arriving_) {
    if (!lot.clean()) {
      if (options_.record) lot.step = record(lot, slot);
      lot.link = kNoLink;
      if (options_.observer != nullptr) options_.observer->arrived(about(lot, f.handle.address, f.handle.asset));
      const auto added = f.times.emplace(lot.source, std::make_pair(block_.time, block_.time));
      added.first->second.second = block_.time;
    }
    if (!pools_) {
      f.lots.push_back(lot);
    } else if (!lot.clean()) {
      if (policy_ == Policy::kPoison)
        poison(f, lot);
      else if (f.balance.high() == 0)
        add_to_pools(f.lots.all(), lot);
      else
        add_to_wide_pools(f.lots.all(), f.highs, lot);
    }
  }
}

void AccountPass::spread_poison(Followed& f) {
  for (WideLot& pool : f.lots.all()) pool.amount = pool.origin = f.balance.saturated();
}

void AccountPass::poison(Followed& f, WideLot lot) {
  auto& pools = f.lots.all();
  lot.amount = lot.origin = f.balance.saturated();
  const auto at = std::lower_bound(pools.begin(), pools.end(), lot,
                                   [](const WideLot& a, const WideLot& b) { return a.source < b.source; });
  if (at != pools.end() && at->source == lot.source)
    at->hops = std::min(at->hops, lot.hops);
  else
    pools.insert(at, lot);
}

std::unique_ptr<Pass> account_pass(const ledger::AccountReader& reader, std::vector<AccountSeed> seeds,
                                   const ChainPass& pass) {
  return std::make_unique<AccountPass>(reader, std::move(seeds), pass);
}
}  // namespace jindo::trace
