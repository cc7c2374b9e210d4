// Findings as text: one function a format.
#include "report/findings.h"
#include "report/coverage.h"

#include <algorithm>

#include "base/clock.h"
#include "base/hex.h"
#include "report/link_text.h"
#include "report/markup.h"
#include "report/trace_text.h"

namespace jindo::report {
namespace {
using typology::Finding;

void finding_fields(base::JsonWriter& json, const Finding& finding) {
  json.field("technique", finding.technique->id);
  json.field("title", finding.technique->title);
  json.field("score", confidence_text(finding.score));
  json.field("first_time", base::format_time(finding.first_time));
  json.field("last_time", base::format_time(finding.last_time));
  json.field("text", finding.text);
  json.field("inferred", finding.inferred);
  if (*finding.technique->fatf != '\0') json.field("fatf", finding.technique->fatf);
  if (*finding.technique->mitre != '\0') json.field("mitre", finding.technique->mitre);
  json.field("source", finding.technique->source);
  json.field("mistakes", finding.technique->mistakes);
  json.list("incidents", finding.incidents);
  json.objects("addresses", finding.parties, [&](const typology::Party& party) {
    json.field("chain", party.network->name);
    json.field("address", chain::format_address(*party.network, party.address));
  });
  json.objects("transactions", finding.transactions, [&](const typology::Sighting& sighting) {
    json.field("chain", sighting.network->name);
    json.field("transaction", chain::format_hash(*sighting.network, sighting.transaction));
  });
}
std::string evidence_text(const Finding& finding, size_t most) {
  std::string out;
  for (size_t i = 0; i < finding.transactions.size() && i < most; ++i)
    out += (i == 0 ? "" : ", ") + std::string(finding.transactions[i].network->name) + " " +
           chain::format_hash(*finding.transactions[i].network, finding.transactions[i].transaction);
  if (finding.transactions.size() > most) out += " and " + std::to_string(finding.transactions.size() - most) + " more";
  return out;
}
std::string label_text(const Finding& finding) {
  std::string out = std::string(finding.technique->title) + ", " + confidence_text(finding.score);
  if (finding.inferred) out += ", after an inferred link";
  if (*finding.technique->fatf != '\0') out += "; FATF 2020: " + std::string(finding.technique->fatf);
  if (*finding.technique->mitre != '\0') out += "; MITRE ATT&CK " + std::string(finding.technique->mitre);
  return out;
}

void print_as_json(const inquiry::Traced& traced, const typology::Findings& findings, const base::TextSink& out) {
  const trace::Result& result = traced.result;
  base::JsonWriter json(out);
  json.object([&] {
    json.list("incidents", traced.incidents, [&](const incidents::Incident& incident) { json.string(incident.id); });
    marking_field(json, traced);
    json.field("policy", trace::policy_name(result.policy));
    json.field("ledger", base::to_hex(result.ledger_digest));
    as_of_field(json, result);
    coverage_field(json, traced);
    if (!result.registry_version.empty()) {
      json.field("registry", result.registry_version);
      json.field("registry_digest", base::to_hex(result.registry_digest));
    }
    json.objects("findings", findings, [&](const Finding& finding) { finding_fields(json, finding); });
  });
}
// A row a transaction: what `exercise score` reads.
void print_as_csv(const typology::Findings& findings, const std::string& marking, const base::TextSink& out) {
  out("technique,chain,transaction,score,first_time,last_time,inferred");
  const std::string end = marking.empty() ? "\n" : "," + marking + "\n";
  out(marking.empty() ? "\n" : ",marking\n");
  for (const Finding& finding : findings)
    for (const typology::Sighting& sighting : finding.transactions)
      out(std::string(finding.technique->id) + "," + std::string(sighting.network->name) + "," +
          chain::format_hash(*sighting.network, sighting.transaction) + "," + confidence_text(finding.score) + "," +
          base::format_time(finding.first_time) + "," + base::format_time(finding.last_time) + "," +
          (finding.inferred ? "true" : "false") + end);
}
void print_as_table(const typology::Findings& findings, const base::TextSink& out) {
  size_t width = 9;
  for (const Finding& finding : findings) width = std::max(width, std::string_view(finding.technique->id).size());
  out("TECHNIQUE" + std::string(width - 9, ' ') +
      "  SCORE  FIRST                 LAST                  TRANSACTIONS  WHAT\n");
  for (const Finding& finding : findings) {
    const std::string id = finding.technique->id, score = confidence_text(finding.score / 10'000 * 10'000);
    const std::string count = std::to_string(finding.transactions.size());
    out(id + std::string(width - id.size(), ' ') + "  " + score +
        std::string(5 - std::min<size_t>(5, score.size()), ' ') + "  " + base::format_time(finding.first_time) + "  " +
        base::format_time(finding.last_time) + "  " + std::string(12 - std::min<size_t>(12, count.size()), ' ') +
        count + "  " + finding.text + "\n");
  }
}
void print_as_narrative(const inquiry::Traced& traced, const typology::Findings& findings, const base::TextSink& out) {
  const trace::Result& result = traced.result;
  out(names_of(traced.incidents) + ": what was done with the stolen value, in order of time.\nPolicy " +
      trace::policy_name(result.policy) + "; as of");
  for (const auto& chain : result.chains)
    out(" " + std::string(chain.network->name) + " block " + std::to_string(chain.tip_height) + ";");
  out(" ledger " + base::to_hex(result.ledger_digest).substr(0, 16) + "…\n\n");
  for (size_t i = 0; i < findings.size(); ++i)
    out(std::to_string(i + 1) + ". " + findings[i].text + ".\n   [" + label_text(findings[i]) + "]\n   " +
        evidence_text(findings[i], 3) + "\n\n");
  if (findings.empty()) out("None of the techniques that are known here was seen.\n");
  out("A finding is a pattern with its evidence, not a judgement of a person. What each pattern mistakes: `jindo "
      "technique list`.\n");
}
}  // namespace

base::Result<FindingsFormat> parse_findings_format(std::string_view name) {
  if (name == "narrative") return FindingsFormat::kNarrative;
  if (name == "table") return FindingsFormat::kTable;
  if (name == "json") return FindingsFormat::kJson;
  if (name == "csv") return FindingsFormat::kCsv;
  return base::wrong_use("unknown format '" + std::string(name) + "'; expected narrative, table, json or csv");
}

void print_findings(const inquiry::Traced& traced, const typology::Findings& findings, FindingsFormat format,
                    const base::TextSink& out) {
  if (format == FindingsFormat::kJson) return print_as_json(traced, findings, out);
  const std::string marking = inquiry::marking_of(traced);
  if (format == FindingsFormat::kCsv) return print_as_csv(findings, marking, out);
  if (!marking.empty()) out(marking + "\n");
  print_partial(traced, out);
  if (format == FindingsFormat::kTable) return print_as_table(findings, out);
  print_as_narrative(traced, findings, out);
}

void print_findings_html(const typology::Findings& findings, const base::TextSink& out) {
  out("\n<h2>What was done</h2>");
  if (findings.empty()) {
    out("<p>None of the techniques that are known here was seen.</p>");
    return;
  }
  out("<p>In order of time. Each is a pattern with its evidence, not a judgement of a "
      "person.</p><table><tr><th>When</th>"
      "<th>Technique</th><th>What</th><th>Transactions</th></tr>");
  for (const Finding& finding : findings) {
    out("<tr><td>" + base::format_time(finding.first_time) + "<br>" + base::format_time(finding.last_time) +
        "</td><td>" + escape_markup(finding.technique->title) + "<br>" + confidence_text(finding.score) +
        (finding.inferred ? "<br>after an inferred link" : "") +
        (*finding.technique->fatf == '\0' ? "" : "<br>FATF: " + escape_markup(finding.technique->fatf)) + "</td><td>" +
        escape_markup(finding.text) + ".<br><small>May be mistaken for: " + escape_markup(finding.technique->mistakes) +
        ".</small></td><td>" + std::to_string(finding.transactions.size()) + ": <code>" +
        escape_markup(evidence_text(finding, 2)) + "</code></td></tr>\n");
  }
  out("</table>");
}

void print_techniques(bool as_json, const base::TextSink& out) {
  if (as_json) {
    base::JsonWriter json(out);
    json.begin_array();
    for (const typology::TechniqueInfo& info : typology::techniques())
      json.object([&] {
        json.field("technique", info.id);
        json.field("title", info.title);
        json.field("definition", info.definition);
        json.field("source", info.source);
        json.field("parameters", info.parameters);
        json.field("mistakes", info.mistakes);
        json.field("fatf", info.fatf);
        json.field("mitre", info.mitre);
      });
    json.end_array();
    return;
  }
  for (const typology::TechniqueInfo& info : typology::techniques())
    out(std::string(info.id) + ": " + info.title + "\n  " + info.definition + ".\n  Source: " + info.source +
        ".\n  Parameters: " + info.parameters + ".\n  Mistakes: " + info.mistakes + ".\n" +
        (*info.fatf == '\0' ? "" : "  FATF 2020: " + std::string(info.fatf) + ".\n") +
        (*info.mitre == '\0' ? "" : "  MITRE ATT&CK: " + std::string(info.mitre) + ".\n") + "\n");
}
}  // namespace jindo::report
