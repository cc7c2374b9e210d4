// The pass over an account chain, a movement at a time.
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
  if (number && *number >= done_until_) movement(*number);
}

bool AccountPass::schedule(uint64_t movement) {
  if (started_ && movement <= now_.number) return false;
  pending_.insert(movement);
  return true;
}

void AccountPass::movement(uint64_t number) {
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
  if (tainted_move_ && counted_transaction_ != now_.transaction) {
    counted_transaction_ = now_.transaction;
    ++pass_.result.visited_transactions;
  }
}

void AccountPass::enter_transaction() {
  transaction_ = now_.transaction;
  find_exchange();
  const uint64_t block = reader_->block_of_transaction(transaction_);
  if (block == block_number_) return;
  block_number_ = block;
  block_ = reader_->block(block);
}

Followed& AccountPass::at_slot(uint32_t slot) {
  Followed& f = followed_[slot];
  if (f.epoch == epoch_) return f;
  const auto handle = reader_->find_holding(f.handle.address, f.handle.asset);
  CHECK(handle.has_value());
  f.handle = *handle;
  f.epoch = epoch_;
  const uint64_t from = f.active ? grown_at_ : f.passed;
  for (f.segment = 0; f.segment < reader_->segments(); ++f.segment) {
    const auto movements = reader_->movements_of(f.handle, f.segment);
    f.at = static_cast<uint64_t>(std::lower_bound(movements.begin(), movements.end(), from) - movements.begin());
    if (f.at < movements.size()) break;
  }
  return f;
}

// What was met keeps its slot. Tables of segments that changed are made anew out of their movements; a followed holding
// finds its place again when something of it moves.
bool AccountPass::go_on(const ledger::ChainReader& grown, const SeedFinder& find) {
  const auto& next = static_cast<const ledger::AccountReader&>(grown);
  auto seeds = find_seeds(next, find.sources, find.which);
  if (!seeds.ok()) return false;
  grown_at_ = reader_->info().movements;
  uint32_t same = 0;
  while (same < reader_->segments() && same < next.segments() &&
         reader_->segment_begin(same + 1) == next.segment_begin(same + 1))
    ++same;
  index_by_key();
  reader_ = &next;
  ++epoch_;
  if (finder_) finder_.emplace(*reader_, options_.resolver->registry());
  exchange_.reset();
  transaction_ = kNoNumber;
  index_.erase(index_.begin() + same, index_.end());
  pending_ = PendingSet(std::max<uint64_t>(reader_->info().movements, 1));
  seeds_ = std::move(*seeds);
  next_seed_ = 0;
  while (next_seed_ < seeds_.size() && seeds_[next_seed_].movement < grown_at_) ++next_seed_;
  for (size_t s = next_seed_; s < seeds_.size(); ++s) pending_.insert(seeds_[s].movement);
  ledger::Movement movement;
  for (uint32_t s = same; s < reader_->segments(); ++s) {
    PagedIndex& slots = index_.emplace_back(reader_->holdings_in(s));
    std::vector<bool> met(reader_->holdings_in(s));
    for (uint64_t m = reader_->segment_begin(s); m < reader_->segment_begin(s + 1); ++m) {
      reader_->movement(m, movement);
      for (const uint64_t row : {movement.from, movement.to}) {
        if (row == kNoNumber) continue;
        if (!met[row]) {
          met[row] = true;
          const auto known = by_key_.find({reader_->holding_address(s, row), reader_->asset(s, movement.asset)});
          if (known != by_key_.end()) slots.at(row) = known->second;
        }
        const uint32_t slot = m < grown_at_ ? 0 : slots.get(row);
        if (slot != 0 && followed_[slot - 1].active) pending_.insert(m);
      }
    }
  }
  return true;
}

void AccountPass::index_by_key() {
  for (; keyed_ < followed_.size(); ++keyed_) {
    const ledger::HoldingHandle& handle = followed_[keyed_].handle;
    by_key_.emplace(HoldingKey{handle.address, handle.asset}, static_cast<uint32_t>(keyed_ + 1));
  }
}

