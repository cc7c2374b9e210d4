// Links as JSON fields, as CSV rows and in words.
#include "report/link_text.h"

#include "chain/block.h"

namespace jindo::report {
namespace {
std::string transaction_of(const resolve::Leg& leg, const ledger::Ledger& ledger) {
  return chain::format_hash(*leg.network, ledger.find(*leg.network)->reader().transaction_id(leg.transaction));
}
void leg_fields(base::JsonWriter& json, const std::string& side, const resolve::Leg& leg,
                const ledger::Ledger& ledger) {
  json.field(side + "_chain", leg.network->name);
  json.field(side + "_transaction", transaction_of(leg, ledger));
  if (!leg.address.is_none()) json.field(side + "_address", chain::format_address(*leg.network, leg.address));
  if (leg.asset.is_none()) return;
  json.field(side + "_asset", chain::format_asset(*leg.network, leg.asset));
  json.field(side + "_amount", base::to_decimal(leg.amount));
}
}  // namespace

std::string confidence_text(uint32_t parts) {
  if (parts >= resolve::kCertain) return "1";
  std::string digits = std::to_string(parts);
  digits.insert(0, 6 - std::min<size_t>(6, digits.size()), '0');
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  return "0." + digits;
}

std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

void link_fields(base::JsonWriter& json, const resolve::Link& link, const ledger::Ledger& ledger) {
  json.field("kind", resolve::link_kind_name(link.kind));
  if (!link.service.empty()) json.field("service", link.service);
  json.field("rule", link.rule);
  json.field("exact", link.exact);
  json.field("confidence", confidence_text(link.exact ? resolve::kCertain : link.confidence));
  if (!link.exact) json.field("candidates", static_cast<uint64_t>(link.candidates));
  if (link.anonymity_set > 0) json.field("anonymity_set", static_cast<uint64_t>(link.anonymity_set));
  leg_fields(json, "from", link.from, ledger);
  leg_fields(json, "to", link.to, ledger);
  json.list("evidence", link.evidence);
}

std::string describe_link(const resolve::Link& link) {
  std::string out = resolve::link_kind_name(link.kind);
  if (!link.service.empty()) out += " by " + link.service;
  if (link.exact) return out + ", exact (" + link.rule + ")";
  out += ", inferred (" + link.rule + "), confidence " + confidence_text(link.confidence);
  if (link.candidates > 0) out += ", " + std::to_string(link.candidates) + " others possible";
  if (link.anonymity_set > 1) out += ", anonymity set " + std::to_string(link.anonymity_set);
  return out;
}

void print_links_csv(const std::vector<resolve::Link>& links, const ledger::Ledger& ledger, const base::TextSink& out) {
  out("kind,exact,confidence,rule,service,candidates,anonymity_set,from_chain,from_transaction,from_address,from_asset,"
      "from_amount,to_chain,to_transaction,to_address,to_asset,to_amount,evidence\n");
  for (const resolve::Link& link : links) {
    std::string line = std::string(resolve::link_kind_name(link.kind)) + "," + (link.exact ? "true" : "false") + "," +
                       confidence_text(link.exact ? resolve::kCertain : link.confidence) + "," + link.rule + "," +
                       csv_text(link.service) + "," + std::to_string(link.candidates) + "," +
                       std::to_string(link.anonymity_set);
    for (const resolve::Leg* leg : {&link.from, &link.to}) {
      line += "," + std::string(leg->network->name) + "," + transaction_of(*leg, ledger) + "," +
              (leg->address.is_none() ? "" : chain::format_address(*leg->network, leg->address)) + "," +
              (leg->asset.is_none() ? "" : chain::format_asset(*leg->network, leg->asset)) + "," +
              base::to_decimal(leg->amount);
    }
    std::string evidence;
    for (const std::string& one : link.evidence) evidence += (evidence.empty() ? "" : "; ") + one;
    out(line + "," + csv_text(evidence) + "\n");
  }
}
}  // namespace jindo::report
