// Whom an address dealt with: its movements gathered by counterparty, direction and asset.
#pragma once

#include <map>
#include <unordered_map>

#include "workbench/movement_walk.h"

namespace jindo::workbench {

inline constexpr uint64_t kSupernode = 20'000;  // movements: more are looked at only as far as the newest so many

struct AddressHash {
  size_t operator()(const chain::AddressKey& key) const { return static_cast<size_t>(chain::hash_key(key)); }
};
struct Dealing {  // with one counterparty, in one direction and asset
  uint64_t movements = 0;
  base::Uint256 amount;
  bool joint = false;  // on UTXO chains: others paid into the same transaction, so the amount is of all of them
  int64_t first = INT64_MAX, last = INT64_MIN;
  uint64_t first_transaction = 0, last_transaction = 0;
};
struct Neighbour {
  chain::AddressKey address;
  std::map<std::pair<bool, chain::AddressKey>, Dealing> dealings;  // by in, asset
  uint64_t movements = 0;
};
using Neighbours = std::unordered_map<chain::AddressKey, Neighbour, AddressHash>;

class Expansion {
 public:
  Expansion(const ledger::LedgerChain& chain, const chain::AddressKey& self) : chain_(chain), self_(self) {}
  // Looks at the newest `examine_max` movements that the filter lets through; false where there are more.
  base::Result<bool> run(const Filter& filter, uint64_t examine_max);
  const Neighbours& found() const { return found_; }
  uint64_t movements() const { return all_; }  // of the address, whatever the filter
  uint64_t examined() const { return examined_; }

 private:
  void add(const chain::AddressKey& other, bool in, const chain::AddressKey& asset, const base::Uint256& amount,
           bool joint, uint64_t transaction, int64_t time);
  void payers(const Moved& moved, int64_t time);
  void payees(const Moved& moved, int64_t time);
  const ledger::LedgerChain& chain_;
  const chain::AddressKey self_;
  Neighbours found_;
  uint64_t all_ = 0, examined_ = 0;
};

}  // namespace jindo::workbench
