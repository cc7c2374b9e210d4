// Sums of busy rows: one pass over a finished segment's columns, pages given back as it goes.
#include "ledger/totals.h"

#include <algorithm>

#include "ledger/format.h"

namespace jindo::ledger {
namespace {
constexpr uint64_t kDropEvery = uint64_t{1} << 20;

// A column just written, mapped.
template <class T>
class Written {
 public:
  static base::Result<Written> open(const SegmentWriter& files, const char* name) {
    Written out;
    JINDO_TRY(out.file_, base::MappedFile::open(files.path(name)));
    return out;
  }
  std::span<const T> span() const {
    return {reinterpret_cast<const T*>(file_.bytes().data()), file_.bytes().size() / sizeof(T)};
  }
  const T& operator[](uint64_t i) const { return span()[i]; }
  // Gives back pages that were read: what is resident must not grow with the ledger.
  void drop_before(uint64_t i) const { file_.drop_before(std::min<uint64_t>(i, span().size()) * sizeof(T)); }

 private:
  base::MappedFile file_;
};
BusyRow row_of(uint64_t row, const MoneyTotals& totals) {
  BusyRow out;
  out.row = row;
  out.overflowed = totals.overflowed ? 1 : 0;
  out.received = totals.received;
  out.sent = totals.sent;
  return out;
}

// The column: for each row with many references, what sum(row, totals) adds up.
template <class References, class Sum>
base::Status write_busy(SegmentWriter& files, uint64_t rows, References references, Sum sum) {
  ColumnWriter<BusyRow> busy;
  JINDO_DO(files.open(busy, "busy"));
  for (uint64_t row = 0; row < rows; ++row) {
    if (references(row) < kBusyReferences) continue;
    MoneyTotals totals;
    sum(row, totals);
    JINDO_DO(busy.append(row_of(row, totals)));
  }
  return files.close(busy);
}
uint64_t rows_of(const Written<uint64_t>& offset) { return std::max<uint64_t>(offset.span().size(), 1) - 1; }
// Visits the numbers of one row's list. At the row's end and every so often in it, `drop` may give back pages of what
// was read up to that number.
template <class Visit, class Drop>
void each_reference(const Written<uint64_t>& offset, const Written<uint64_t>& numbers, uint64_t row, Visit visit,
                    Drop drop) {
  for (uint64_t i = offset[row], end = offset[row + 1]; i < end; ++i) {
    visit(numbers[i]);
    if (i % kDropEvery != 0 && i + 1 != end) continue;
    drop(numbers[i]);
    numbers.drop_before(i);
  }
}
}  // namespace

const BusyRow* find_busy(std::span<const BusyRow> rows, uint64_t row) {
  const auto found =
      std::lower_bound(rows.begin(), rows.end(), row, [](const BusyRow& r, uint64_t wanted) { return r.row < wanted; });
  return found == rows.end() || found->row != row ? nullptr : &*found;
}

base::Status write_busy_utxo(SegmentWriter& files, uint64_t first_input, uint64_t first_output) {
  JINDO_TRY(const auto received_offset, Written<uint64_t>::open(files, "received_offset"));
  JINDO_TRY(const auto received, Written<uint64_t>::open(files, "received"));
  JINDO_TRY(const auto sent_offset, Written<uint64_t>::open(files, "sent_offset"));
  JINDO_TRY(const auto sent, Written<uint64_t>::open(files, "sent"));
  JINDO_TRY(const auto out_value, Written<uint64_t>::open(files, "out_value"));
  JINDO_TRY(const auto in_value, Written<uint64_t>::open(files, "in_value"));
  const auto references = [&](uint64_t row) {
    if (row % kDropEvery == 0) {
      received_offset.drop_before(row);
      sent_offset.drop_before(row);
    }
    return received_offset[row + 1] - received_offset[row] + sent_offset[row + 1] - sent_offset[row];
  };
  return write_busy(files, rows_of(received_offset), references, [&](uint64_t row, MoneyTotals& totals) {
    each_reference(
        received_offset, received, row,
        [&](uint64_t output) { totals.add_received(base::Uint256(out_value[output - first_output])); },
        [&](uint64_t output) { out_value.drop_before(output - first_output); });
    each_reference(
        sent_offset, sent, row, [&](uint64_t input) { totals.add_sent(base::Uint256(in_value[input - first_input])); },
        [&](uint64_t input) { in_value.drop_before(input - first_input); });
  });
}

base::Status write_busy_account(SegmentWriter& files, uint64_t first_movement) {
  JINDO_TRY(const auto offset, Written<uint64_t>::open(files, "holding_offset"));
  JINDO_TRY(const auto movement, Written<uint64_t>::open(files, "holding_movement"));
  JINDO_TRY(const auto from, Written<uint64_t>::open(files, "mv_from"));
  JINDO_TRY(const auto to, Written<uint64_t>::open(files, "mv_to"));
  JINDO_TRY(const auto amount, Written<uint64_t>::open(files, "mv_amount"));
  JINDO_TRY(const auto wide, Written<base::Uint256>::open(files, "wide_amount"));
  const auto references = [&](uint64_t row) {
    if (row % kDropEvery == 0) offset.drop_before(row);
    return offset[row + 1] - offset[row];
  };
  return write_busy(files, rows_of(offset), references, [&](uint64_t row, MoneyTotals& totals) {
    each_reference(
        offset, movement, row,
        [&](uint64_t number) {
          const uint64_t local = number - first_movement;
          const uint64_t value = amount[local];
          const base::Uint256 moved = (value & kWideAmount) != 0 ? wide[value & ~kWideAmount] : base::Uint256(value);
          if (to[local] == row) totals.add_received(moved);
          if (from[local] == row) totals.add_sent(moved);
        },
        [&](uint64_t number) {
          from.drop_before(number - first_movement);
          to.drop_before(number - first_movement);
          amount.drop_before(number - first_movement);
        });
  });
}
}  // namespace jindo::ledger
