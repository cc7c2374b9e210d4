// Links, findings, comparisons: the table of commands and what they do.
#include "app/link_text.h"
#include "base/file.h"
#include "base/hex.h"
#include "cli/commands.h"
#include "cli/shared_options.h"
#include "resolve/join_links.h"

namespace jindo::cli {
std::vector<Command> link_commands() {
  return {
      {"link list",
       "",
       0,
       0,
       "value that changes form or chain",
       "Everything that resolvers say of a ledger: swaps and wraps, crossings of bridges, mixers' notes, CoinJoins; each "
       "with its rule, evidence, confidence, and whether it is exact (read from the chain) or inferred. Exact ones only, "
       "unless --inferred says from which confidence on.",
       {kLedger,
        {"--kind", "KIND", "only these", "", "swap|wrap|bridge|mixer|coinjoin|service", false, true},
        kInferred,
        kStatements,
        kRegistry,
        kAssets,
        kPrices,
        kRecords,
        kOwners,
        kTagsAt,
        kServices,
        {"--format", "FORMAT", "how to print", "table", "json|csv|table", false, false},
        {"--output", "FILE", "write there instead of standard output", "", "", false, false}},
       {"jindo link list --ledger L --kind bridge",
        "jindo link list --ledger L --inferred 0.3 --services services.csv --format csv --output links.csv"}},
  };
}

base::Status run_link_list(const Arguments& arguments) {
  uint32_t least = resolve::kCertain + 1;
  JINDO_TRY(const resolve::ResolveRequest request, resolve_request(arguments, least));
  JINDO_TRY(const ledger::Ledger ledger, ledger::Ledger::open(arguments.get("--ledger")));
  JINDO_TRY(const app::OwnershipRequest owning, ownership_request(arguments));
  JINDO_TRY(const auto owners, app::Ownership::open(owning, ledger));
  JINDO_TRY(const auto resolver, resolve::Resolver::make(ledger, owners->services(), request));
  const std::vector<std::string> kinds = arguments.all("--kind");
  const auto wanted = [&](const char* kind) {
    return kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  };
  std::vector<resolve::Link> links;
  const auto keep = [&](const std::vector<resolve::Link>& some) {
    for (const resolve::Link& link : some)
      if (wanted(resolve::link_kind_name(link.kind)) && (link.exact || link.confidence >= least)) links.push_back(link);
  };
  keep(resolver->links());
  for (const ledger::LedgerChain& chain : ledger.chains()) {
    if (chain.utxo && wanted("coinjoin") && request.inferred) keep(resolve::find_joins(chain));
    if (chain.account && (wanted("swap") || wanted("wrap"))) keep(resolve::find_exchanges(chain, resolver->registry()));
  }
  const std::string format = arguments.get("--format");
  return deliver(arguments, [&](const base::TextSink& out) {
    if (format == "csv") return app::print_links_csv(links, ledger, out);
    if (format == "json") {
      base::JsonWriter json(out);
      json.begin_object();
      json.field("ledger", base::to_hex(ledger.digest()));
      json.field("registry", resolver->registry().version());
      json.field("registry_digest", base::to_hex(resolver->registry().digest()));
      json.key("links");
      json.begin_array();
      for (const resolve::Link& link : links) {
        json.begin_object();
        json.compact(true);
        app::link_fields(json, link, ledger);
        json.end_object();
        json.compact(false);
      }
      json.end_array();
      json.end_object();
      json.flush();
      return;
    }
    for (const resolve::Link& link : links) {
      const auto side = [&](const resolve::Leg& leg) {
        return std::string(leg.network->name) + " " +
               chain::format_hash(*leg.network, ledger.find(*leg.network)->reader().transaction_id(leg.transaction)) +
               (leg.asset.is_none() ? "" : "  " + base::to_decimal(leg.amount) + " " + chain::format_asset(*leg.network, leg.asset)) +
               (leg.address.is_none() ? "" : "  " + chain::format_address(*leg.network, leg.address));
      };
      out(app::describe_link(link) + "\n  from " + side(link.from) + "\n  to   " + side(link.to) + "\n");
      for (const std::string& evidence : link.evidence) out("       " + evidence + "\n");
    }
    out(std::to_string(links.size()) + " links\n");
  });
}
}  // namespace jindo::cli
