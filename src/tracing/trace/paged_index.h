// PagedIndex: number -> small value, zero where nothing was set; pages come on first use. For numbers that cluster, as
// tainted outputs do in time: one cache miss a look-up and no hashing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace jindo::trace {

class PagedIndex {
 public:
  explicit PagedIndex(uint64_t size) : pages_((size >> kPageBits) + 1) {}
  void grow(uint64_t size) { pages_.resize(std::max<size_t>(pages_.size(), (size >> kPageBits) + 1)); }
  uint32_t get(uint64_t number) const {
    const auto& page = pages_[number >> kPageBits];
    return page ? page[number & kPageMask] : 0;
  }
  uint32_t& at(uint64_t number) {
    auto& page = pages_[number >> kPageBits];
    if (!page) page.reset(new uint32_t[kPageMask + 1]());
    return page[number & kPageMask];
  }

 private:
  static constexpr unsigned kPageBits = 12;
  static constexpr uint64_t kPageMask = (uint64_t{1} << kPageBits) - 1;
  std::vector<std::unique_ptr<uint32_t[]>> pages_;
};

}  // namespace jindo::trace
