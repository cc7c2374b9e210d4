// The way of the stolen value to one place, step by step, as JSON and as text.
#include "base/clock.h"
#include "base/hex.h"
#include "report/coverage.h"
#include "report/formats.h"
#include "report/link_text.h"
#include "report/trace_text.h"

namespace jindo::report {
namespace {
using base::to_decimal;
using trace::TrailStep;

void step_fields(base::JsonWriter& json, const TrailStep& step, const inquiry::Traced& traced) {
  const chain::Network& network = *step.network;
  const trace::Source& source = traced.result.sources[step.source];
  json.field("chain", network.name);
  json.field("height", step.height);
  json.field("time", base::format_time(step.time));
  json.field("transaction", chain::format_hash(network, step.transaction));
  json.field("position", step.position);
  json.field("asset", chain::format_asset(network, step.asset));
  if (!step.from.is_none()) json.field("from", chain::format_address(network, step.from));
  if (step.from_transaction)
    json.field("spends", chain::format_hash(network, *step.from_transaction) + ":" + std::to_string(step.from_output));
  if (!step.to.is_none()) json.field("to", chain::format_address(network, step.to));
  if (!step.ends.empty()) json.field("ends", step.ends);
  json.field("incident", source.incident);
  json.field("stolen_asset", chain::format_asset(*source.network, source.asset));
  json.field("amount", to_decimal(step.amount));
  json.field("origin", to_decimal(step.origin));
  json.field("theft", step.theft);
  json.field("mixed", step.mixed);
  if (step.inferred) json.field("inferred", true);
  if (step.link != UINT32_MAX)
    json.object(step.into_link ? "into_link" : "out_of_link",
                [&] { link_fields(json, traced.result.links[step.link].link, *traced.ledger); });
}

std::string step_text(const TrailStep& step, const inquiry::Traced& traced) {
  const trace::Source& source = traced.result.sources[step.source];
  const auto party = [&](const chain::AddressKey& key) {
    if (key.is_none()) return std::string("(none)");
    const std::string role = inquiry::known_role(traced.incidents, *step.network, key);
    return chain::format_address(*step.network, key) + (role.empty() ? "" : " [" + role + "]");
  };
  const std::string origin =
      step.origin == step.amount
          ? ""
          : " (origin " + inquiry::show_amount(traced.incidents, *source.network, source.asset, step.origin) + ")";
  const std::string to =
      step.ends.empty() ? party(step.to) : step.ends + " " + (step.to.is_none() ? "" : party(step.to));
  return base::format_time(step.time) + "  " + (step.theft ? "THEFT " : "") +
         amount_and_asset(traced.incidents, *step.network, step.asset, step.amount) + origin +
         (step.mixed ? " (mixed: all that this movement carried)" : "") + "\n   from " + party(step.from) +
         "\n   to   " + to + "\n   " + std::string(step.network->name) + " block " + std::to_string(step.height) +
         ", transaction " + chain::format_hash(*step.network, step.transaction) + ", position " +
         std::to_string(step.position) + "\n";
}
}  // namespace

void print_trail_json(const inquiry::Traced& traced, const std::vector<TrailStep>& trail, const base::TextSink& out) {
  base::JsonWriter json(out);
  json.object([&] {
    marking_field(json, traced);
    json.field("policy", trace::policy_name(traced.result.policy));
    json.field("ledger", base::to_hex(traced.result.ledger_digest));
    coverage_field(json, traced);
    json.rows("steps", trail, [&](const TrailStep& step) { step_fields(json, step, traced); });
  });
}

void print_trail_table(const inquiry::Traced& traced, const std::vector<TrailStep>& trail, const base::TextSink& out) {
  size_t number = 0;
  if (const std::string marking = inquiry::marking_of(traced); !marking.empty()) out(marking + "\n");
  print_partial(traced, out);
  for (const TrailStep& step : trail) {
    out(std::to_string(++number) + ". " + step_text(step, traced));
    if (step.link == UINT32_MAX) continue;
    const resolve::Link& link = traced.result.links[step.link].link;
    out("   " + std::string(step.into_link ? "into " : "out of ") + describe_link(link) + "\n");
    if (step.into_link)
      for (const std::string& evidence : link.evidence) out("     " + evidence + "\n");
  }
}
}  // namespace jindo::report
