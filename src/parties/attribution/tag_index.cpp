// The index: tags sorted by address, and a table of open addressing over the first of each.
#include "attribution/tag_index.h"

#include <algorithm>
#include <bit>

#include "attribution/subject.h"

namespace jindo::attribution {
namespace {
constexpr uint32_t kEmpty = UINT32_MAX;
bool is_found_by_key(const Tag& tag) {
  return tag.subject.network != nullptr && tag.subject.kind != SubjectKind::kTransaction;
}
bool same_subject(const Tag& a, const Tag& b) {
  return a.subject.network == b.subject.network && a.subject.key == b.subject.key;
}
}  // namespace

base::Result<TagIndex> TagIndex::load(const TagStore& store, int64_t on) {
  JINDO_TRY(const auto collections, store.collections());
  std::map<std::string, std::vector<Snapshot>> snapshots;
  for (const Collection& c : collections)  // partial ones say nothing of what is gone
    std::copy_if(c.snapshots.begin(), c.snapshots.end(), std::back_inserter(snapshots[c.name]),
                 [](const Snapshot& s) { return s.complete; });
  std::vector<Tag> tags;
  JINDO_DO(store.each([&](Tag&& tag) -> base::Status {
    if (in_force(tag, snapshots[tag.collection], on)) tags.push_back(std::move(tag));
    return {};
  }));
  JINDO_TRY(auto actors, store.actor_labels());
  return of(std::move(tags), std::move(actors));
}

TagIndex TagIndex::of(std::vector<Tag> tags, std::map<std::string, std::string> actors) {
  TagIndex out;
  out.tags_ = std::move(tags);
  out.actors_ = std::move(actors);
  std::sort(out.tags_.begin(), out.tags_.end(), [](const Tag& a, const Tag& b) {
    if (is_found_by_key(a) != is_found_by_key(b)) return is_found_by_key(a);
    if (!is_found_by_key(a)) return shown_before(a, b);
    if (a.subject.network != b.subject.network) return a.subject.network->caip2 < b.subject.network->caip2;
    const auto order = a.subject.key <=> b.subject.key;
    return order != 0 ? order < 0 : shown_before(a, b);
  });
  std::vector<base::Hash256> identities;
  identities.reserve(out.tags_.size());
  for (const Tag& tag : out.tags_) identities.push_back(identity_of(tag));
  std::sort(identities.begin(), identities.end());
  base::Sha256 hash;
  for (const base::Hash256& identity : identities) hash.update(identity);
  out.digest_ = hash.finish();
  out.slots_.assign(std::bit_ceil(out.tags_.size() * 2 + 2), kEmpty);
  const uint64_t mask = out.slots_.size() - 1;
  for (uint32_t i = 0; i < out.tags_.size() && is_found_by_key(out.tags_[i]); ++i) {
    if (i > 0 && same_subject(out.tags_[i - 1], out.tags_[i])) continue;
    uint64_t at = hash_of(*out.tags_[i].subject.network, out.tags_[i].subject.key) & mask;
    while (out.slots_[at] != kEmpty) at = (at + 1) & mask;
    out.slots_[at] = i;
  }
  for (uint32_t i = static_cast<uint32_t>(out.tags_.size()); i-- > 0 && !is_found_by_key(out.tags_[i]);) {
    std::array<uint8_t, 20> hash160{};
    if (key_hash_of(out.tags_[i].subject, hash160)) out.by_key_hash_.emplace(hash160, i);
  }
  return out;
}

std::vector<const Tag*> TagIndex::find_key_hash(const std::array<uint8_t, 20>& hash160) const {
  std::vector<const Tag*> out;
  const auto [begin, end] = by_key_hash_.equal_range(hash160);
  for (auto at = begin; at != end; ++at) out.push_back(&tags_[at->second]);
  std::sort(out.begin(), out.end(), [](const Tag* a, const Tag* b) { return shown_before(*a, *b); });
  return out;
}

std::span<const Tag> TagIndex::find(const chain::Network& network, const chain::AddressKey& address) const {
  if (slots_.empty()) return {};
  const uint64_t mask = slots_.size() - 1;
  for (uint64_t at = hash_of(network, address) & mask; slots_[at] != kEmpty; at = (at + 1) & mask) {
    const uint32_t first = slots_[at];
    if (tags_[first].subject.network != &network || !(tags_[first].subject.key == address)) continue;
    uint32_t end = first + 1;
    while (end < tags_.size() && is_found_by_key(tags_[end]) && same_subject(tags_[first], tags_[end])) ++end;
    return std::span<const Tag>(tags_).subspan(first, end - first);
  }
  return {};
}
const std::string& TagIndex::owner_of(const Tag& tag) const {
  const auto found = tag.actor.empty() ? actors_.end() : actors_.find(tag.actor);
  return found == actors_.end() ? tag.label : found->second;
}
}  // namespace jindo::attribution
