// Resolver: everything that can be said about one ledger of value that changes form, place or hands, made once a
// command.
//   links()     crossings, mixers' notes, statements: from one transaction to another, in order
//   exchange()  swaps and wraps inside one transaction, looked at when somebody asks
// The same ledger, registry, tags and options give the same links. Offline: nothing is asked of anybody.
// Cost: links grow with the events of registered kinds (one pass over 40 bytes an event) and with the payments of
// addresses that attribution gives to bridges and mixers; exchanges with the transactions asked for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "resolve/asset_book.h"
#include "resolve/bridge_inference.h"
#include "resolve/exchange.h"
#include "resolve/mixer.h"
#include "resolve/registry.h"

namespace jindo::resolve {

struct ResolveRequest {
  std::vector<std::string> registry;     // files or folders
  std::shared_ptr<const Registry> read;  // what they say, where it has been read already
  std::vector<std::string> assets;       // tables of assets
  std::vector<std::string> prices;       // tables of prices
  std::vector<std::string> statements;   // of partners and courts
  bool inferred = false;                 // also what is not exact
  CrossingOptions crossings;
};

class Resolver {
 public:
  // Ledger and services must outlive it.
  static base::Result<std::unique_ptr<Resolver>> make(const ledger::Ledger& ledger,
                                                      const attribution::ServiceDirectory& services,
                                                      const ResolveRequest& request);
  const Registry& registry() const { return registry_; }
  AssetBook& assets() { return assets_; }
  const AssetBook& assets() const { return assets_; }
  // By chain and place of where value went in. Inferred ones only where the request asked for them.
  const std::vector<Link>& links() const { return links_; }
  const std::vector<MixerPool>& pools() const { return pools_; }
  const ledger::Ledger& ledger() const { return ledger_; }
  // nullopt: nothing was exchanged there, or too much moved (kExchangeMovementsMax).
  static std::optional<Exchange> exchange(const ledger::AccountReader& reader, const Registry& registry,
                                          uint64_t transaction) {
    return ExchangeFinder(reader, registry).find(transaction);
  }

 private:
  Resolver(const ledger::Ledger& ledger, Registry registry) : ledger_(ledger), registry_(std::move(registry)) {}
  const ledger::Ledger& ledger_;
  Registry registry_;
  AssetBook assets_;
  std::vector<Link> links_;
  std::vector<MixerPool> pools_;
};

// Every exchange of the ledger as links, one a transaction: what the payer of the gas gave and got, else the first that
// did.
std::vector<Link> find_exchanges(const ledger::LedgerChain& chain, const Registry& registry);
// The link that stands for an exchange.
Link link_of(const ledger::AccountReader& reader, const Exchange& exchange);

}  // namespace jindo::resolve
