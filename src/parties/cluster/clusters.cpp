// The rules and their digest; named owners and splits as marks on clusters; joining, and when a join is held.
// Taking in blocks: clusters_advance.cpp.
#include "cluster/clusters.h"

#include <algorithm>

#include "base/hash.h"

namespace jindo::cluster {
namespace {
using base::Status;
constexpr uint32_t kSideMark = uint32_t{1} << 31;  // in a mark: a side of a constraint, not a name
}  // namespace

std::array<bool, kJoinKinds> Rules::default_kept_out() {
  std::array<bool, kJoinKinds> out{};
  for (const JoinKindInfo& info : join_kinds()) out[static_cast<size_t>(info.kind)] = info.kept_out;
  return out;
}
base::Hash256 Rules::digest() const {
  base::Sha256 hash;
  const auto number = [&](uint64_t n) { hash.update({reinterpret_cast<const uint8_t*>(&n), sizeof n}); };
  number(2);  // version of the rules' meaning, detectors included; 2: keyless scripts join nobody
  number(growth_max);
  for (const bool out : kept_out) number(out ? 1 : 0);
  number(names.size());
  for (const NamedAddress& named : names) {
    hash.update(named.address.raw());
    number(named.name.size());
    hash.update(base::as_bytes(named.name));
  }
  number(apart.size());
  for (const auto& [a, b] : apart) {
    hash.update(a.raw());
    hash.update(b.raw());
  }
  number(joins_nothing.size());
  for (const chain::TxId& id : joins_nothing) hash.update(id);
  number(accepted.size());
  for (const chain::TxId& id : accepted) hash.update(id);
  return hash.finish();
}
const char* hold_reason_name(HoldReason reason) {
  return reason == HoldReason::kNames   ? "different named owners"
         : reason == HoldReason::kApart ? "kept apart by a split"
                                        : "grows past the limit at one stroke";
}

base::Result<Clusters> Clusters::create(Rules rules) {
  Clusters out;
  std::sort(rules.names.begin(), rules.names.end(),
            [](const NamedAddress& a, const NamedAddress& b) { return a.address < b.address; });
  out.rules_ = std::move(rules);
  std::unordered_map<std::string, uint32_t> ids;
  for (const NamedAddress& named : out.rules_.names) {
    const auto added = ids.emplace(named.name, static_cast<uint32_t>(out.names_.size()));
    if (added.second) out.names_.push_back(named.name);
    auto& marks = out.marks_of_key_[named.address];
    if (!marks.empty()) return base::bad_input("an address with two named owners; expected one");
    marks.push_back(added.first->second);
  }
  for (size_t i = 0; i < out.rules_.apart.size(); ++i) {
    const auto& [a, b] = out.rules_.apart[i];
    if (a == b) return base::wrong_use("an address cannot be apart from itself");
    out.marks_of_key_[a].push_back(kSideMark | static_cast<uint32_t>(2 * i));
    out.marks_of_key_[b].push_back(kSideMark | static_cast<uint32_t>(2 * i + 1));
  }
  JINDO_TRY(out.numbers_, AddressNumbers::create());
  JINDO_TRY(out.sets_, JoinSet::create());
  return out;
}

const std::string& Clusters::name_of(uint32_t root) const {
  const Marks* marks = marks_of(root);
  return names_[marks != nullptr ? marks->name : 0];
}
const Clusters::Marks* Clusters::marks_of(uint32_t root) const {
  if ((root & kExternalNumber) == 0 &&
      (root / 64 >= marked_bits_.size() || (marked_bits_[root / 64] >> (root % 64) & 1) == 0))
    return nullptr;
  const auto found = marks_.find(root);
  return found == marks_.end() ? nullptr : &found->second;
}
void Clusters::add_mark(uint32_t number, uint32_t mark) {
  marked_.emplace_back(number, mark);
  const uint32_t root = sets_.find(number);
  Marks& marks = marks_[root];
  if ((mark & kSideMark) != 0)
    marks.sides.push_back(mark & ~kSideMark);
  else
    marks.name = mark;
  set_marked(root);
}
void Clusters::mark_new(const chain::AddressKey& key, uint32_t number) {
  if (marks_of_key_.empty()) return;
  const auto found = marks_of_key_.find(key);
  if (found == marks_of_key_.end()) return;
  for (const uint32_t mark : found->second) {
    add_mark(number, mark);
    log(Change::kMark, 0, number, mark);
  }
}

// ---- joining -----------------------------------------------------------------------------------------------------
std::optional<HoldReason> Clusters::conflict(const std::vector<uint32_t>& roots) const {
  uint32_t name = 0;
  uint64_t total = 0, largest = 0;
  std::vector<uint32_t> sides;
  for (const uint32_t root : roots) {
    total += sets_.size(root);
    largest = std::max<uint64_t>(largest, sets_.size(root));
    const Marks* marks = marks_of(root);
    if (marks == nullptr) continue;
    sides.insert(sides.end(), marks->sides.begin(), marks->sides.end());
    if (marks->name == 0) continue;
    if (name != 0 && name != marks->name) return HoldReason::kNames;
    name = marks->name;
  }
  if (sides.size() > 1) {
    std::sort(sides.begin(), sides.end());
    for (size_t i = 1; i < sides.size(); ++i)
      if (sides[i - 1] / 2 == sides[i] / 2 && sides[i - 1] != sides[i]) return HoldReason::kApart;
  }
  if (total - largest > rules_.growth_max) return HoldReason::kGrowth;
  return std::nullopt;
}

void Clusters::apply(uint64_t transaction, std::span<const uint32_t> numbers) {
  roots_.clear();
  for (const uint32_t number : numbers) roots_.push_back(sets_.find(number));
  if (roots_.size() == 2) {
    if (roots_[0] == roots_[1]) return;
    if (roots_[1] < roots_[0]) std::swap(roots_[0], roots_[1]);
  } else {
    std::sort(roots_.begin(), roots_.end());
    roots_.erase(std::unique(roots_.begin(), roots_.end()), roots_.end());
    if (roots_.size() < 2) return;
  }
  const auto held = conflict(roots_);
  if (held && accepted_.count(transaction) == 0) {
    held_.push_back({transaction, *held});
    log(Change::kHeld, transaction, static_cast<uint32_t>(*held), 0);
    return;
  }
  for (size_t i = 1; i < roots_.size(); ++i) {
    join(roots_[0], roots_[i]);
    log(Change::kJoin, transaction, roots_[0], roots_[i]);
  }
}
void Clusters::join(uint32_t root, uint32_t other) {
  if (const Marks* theirs = marks_of(other)) {
    const Marks moved = *theirs;
    marks_.erase(other);
    Marks& ours = marks_[root];
    if (ours.name == 0) ours.name = moved.name;  // a person accepted the join: the older cluster's name stays
    ours.sides.insert(ours.sides.end(), moved.sides.begin(), moved.sides.end());
    set_marked(root);
  }
  sets_.unite(root, other);
}
void Clusters::set_marked(uint32_t root) {
  if ((root & kExternalNumber) != 0) return;
  if (marked_bits_.size() <= root / 64) marked_bits_.resize(root / 64 + 1);
  marked_bits_[root / 64] |= uint64_t{1} << (root % 64);
}

base::Status Clusters::replay(const Change& change) {
  const uint64_t place = change.kind_and_place & ((uint64_t{1} << 60) - 1);
  const auto damaged = [] { return base::bad_input("a change that does not fit the state before it"); };
  const auto known = [&](uint32_t number) {
    return (number & kExternalNumber) != 0 ? (number & ~kExternalNumber) < numbers_.external_count()
                                           : number < numbers_.count();
  };
  switch (change.kind_and_place >> 60) {
    case Change::kBirth: {
      JINDO_TRY(const uint32_t number, numbers_.add_output(place));
      if (number != change.a) return damaged();
      return sets_.resize(numbers_.count(), numbers_.external_count());
    }
    case Change::kExternalBirth: {
      JINDO_TRY(const uint32_t number, numbers_.add_external(place));
      if (number != change.a) return damaged();
      return sets_.resize(numbers_.count(), numbers_.external_count());
    }
    case Change::kJoin:
      if (!known(change.a) || !known(change.b) || sets_.find(change.a) != change.a || change.b <= change.a ||
          sets_.find(change.b) != change.b)
        return damaged();
      join(change.a, change.b);
      return {};
    case Change::kHeld:
      held_.push_back({place, static_cast<HoldReason>(change.a)});
      return {};
    case Change::kMark:
      if (!known(change.a)) return damaged();
      add_mark(change.a, change.b);
      return {};
    default:
      return damaged();
  }
}
}  // namespace jindo::cluster
