#include "app/lookup.h"
#include "cli/commands.h"

namespace jindo::cli {
namespace {
base::Result<app::LookupRequest> lookup_request(const Arguments& arguments) {
  app::LookupRequest out;
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
  JINDO_TRY(app::LookupRequest request, lookup_request(arguments));
  JINDO_TRY(request.limit, whole_number(arguments, "--limit"));
  JINDO_TRY(request.from_height, whole_number(arguments, "--from"));
  return app::print_address(request, print);
}
base::Status run_transaction(const Arguments& arguments) {
  JINDO_TRY(const app::LookupRequest request, lookup_request(arguments));
  return app::print_transaction(request, print);
}
}  // namespace jindo::cli
