// An exchange: one transaction of an account chain in which parties give one asset and get another: a swap by any
// protocol, a route through many pools, a wrap, a batch auction. Found by what each party has more or less of when the
// transaction is over (its net change), so fees, hops, refunds, flash loans and taxed tokens come out by themselves:
//   who gives and gets keeps its own value in its new form: what it gave became what it got;
//   who only gives (a payer for somebody else) has its value become what those got who only get;
//   who only gets of an asset that a giver gave (a fee, a tip) gets the giver's.
// Mints and burns are the token's own: a wrapped coin's contract gives the token and gets the coin.
// What it gets wrong: value that somebody gave for nothing in return beside an exchange with others; loans against
// collateral and other two-sided acts look like exchanges (never exact without a known event).
// docs/methodology/resolving.md
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/reader.h"
#include "resolve/link.h"
#include "resolve/registry.h"

namespace jindo::resolve {

inline constexpr size_t kExchangeMovementsMax = 1024;  // a transaction with more is left as it stands

struct Give {                 // one party's loss of one asset
  chain::AddressKey address;  // kNone: minted
  chain::AddressKey asset;
  base::Uint256 amount;
  uint64_t movement = 0;  // the last that left that holding
  bool split = true;      // false: it became several assets, or one of several: which part of which cannot be known
};
struct Flow {  // a part of a loss and what it became
  uint32_t give = 0;
  chain::AddressKey to;  // kNone: burnt
  chain::AddressKey asset;
  base::Uint256 taken;    // of the give, in its asset
  base::Uint256 arrives;  // in the flow's asset
  uint64_t movement = 0;  // the last that reached that holding
  bool changed = false;   // another asset than was given
};
// A party's own exchange, not an issuer's mint against a deposit: both ends are addresses.
inline bool is_trade(const Give& give, const Flow& flow) {
  return flow.changed && !give.address.is_none() && !flow.to.is_none();
}
struct Gain {  // what somebody has more of and no flow explains: clean
  chain::AddressKey to, asset;
  base::Uint256 amount;
  uint64_t movement = 0;
};
struct Exchange {
  uint64_t transaction = 0;
  uint64_t first_movement = 0, end_movement = 0;  // of its transfers; fees stand before them
  bool exact = false;                             // a known event proves it
  bool wraps = false;                             // nothing but a coin and its wrapped form changed
  uint32_t confidence = kCertain;
  std::vector<Give> gives;
  std::vector<Flow> flows;  // Σ taken of a give that is split = its amount
  std::vector<Gain> rest;
  std::string protocols;  // of the events, each once: "Uniswap v2, Wrapped coin"
  std::vector<std::string> evidence;
};

// nullopt where no party got another asset than it gave. Keeps buffers: one a thread.
class ExchangeFinder {
 public:
  ExchangeFinder(const ledger::AccountReader& reader, const Registry& registry)
      : reader_(reader), registry_(registry) {}
  std::optional<Exchange> find(uint64_t transaction);

 private:
  struct Change {
    chain::AddressKey party, asset;
    base::WideSum in, out;
    uint64_t last_in = 0, last_out = 0, first = 0;
    bool virtual_in = false, virtual_out = false;  // burnt, minted
    base::Uint256 loss, gain;                      // net; at most one is not zero
  };
  Change& change_of(const chain::AddressKey& party, const chain::AddressKey& asset, uint64_t movement);
  class Sharing;  // which part of each loss became which gain
  bool gather(uint64_t transaction, Exchange& out);
  void prove(uint64_t transaction, Exchange& out);
  const ledger::AccountReader& reader_;
  const Registry& registry_;
  std::vector<uint64_t> numbers_;
  std::vector<Change> changes_;
  std::vector<ledger::Note> notes_;
};

// How an event is written down as evidence: "event 12: Swap of Uniswap v2 by 0x…".
std::string event_evidence(const chain::Network& network, const ledger::Note& note, const std::string& what);

}  // namespace jindo::resolve
