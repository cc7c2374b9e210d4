// incident: the known ones, one in full, and a check of files.
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/uint256.h"
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
#include "incidents/incident.h"
#include "inquiry/tracing.h"

namespace jindo::cli {
namespace {
using incidents::Incident;

std::string describe_theft(const std::vector<Incident>& all, const incidents::IncidentTheft& t) {
  std::string out = std::string(t.network->name) + ": ";
  if (t.theft.amount) out += inquiry::show_amount(all, *t.network, t.asset, *t.theft.amount) + " ";
  out += inquiry::show_asset(all, *t.network, t.asset);
  if (t.theft.transaction) {
    out += " in " + chain::format_hash(*t.network, *t.theft.transaction);
    if (t.theft.output) out += ", output " + std::to_string(*t.theft.output);
    if (t.theft.to) out += ", to " + chain::format_address(*t.network, *t.theft.to);
  } else {
    out += ": all that " + chain::format_address(*t.network, *t.theft.address) + " receives from " +
           base::format_time(t.theft.since) + " on";
  }
  return out;
}

base::Status run_incident_list(const Arguments& arguments) {
  JINDO_TRY(const std::vector<Incident> incidents, incidents::list_incidents(incident_folder(arguments)));
  if (json_wanted(arguments)) {
    base::JsonWriter json(print);
    json.begin_array();
    for (const Incident& incident : incidents) {
      json.begin_object();
      json.compact(true);
      json.field("id", incident.id);
      json.field("date", incident.date);
      json.field("name", incident.name);
      json.field("victim", incident.victim);
      if (!incident.marking.empty()) json.field("marking", incident.marking);
      json.field("thefts", static_cast<uint64_t>(incident.thefts.size()));
      json.field("addresses", static_cast<uint64_t>(incident.addresses.size()));
      json.end_object();
      json.compact(false);
    }
    json.end_array();
    return {};
  }
  for (const Incident& incident : incidents) {
    std::string id = incident.id;
    id.resize(std::max<size_t>(id.size(), 22), ' ');
    print(incident.date + "  " + id + "  " + incident.name + " (" + incident.victim +
          "): " + std::to_string(incident.thefts.size()) + " thefts, " + std::to_string(incident.addresses.size()) +
          " known addresses" + (incident.marking.empty() ? "" : "  " + incident.marking) + "\n");
  }
  return {};
}
Command incident_list_command() {
  return {
      .name = "incident list",
      .summary = "known incidents",
      .description = "One line an incident, by date.",
      .options = {kIncidents, kFormatTable},
      .examples = {"jindo incident list"},
      .run = run_incident_list,
  };
}

void print_theft_json(base::JsonWriter& json, const incidents::IncidentTheft& t) {
  json.begin_object();
  json.compact(true);
  json.field("chain", t.network->name);
  json.field("asset", chain::format_asset(*t.network, t.asset));
  if (t.theft.transaction) json.field("transaction", chain::format_hash(*t.network, *t.theft.transaction));
  if (t.theft.output) json.field("output", static_cast<uint64_t>(*t.theft.output));
  if (t.theft.to) json.field("to", chain::format_address(*t.network, *t.theft.to));
  if (t.theft.address) json.field("address", chain::format_address(*t.network, *t.theft.address));
  if (t.theft.address) json.field("since", base::format_time(t.theft.since));
  if (t.theft.amount) json.field("amount", base::to_decimal(*t.theft.amount));
  json.end_object();
  json.compact(false);
}
void print_incident_json(const Incident& incident) {
  base::JsonWriter json(print);
  json.begin_object();
  json.field("id", incident.id);
  if (!incident.marking.empty()) json.field("marking", incident.marking);
  json.field("name", incident.name);
  json.field("victim", incident.victim);
  json.field("date", incident.date);
  json.field("summary", incident.summary);
  json.key("attribution");
  json.begin_array();
  for (const auto& a : incident.attribution) {
    json.begin_object();
    json.compact(true);
    json.field("actor", a.actor);
    json.field("by", a.by);
    json.field("date", a.date);
    json.field("confidence", a.confidence);
    json.field("source", a.source);
    json.end_object();
    json.compact(false);
  }
  json.end_array();
  json.key("thefts");
  json.begin_array();
  for (const auto& t : incident.thefts) print_theft_json(json, t);
  json.end_array();
  json.key("addresses");
  json.begin_array();
  for (const auto& a : incident.addresses) {
    json.begin_object();
    json.compact(true);
    json.field("chain", a.chain);
    json.field("address", a.text);
    json.field("role", a.role);
    json.field("source", a.source);
    if (!a.note.empty()) json.field("note", a.note);
    json.end_object();
    json.compact(false);
  }
  json.end_array();
  json.end_object();
}
void print_incident_text(const Incident& incident) {
  const std::vector<Incident> all{incident};
  print(incident.id + ": " + incident.name + "\n  victim " + incident.victim + ", " + incident.date + "\n");
  if (!incident.marking.empty()) print("  " + incident.marking + "\n");
  if (!incident.summary.empty()) print("  " + incident.summary + "\n");
  for (const auto& a : incident.attribution) {
    print("  attributed to " + a.actor + " by " + a.by + ", " + a.date +
          (a.confidence.empty() ? "" : ", " + a.confidence) + (a.source.empty() ? "" : " (" + a.source + ")") + "\n");
  }
  print("thefts:\n");
  if (incident.thefts.empty()) print("  none public with a transaction\n");
  for (const auto& t : incident.thefts) print("  " + describe_theft(all, t) + "\n");
  print("known addresses:\n");
  for (const auto& a : incident.addresses)
    print("  " + a.chain + " " + a.text + "  " + a.role + (a.note.empty() ? "" : " (" + a.note + ")") + "  [" +
          a.source + "]\n");
  for (const std::string& text : incident.notes) print("note: " + text + "\n");
  for (const std::string& source : incident.sources) print("source: " + source + "\n");
}

base::Status run_incident_show(const Arguments& arguments) {
  JINDO_TRY(const Incident incident, incidents::find_incident(arguments.operands[0], incident_folder(arguments)));
  if (json_wanted(arguments))
    print_incident_json(incident);
  else
    print_incident_text(incident);
  return {};
}
Command incident_show_command() {
  return {
      .name = "incident show",
      .operands = "FILE|ID",
      .operands_min = 1,
      .operands_max = 1,
      .summary = "one incident in full",
      .description = "Date, victim, attribution with its source, thefts, known addresses.",
      .options = {kIncidents, kFormatTable},
      .examples = {"jindo incident show ronin-2022"},
      .run = run_incident_show,
  };
}

base::Status run_incident_check(const Arguments& arguments) {
  for (const std::string& operand : arguments.operands) {
    JINDO_TRY(const Incident incident, incidents::find_incident(operand, incident_folder(arguments)));
    std::string line = incident.id + ": well formed, " + std::to_string(incident.thefts.size()) + " thefts, " +
                       std::to_string(incident.addresses.size()) + " addresses";
    if (arguments.has("--ledger") && !incident.thefts.empty()) {
      JINDO_TRY(const ledger::Ledger ledger, ledger::Ledger::open(arguments.get("--ledger")));
      const auto sources = incidents::trace_sources({incident});
      for (const ledger::LedgerChain& chain : ledger.chains()) {
        std::vector<uint32_t> which;
        for (uint32_t s = 0; s < sources.size(); ++s)
          if (sources[s].network == chain.network) which.push_back(s);
        if (which.empty()) continue;
        trace::Options options;
        options.hops_max = 0;
        JINDO_TRY(const trace::Result result, trace::run(ledger, sources, options));
        line += "; its thefts are in the ledger";
        break;
      }
    }
    print(line + "\n");
  }
  return {};
}
Command incident_check_command() {
  return {
      .name = "incident check",
      .operands = "FILE|ID...",
      .operands_min = 1,
      .operands_max = SIZE_MAX,
      .summary = "check incident files",
      .description =
          "Reads each and says what is wrong, with the line; with --ledger also whether the thefts are in it.",
      .options = {kIncidents, {.name = "--ledger", .value = "DIR", .help = "look the thefts up there"}},
      .examples = {"jindo incident check my-case.yaml --ledger L"},
      .run = run_incident_check,
  };
}
}  // namespace

std::vector<Command> incident_commands() {
  return {incident_list_command(), incident_show_command(), incident_check_command()};
}
}  // namespace jindo::cli
