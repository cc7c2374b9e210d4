// JoinSet: disjoint sets of address numbers. The root of a set is its smallest number, so the sets, and nothing about
// the order in which they came to be, decide what the table says. Not thread safe for writing.
#pragma once

#include "cluster/address_numbers.h"

namespace jindo::cluster {

class JoinSet {
 public:
  static base::Result<JoinSet> create();
  static base::Result<JoinSet> open(const std::string& folder, uint64_t addresses, uint64_t externals);

  base::Status resize(uint32_t addresses, uint32_t externals);
  // The set's root. find() shortens the way for the next who asks; root() only reads.
  uint32_t find(uint32_t number) {
    for (;;) {
      uint32_t& up = parent(number);
      if (up == number) return number;
      up = parent(up);
      number = up;
    }
  }
  uint32_t root(uint32_t number) const {
    for (uint32_t up = parent(number); up != number; up = parent(number)) number = up;
    return number;
  }
  uint32_t size(uint32_t root) const {
    return (root & kExternalNumber) != 0 ? external_size_[root & ~kExternalNumber] : size_[root];
  }
  // Two different roots become one set; the smaller is its root.
  uint32_t unite(uint32_t a, uint32_t b);
  void prefetch(uint32_t number) const {
    if ((number & kExternalNumber) == 0) __builtin_prefetch(&parent_[number]);
  }

  std::span<const uint32_t> parents() const { return parent_.span(); }
  std::span<const uint32_t> sizes() const { return size_.span(); }
  std::span<const uint32_t> external_parents() const { return external_parent_.span(); }
  std::span<const uint32_t> external_sizes() const { return external_size_.span(); }

 private:
  uint32_t& parent(uint32_t number) {
    return (number & kExternalNumber) != 0 ? external_parent_[number & ~kExternalNumber] : parent_[number];
  }
  uint32_t parent(uint32_t number) const {
    return (number & kExternalNumber) != 0 ? external_parent_[number & ~kExternalNumber] : parent_[number];
  }
  uint32_t& size_at(uint32_t root) {
    return (root & kExternalNumber) != 0 ? external_size_[root & ~kExternalNumber] : size_[root];
  }
  base::PrivateColumn<uint32_t> parent_, size_, external_parent_, external_size_;
};

}  // namespace jindo::cluster
