// What commands on clusters open and choose: the ledger, its records, the chain that is meant.
#pragma once

#include <memory>

#include "base/json_writer.h"
#include "cli/options.h"
#include "inquiry/ownership.h"

namespace jindo::cli {
inline constexpr Option kNoBuild{.name = "--no-build", .help = "record it only; the next 'cluster build' applies it"};

struct OpenedLedger {  // a ledger, and what the records say of owners
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<inquiry::Ownership> owners;
};
base::Result<OpenedLedger> open_ledger(const Arguments& arguments, inquiry::OwnerBasis basis);
// The UTXO chain that is meant: the one named, or the only one.
base::Result<const ledger::LedgerChain*> utxo_chain(const Arguments& arguments, const ledger::Ledger& ledger);
// The chain's stored clusters, with a note where they are behind the ledger; "no" where there are none.
base::Result<const cluster::Clusters*> clusters_of(const Arguments& arguments, const inquiry::Ownership& owners,
                                                   const chain::Network& network);
// Brings one chain's clusters up to the ledger, and prints what was done: to `json`, or as a line where it is null.
base::Status build_chain(const Arguments& arguments, const ledger::LedgerChain& chain, const inquiry::Ownership& owners,
                         bool rebuild, base::JsonWriter* json);
}  // namespace jindo::cli
