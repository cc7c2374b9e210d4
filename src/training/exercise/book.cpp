// Thefts, moves and settlements written into lots of stolen value, place by place.
#include "exercise/book.h"

#include "base/check.h"

namespace jindo::exercise {
namespace {
Uint128 share(Uint128 a, Uint128 b, Uint128 c) {  // the result fits: b <= c, or a is what arrives
  const auto out = base::share_of(a, b, c);
  CHECK(out.has_value());
  return *out;
}
}  // namespace

const char* knowable_name(Knowable knows) {
  return knows == Knowable::kExact ? "exact" : knows == Knowable::kInferable ? "inferable" : "thief_only";
}

uint32_t Book::source(uint32_t incident, uint32_t chain, AssetId asset) {
  for (uint32_t s = 0; s < sources_.size(); ++s)
    if (sources_[s].incident == incident && sources_[s].chain == chain && sources_[s].asset == asset) return s;
  sources_.push_back({incident, chain, asset, 0});
  return static_cast<uint32_t>(sources_.size() - 1);
}

std::string Book::text(const Place& place) const {
  return is_virtual(place) ? virtual_[place.id - kVirtual].first : world_.address_text(place);
}
synth::OwnerId Book::owner(const Place& place) const {
  if (is_virtual(place)) return virtual_[place.id - kVirtual].second;
  return world_.is_utxo(place.chain) ? world_.bitcoin().wallet(place.id).owner
                                     : world_.account(place.chain).owner(place.id);
}

void Book::steal(const TheftRecord& theft, AssetId asset, uint32_t step) {
  thefts_.push_back(theft);
  sources_[theft.source].stolen += theft.amount;
  TrailStep trail;
  trail.step = step;
  trail.source = theft.source;
  trail.chain = theft.to.chain;
  trail.transaction = theft.transaction;
  trail.time = theft.time;
  trail.to = theft.to_text;
  trail.to_owner = owner(theft.to);
  trail.asset = asset;
  trail.amount = trail.origin = theft.amount;
  trail_.push_back(trail);
  Stake stake;
  stake.source = theft.source;
  stake.amount = stake.origin = theft.amount;
  stake.trail = static_cast<uint32_t>(trail_.size() - 1);
  stakes_[{theft.to, asset}].push_back(stake);
}

Uint128 Book::stolen(const Place& place, AssetId asset, std::optional<uint32_t> incident) const {
  const auto found = stakes_.find({place, asset});
  Uint128 out = 0;
  if (found == stakes_.end()) return out;
  for (const Stake& stake : found->second)
    if (!incident || sources_[stake.source].incident == *incident) out += stake.amount;
  return out;
}

std::vector<Stake> Book::take(const Place& place, AssetId asset, Uint128 amount, std::optional<uint32_t> incident) {
  std::vector<Stake> out;
  const auto found = stakes_.find({place, asset});
  if (found == stakes_.end()) return out;
  std::vector<Stake> left;
  for (const Stake& stake : found->second) {
    const bool wanted = amount > 0 && (!incident || sources_[stake.source].incident == *incident);
    if (!wanted) {
      left.push_back(stake);
      continue;
    }
    Stake taken = stake;
    taken.amount = std::min(amount, stake.amount);
    taken.origin = share(stake.origin, taken.amount, stake.amount);
    amount -= taken.amount;
    out.push_back(taken);
    if (taken.amount < stake.amount) {
      Stake rest = stake;
      rest.amount -= taken.amount;
      rest.origin -= taken.origin;
      left.push_back(rest);
    }
  }
  if (left.empty())
    stakes_.erase(found);
  else
    found->second = std::move(left);
  return out;
}

void Book::move(const Move& move) {
  const std::vector<Stake> taken = take(move.from, move.from_asset, move.leaves, move.incident);
  Uint128 total = 0;
  for (const Stake& stake : taken) total += stake.amount;
  if (total == 0) return;
  // Clean value that went along brings its own part.
  const Uint128 arrives = total < move.leaves ? share(move.arrives, total, move.leaves) : move.arrives;
  Uint128 given = 0;
  for (size_t i = 0; i < taken.size(); ++i) {
    Stake stake = taken[i];
    const bool last = i + 1 == taken.size();
    const Uint128 amount = last ? arrives - given : share(arrives, stake.amount, total);
    given += amount;
    TrailStep trail;
    trail.parent = stake.trail;
    trail.step = move.step;
    trail.source = stake.source;
    trail.chain = move.chain;
    trail.transaction = move.transaction;
    trail.time = move.time;
    trail.from = move.from_text.empty() ? text(move.from) : move.from_text;
    trail.to = move.to_text.empty() ? text(move.to) : move.to_text;
    trail.to_owner = owner(move.to);
    trail.asset = move.to_asset;
    trail.amount = amount;
    trail.origin = stake.origin;
    trail.knows = move.knows;
    trail_.push_back(std::move(trail));
    stake.trail = static_cast<uint32_t>(trail_.size() - 1);
    stake.amount = amount;
    ++stake.hops;
    stake.knows = std::max(stake.knows, move.knows);
    if (amount == 0) {  // too little to be a unit of the new asset
      if (stake.origin > 0) ended_.push_back({"rounding", move.to, move.to_asset, stake, move.transaction});
      continue;
    }
    stakes_[{move.to, move.to_asset}].push_back(stake);
  }
}

void Book::settle(const Place& place, AssetId asset, Uint128 balance, uint64_t transaction, const char* kind) {
  const Uint128 held = stolen(place, asset);
  if (held > balance) end(place, asset, held - balance, kind, transaction);
}

void Book::end(const Place& place, AssetId asset, Uint128 amount, const char* kind, uint64_t transaction) {
  for (const Stake& stake : take(place, asset, amount, std::nullopt))
    ended_.push_back({kind, place, asset, stake, transaction});
}

base::Status Book::check() const {
  std::vector<Uint128> sums(sources_.size());
  for (const auto& [where, stakes] : stakes_)
    for (const Stake& stake : stakes) sums[stake.source] += stake.origin;
  for (const Ended& ended : ended_) sums[ended.stake.source] += ended.stake.origin;
  for (size_t s = 0; s < sources_.size(); ++s) {
    if (sums[s] != sources_[s].stolen)
      return base::machine_failed("the answer key does not conserve what was stolen: a bug in the exercise");
  }
  return {};
}
}  // namespace jindo::exercise
