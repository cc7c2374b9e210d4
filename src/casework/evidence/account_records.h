// Rows of accounts at exchanges beside the chains' movements: a row is no movement, but it may tell of one. By the
// transaction's identifier where the row has it; else by the address paid and the digits of the amount, within three
// days where the row has a time: that is likely, not sure, and is written so.
#pragma once

#include <map>
#include <span>
#include <string>

#include "base/result.h"
#include "exports/reconcile.h"

namespace jindo::evidence {

struct RecordCounts {
  uint64_t records = 0;  // deposits and withdrawals
  uint64_t by_transaction = 0;
  uint64_t by_address_and_amount = 0;
};

// Writes account-records.csv: file, row, kind, done, asset, amount, fee, time, network, address, transaction,
// joined_by, chain, ledger_transaction. `readings`: those with records; `chains`: by name, as built.
base::Result<RecordCounts> write_account_records(const std::string& path, std::span<const exports::Reading> readings,
                                                 const std::map<std::string, exports::Reconciled>& chains);

}  // namespace jindo::evidence
