// Builds one segment of an account chain from a stream of blocks, within a memory budget: movements' fixed columns are
// written as they come, holdings are grouped by a partition of the address's hash, then linked back by range.
#pragma once

#include <memory>

#include "ledger/account_store.h"
#include "ledger/utxo_builder.h"

namespace jindo::ledger {

class AccountBuilder {
 public:
  static base::Result<std::unique_ptr<AccountBuilder>> create(const BuildOptions& options, const AccountStore* older);
  virtual ~AccountBuilder() = default;
  virtual base::Status add(const chain::AccountBlock& block) = 0;
  virtual base::Status finish() = 0;
};

}  // namespace jindo::ledger
