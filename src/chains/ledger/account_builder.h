// Builds one segment of an account chain from a stream of blocks, within a memory budget: movements' fixed columns are
// written as they come, holdings are grouped by a partition of the address's hash, then linked back by range.
#pragma once

#include <memory>

#include "chain/block.h"
#include "ledger/account_store.h"
#include "ledger/build_options.h"

namespace jindo::ledger {

class AccountBuilder {
 public:
  // `older` is the chain that the segment continues; null for the first. It must outlive the builder.
  static base::Result<std::unique_ptr<AccountBuilder>> create(const BuildOptions& options, const AccountStore* older);
  virtual ~AccountBuilder() = default;
  virtual base::Status add(const chain::AccountBlock& block) = 0;
  virtual base::Status finish() = 0;
};

}  // namespace jindo::ledger
