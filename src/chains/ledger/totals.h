// What a holding received and sent in all. Few references are summed when asked; for a holding with many ("busy"), each
// segment keeps the sums, so that the page of an address with a hundred million movements costs what any page costs.
#pragma once

#include <optional>
#include <span>

#include "base/uint256.h"
#include "ledger/columns.h"

namespace jindo::ledger {

inline constexpr uint64_t kBusyReferences = 4096;  // in one segment

struct BusyRow {
  uint64_t row = 0;         // address (UTXO chains) or holding (account chains)
  uint64_t overflowed = 0;  // 1: a sum passed 2^256; the sums are then meaningless, as spam tokens' are
  base::Uint256 received;
  base::Uint256 sent;  // on account chains fees included
};
static_assert(sizeof(BusyRow) == 80 && std::is_trivially_copyable_v<BusyRow>);

struct MoneyTotals {
  base::Uint256 received, sent;
  bool overflowed = false;
  // Sums that pass 2^256 stay at 2^256-1.
  void add_received(const base::Uint256& amount) { add(received, amount); }
  void add_sent(const base::Uint256& amount) { add(sent, amount); }
  void add(const BusyRow& row) {
    if (row.overflowed != 0) {
      overflowed = true;
      received = sent = base::kBeyond;
      return;
    }
    add_received(row.received);
    add_sent(row.sent);
  }

 private:
  void add(base::Uint256& sum, const base::Uint256& amount) {
    base::Uint256 out;
    if (base::add_overflows(sum, amount, out)) {
      overflowed = true;
      out = base::kBeyond;
    }
    sum = out;
  }
};

// The busy row's sums; null where the segment has none for it.
const BusyRow* find_busy(std::span<const BusyRow> rows, uint64_t row);
// Writes the column "busy" of a segment whose other columns are closed.
base::Status write_busy_utxo(SegmentWriter& files, uint64_t first_input, uint64_t first_output);
base::Status write_busy_account(SegmentWriter& files, uint64_t first_movement);

}  // namespace jindo::ledger
