// An incident written as parse_incident() reads it.
#include "base/clock.h"
#include "base/json_writer.h"
#include "incidents/incident.h"

namespace jindo::incidents {
namespace {
void field(base::JsonWriter& json, const char* name, const std::string& value) {
  if (!value.empty()) json.field(name, value);
}
void theft_fields(base::JsonWriter& json, const IncidentTheft& t) {
  json.field("chain", t.network->caip2);
  if (t.theft.transaction) json.field("transaction", chain::format_hash(*t.network, *t.theft.transaction));
  const bool utxo = t.network->model == chain::LedgerModel::kUtxo;
  if (t.theft.transaction && utxo) json.field("output", uint64_t{*t.theft.output});
  json.field("asset", chain::format_asset(*t.network, t.asset));
  if (t.theft.to) json.field("to", chain::format_address(*t.network, *t.theft.to));
  if (t.theft.amount) json.field("amount", base::to_decimal(*t.theft.amount));
  if (t.theft.address) {
    json.field("address", chain::format_address(*t.network, *t.theft.address));
    json.field("since", base::format_time(t.theft.since));
  }
}
void attribution_fields(base::JsonWriter& json, const Attribution& a) {
  json.field("actor", a.actor);
  json.field("by", a.by);
  json.field("date", a.date);
  field(json, "confidence", a.confidence);
  field(json, "source", a.source);
}
void token_fields(base::JsonWriter& json, const Token& t) {
  json.field("chain", t.network->caip2);
  json.field("address", chain::format_asset(*t.network, t.key));
  json.field("symbol", t.symbol);
  json.field("decimals", int64_t{t.decimals});
}
void address_fields(base::JsonWriter& json, const KnownAddress& a) {
  json.field("chain", a.network != nullptr ? a.network->caip2 : std::string_view(a.chain));
  json.field("address", a.text);
  json.field("role", a.role);
  json.field("source", a.source);
  field(json, "note", a.note);
}
// Empty lists are left out.
template <class Items, class Write>
void objects(base::JsonWriter& json, const char* name, const Items& items, Write write) {
  if (!items.empty()) json.objects(name, items, [&](const auto& item) { write(json, item); });
}
}  // namespace

std::string write_incident(const Incident& incident) {
  return base::json_object([&](base::JsonWriter& json) {
    json.field("id", incident.id);
    json.field("name", incident.name);
    field(json, "victim", incident.victim);
    json.field("date", incident.date);
    field(json, "summary", incident.summary);
    objects(json, "attribution", incident.attribution, attribution_fields);
    objects(json, "tokens", incident.tokens, token_fields);
    objects(json, "thefts", incident.thefts, theft_fields);
    objects(json, "addresses", incident.addresses, address_fields);
    if (!incident.sources.empty()) json.list("sources", incident.sources);
    if (!incident.notes.empty()) json.list("notes", incident.notes);
    field(json, "marking", incident.marking);
    if (incident.shared_object.empty()) return;
    json.object("shared", [&] {
      json.field("object", incident.shared_object);
      json.field("by", incident.shared_by);
    });
  });
}
}  // namespace jindo::incidents
