#include "cli/commands.h"
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
  out.json = arguments.get("--format") == "json";
  return out;
}
}  // namespace

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
  if (arguments.get("--format") == "json")
    report::print_address_json(pages, print);
  else
    report::print_address_table(pages, print);
  return {};
}
base::Status run_transaction(const Arguments& arguments) {
  JINDO_TRY(const report::LookupRequest request, lookup_request(arguments));
  return report::print_transaction(request, print);
}
}  // namespace jindo::cli
