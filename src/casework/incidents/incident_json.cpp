// An incident written as parse_incident() reads it.
#include "base/clock.h"
#include "base/json_writer.h"
#include "incidents/incident.h"

namespace jindo::incidents {
namespace {
void field(base::JsonWriter& json, const char* name, const std::string& value) {
  if (!value.empty()) json.field(name, value);
}
void write_theft(const IncidentTheft& t, base::JsonWriter& json) {
  json.begin_object();
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
  json.end_object();
}
}  // namespace

std::string write_incident(const Incident& incident) {
  return base::json_object([&](base::JsonWriter& json) {
    json.field("id", incident.id);
    json.field("name", incident.name);
    field(json, "victim", incident.victim);
    json.field("date", incident.date);
    field(json, "summary", incident.summary);
    const auto list = [&](const char* name, const auto& items, auto write) {
      if (items.empty()) return;
      json.key(name);
      json.begin_array();
      for (const auto& item : items) write(item);
      json.end_array();
    };
    list("attribution", incident.attribution, [&](const Attribution& a) {
      json.begin_object();
      json.field("actor", a.actor);
      json.field("by", a.by);
      json.field("date", a.date);
      field(json, "confidence", a.confidence);
      field(json, "source", a.source);
      json.end_object();
    });
    list("tokens", incident.tokens, [&](const Token& t) {
      json.begin_object();
      json.field("chain", t.network->caip2);
      json.field("address", chain::format_asset(*t.network, t.key));
      json.field("symbol", t.symbol);
      json.field("decimals", int64_t{t.decimals});
      json.end_object();
    });
    list("thefts", incident.thefts, [&](const IncidentTheft& t) { write_theft(t, json); });
    list("addresses", incident.addresses, [&](const KnownAddress& a) {
      json.begin_object();
      json.field("chain", a.network != nullptr ? a.network->caip2 : std::string_view(a.chain));
      json.field("address", a.text);
      json.field("role", a.role);
      json.field("source", a.source);
      field(json, "note", a.note);
      json.end_object();
    });
    list("sources", incident.sources, [&](const std::string& text) { json.string(text); });
    list("notes", incident.notes, [&](const std::string& text) { json.string(text); });
    field(json, "marking", incident.marking);
    if (!incident.shared_object.empty()) {
      json.key("shared");
      json.begin_object();
      json.field("object", incident.shared_object);
      json.field("by", incident.shared_by);
      json.end_object();
    }
  });
}
}  // namespace jindo::incidents
