// The ledger, the records and the chain that commands on clusters mean.
#include "cli/cluster_arguments.h"

#include "cli/shared_arguments.h"

namespace jindo::cli {
using cluster::Clusters;

base::Result<OpenedLedger> open_ledger(const Arguments& arguments, inquiry::OwnerBasis basis) {
  OpenedLedger out;
  JINDO_TRY(ledger::Ledger ledger, ledger::Ledger::open(arguments.get("--ledger")));
  out.ledger = std::make_unique<ledger::Ledger>(std::move(ledger));
  inquiry::OwnershipRequest request;
  request.ledger = arguments.get("--ledger");
  if (arguments.has("--records")) request.records = arguments.get("--records");
  request.basis = basis;
  request.on = now();
  JINDO_TRY(out.owners, inquiry::Ownership::open(request, *out.ledger));
  return out;
}
// The UTXO chain that is meant: the one named, or the only one.
base::Result<const ledger::LedgerChain*> utxo_chain(const Arguments& arguments, const ledger::Ledger& ledger) {
  if (arguments.has("--chain")) {
    JINDO_TRY(const chain::Network* network, chain::find_network(arguments.get("--chain")));
    const ledger::LedgerChain* chain = ledger.find(*network);
    if (chain == nullptr || !chain->utxo)
      return base::wrong_use("the ledger has no UTXO chain " + std::string(network->name));
    return chain;
  }
  const ledger::LedgerChain* only = nullptr;
  for (const auto& chain : ledger.chains()) {
    if (!chain.utxo) continue;
    if (only != nullptr) return base::wrong_use("the ledger has several UTXO chains; name one with --chain");
    only = &chain;
  }
  if (only == nullptr) return base::answer_no("the ledger has no UTXO chain: there is nothing that is spent together");
  return only;
}
base::Result<const Clusters*> clusters_of(const Arguments& arguments, const inquiry::Ownership& owners,
                                          const chain::Network& network) {
  const Clusters* clusters = owners.clusters(network);
  if (clusters == nullptr) return base::answer_no(owners.stale(network));
  if (!owners.stale(network).empty()) note(arguments, "note: " + owners.stale(network));
  return clusters;
}
}  // namespace jindo::cli
