// PendingSet: a set of numbers below a bound, taken out in ascending order while more are put in behind. A tree of
// bitmaps, 64 children a node: insert and pop cost a few operations whatever the bound, and memory comes with use.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace jindo::trace {

class PendingSet {
 public:
  explicit PendingSet(uint64_t bound) {
    do {
      bound = (bound + 63) / 64;
      levels_.emplace_back(bound);
    } while (bound > 1);
  }
  void insert(uint64_t number) {
    for (auto& level : levels_) {
      uint64_t& word = level.word(number / 64);
      const uint64_t bit = uint64_t{1} << (number % 64);
      if ((word & bit) != 0) return;  // then its ancestors are set too
      word |= bit;
      number /= 64;
    }
  }
  bool empty() { return levels_.back().word(0) == 0; }
  // The smallest, left in; UINT64_MAX when empty.
  uint64_t min() {
    if (levels_.back().word(0) == 0) return UINT64_MAX;
    uint64_t number = 0;
    for (size_t i = levels_.size(); i-- > 0;)
      number = number * 64 + static_cast<uint64_t>(std::countr_zero(levels_[i].word(number)));
    return number;
  }
  std::optional<uint64_t> pop_min() {
    if (levels_.back().word(0) == 0) return std::nullopt;
    uint64_t number = 0;
    for (size_t i = levels_.size(); i-- > 0;) {
      number = number * 64 + static_cast<uint64_t>(std::countr_zero(levels_[i].word(number)));
    }
    uint64_t at = number;
    for (auto& level : levels_) {
      uint64_t& word = level.word(at / 64);
      word &= ~(uint64_t{1} << (at % 64));
      if (word != 0) break;
      at /= 64;
    }
    return number;
  }

 private:
  // Words of one level, in pages that come on first use.
  class Level {
   public:
    explicit Level(uint64_t words) : pages_((words >> kPageBits) + 1) {}
    uint64_t& word(uint64_t index) {
      auto& page = pages_[index >> kPageBits];
      if (!page) page.reset(new uint64_t[kPageMask + 1]());
      return page[index & kPageMask];
    }

   private:
    static constexpr unsigned kPageBits = 9;
    static constexpr uint64_t kPageMask = (uint64_t{1} << kPageBits) - 1;
    std::vector<std::unique_ptr<uint64_t[]>> pages_;
  };
  std::vector<Level> levels_;
};

}  // namespace jindo::trace
