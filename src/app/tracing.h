// The use case "trace an incident": incidents and a ledger in, a result out, printed in any format.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/ownership.h"
#include "base/json_writer.h"
#include "casework/incident.h"
#include "trace/trail.h"

namespace jindo::app {

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
  std::vector<casework::Incident> incidents;
  std::unique_ptr<Ownership> owners;
  std::unique_ptr<resolve::Resolver> resolver;  // null where links are not followed
  trace::Result result;
};
base::Result<Traced> trace_incidents(const TraceRequest& request);

enum class Format { kJson, kTable, kCsv, kGraphml, kHtml };
base::Result<Format> parse_format(std::string_view name);

// The strictest marking of the incidents traced and of the tags that name owners in it; "" where none has one. What is
// printed carries it.
std::string marking_of(const Traced& traced);
void print_json(const Traced& traced, const base::TextSink& out);
void print_table(const Traced& traced, const base::TextSink& out);
void print_csv(const Traced& traced, const base::TextSink& out);
void print_graphml(const Traced& traced, const base::TextSink& out);
// `findings` writes the part that says what was done (app/findings.h); may be empty.
void print_html(const Traced& traced, const std::function<void(const base::TextSink&)>& findings,
                const base::TextSink& out);

void print_trail_json(const Traced& traced, const std::vector<trace::TrailStep>& trail, const base::TextSink& out);
void print_trail_table(const Traced& traced, const std::vector<trace::TrailStep>& trail, const base::TextSink& out);
// "0x…" or "bc1…" (searched on the chains of the sources), or TXID:VOUT.
base::Result<trace::TrailTarget> parse_target(const Traced& traced, const std::string& text);

// Amounts for people: decimals and symbol of the chain's coin, or of a token the incidents describe; else base units.
std::string show_amount(const std::vector<casework::Incident>& incidents, const chain::Network& network,
                        const chain::AddressKey& asset, const base::Uint256& amount);
std::string show_asset(const std::vector<casework::Incident>& incidents, const chain::Network& network,
                       const chain::AddressKey& asset);
// What the incidents say an address is; "" when nothing.
std::string known_role(const std::vector<casework::Incident>& incidents, const chain::Network& network,
                       const chain::AddressKey& address);

}  // namespace jindo::app
