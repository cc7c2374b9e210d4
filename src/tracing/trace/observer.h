// Who wants to know, while a trace runs, what every tainted movement brought and took: an exposure index, alerts.
// Called by the pass in the order of places, for each part of a source; amounts are in units of the asset, origins in
// units of what was stolen. Sums over calls are exact: what arrived less what left is what is held (every policy but
// poison, whose amounts have no sum).
#pragma once

#include <cstdint>
#include <vector>

#include "base/uint256.h"
#include "chain/address.h"

namespace jindo::trace {

struct Terminal;

struct Tainted {
  uint32_t chain = 0;             // index into Result::chains
  uint32_t source = 0;            // index into Result::sources
  chain::AddressKey address;      // whose: receives, or pays
  chain::AddressKey asset;        // the coin on UTXO chains
  chain::AddressKey counterpart;  // arrivals: who paid (UTXO: the owner of the first tainted input); kNone unknown
  uint64_t transaction = 0;       // number in the ledger
  uint64_t place = 0;             // output (UTXO) or movement number
  int64_t time = 0;               // of the block
  uint32_t hops = 0;
  bool inferred = false;  // an inferred link lies on its way
  base::Uint256 amount, origin;
};

// A transaction that no block holds yet, on a UTXO chain. Outputs of others like it, given before, are inputs by number
// too: theirs count on from the ledger's last.
struct PendingTransaction {
  uint64_t first_output = 0;
  std::vector<uint64_t> in_output, in_value;  // ledger::kNoNumber: not known, clean
  std::vector<uint64_t> out_value;
};
struct PendingArrival {
  uint32_t output = 0;  // index in the transaction; on account chains 0
  uint32_t source = 0;
  uint32_t hops = 0;
  bool inferred = false;
  base::Uint256 amount, origin;
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void arrived(const Tainted& what) = 0;
  virtual void left(const Tainted& what) = 0;  // counterpart is not known yet
  // It ended: a fee, a service's address, a bound … `from` as counterpart in Tainted.
  virtual void ended(const Terminal& terminal, const Tainted& what) = 0;
};

}  // namespace jindo::trace
