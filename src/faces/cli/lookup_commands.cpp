// address and transaction: what the ledger and the records know of one.
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
#include "inquiry/address_page.h"
#include "report/address.h"
#include "report/transaction.h"

namespace jindo::cli {
namespace {
base::Result<report::LookupRequest> lookup_request(const Arguments& arguments) {
  report::LookupRequest out;
  out.ledger = arguments.get("--ledger");
  out.subject = arguments.operands[0];
  if (arguments.has("--chain")) {
    JINDO_TRY(out.network, chain::find_network(arguments.get("--chain")));
  }
  out.json = json_wanted(arguments);
  return out;
}

base::Status run_address(const Arguments& arguments) {
  inquiry::PageRequest request;
  JINDO_TRY(request.owners, ownership_request(arguments));
  request.subject = arguments.operands[0];
  if (arguments.has("--chain")) {
    JINDO_TRY(request.network, chain::find_network(arguments.get("--chain")));
  }
  JINDO_TRY(request.limit, whole_number(arguments, "--limit"));
  JINDO_TRY(request.from_height, whole_number(arguments, "--from"));
  JINDO_TRY(request.counterparties, whole_number(arguments, "--counterparties"));
  request.incidents = arguments.all("--incident");
  request.all_incidents = arguments.has("--exposure");
  request.incident_folder = incident_folder(arguments);
  JINDO_TRY(request.policy, trace::parse_policy(arguments.get("--policy")));
  JINDO_TRY(const auto pages, inquiry::address_pages(request));
  if (json_wanted(arguments))
    report::print_address_json(pages, print);
  else
    report::print_address_table(pages, print);
  return {};
}
Command address_command() {
  return {
      .name = "address",
      .operands = "ADDRESS",
      .operands_min = 1,
      .operands_max = 1,
      .summary = "all that is known of an address",
      .description =
          "Owner with evidence, tags with their sources, cluster, links, first and last seen, totals, "
          "counterparties, exposure to incidents, and its movements in ledger order, a page at a time. "
          "Costs what it shows, whatever the address moved.",
      .options = {kLedger,
                  kChain,
                  {.name = "--limit", .value = "N", .help = "movements to print", .fallback = "50"},
                  {.name = "--from", .value = "HEIGHT", .help = "begin at this block", .fallback = "0"},
                  {.name = "--counterparties", .value = "N", .help = "counterparties to print", .fallback = "10"},
                  {.name = "--incident",
                   .value = "FILE|ID",
                   .help = "exposure to this incident; may be given several times",
                   .repeated = true},
                  {.name = "--exposure", .help = "exposure to every known incident whose thefts the ledger holds"},
                  {.name = "--policy",
                   .value = "POLICY",
                   .help = "for exposure: which part of a holding leaves first",
                   .fallback = "fifo",
                   .choices = "fifo|lifo|haircut|poison|tiho"},
                  kIncidents,
                  kRecords,
                  kOwners,
                  kTagsAt,
                  kServices,
                  kFormatTable},
      .examples = {"jindo address --ledger L 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S",
                   "jindo address --ledger L 0x098B716B8Aaf21512996dC57EB0615e2383E2f96 --incident ronin-2022"},
      .run = run_address,
  };
}

base::Status run_transaction(const Arguments& arguments) {
  JINDO_TRY(const report::LookupRequest request, lookup_request(arguments));
  return report::print_transaction(request, print);
}
Command transaction_command() {
  return {
      .name = "transaction",
      .operands = "TXID",
      .operands_min = 1,
      .operands_max = 1,
      .summary = "one transaction",
      .description = "Its inputs and outputs, or its movements.",
      .options = {kLedger, kChain, kFormatTable},
      .examples = {"jindo transaction --ledger L f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16"},
      .run = run_transaction,
  };
}
}  // namespace

std::vector<Command> address_commands() { return {address_command()}; }
std::vector<Command> transaction_commands() { return {transaction_command()}; }
}  // namespace jindo::cli
