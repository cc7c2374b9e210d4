#include "base/clock.h"
#include "base/file.h"
#include "cli/commands.h"
#include "inquiry/findings.h"
#include "inquiry/tracing.h"
#include "report/findings.h"
#include "report/formats.h"

namespace jindo::cli {
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

base::Status deliver(const Arguments& arguments, const std::function<void(const base::TextSink&)>& print_to) {
  if (!arguments.has("--output")) {
    print_to(base::TextSink(print));
    return {};
  }
  std::string text;
  print_to(base::TextSink([&text](std::string_view part) { text += part; }));
  return base::replace_file(arguments.get("--output"), text);
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
            traced,
            [&](const base::TextSink& to) {
              report::print_findings_html(inquiry::find_techniques(traced)->findings, to);
            },
            out);
        break;
    }
  });
}

base::Status run_trail(const Arguments& arguments) {
  JINDO_TRY(inquiry::TraceRequest request, trace_request(arguments));
  request.options.record = true;
  JINDO_TRY(const inquiry::Traced traced, inquiry::trace_incidents(request));
  JINDO_TRY(const trace::TrailTarget target, inquiry::parse_target(traced, arguments.get("--to")));
  auto trail = trace::find_trail(*traced.ledger, traced.result, target);
  if (!trail.ok()) return base::Error{trail.error().kind, arguments.get("--to") + ": " + trail.error().message};
  return deliver(arguments, [&](const base::TextSink& out) {
    if (arguments.get("--format") == "json")
      report::print_trail_json(traced, *trail, out);
    else
      report::print_trail_table(traced, *trail, out);
  });
}
}  // namespace jindo::cli
