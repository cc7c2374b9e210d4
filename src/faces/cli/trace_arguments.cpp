// Options of whatever traces, read into a request.
#include "cli/trace_arguments.h"

#include "base/clock.h"
#include "base/uint256.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"

namespace jindo::cli {
std::vector<Option> trace_options(const std::vector<Option>& own) {
  std::vector<Option> out = {
      kLedger,
      {.name = "--incident",
       .value = "FILE|ID",
       .help = "an incident file, or the identifier of a known one; may be given several times, in order",
       .required = true,
       .repeated = true},
      {.name = "--policy",
       .value = "POLICY",
       .help = "which part of a holding leaves first",
       .fallback = "fifo",
       .choices = "fifo|lifo|haircut|poison|tiho"},
      kRecords,
      kOwners,
      kTagsAt,
      kServices,
      {.name = "--links",
       .value = "WHICH",
       .help = "follow swaps and crossings, or let value rest where it changes form",
       .fallback = "exact",
       .choices = "exact|none"},
      kInferred,
      kBridgeWindow,
      kBridgeBand,
      kStatements,
      kRegistry,
      kAssets,
      kPrices,
      {.name = "--through",
       .value = "CATEGORY",
       .help = "go on through services of this category instead of ending there",
       .choices = "exchange|mixer|bridge|gambling|payment",
       .repeated = true},
      {.name = "--through-fees", .help = "UTXO chains: follow fees into the block's coinbase"},
      {.name = "--max-hops", .value = "N", .help = "stop a branch after N movements (terminal 'bound')"},
      {.name = "--until", .value = "TIME", .help = "stop what moves after this time (terminal 'bound')"},
      {.name = "--min-amount", .value = "UNITS", .help = "stop parcels of fewer base units (terminal 'bound')"},
      kIncidents,
      kOutput};
  out.insert(out.begin() + 2, own.begin(), own.end());
  return out;
}

base::Result<inquiry::TraceRequest> trace_request(const Arguments& arguments) {
  inquiry::TraceRequest out;
  out.ledger = arguments.get("--ledger");
  out.incidents = arguments.all("--incident");
  out.incident_folder = incident_folder(arguments);
  JINDO_TRY(out.owners, ownership_request(arguments));
  JINDO_TRY(out.options.policy, trace::parse_policy(arguments.get("--policy")));
  out.options.through_fees = arguments.has("--through-fees");
  for (const std::string& category : arguments.all("--through")) out.options.through.insert(category);
  out.links = arguments.get("--links") != "none";
  JINDO_TRY(out.resolve, resolve_request(arguments, out.options.inferred_min));
  if (!out.links && arguments.has("--inferred"))
    return base::wrong_use("--inferred: there is nothing to follow with --links none");
  if (arguments.has("--max-hops")) {
    JINDO_TRY(const uint64_t hops, whole_number(arguments, "--max-hops"));
    if (hops >= UINT32_MAX) return base::wrong_use("--max-hops: expected less than 2^32-1");
    out.options.hops_max = static_cast<uint32_t>(hops);
  }
  if (arguments.has("--until")) {
    out.options.until = base::parse_time(arguments.get("--until"));
    if (!out.options.until)
      return base::wrong_use("--until: '" + arguments.get("--until") +
                             "' is not a time like 2022-04-14 or 2022-04-14T12:00:00Z");
  }
  if (arguments.has("--min-amount")) {
    const auto amount = base::parse_decimal(arguments.get("--min-amount"));
    if (!amount)
      return base::wrong_use("--min-amount: '" + arguments.get("--min-amount") +
                             "' is not a whole number of base units");
    out.options.amount_min = *amount;
  }
  return out;
}
}  // namespace jindo::cli
