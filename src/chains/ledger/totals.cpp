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
  ColumnWriter<BusyRow> busy;
  JINDO_DO(files.open(busy, "busy"));
  for (uint64_t row = 0; row + 1 < received_offset.span().size(); ++row) {
    if (row % kDropEvery == 0) {
      received_offset.drop_before(row);
      sent_offset.drop_before(row);
    }
    const uint64_t in = received_offset[row + 1] - received_offset[row], out = sent_offset[row + 1] - sent_offset[row];
    if (in + out < kBusyReferences) continue;
    MoneyTotals totals;
    for (uint64_t i = received_offset[row], end = received_offset[row + 1]; i < end; ++i) {
      totals.add_received(base::Uint256(out_value[received[i] - first_output]));
      if (i % kDropEvery != 0 && i + 1 != end) continue;
      out_value.drop_before(received[i] - first_output);
      received.drop_before(i);
    }
    for (uint64_t i = sent_offset[row], end = sent_offset[row + 1]; i < end; ++i) {
      totals.add_sent(base::Uint256(in_value[sent[i] - first_input]));
      if (i % kDropEvery != 0 && i + 1 != end) continue;
      in_value.drop_before(sent[i] - first_input);
      sent.drop_before(i);
    }
    JINDO_DO(busy.append(row_of(row, totals)));
  }
  return files.close(busy, "busy");
}

base::Status write_busy_account(SegmentWriter& files, uint64_t first_movement) {
  JINDO_TRY(const auto offset, Written<uint64_t>::open(files, "holding_offset"));
  JINDO_TRY(const auto movement, Written<uint64_t>::open(files, "holding_movement"));
  JINDO_TRY(const auto from, Written<uint64_t>::open(files, "mv_from"));
  JINDO_TRY(const auto to, Written<uint64_t>::open(files, "mv_to"));
  JINDO_TRY(const auto amount, Written<uint64_t>::open(files, "mv_amount"));
  JINDO_TRY(const auto wide, Written<base::Uint256>::open(files, "wide_amount"));
  ColumnWriter<BusyRow> busy;
  JINDO_DO(files.open(busy, "busy"));
  for (uint64_t row = 0; row + 1 < offset.span().size(); ++row) {
    if (row % kDropEvery == 0) offset.drop_before(row);
    if (offset[row + 1] - offset[row] < kBusyReferences) continue;
    MoneyTotals totals;
    for (uint64_t i = offset[row], end = offset[row + 1]; i < end; ++i) {
      const uint64_t local = movement[i] - first_movement;
      const uint64_t value = amount[local];
      const base::Uint256 moved = (value & kWideAmount) != 0 ? wide[value & ~kWideAmount] : base::Uint256(value);
      if (to[local] == row) totals.add_received(moved);
      if (from[local] == row) totals.add_sent(moved);
      if (i % kDropEvery != 0 && i + 1 != end) continue;
      from.drop_before(local);
      to.drop_before(local);
      amount.drop_before(local);
      movement.drop_before(i);
    }
    JINDO_DO(busy.append(row_of(row, totals)));
  }
  return files.close(busy, "busy");
}
}  // namespace jindo::ledger
