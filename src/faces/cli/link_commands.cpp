// link list: value that changes form or chain, as the resolvers say.
#include <algorithm>
#include <string>
#include <vector>

#include "base/hex.h"
#include "base/json_writer.h"
#include "base/uint256.h"
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
#include "report/link_text.h"
#include "resolve/join_links.h"
#include "typology/quantity.h"

namespace jindo::cli {
namespace {
// What resolvers say of the ledger, of the kinds wanted (all where none is named); exact, or from `least` on.
std::vector<resolve::Link> links_wanted(const ledger::Ledger& ledger, const resolve::Resolver& resolver,
                                        const std::vector<std::string>& kinds, bool inferred, uint32_t least) {
  const auto wanted = [&](const char* kind) {
    return kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  };
  std::vector<resolve::Link> links;
  const auto keep = [&](const std::vector<resolve::Link>& some) {
    for (const resolve::Link& link : some)
      if (wanted(resolve::link_kind_name(link.kind)) && (link.exact || link.confidence >= least)) links.push_back(link);
  };
  keep(resolver.links());
  for (const ledger::LedgerChain& chain : ledger.chains()) {
    if (chain.utxo && wanted("coinjoin") && inferred) keep(resolve::find_joins(chain));
    if (chain.account && (wanted("swap") || wanted("wrap"))) keep(resolve::find_exchanges(chain, resolver.registry()));
  }
  return links;
}
void print_links_json(const std::vector<resolve::Link>& links, const ledger::Ledger& ledger,
                      const resolve::Registry& registry, const base::TextSink& out) {
  base::JsonWriter json(out);
  json.begin_object();
  json.field("ledger", base::to_hex(ledger.digest()));
  json.field("registry", registry.version());
  json.field("registry_digest", base::to_hex(registry.digest()));
  json.key("links");
  json.begin_array();
  for (const resolve::Link& link : links) {
    json.begin_object();
    json.compact(true);
    report::link_fields(json, link, ledger);
    json.end_object();
    json.compact(false);
  }
  json.end_array();
  json.end_object();
  json.flush();
}
void print_links_text(const std::vector<resolve::Link>& links, const ledger::Ledger& ledger,
                      const base::TextSink& out) {
  const auto side = [&](const resolve::Leg& leg) {
    return std::string(leg.network->name) + " " +
           chain::format_hash(*leg.network, ledger.find(*leg.network)->reader().transaction_id(leg.transaction)) +
           (leg.asset.is_none()
                ? ""
                : "  " + base::to_decimal(leg.amount) + " " + chain::format_asset(*leg.network, leg.asset)) +
           (leg.address.is_none() ? "" : "  " + chain::format_address(*leg.network, leg.address));
  };
  for (const resolve::Link& link : links) {
    out(report::describe_link(link) + "\n  from " + side(link.from) + "\n  to   " + side(link.to) + "\n");
    for (const std::string& evidence : link.evidence) out("       " + evidence + "\n");
  }
  out(typology::counted(links.size(), "link", "links") + "\n");
}

base::Status run_link_list(const Arguments& arguments) {
  uint32_t least = resolve::kCertain + 1;
  JINDO_TRY(const resolve::ResolveRequest request, resolve_request(arguments, least));
  JINDO_TRY(const ledger::Ledger ledger, ledger::Ledger::open(arguments.get("--ledger")));
  JINDO_TRY(const inquiry::OwnershipRequest owning, ownership_request(arguments));
  JINDO_TRY(const auto owners, inquiry::Ownership::open(owning, ledger));
  JINDO_TRY(const auto resolver, resolve::Resolver::make(ledger, owners->services(), request));
  const auto links = links_wanted(ledger, *resolver, arguments.all("--kind"), request.inferred, least);
  const std::string format = arguments.get("--format");
  return deliver(arguments, [&](const base::TextSink& out) {
    if (format == "csv") return report::print_links_csv(links, ledger, out);
    if (format == "json") return print_links_json(links, ledger, resolver->registry(), out);
    print_links_text(links, ledger, out);
    if (links.empty() && !request.inferred)
      out("Only exact links were asked for: --inferred 0.5 shows inferred ones; tags and --services say which "
          "addresses are bridges'.\n");
  });
}
Command link_list_command() {
  return {
      .name = "link list",
      .summary = "value that changes form or chain",
      .description =
          "Everything that resolvers say of a ledger: swaps and wraps, crossings of bridges, mixers' notes, "
          "CoinJoins; each with its rule, evidence, confidence, and whether it is exact (read from the chain) or "
          "inferred. Exact ones only, unless --inferred says from which confidence on.",
      .options = {kLedger,
                  {.name = "--kind",
                   .value = "KIND",
                   .help = "only these",
                   .choices = "swap|wrap|bridge|mixer|coinjoin|service",
                   .repeated = true},
                  kInferred,
                  kBridgeWindow,
                  kBridgeBand,
                  kStatements,
                  kRegistry,
                  kAssets,
                  kPrices,
                  kRecords,
                  kOwners,
                  kTagsAt,
                  kServices,
                  {.name = "--format",
                   .value = "FORMAT",
                   .help = "how to print",
                   .fallback = "table",
                   .choices = "json|csv|table"},
                  kOutput},
      .examples = {"jindo link list --ledger L --kind bridge",
                   "jindo link list --ledger L --inferred 0.3 --services services.csv --format csv --output links.csv"},
      .run = run_link_list,
  };
}
}  // namespace

std::vector<Command> link_commands() { return {link_list_command()}; }
}  // namespace jindo::cli
