// Registry: what bridges, mixers and exchanges on chain say in their events, as data (data/registry/*.yaml,
// docs/formats/registry.md). A new bridge is an entry, not code. Files are read in the order of their names; a later
// one adds. Immutable once read; thread safe.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "attribution/service_directory.h"
#include "resolve/asset_book.h"
#include "resolve/event_layout.h"

namespace jindo::resolve {

// Part of a key, or another value, as an expression: a parameter, "parameter[from:to]" of bytes, "$chain" (the chain's
// own number in the bridge's numbering), "$transaction" (its own hash), "$kappa" (Keccak-256 of that hash as text).
struct Expression {
  enum class Kind : uint8_t { kParameter, kSlice, kChain, kTransaction, kKappa };
  Kind kind = Kind::kParameter;
  std::string parameter;
  uint32_t from = 0, to = 0;
};
struct BridgeEvent {
  EventLayout layout;
  std::vector<Expression> key;            // what both sides say; empty where a memo or a transaction pairs them
  std::optional<Expression> transaction;  // a release that names the deposit's transaction
  std::optional<Expression> amount, recipient, vault;
  std::optional<Expression> to_chain;  // of a deposit: where it goes, in the bridge's numbering
  std::string memo;                    // a parameter: THORChain's memo
};
using Contracts = std::map<const chain::Network*, std::set<chain::AddressKey>>;
struct BridgeEntry {
  std::string id, name, source, numbering;
  bool memos = false;
  std::vector<BridgeEvent> deposits, releases;
  Contracts contracts;
  bool knows(const chain::Network& network, const chain::AddressKey& contract) const;
};
struct SwapEvent {
  std::string protocol;
  EventLayout layout;
  bool wraps = false;
};
struct MixerEntry {
  std::string id, name, source;
  EventLayout deposit, withdrawal;
  Contracts contracts;  // the pools
  Contracts routers;    // what passes on to them
};

struct AssetEntry {
  const chain::Network* network = nullptr;
  chain::AddressKey key;
  AssetFacts facts;
};

class Registry {
 public:
  // A file, or every *.yaml of a folder. An empty registry for "".
  static base::Result<Registry> read(const std::vector<std::string>& paths);
  static base::Result<Registry> parse(const std::string& path, const std::string& yaml);

  const std::vector<BridgeEntry>& bridges() const { return bridges_; }
  const std::vector<MixerEntry>& mixers() const { return mixers_; }
  const std::vector<AssetEntry>& assets() const { return assets_; }
  const SwapEvent* find_swap(const ledger::Note& note) const;
  // A chain's number in a numbering; its EVM chain identifier for "" (CAIP-2, eip155). nullopt where it has none.
  std::optional<uint64_t> chain_number(const std::string& numbering, const chain::Network& network) const;
  const std::string& version() const { return version_; }  // of each file, with blanks between
  const base::Hash256& digest() const { return digest_; }  // of the files' bytes

 private:
  friend class RegistryReader;
  std::vector<BridgeEntry> bridges_;
  std::vector<MixerEntry> mixers_;
  std::vector<AssetEntry> assets_;
  std::map<base::Hash256, std::vector<SwapEvent>> swaps_;  // by first topic
  std::map<std::string, std::map<const chain::Network*, uint64_t>> numberings_;
  std::string version_;
  base::Hash256 digest_{};
};

// The registry's contracts as services, known to everybody: bridges and mixers. Nothing named before changes.
void name_contracts(const Registry& registry, attribution::ServiceDirectory& services);

}  // namespace jindo::resolve
