// Grouping a partition: a hash table of its keys, a counting sort of its references.
#include "ledger/grouping.h"

#include <algorithm>
#include <utility>

namespace jindo::ledger {
namespace {
// Open addressing over group numbers; grows by doubling at half full.
class GroupTable {
 public:
  explicit GroupTable(std::vector<Group>& groups) : groups_(groups), slots_(1024, kEmpty) {}
  uint32_t find_or_add(const KeyRecord& record) {
    for (size_t at = start(record.hash, record.asset);; at = (at + 1) & (slots_.size() - 1)) {
      const uint32_t group = slots_[at];
      if (group == kEmpty) return add(at, record);
      const Group& g = groups_[group];
      if (g.hash == record.hash && g.asset == record.asset && g.key == record.key) return group;
    }
  }

 private:
  static constexpr uint32_t kEmpty = UINT32_MAX;
  size_t start(uint64_t hash, uint32_t asset) const {
    // The partition took the hash's leading bits; the low ones are still free.
    return (hash ^ (asset * 0x9e3779b97f4a7c15ULL >> 17)) & (slots_.size() - 1);
  }
  uint32_t add(size_t at, const KeyRecord& record) {
    const auto group = static_cast<uint32_t>(groups_.size());
    CHECK(group != kEmpty);
    groups_.push_back({record.hash, 0, record.asset, record.key});
    slots_[at] = group;
    if (groups_.size() * 2 > slots_.size()) grow();
    return group;
  }
  void grow() {
    slots_.assign(slots_.size() * 2, kEmpty);
    for (uint32_t group = 0; group < groups_.size(); ++group) {
      size_t at = start(groups_[group].hash, groups_[group].asset);
      while (slots_[at] != kEmpty) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = group;
    }
  }
  std::vector<Group>& groups_;
  std::vector<uint32_t> slots_;
};
}  // namespace

base::Result<GroupedPartition> group_partition(PartitionedSpill<KeyRecord>& spill, size_t partition,
                                               size_t references_max) {
  GroupedPartition out;
  const uint64_t count = spill.count(partition);
  out.streamed = count > references_max;
  std::vector<Group> groups;
  GroupTable table(groups);
  std::vector<uint32_t> group_of;
  if (!out.streamed) group_of.reserve(count);
  JINDO_DO(spill.read(partition, [&](std::span<const KeyRecord> records) -> base::Status {
    for (const KeyRecord& record : records) {
      const uint32_t group = table.find_or_add(record);
      ++groups[group].references;
      if (!out.streamed) group_of.push_back(group);
    }
    return {};
  }));
  // By the hash beside the number; the group itself is looked at only where hashes are equal.
  std::vector<std::pair<uint64_t, uint32_t>> hashed;
  hashed.reserve(groups.size());
  for (uint32_t group = 0; group < groups.size(); ++group) hashed.emplace_back(groups[group].hash, group);
  std::sort(hashed.begin(), hashed.end(), [&](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : groups[a.second] < groups[b.second];
  });
  std::vector<uint32_t> order;
  order.reserve(groups.size());
  for (const auto& entry : hashed) order.push_back(entry.second);
  out.groups.reserve(groups.size());
  for (const uint32_t group : order) out.groups.push_back(groups[group]);
  if (out.streamed) return out;
  std::vector<uint64_t> place(groups.size());
  uint64_t next = 0;
  for (const uint32_t group : order) {
    place[group] = next;
    next += groups[group].references;
  }
  out.references.resize(count);
  size_t i = 0;
  JINDO_DO(spill.read(partition, [&](std::span<const KeyRecord> records) -> base::Status {
    for (const KeyRecord& record : records) out.references[place[group_of[i++]]++] = record.reference;
    return {};
  }));
  return out;
}

base::Status emit_partition(PartitionedSpill<KeyRecord>& spill, size_t partition, GroupedPartition& grouped,
                            size_t references_max, const GroupSink& sink) {
  for (const Group& group : grouped.groups) JINDO_DO(sink.row(group));
  if (!grouped.streamed) {
    uint64_t at = 0;
    for (size_t row = 0; row < grouped.groups.size(); ++row) {
      JINDO_DO(sink.references(row, {grouped.references.data() + at, grouped.groups[row].references}));
      at += grouped.groups[row].references;
    }
    spill.release(partition);
    return {};
  }
  // Row ranges whose references fit, one pass over the partition each; a single row beyond that goes through in
  // windows.
  std::vector<uint64_t> held;
  std::vector<uint64_t> place;
  for (size_t first = 0; first < grouped.groups.size();) {
    size_t last = first;
    uint64_t total = 0;
    while (last < grouped.groups.size() &&
           (last == first || total + grouped.groups[last].references <= references_max)) {
      total += grouped.groups[last++].references;
    }
    const bool giant = total > references_max;
    place.assign(last - first, 0);
    for (size_t i = 1; i < place.size(); ++i) place[i] = place[i - 1] + grouped.groups[first + i - 1].references;
    held.assign(giant ? 0 : total, 0);
    JINDO_DO(spill.read(partition, [&](std::span<const KeyRecord> records) -> base::Status {
      for (const KeyRecord& record : records) {
        const Group wanted{record.hash, 0, record.asset, record.key};
        if (wanted < grouped.groups[first] || grouped.groups[last - 1] < wanted) continue;
        if (giant) {
          held.push_back(record.reference);
          if (held.size() < references_max) continue;
          JINDO_DO(sink.references(first, held));
          held.clear();
          continue;
        }
        const auto found = std::lower_bound(grouped.groups.begin() + static_cast<ptrdiff_t>(first),
                                            grouped.groups.begin() + static_cast<ptrdiff_t>(last), wanted);
        held[place[static_cast<size_t>(found - grouped.groups.begin()) - first]++] = record.reference;
      }
      return {};
    }));
    if (giant) {
      JINDO_DO(sink.references(first, held));
    } else {
      uint64_t at = 0;
      for (size_t row = first; row < last; ++row) {
        JINDO_DO(sink.references(row, {held.data() + at, grouped.groups[row].references}));
        at += grouped.groups[row].references;
      }
    }
    first = last;
  }
  spill.release(partition);
  return {};
}
}  // namespace jindo::ledger
