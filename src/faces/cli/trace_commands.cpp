// trace and trail: where stolen money went, and by which way it came to one place.
#include <cstdlib>
#include <string>

#include "base/clock.h"
#include "base/json_writer.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
#include "cli/trace_arguments.h"
#include "inquiry/findings.h"
#include "inquiry/tracing.h"
#include "report/findings.h"
#include "report/formats.h"

namespace jindo::cli {
namespace {
// What makes the same again: which tags are in force by default depends on the day, and where incidents lie on this
// machine's environment, so both are said.
std::string repeating(const Arguments& arguments, const inquiry::Traced& traced) {
  std::string more;
  if (!arguments.has("--tags-at") && traced.owners->store() != nullptr)
    more = "--tags-at " + base::format_time(traced.owners->on());
  if (const char* folder = std::getenv("JINDO_INCIDENTS"); folder != nullptr && !arguments.has("--incidents"))
    more += (more.empty() ? "" : " ") + std::string("--incidents ") + shell_word(folder);
  return command_line(arguments, {"--output"}, more);
}
base::Status run_trace(const Arguments& arguments) {
  JINDO_TRY(inquiry::TraceRequest request, trace_request(arguments));
  JINDO_TRY(const report::Format format, report::parse_format(arguments.get("--format")));
  request.options.record = format == report::Format::kGraphml || format == report::Format::kHtml;
  JINDO_TRY(const inquiry::Traced traced, inquiry::trace_incidents(request));
  return deliver(arguments, [&](const base::TextSink& out) {
    switch (format) {
      case report::Format::kJson:
        report::print_json(traced, out);
        break;
      case report::Format::kTable:
        report::print_table(traced, out);
        break;
      case report::Format::kCsv:
        report::print_csv(traced, out);
        break;
      case report::Format::kGraphml:
        report::print_graphml(traced, out);
        break;
      case report::Format::kHtml:
        report::print_html(
            traced, repeating(arguments, traced),
            [&](const base::TextSink& to) {
              report::print_findings_html(inquiry::find_techniques(traced)->findings, to);
            },
            out);
        break;
    }
  });
}
Command trace_command() {
  return {
      .name = "trace",
      .summary = "follow stolen money",
      .description =
          "Follows what the incidents name through the ledger, exactly. The result is proved to conserve what was "
          "stolen (but for poison).",
      .options = trace_options({{.name = "--format",
                                 .value = "FORMAT",
                                 .help = "how to print",
                                 .fallback = "table",
                                 .choices = "json|table|csv|graphml|html"}}),
      .examples = {"jindo trace --ledger L --incident ronin-2022 --policy haircut",
                   "jindo trace --ledger L --incident case.yaml --policy fifo --format html --output report.html",
                   "jindo trace --ledger L --incident a.yaml --incident b.yaml --policy lifo --format json"},
      .run = run_trace,
  };
}

base::Status run_trail(const Arguments& arguments) {
  JINDO_TRY(inquiry::TraceRequest request, trace_request(arguments));
  request.options.record = true;
  JINDO_TRY(const inquiry::Traced traced, inquiry::trace_incidents(request));
  JINDO_TRY(const trace::TrailTarget target, inquiry::parse_target(traced, arguments.get("--to")));
  auto trail = trace::find_trail(*traced.ledger, traced.result, target);
  if (!trail.ok()) return base::Error{trail.error().kind, arguments.get("--to") + ": " + trail.error().message};
  return deliver(arguments, [&](const base::TextSink& out) {
    if (json_wanted(arguments))
      report::print_trail_json(traced, *trail, out);
    else
      report::print_trail_table(traced, *trail, out);
  });
}
Command trail_command() {
  return {
      .name = "trail",
      .summary = "by which way did it come?",
      .description =
          "The movements from the theft to one place, with what was carried on each: what a freeze request quotes.",
      .options = trace_options(
          {{.name = "--to", .value = "ADDRESS|TXID:VOUT", .help = "the place the trail leads to", .required = true},
           kFormatTable}),
      .examples =
          {"jindo trail --ledger L --incident ronin-2022 --policy fifo --to 0xbc25d57412a04956cdd95af07825c5c1f34d29eb"},
      .run = run_trail,
  };
}
}  // namespace

std::vector<Command> trace_commands() { return {trace_command(), trail_command()}; }
}  // namespace jindo::cli
