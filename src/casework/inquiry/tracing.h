// The use case "trace an incident": incidents and a ledger in, a result out.
#pragma once

#include <string>
#include <vector>

#include "base/json_writer.h"
#include "incidents/incident.h"
#include "inquiry/ownership.h"
#include "trace/trail.h"

namespace jindo::inquiry {

struct TraceRequest {
  std::string ledger;
  std::vector<std::string> incidents;  // files or identifiers, in order
  std::string incident_folder;
  OwnershipRequest owners;
  bool links = true;  // follow swaps and crossings
  resolve::ResolveRequest resolve;
  trace::Options options;
};
struct Traced {
  std::unique_ptr<ledger::Ledger> ledger;
  std::vector<incidents::Incident> incidents;
  std::unique_ptr<Ownership> owners;
  std::unique_ptr<resolve::Resolver> resolver;  // null where links are not followed
  trace::Result result;
};
base::Result<Traced> trace_incidents(const TraceRequest& request);

// The strictest marking of the incidents traced and of the tags that name owners in it; "" where none has one. Every
// output made of the trace carries it.
std::string marking_of(const Traced& traced);

// "0x…" or "bc1…" (searched on the chains of the sources), or TXID:VOUT.
base::Result<trace::TrailTarget> parse_target(const Traced& traced, const std::string& text);

// Amounts for people: decimals and symbol of the chain's coin, or of a token the incidents describe; else base units.
std::string show_amount(const std::vector<incidents::Incident>& incidents, const chain::Network& network,
                        const chain::AddressKey& asset, const base::Uint256& amount);
std::string show_asset(const std::vector<incidents::Incident>& incidents, const chain::Network& network,
                       const chain::AddressKey& asset);
// What the incidents say an address is; "" when nothing.
std::string known_role(const std::vector<incidents::Incident>& incidents, const chain::Network& network,
                       const chain::AddressKey& address);

}  // namespace jindo::inquiry
