// findings, compare, technique list: what was done with stolen money, and what incidents share.
#include <algorithm>

#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
#include "cli/trace_arguments.h"
#include "inquiry/comparison.h"
#include "inquiry/findings.h"
#include "report/comparison.h"
#include "report/findings.h"

namespace jindo::cli {
namespace {
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
Command findings_command() {
  return {
      .name = "findings",
      .summary = "what was done with stolen money",
      .description =
          "Traces the incidents and names the techniques seen: peel chains, fan-outs, mixers, crossings, cash-outs "
          "and others, in order of time, each with its transactions, its score and what it may be mistaken for. "
          "A finding is a pattern, not a judgement of a person.",
      .options = trace_options(
          {{.name = "--technique", .value = "ID", .help = "only these (see `jindo technique list`)", .repeated = true},
           {.name = "--min-score", .value = "SCORE", .help = "only from this score on, 0 to 1"},
           {.name = "--format",
            .value = "FORMAT",
            .help = "how to print",
            .fallback = "narrative",
            .choices = "narrative|table|json|csv"}}),
      .examples =
          {"jindo findings --ledger L --incident ronin-2022",
           "jindo findings --ledger L --incident case.yaml --inferred 0.5 --format json",
           "jindo findings --ledger L --incident case.yaml --technique mixer --technique chain_hop --format table"},
      .run = run_findings,
  };
}

base::Status run_compare(const Arguments& arguments) {
  JINDO_TRY(const inquiry::TraceRequest request, trace_request(arguments));
  JINDO_TRY(const inquiry::Comparison comparison, inquiry::compare_incidents(request));
  return deliver(arguments,
                 [&](const base::TextSink& out) { report::print_comparison(comparison, json_wanted(arguments), out); });
}
Command compare_command() {
  return {
      .name = "compare",
      .summary = "what incidents share",
      .description =
          "Traces each incident by itself and ranks what they have in common: addresses, gas wallets, deposit "
          "addresses, bridge recipients, services, techniques; with how many others use each, since what thousands "
          "use proves nothing.",
      .options = trace_options({kFormatTable}),
      .examples = {"jindo compare --ledger L --incident first.yaml --incident second.yaml"},
      .run = run_compare,
  };
}

base::Status run_technique_list(const Arguments& arguments) {
  report::print_techniques(json_wanted(arguments), [](std::string_view text) { print(text); });
  return {};
}
Command technique_list_command() {
  return {
      .name = "technique list",
      .summary = "the techniques that findings name",
      .description = "Each with its definition, source, parameters, FATF and MITRE references, and what it mistakes.",
      .options = {kFormatTable},
      .examples = {"jindo technique list"},
      .run = run_technique_list,
  };
}
}  // namespace

std::vector<Command> finding_commands() { return {findings_command(), compare_command(), technique_list_command()}; }
}  // namespace jindo::cli