void AccountPass::preview_payment(const chain::AddressKey& from, const chain::AddressKey& asset, const Uint256& amount,
                                  std::vector<PendingArrival>& out) {
  index_by_key();
  const auto known = by_key_.find({from, asset});
  if (known == by_key_.end() || !followed_[known->second - 1].active || amount.is_zero()) return;
  const Followed& f = followed_[known->second - 1];
  LotQueue lots = f.lots;
  const Uint256 value = std::min(amount, f.balance);
  std::vector<WideLot> taken;
  switch (policy_) {
    case Policy::kPoison:
      for (const WideLot& pool : lots.all()) taken.push_back({value, value, pool.source, pool.hops, pool.step});
      break;
    case Policy::kHaircut:
      if (!value.is_zero()) haircut_.take(lots.all(), f.balance, value, taken);
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
  BySource<Uint256> sums;
  for (const WideLot& lot : taken)
    if (!lot.clean()) sums.add(lot);
  for (const WideLot& sum : sums.sorted()) {
    const uint32_t source = pass_.crossings.real(sum.source);
    out.push_back({0, source, sum.hops + 1, source != sum.source, sum.amount, sum.origin});
  }
}

void AccountPass::pass_by(uint32_t slot) {
  Followed& f = at_slot(slot);
  while (f.active && next_of(f) < past_) ++f.at;
}

uint64_t AccountPass::next_of(Followed& f) const {
  for (; f.segment < reader_->segments(); ++f.segment, f.at = 0) {
    const auto movements = reader_->movements_of(f.handle, f.segment);
    if (f.at < movements.size()) return movements[f.at];
  }
  return kNoNumber;
}

void AccountPass::settle(uint32_t slot) {
  Followed& f = at_slot(slot);
  if (!f.active) return;
  if (!holds_taint(f)) {
    f.active = false;
    f.passed = past_;
    f.lots.clear();
    return;
  }
  const uint64_t next = next_of(f);
  if (next != kNoNumber) pending_.insert(next);
}

bool AccountPass::holds_taint(Followed& f) {
  const auto& lots = f.lots.all();
  return std::any_of(lots.begin(), lots.end(), [](const WideLot& lot) { return !lot.clean(); });
}

uint32_t AccountPass::follow(uint64_t row) {
  uint32_t slot = slot_of(row);
  if (slot == 0) {
    const auto handle =
        reader_->find_holding(reader_->holding_address(now_.segment, row), reader_->asset(now_.segment, now_.asset));
    CHECK(handle.has_value());
    followed_.emplace_back();
    followed_.back().handle = *handle;
    followed_.back().epoch = epoch_;
    slot = static_cast<uint32_t>(followed_.size());
    for (uint32_t s = 0; s < reader_->segments(); ++s) {
      if (handle->rows[s] != kNoNumber) index_[s].at(handle->rows[s]) = slot;
    }
  }
  Followed& f = at_slot(slot - 1);
  if (!f.active) {
    replay(f);
    f.active = true;
    f.lots.clear();
    if (!pools_ && !f.balance.is_zero()) f.lots.push_back({f.balance, {}, kClean, 0, kNoStep});
  }
  return slot - 1;
}

void AccountPass::replay(Followed& f) const {
  ledger::Movement past;
  for (uint64_t next = next_of(f); next < history_end_; next = next_of(f)) {
    ++f.at;
    reader_->movement(next, past);
    const uint64_t row = f.handle.rows[past.segment];
    const Uint256 value = reader_->amount(next);
    if (past.from == row) f.balance = f.balance < value ? Uint256() : f.balance - value;
    if (past.to == row) f.balance += value;
  }
  while (next_of(f) < past_) ++f.at;
}

void AccountPass::move(uint64_t number, uint32_t from) {
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
  by_source_.clear();
  for (const WideLot& lot : lost) by_source_.add(lot);
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
  for (WideLot& lot : arriving_) lot = {lot.amount, {}, kClean, 0, kNoStep};
  if (pools_) arriving_.clear();
}

uint32_t AccountPass::used_link(uint32_t link) const {
  if (link == kNoLink) return UINT32_MAX;
  return link == kExchanged ? static_cast<uint32_t>(pass_.result.links.size() - 1) : pass_.crossings.used(link);
}

void AccountPass::take(uint32_t from, const Uint256& value) {
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
      f.lots.take_front(value, taken_);
      break;
    case Policy::kLifo:
      f.lots.take_back(value, taken_);
      break;
    case Policy::kTiho:
      f.lots.take_tainted_first(value, taken_);
      break;
  }
  f.balance -= value;
  if (policy_ == Policy::kPoison) {
    if (f.balance.is_zero())
      f.lots.clear();
    else
      for (WideLot& pool : f.lots.all()) pool.amount = pool.origin = f.balance;
  }
  for (WideLot& lot : taken_) {
    if (lot.clean()) continue;
    if (options_.observer != nullptr) options_.observer->left(about(lot, f.handle.address, f.handle.asset));
    ++lot.hops;
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

chain::AddressKey AccountPass::receiver() const {
  return now_.to == kNoNumber ? chain::AddressKey{} : reader_->holding_address(now_.segment, now_.to);
}

void AccountPass::end_lots(TerminalKind kind, const chain::AddressKey& address, const Owner& owner,
                           const std::vector<WideLot>& lots, uint32_t except) {
  for (const WideLot& sum : by_source_.sorted()) {
    tainted_move_ = true;
    Terminal terminal;
    terminal.kind = kind;
    terminal.network = reader_->info().network;
    terminal.asset = reader_->asset(now_.segment, now_.asset);
    terminal.address = address;
    if (!owner.name.empty()) terminal.name = pass_.result.add_name(owner);
    terminal.transaction = reader_->transaction_id(now_.transaction);
    terminal.time = block_.time;
    terminal.order_time = block_.order_time;
    terminal.place = now_.number;
    terminal.source = sum.source;
    terminal.amount = sum.amount;
    terminal.origin = sum.origin;
    pass_.result.totals[sum.source].ended += sum.origin;
    if (options_.observer != nullptr) options_.observer->ended(terminal, about(sum, address, terminal.asset));
    if (options_.record) {
      const auto at = static_cast<uint32_t>(pass_.result.terminals.size());
      for (const WideLot& lot : lots) {
        if (lot.source == sum.source && pass_.crossings.real(lot.source) != except)
          pass_.result.steps[record(lot, kNoNumber)].terminal = at;
      }
    }
    if (options_.keep_terminals) pass_.result.terminals.push_back(terminal);
  }
  by_source_.clear();
}

uint32_t AccountPass::record(const WideLot& lot, uint64_t to, uint32_t into) {
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

Tainted AccountPass::about(const WideLot& lot, const chain::AddressKey& address, const chain::AddressKey& asset) const {
  Tainted out;
  out.chain = pass_.chain;
  out.source = pass_.crossings.real(lot.source);
  out.inferred = out.source != lot.source;
  out.address = address;
  out.asset = asset;
  if (now_.from != kNoNumber) out.counterpart = reader_->holding_address(now_.segment, now_.from);
  out.transaction = now_.transaction;
  out.place = now_.number;
  out.time = block_.time;
  out.hops = lot.hops;
  out.amount = lot.amount;
  out.origin = lot.origin;
  return out;
}

bool AccountPass::tainted(const std::vector<WideLot>& lots) {
  return std::any_of(lots.begin(), lots.end(), [](const WideLot& lot) { return !lot.clean(); });
}

void AccountPass::deliver() {
  const bool taint = tainted(arriving_);
  if (taint) {
    tainted_move_ = true;
    if (now_.kind == chain::MovementKind::kFee) return end_all(TerminalKind::kFee, kNobody);
    if (now_.to == kNoNumber) return end_all(TerminalKind::kBurn, kNobody);
    if (services_) {
      const attribution::Service* service = options_.services->find(*reader_->info().network, receiver());
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
      if (options_.observer != nullptr) options_.observer->arrived(about(lot, f.handle.address, f.handle.asset));
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

void AccountPass::poison(Followed& f, WideLot lot) {
  auto& pools = f.lots.all();
  lot.amount = lot.origin = f.balance;
  const auto at = std::lower_bound(pools.begin(), pools.end(), lot,
                                   [](const WideLot& a, const WideLot& b) { return a.source < b.source; });
  if (at != pools.end() && at->source == lot.source)
    at->hops = std::min(at->hops, lot.hops);
  else
    pools.insert(at, lot);
}

void AccountPass::end_all(TerminalKind kind, const Owner& owner) {
  by_source_.clear();
  for (const WideLot& lot : arriving_)
    if (!lot.clean()) by_source_.add(lot);
  end_lots(kind, receiver(), owner, arriving_);
}

void AccountPass::apply_bounds() {
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

void AccountPass::collect_holdings(Result& into) const {
  BySource<Uint256> sums;
  std::vector<chain::AddressKey> addresses;
  auto& nodes = into.nodes[pass_.chain];
  for (uint32_t slot = 0; slot < followed_.size(); ++slot) {
    const Followed& f = followed_[slot];
    nodes.push_back({f.handle.address, f.handle.asset});
    addresses.push_back(f.handle.address);
    if (!f.active) continue;
    sums.clear();
    for (const WideLot& lot : f.lots.view())
      if (!lot.clean()) sums.add(lot);
    for (const WideLot& sum : sums.sorted()) {
      Holding holding;
      holding.network = reader_->info().network;
      holding.asset = f.handle.asset;
      holding.address = f.handle.address;
      holding.source = sum.source;
      holding.amount = sum.amount;
      holding.origin = sum.origin;
      holding.hops = sum.hops;
      holding.first_time = f.times.at(sum.source).first;
      holding.last_time = f.times.at(sum.source).second;
      holding.node = slot;
      into.totals[sum.source].held += sum.origin;
      into.holdings.push_back(holding);
    }
  }
  std::sort(addresses.begin(), addresses.end());
  into.visited_addresses += static_cast<uint64_t>(std::unique(addresses.begin(), addresses.end()) - addresses.begin());
}

std::unique_ptr<Pass> account_pass(const ledger::AccountReader& reader, std::vector<AccountSeed> seeds,
                                   const ChainPass& pass) {
  return std::make_unique<AccountPass>(reader, std::move(seeds), pass);
}
}  // namespace jindo::trace
