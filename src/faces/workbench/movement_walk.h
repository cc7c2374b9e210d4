// An address's movements in ledger order or against it, one after the other, with no list of them all in memory: places
// of its holdings (account chains) or its outputs and inputs (UTXO chains), merged. Bounds of time and asset are found
// by searching; amount, direction and counterparty are looked at movement by movement. A walk can begin where another
// stopped. Single threaded.
#pragma once

#include <memory>
#include <string>

#include "ledger/ledger.h"
#include "workbench/workbench.h"

namespace jindo::workbench {

struct Moved {
  uint64_t transaction = 0;  // number in the ledger
  uint64_t place = 0;        // movement, output or input number
  bool in = false, fee = false;
  chain::AddressKey asset;
  chain::AddressKey counterparty;  // account chains
  base::Uint256 amount;
};

// Where a walk stopped, as text: "m123" of an account's movements, "o12i34" of outputs and inputs.
struct WalkPlace {
  uint64_t movement = 0;           // the last that was given; kNoNumber: none yet
  uint64_t output = 0, input = 0;  // the next to look at; against the order: one behind it
};
std::string write_place(chain::LedgerModel model, const WalkPlace& place);
std::optional<WalkPlace> parse_place(chain::LedgerModel model, const std::string& text);

class MovementWalk {
 public:
  // `cursor`: what cursor() said of another walk of the same address and filter; bad ones: kWrongUse.
  static base::Result<std::unique_ptr<MovementWalk>> start(const ledger::LedgerChain& chain,
                                                           const ledger::AddressHandle& handle, const Filter& filter,
                                                           bool newest_first, const std::string& cursor);
  virtual ~MovementWalk() = default;
  // The next that the filter lets through; false at the end, or when `examine_max` have been looked at since the start.
  virtual bool next(Moved& out, uint64_t examine_max) = 0;
  virtual uint64_t examined() const = 0;
  virtual bool at_end() const = 0;
  // Where to go on after what next() gave last.
  virtual std::string cursor() const = 0;
};
// How many movements the address has in all (UTXO: outputs received and inputs sent), whatever a filter says.
uint64_t movement_count(const ledger::LedgerChain& chain, const ledger::AddressHandle& handle);

}  // namespace jindo::workbench
