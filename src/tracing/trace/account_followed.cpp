// The followed holdings of an account pass: each one's place in its own history, its balance before it was met, and
// where both are found again once the ledger has grown.
#include "trace/account_pass.h"

namespace jindo::trace {
using base::Uint256;
using ledger::kNoNumber;

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
    f.highs.clear();
    if (!pools_ && !f.balance.is_zero()) f.lots.push_clean(f.balance);
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
    if (past.from == row) f.balance -= value;
    if (past.to == row) f.balance += value;
  }
  while (next_of(f) < past_) ++f.at;
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
  if (!tainted(f.lots.all())) {
    f.active = false;
    f.passed = past_;
    f.lots.clear();
    return;
  }
  const uint64_t next = next_of(f);
  if (next != kNoNumber) pending_.insert(next);
}

// What was met keeps its slot. Tables of segments that changed are made again out of their movements; a followed
// holding finds its place again when something of it moves.
bool AccountPass::go_on(const ledger::ChainReader& grown, const SeedFinder& find) {
  const auto& next = static_cast<const ledger::AccountReader&>(grown);
  auto seeds = find_seeds(next, find.sources, find.which);
  if (!seeds.ok()) return false;
  for (const uint32_t source : leave_out_beyond(*seeds)) {
    const std::vector<uint32_t>& known = pass_.result.left_out;
    if (std::find(known.begin(), known.end(), source) == known.end()) return false;  // it is traced so far
  }
  grown_at_ = reader_->info().movements;
  const uint32_t same = same_segments(next);
  index_by_key();
  reader_ = &next;
  ++epoch_;
  if (finder_) finder_.emplace(*reader_, options_.resolver->registry());
  exchange_.reset();
  transaction_ = kNoNumber;
  pending_ = PendingSet(std::max<uint64_t>(reader_->info().movements, 1));
  wake_seeds(std::move(*seeds));
  index_.erase(index_.begin() + same, index_.end());
  for (uint32_t s = same; s < reader_->segments(); ++s) index_segment(s);
  return true;
}

uint32_t AccountPass::same_segments(const ledger::AccountReader& grown) const {
  uint32_t same = 0;
  while (same < reader_->segments() && same < grown.segments() &&
         reader_->segment_begin(same + 1) == grown.segment_begin(same + 1))
    ++same;
  return same;
}

void AccountPass::wake_seeds(std::vector<AccountSeed> seeds) {
  seeds_ = std::move(seeds);
  next_seed_ = 0;
  while (next_seed_ < seeds_.size() && seeds_[next_seed_].movement < grown_at_) ++next_seed_;
  for (size_t s = next_seed_; s < seeds_.size(); ++s) pending_.insert(seeds_[s].movement);
}

void AccountPass::index_segment(uint32_t segment) {
  PagedIndex& slots = index_.emplace_back(reader_->holdings_in(segment));
  std::vector<bool> met(reader_->holdings_in(segment));
  ledger::Movement movement;
  for (uint64_t m = reader_->segment_begin(segment); m < reader_->segment_begin(segment + 1); ++m) {
    reader_->movement(m, movement);
    for (const uint64_t row : {movement.from, movement.to}) {
      if (row == kNoNumber) continue;
      if (!met[row]) {
        met[row] = true;
        const auto known =
            by_key_.find({reader_->holding_address(segment, row), reader_->asset(segment, movement.asset)});
        if (known != by_key_.end()) slots.at(row) = known->second;
      }
      const uint32_t slot = m < grown_at_ ? 0 : slots.get(row);
      if (slot != 0 && followed_[slot - 1].active) pending_.insert(m);
    }
  }
}

void AccountPass::index_by_key() {
  for (; keyed_ < followed_.size(); ++keyed_) {
    const ledger::HoldingHandle& handle = followed_[keyed_].handle;
    by_key_.emplace(HoldingKey{handle.address, handle.asset}, static_cast<uint32_t>(keyed_ + 1));
  }
}
}  // namespace jindo::trace
