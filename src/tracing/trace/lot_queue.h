// A list of lots, oldest first, with cheap removal at both ends, and what each policy takes from it. Amounts are what a
// token's contract says, so a holding may have more than 2^256 units of it: a tainted lot is never joined past that,
// and of a clean one, which has no origin, that field counts the 2^256s.
#pragma once

#include <span>
#include <vector>

#include "trace/lots.h"

namespace jindo::trace {

class LotQueue {
 public:
  bool empty() const { return head_ == lots_.size(); }
  WideLot& front() { return lots_[head_]; }
  WideLot& back() { return lots_.back(); }
  void pop_front() {
    if (++head_ == lots_.size())
      clear();
    else if (head_ > 64 && head_ * 2 > lots_.size()) {
      lots_.erase(lots_.begin(), lots_.begin() + static_cast<ptrdiff_t>(head_));
      head_ = 0;
    }
  }
  void pop_back() {
    lots_.pop_back();
    if (head_ == lots_.size()) clear();
  }
  void push_back(const WideLot& lot) {
    if (empty()) clear();
    append(lots_, lot);
  }
  void push_clean(const base::WideSum& amount) {
    WideLot lot = clean_lot<base::Uint256>(amount.low());
    lot.origin = amount.high();
    push_back(lot);
  }
  void clear() {
    lots_.clear();
    head_ = 0;
  }
  std::span<const WideLot> view() const { return std::span(lots_).subspan(head_); }
  std::vector<WideLot>& all() {  // in order; the head is cut off first
    lots_.erase(lots_.begin(), lots_.begin() + static_cast<ptrdiff_t>(head_));
    head_ = 0;
    return lots_;
  }

  // By order of arrival, the newest first, the tainted first: a part of what is held, which must be so much.
  void take_front(base::Uint256 value, std::vector<WideLot>& out) {
    while (!value.is_zero() && !empty()) {
      WideLot& lot = front();
      if (has_more(lot, value)) {
        out.push_back(take_off(lot, value));
        return;
      }
      value -= lot.amount;
      out.push_back(lot);
      pop_front();
    }
  }
  void take_back(base::Uint256 value, std::vector<WideLot>& out) {
    while (!value.is_zero() && !empty()) {
      WideLot& lot = back();
      if (has_more(lot, value)) {
        out.push_back(take_off(lot, value));
        return;
      }
      value -= lot.amount;
      out.push_back(lot);
      pop_back();
    }
  }
  void take_tainted_first(base::Uint256 value, std::vector<WideLot>& out) {
    for (const bool clean : {false, true}) {
      for (WideLot& lot : all()) {
        if (value.is_zero()) break;
        if (lot.clean() != clean || (lot.amount.is_zero() && !has_more(lot, lot.amount))) continue;
        if (has_more(lot, value)) {
          out.push_back(take_off(lot, value));
          value = base::Uint256();
        } else {
          value -= lot.amount;
          out.push_back(lot);
          lot.amount = lot.origin = base::Uint256();
        }
      }
    }
    std::vector<WideLot> left;
    for (const WideLot& lot : all()) append(left, lot);
    lots_ = std::move(left);
  }

 private:
  static bool has_more(const WideLot& lot, const base::Uint256& value) {
    return value < lot.amount || (lot.clean() && !lot.origin.is_zero());
  }
  // A part of a lot that has more.
  static WideLot take_off(WideLot& lot, const base::Uint256& value) {
    if (!lot.clean() || lot.origin.is_zero()) return split_off(lot, value);
    if (base::sub_underflows(lot.amount, value, lot.amount)) lot.origin -= base::Uint256(1);
    return clean_lot<base::Uint256>(value);
  }
  static void append(std::vector<WideLot>& lots, const WideLot& lot) {
    if (!lot.clean() || lots.empty() || !can_merge(lots.back(), lot)) return append_lot(lots, lot);
    WideLot& last = lots.back();
    last.origin += lot.origin;
    if (base::add_overflows(last.amount, lot.amount, last.amount)) last.origin += base::Uint256(1);
  }

  std::vector<WideLot> lots_;
  size_t head_ = 0;
};

}  // namespace jindo::trace
