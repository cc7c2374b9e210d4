// Finding by identifier: entries stand in order of a 64-bit hash; a bucket column holds, for each value of its leading
// bits, where the entries with that value begin. A look-up is one read of the bucket column and one of the entries.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "ledger/columns.h"

namespace jindo::ledger {

// Buckets for about `expected` entries: four to eight an entry group, and at least one bucket.
inline unsigned bucket_bits(uint64_t expected) {
  return expected < 8 ? 0 : static_cast<unsigned>(std::bit_width(expected / 8));
}
inline uint64_t bucket_of(uint64_t hash, unsigned bits) { return bits == 0 ? 0 : hash >> (64 - bits); }

// Writes the bucket column while entries go by in hash order.
class BucketWriter {
 public:
  BucketWriter(ColumnWriter<uint64_t>& column, unsigned bits) : column_(column), bits_(bits) {}
  base::Status entry(uint64_t hash) {
    const uint64_t bucket = bucket_of(hash, bits_);
    for (; next_ <= bucket; ++next_) JINDO_DO(column_.append(entries_));
    ++entries_;
    return {};
  }
  base::Status finish() {
    for (; next_ <= (uint64_t{1} << bits_); ++next_) JINDO_DO(column_.append(entries_));
    return {};
  }

 private:
  ColumnWriter<uint64_t>& column_;
  unsigned bits_;
  uint64_t next_ = 0;
  uint64_t entries_ = 0;
};

struct EntryRange {
  uint64_t begin = 0;
  uint64_t end = 0;
};
inline EntryRange bucket_range(std::span<const uint64_t> buckets, uint64_t hash) {
  if (buckets.size() < 2) return {};
  const auto bits = static_cast<unsigned>(std::bit_width(buckets.size() - 1) - 1);
  const uint64_t bucket = bucket_of(hash, bits);
  return {buckets[bucket], buckets[bucket + 1]};
}

}  // namespace jindo::ledger
