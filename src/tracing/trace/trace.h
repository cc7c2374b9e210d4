// The trace engine's interface: sources (what was stolen) in, holdings and terminals out, exact to the last unit.
// One pass in ledger order; the outcome depends on the ledger's content, the sources, the policy and the options, and
// on nothing else. Every result but poison's is proved to conserve: Σ origin over holdings and terminals = what was
// stolen.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "attribution/service_directory.h"
#include "ledger/ledger.h"
#include "resolve/resolver.h"
#include "trace/observer.h"
#include "trace/policy.h"

namespace jindo::trace {

// One theft of an incident. Exactly one of transaction and address is set.
struct Theft {
  std::string label;  // "incident ronin-2022, theft 1", for errors
  std::optional<chain::TxId> transaction;
  std::optional<uint32_t> output;            // UTXO: which output
  std::optional<chain::AddressKey> to;       // account: who received
  std::optional<base::Uint256> amount;       // none: all that the named movement carried
  std::optional<chain::AddressKey> address;  // all it receives from `since` on
  int64_t since = 0;
  bool may_be_missing =
      false;  // with address: one that the ledger does not hold, or that received nothing, is no error
};
struct Source {
  std::string incident;
  const chain::Network* network = nullptr;
  chain::AddressKey asset;
  std::vector<Theft> thefts;
};

struct Options {
  Policy policy = Policy::kFifo;
  bool through_fees = false;
  std::set<std::string> through;  // service categories to go through
  std::optional<uint32_t> hops_max;
  std::optional<int64_t> until;
  base::Uint256 amount_min;  // parcels below end at `bound`
  const attribution::ServiceDirectory* services = nullptr;
  bool record = false;  // keep every step: trails and pictures need them
  const resolve::Resolver* resolver =
      nullptr;                         // swaps and crossings are followed; none: value ends where it changes form
  uint32_t inferred_min = UINT32_MAX;  // follow inferred links from this confidence on (parts per million)
  Observer* observer = nullptr;        // hears of each tainted movement
  bool keep_terminals = true;          // off: observed only, totals stay (LiveTrace; not with record)
  // As the ledger was when a chain's tip stood at this height: later blocks are as if they were not there yet.
  std::map<const chain::Network*, uint64_t> heights;
};

// An amount of 2^256-1 stands for that much or more (base::is_beyond); origins are exact always.
struct Holding {
  const chain::Network* network = nullptr;
  chain::AddressKey asset;
  chain::AddressKey address;
  std::optional<chain::TxId> transaction;  // UTXO: the outpoint
  uint32_t output = 0;
  uint32_t source = 0;
  base::Uint256 amount;
  base::Uint256 origin;
  uint32_t hops = 0;
  int64_t first_time = 0;
  int64_t last_time = 0;
  uint64_t node = 0;      // output number, or holding slot: the end of steps
  bool inferred = false;  // an inferred link lies on its way
};
enum class TerminalKind { kFee, kBurn, kSuperseded, kService, kBound };
const char* terminal_name(TerminalKind kind);
struct Terminal {
  TerminalKind kind = TerminalKind::kFee;
  const chain::Network* network = nullptr;
  chain::AddressKey asset;
  chain::AddressKey address;
  uint32_t name = 0;  // who it is: into Result::names; 0 for nobody known
  chain::TxId transaction{};
  int64_t time = 0;
  int64_t order_time = 0;
  uint64_t place = 0;     // transaction (UTXO) or movement number, then index of the row at that place
  bool inferred = false;  // an inferred link lies on its way
  uint32_t source = 0;
  base::Uint256 amount;
  base::Uint256 origin;
};
// One tainted movement, or one lot's part in it. Ends are output numbers (UTXO) or holding slots (accounts).
struct Step {
  uint32_t chain = 0;  // index into Result::chains
  uint32_t source = 0;
  uint64_t place = 0;                 // transaction (UTXO) or movement number
  uint64_t from = ledger::kNoNumber;  // kNoNumber: the theft itself, or (UTXO pools) all of the transaction's inputs
  uint64_t to = ledger::kNoNumber;    // kNoNumber: a terminal
  uint32_t terminal = UINT32_MAX;     // index into Result::terminals when it ends there
  uint32_t parent = UINT32_MAX;       // the step that brought this lot to `from`; none under pools and for thefts
  uint32_t hops = 0;
  bool theft = false;
  bool inferred = false;       // an inferred link lies on its way
  uint32_t link = UINT32_MAX;  // into Result::links: it went into that link (to: kNoNumber), or came out of it
  base::Uint256 amount;
  base::Uint256 origin;
};
struct Owner {  // who a terminal is, and how that is known (attribution/service_directory.h)
  std::string name, category, basis;
  friend bool operator==(const Owner&, const Owner&) = default;
};
inline const Owner kNobody{};
struct SourceTotal {
  base::Uint256 stolen, held, ended;
};
struct ChainState {
  const chain::Network* network = nullptr;
  uint64_t tip_height = 0;
  int64_t tip_time = 0;
  uint64_t notes = 0;  // events and memos that the ledger holds: what links are read from
  base::Hash256 note_digest{};
};
struct UsedLink {  // a link that stolen value went through
  resolve::Link link;
  struct Carried {
    uint32_t source = 0;
    base::Uint256 amount, origin;  // as it went in
  };
  std::vector<Carried> carried;
};
struct Unexplained {
  const chain::Network* network = nullptr;
  chain::AddressKey asset;
  base::Uint256 amount;
};
struct HoldingNode {  // account slots named by steps
  chain::AddressKey address;
  chain::AddressKey asset;
};
// Terminals are many (each fee is one): a row owns no memory.
struct Result {
  Policy policy = Policy::kFifo;
  std::vector<Source> sources;
  std::vector<ChainState> chains;  // of the sources, in order of CAIP-2 identifier
  base::Hash256 ledger_digest{};
  std::vector<Holding> holdings;      // by chain, asset, address or outpoint, source
  std::vector<Terminal> terminals;    // by time and place
  std::vector<Owner> names{Owner{}};  // of services and the like, for terminals
  std::unordered_map<std::string, uint32_t> name_numbers;
  std::vector<SourceTotal> totals;           // one a source
  std::vector<SourceTotal> inferred_totals;  // the inferred part of each
  std::vector<UsedLink> links;               // in the order in which they were first gone through
  std::string registry_version;              // of what links were read by; "" without
  base::Hash256 registry_digest{};
  std::vector<uint32_t> left_out;  // sources of 2^256 units and more, which no real asset has: not traced
  std::vector<Unexplained> unexplained;
  uint64_t visited_transactions = 0;
  uint64_t visited_addresses = 0;
  std::vector<Step> steps;                      // in ledger order a chain, when recorded
  std::vector<std::vector<HoldingNode>> nodes;  // per chain, by slot
  const std::string& name_of(const Terminal& terminal) const { return names[terminal.name].name; }
  const Owner& owner_of(const Terminal& terminal) const { return names[terminal.name]; }
  uint32_t add_name(const Owner& owner);
  bool is_left_out(size_t source) const {
    return std::find(left_out.begin(), left_out.end(), source) != left_out.end();
  }
};

// Fails when a theft is not in the ledger (named), and, as a bug that is never printed as a result, when conservation
// breaks.
base::Result<Result> run(const ledger::Ledger& ledger, const std::vector<Source>& sources, const Options& options);

}  // namespace jindo::trace
