// Links, findings, comparisons: the table of commands and what they do.
#include "base/file.h"
#include "base/hex.h"
#include "cli/commands.h"
#include "cli/shared_options.h"
#include "inquiry/comparison.h"
#include "inquiry/findings.h"
#include "report/comparison.h"
#include "report/findings.h"
#include "report/link_text.h"
#include "resolve/join_links.h"
#include "typology/quantity.h"

namespace jindo::cli {
std::vector<Command> link_commands() {
  return {
      {"link list",
       "",
       0,
       0,
       "value that changes form or chain",
       "Everything that resolvers say of a ledger: swaps and wraps, crossings of bridges, mixers' notes, CoinJoins; "
       "each "
       "with its rule, evidence, confidence, and whether it is exact (read from the chain) or inferred. Exact ones "
       "only, "
       "unless --inferred says from which confidence on.",
       {kLedger,
        {"--kind", "KIND", "only these", "", "swap|wrap|bridge|mixer|coinjoin|service", false, true},
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
        {"--format", "FORMAT", "how to print", "table", "json|csv|table", false, false},
        {"--output", "FILE", "write there instead of standard output", "", "", false, false}},
       {"jindo link list --ledger L --kind bridge",
        "jindo link list --ledger L --inferred 0.3 --services services.csv --format csv --output links.csv"}},
      {"findings",
       "",
       0,
       0,
       "what was done with stolen money",
       "Traces the incidents and names the techniques seen: peel chains, fan-outs, mixers, crossings, cash-outs and "
       "others, in "
       "order of time, each with its transactions, its score and what it may be mistaken for. A finding is a pattern, "
       "not a "
       "judgement of a person.",
       [] {
         std::vector<Option> options = trace_options();
         options.insert(
             options.begin() + 2,
             {{"--technique", "ID", "only these (see `jindo technique list`)", "", "", false, true},
              {"--min-score", "SCORE", "only from this score on, 0 to 1", "", "", false, false},
              {"--format", "FORMAT", "how to print", "narrative", "narrative|table|json|csv", false, false}});
         return options;
       }(),
       {"jindo findings --ledger L --incident ronin-2022",
        "jindo findings --ledger L --incident case.yaml --inferred 0.5 --format json",
        "jindo findings --ledger L --incident case.yaml --technique mixer --technique chain_hop --format table"}},
      {"compare",
       "",
       0,
       0,
       "what incidents share",
       "Traces each incident by itself and ranks what they have in common: addresses, gas wallets, deposit addresses, "
       "bridge "
       "recipients, services, techniques; with how many others use each, since what thousands use proves nothing.",
       [] {
         std::vector<Option> options = trace_options();
         options.insert(options.begin() + 2, kFormatTable);
         return options;
       }(),
       {"jindo compare --ledger L --incident first.yaml --incident second.yaml"}},
      {"technique list",
       "",
       0,
       0,
       "the techniques that findings name",
       "Each with its definition, source, parameters, FATF and MITRE references, and what it mistakes.",
       {kFormatTable},
       {"jindo technique list"}},
  };
}

base::Status run_findings(const Arguments& arguments) {
  JINDO_TRY(inquiry::TraceRequest request, trace_request(arguments));
  JINDO_TRY(const report::FindingsFormat format, report::parse_findings_format(arguments.get("--format")));
  request.options.record = true;
  uint32_t least = 0;
  if (arguments.has("--min-score")) {
    const auto score = resolve::parse_confidence(arguments.get("--min-score"));
    if (!score)
      return base::wrong_use("--min-score: '" + arguments.get("--min-score") +
                             "' is not a score from 0 to 1, like 0.5");
    least = *score;
  }
  const std::vector<std::string> wanted = arguments.all("--technique");
  for (const std::string& id : wanted) {
    const auto known = typology::techniques();
    if (std::none_of(known.begin(), known.end(), [&](const auto& info) { return id == info.id; }))
      return base::wrong_use("--technique: '" + id + "' is none; `jindo technique list` has them");
  }
  JINDO_TRY(const inquiry::Traced traced, inquiry::trace_incidents(request));
  auto found = inquiry::find_techniques(traced);
  auto& findings = found->findings;
  findings.erase(std::remove_if(findings.begin(), findings.end(),
                                [&](const typology::Finding& finding) {
                                  return finding.score < least ||
                                         (!wanted.empty() && std::find(wanted.begin(), wanted.end(),
                                                                       finding.technique->id) == wanted.end());
                                }),
                 findings.end());
  return deliver(arguments, [&](const base::TextSink& out) { report::print_findings(traced, findings, format, out); });
}

base::Status run_compare(const Arguments& arguments) {
  JINDO_TRY(const inquiry::TraceRequest request, trace_request(arguments));
  JINDO_TRY(const inquiry::Comparison comparison, inquiry::compare_incidents(request));
  return deliver(arguments, [&](const base::TextSink& out) {
    report::print_comparison(comparison, arguments.get("--format") == "json", out);
  });
}

base::Status run_technique_list(const Arguments& arguments) {
  report::print_techniques(arguments.get("--format") == "json", [](std::string_view text) { print(text); });
  return {};
}

base::Status run_link_list(const Arguments& arguments) {
  uint32_t least = resolve::kCertain + 1;
  JINDO_TRY(const resolve::ResolveRequest request, resolve_request(arguments, least));
  JINDO_TRY(const ledger::Ledger ledger, ledger::Ledger::open(arguments.get("--ledger")));
  JINDO_TRY(const inquiry::OwnershipRequest owning, ownership_request(arguments));
  JINDO_TRY(const auto owners, inquiry::Ownership::open(owning, ledger));
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
    if (format == "csv") return report::print_links_csv(links, ledger, out);
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
        report::link_fields(json, link, ledger);
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
               (leg.asset.is_none()
                    ? ""
                    : "  " + base::to_decimal(leg.amount) + " " + chain::format_asset(*leg.network, leg.asset)) +
               (leg.address.is_none() ? "" : "  " + chain::format_address(*leg.network, leg.address));
      };
      out(report::describe_link(link) + "\n  from " + side(link.from) + "\n  to   " + side(link.to) + "\n");
      for (const std::string& evidence : link.evidence) out("       " + evidence + "\n");
    }
    out(typology::counted(links.size(), "link", "links") + "\n");
    if (links.empty() && !request.inferred)
      out("Only exact links were asked for: --inferred 0.5 shows inferred ones; tags and --services say which "
          "addresses "
          "are bridges'.\n");
  });
}
}  // namespace jindo::cli
