// A walk along three columns at once: first inputs, first outputs, values.
#include "ledger/fee_check.h"

namespace jindo::ledger {
using base::Status;

base::Result<FeeCheck> FeeCheck::open(const Columns& columns, PlaceOf place_of) {
  FeeCheck out;
  out.columns_ = columns;
  out.place_of_ = std::move(place_of);
  JINDO_TRY(out.in_file_, base::MappedFile::open(columns.first_input));
  JINDO_TRY(out.out_file_, base::MappedFile::open(columns.first_output));
  JINDO_TRY(out.value_file_, base::MappedFile::open(columns.out_value));
  return out;
}

base::Error FeeCheck::overflow(uint64_t input, const std::string& what) const {
  return base::bad_input(place_of_(columns_.base_transaction + transaction_, input) + ": value overflow: " + what);
}

Status FeeCheck::inputs(const std::vector<uint64_t>& values) {
  for (const uint64_t value : values) {
    JINDO_DO(close_finished());
    if (value > chain::kMoneyMaxSatoshi || taken_in_ + value > chain::kMoneyMaxSatoshi) {
      return overflow(input_, "inputs of more than 21 million coins");
    }
    taken_in_ += value;
    ++input_;
  }
  in_file_.drop_before(transaction_ * sizeof(uint64_t));
  return {};
}

Status FeeCheck::finish() { return close_finished(); }

Status FeeCheck::close_finished() {
  while (transaction_ < columns_.transactions && number(in_file_, transaction_ + 1) - columns_.base_input <= input_) {
    const uint64_t first = number(in_file_, transaction_) - columns_.base_input;
    uint64_t paid_out = 0;
    const uint64_t out_end = number(out_file_, transaction_ + 1) - columns_.base_output;
    for (uint64_t o = number(out_file_, transaction_) - columns_.base_output; o < out_end; ++o) {
      paid_out += number(value_file_, o);
      if (paid_out > chain::kMoneyMaxSatoshi) return overflow(first, "outputs of more than 21 million coins");
    }
    if (first != input_ && paid_out > taken_in_) {
      return overflow(
          first, "outputs of " + std::to_string(paid_out) + " satoshi from inputs of " + std::to_string(taken_in_));
    }
    taken_in_ = 0;
    ++transaction_;
  }
  return {};
}
}  // namespace jindo::ledger
