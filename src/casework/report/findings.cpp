// Findings as text: one function a format.
#include "report/findings.h"

#include <set>

#include "base/clock.h"
#include "base/hex.h"
#include "report/link_text.h"
#include "report/markup.h"

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
  json.key("incidents");
  json.begin_array();
  for (const std::string& incident : finding.incidents) json.string(incident);
  json.end_array();
  json.key("addresses");
  json.begin_array();
  for (const typology::Party& party : finding.parties) {
    json.begin_object();
    json.field("chain", party.network->name);
    json.field("address", chain::format_address(*party.network, party.address));
    json.end_object();
  }
  json.end_array();
  json.key("transactions");
  json.begin_array();
  for (const typology::Sighting& sighting : finding.transactions) {
    json.begin_object();
    json.field("chain", sighting.network->name);
    json.field("transaction", chain::format_hash(*sighting.network, sighting.transaction));
    json.end_object();
  }
  json.end_array();
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
  const trace::Result& result = traced.result;
  if (format == FindingsFormat::kJson) {
    base::JsonWriter json(out);
    json.begin_object();
    json.key("incidents");
    json.begin_array();
    for (const auto& incident : traced.incidents) json.string(incident.id);
    json.end_array();
    if (!inquiry::marking_of(traced).empty()) json.field("marking", inquiry::marking_of(traced));
    json.field("policy", trace::policy_name(result.policy));
    json.field("ledger", base::to_hex(result.ledger_digest));
    json.key("as_of");
    json.begin_object();
    for (const auto& chain : result.chains) json.field(chain.network->name, chain.tip_height);
    json.end_object();
    if (!result.registry_version.empty()) {
      json.field("registry", result.registry_version);
      json.field("registry_digest", base::to_hex(result.registry_digest));
    }
    json.key("findings");
    json.begin_array();
    for (const Finding& finding : findings) {
      json.begin_object();
      finding_fields(json, finding);
      json.end_object();
    }
    json.end_array();
    json.end_object();
    return;
  }
  const std::string marking = inquiry::marking_of(traced);
  if (format == FindingsFormat::kCsv) {  // a row a transaction: what `exercise score` reads
    out("technique,chain,transaction,score,first_time,last_time,inferred");
    const std::string end = marking.empty() ? "\n" : "," + marking + "\n";
    out(marking.empty() ? "\n" : ",marking\n");
    for (const Finding& finding : findings)
      for (const typology::Sighting& sighting : finding.transactions)
        out(std::string(finding.technique->id) + "," + std::string(sighting.network->name) + "," +
            chain::format_hash(*sighting.network, sighting.transaction) + "," + confidence_text(finding.score) + "," +
            base::format_time(finding.first_time) + "," + base::format_time(finding.last_time) + "," +
            (finding.inferred ? "true" : "false") + end);
    return;
  }
  if (!marking.empty()) out(marking + "\n");
  if (format == FindingsFormat::kTable) {
    size_t width = 9;
    for (const Finding& finding : findings) width = std::max(width, std::string_view(finding.technique->id).size());
    out("TECHNIQUE" + std::string(width - 9, ' ') +
        "  SCORE  FIRST                 LAST                  TRANSACTIONS  WHAT\n");
    for (const Finding& finding : findings) {
      const std::string id = finding.technique->id, score = confidence_text(finding.score / 10'000 * 10'000);
      const std::string count = std::to_string(finding.transactions.size());
      out(id + std::string(width - id.size(), ' ') + "  " + score +
          std::string(5 - std::min<size_t>(5, score.size()), ' ') + "  " + base::format_time(finding.first_time) +
          "  " + base::format_time(finding.last_time) + "  " +
          std::string(12 - std::min<size_t>(12, count.size()), ' ') + count + "  " + finding.text + "\n");
    }
    return;
  }
  std::string names;
  for (const auto& incident : traced.incidents) names += (names.empty() ? "" : ", ") + incident.name;
  out(names + ": what was done with the stolen value, in order of time.\nPolicy " + trace::policy_name(result.policy) +
      "; as of");
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
    for (const typology::TechniqueInfo& info : typology::techniques()) {
      json.begin_object();
      json.field("technique", info.id);
      json.field("title", info.title);
      json.field("definition", info.definition);
      json.field("source", info.source);
      json.field("parameters", info.parameters);
      json.field("mistakes", info.mistakes);
      json.field("fatf", info.fatf);
      json.field("mitre", info.mitre);
      json.end_object();
    }
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
