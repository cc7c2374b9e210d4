// Grouping: from (key, reference) records, partitioned by the key's hash, to rows in hash order with each row's
// references in the order they were added. Two passes a partition: distinct keys, then references; a row with more
// references than memory holds (a contract with billions of transfers) streams through.
#pragma once

#include <functional>
#include <vector>

#include "chain/address.h"
#include "ledger/spill.h"

namespace jindo::ledger {

struct KeyRecord {
  uint64_t hash = 0;  // of the address; the partition is its leading bits
  uint64_t reference = 0;
  uint32_t asset = 0;  // account chains; 0 elsewhere
  chain::AddressKey key;
  uint8_t reserved[3] = {};
};
static_assert(sizeof(KeyRecord) == 56);

struct Group {
  uint64_t hash = 0;
  uint64_t references = 0;
  uint32_t asset = 0;
  chain::AddressKey key;
  friend bool operator<(const Group& a, const Group& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    const auto order = a.key <=> b.key;
    return order != 0 ? order < 0 : a.asset < b.asset;
  }
};

// What one partition comes to. `references` are grouped by row when they fit (`streamed` false).
struct GroupedPartition {
  std::vector<Group> groups;         // in row order
  std::vector<uint64_t> references;  // row after row
  bool streamed = false;
};
struct GroupSink {
  std::function<base::Status(const Group&)> row;                                    // once a row, in order
  std::function<base::Status(uint64_t row, std::span<const uint64_t>)> references;  // row: within the partition
};

base::Result<GroupedPartition> group_partition(PartitionedSpill<KeyRecord>& spill, size_t partition,
                                               size_t references_max);
// Rows first, then their references; frees the partition.
base::Status emit_partition(PartitionedSpill<KeyRecord>& spill, size_t partition, GroupedPartition& grouped,
                            size_t references_max, const GroupSink& sink);

}  // namespace jindo::ledger
