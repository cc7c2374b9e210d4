// The board of incidents, and one incident's page: what was stolen, followed, held, where it ended, what others did.
#include <simdjson.h>

#include <algorithm>
#include <map>

#include "workbench/trace_summary.h"
#include "workbench/workbench.h"

namespace jindo::workbench {
namespace {
void identity_fields(base::JsonWriter& json, const incidents::Incident& incident) {
  json.field("id", incident.id);
  json.field("name", incident.name);
  if (!incident.victim.empty()) json.field("victim", incident.victim);
  json.field("date", incident.date);
  if (!incident.summary.empty()) json.field("summary", incident.summary);
  if (!incident.marking.empty()) json.field("marking", incident.marking);
  if (!incident.shared_by.empty()) json.field("shared_by", incident.shared_by);
}
// Open alerts by incident.
base::Result<std::map<std::string, uint64_t>> open_alerts(alerts::AlertStore& store) {
  std::map<std::string, uint64_t> out;
  simdjson::dom::parser parser;
  for (int64_t after = 0;;) {
    JINDO_TRY(const auto page, store.list(after, 1000, "open"));
    for (const alerts::Alert& alert : page) {
      simdjson::dom::element root;
      std::string_view source, id;
      if (parser.parse(alert.body).get(root) == simdjson::SUCCESS && root["source"].get(source) == simdjson::SUCCESS &&
          root["id"].get(id) == simdjson::SUCCESS && source == "incident")
        ++out[std::string(id)];
    }
    if (page.size() < 1000) return out;
    after = page.back().number;
  }
}
void theft_fields(base::JsonWriter& json, const incidents::IncidentTheft& theft, AssetNames& names) {
  const trace::Theft& t = theft.theft;
  json.field("chain", theft.network->name);
  json.field("asset", names.use(*theft.network, theft.asset));
  if (t.transaction) json.field("transaction", chain::format_hash(*theft.network, *t.transaction));
  if (t.output) json.field("output", uint64_t{*t.output});
  if (t.to) json.field("to", chain::format_address(*theft.network, *t.to));
  if (t.address) json.field("address", chain::format_address(*theft.network, *t.address));
  if (t.amount) json.field("amount", base::to_decimal(*t.amount));
}
void known_address_fields(base::JsonWriter& json, const incidents::KnownAddress& a) {
  json.field("chain", a.chain);
  json.field("address", a.network != nullptr ? chain::format_address(*a.network, a.key) : a.text);
  json.field("in_ledger_chain", a.network != nullptr);
  json.field("role", a.role);
  json.field("source", a.source);
  if (!a.note.empty()) json.field("note", a.note);
}
// What the incident says of itself.
void statement_fields(base::JsonWriter& json, const incidents::Incident& incident, AssetNames& names) {
  json.objects("attribution", incident.attribution, [&](const incidents::Attribution& a) {
    json.field("actor", a.actor);
    json.field("by", a.by);
    json.field("date", a.date);
    json.field("confidence", a.confidence);
    json.field("source", a.source);
  });
  json.objects("thefts", incident.thefts, [&](const auto& theft) { theft_fields(json, theft, names); });
  json.objects("known_addresses", incident.addresses, [&](const auto& known) { known_address_fields(json, known); });
  json.list("sources_named", incident.sources);
  json.list("notes", incident.notes);
}

void traced_fields(base::JsonWriter& json, const TraceView& view, AssetNames& names) {
  json.object("trace", [&] {
    trace_fields(json, view);
    source_fields(json, view, names);
  });
  summary_fields(json, view, names);
  day_rows(json, view);
  link_rows(json, view, names);
}
uint64_t count_of(const std::map<std::string, uint64_t>& alerts, const std::string& incident) {
  const auto found = alerts.find(incident);
  return found == alerts.end() ? 0 : found->second;
}
// What others did about it, where the asker takes part in sharing.
void sharing_field(base::JsonWriter& json, federation::Sharing& sharing, const std::string& incident,
                   const Asker& asker) {
  if (!asker.reader) return;
  const auto acts = sharing.acts_json(incident, *asker.reader);
  if (!acts.ok()) return;
  json.key("sharing");
  json.json(*acts);
}
}  // namespace

base::Result<std::string> Workbench::board(const Asker& asker, trace::Policy policy) {
  const auto incidents = incidents_for(asker);
  AssetNames names(assets_, incidents);
  JINDO_TRY(const auto alerts, open_alerts(node_.alerts()));
  std::map<std::string, exposure::TrackStatus> status;
  for (const exposure::TrackStatus& s : node_.track_status()) status[s.id] = s;
  std::string out;
  base::JsonWriter json(out, false);
  json.begin_object();
  json.field("policy", trace::policy_name(policy));
  json.key("incidents");
  json.begin_array();
  for (const incidents::Incident& incident : incidents) {
    json.begin_object();
    identity_fields(json, incident);
    json.list("attributed_to", incident.attribution,
              [&](const incidents::Attribution& a) { json.string(a.actor + " (" + a.by + ")"); });
    json.field("open_alerts", count_of(alerts, incident.id));
    const auto view = trace_for(asker, {incident.id, policy, false});
    if (view.ok()) {
      json.field("state", "traced");
      json.field("traced_marking", (*view)->marking);
      summary_fields(json, **view, names);
    } else if (view.error().kind == base::ErrorKind::kMachine) {
      return view.error();
    } else {
      const auto found = status.find(incident.id);
      const bool waits = found != status.end() && found->second.state != exposure::TrackState::kTraced;
      json.field("state", incident.thefts.empty() ? "no thefts" : waits ? "waiting" : "not traced");
      json.field("problem", waits && !found->second.problem.empty() ? found->second.problem : view.error().message);
    }
    sharing_field(json, sharing_, incident.id, asker);
    json.end_object();
  }
  json.end_array();
  json.key("coverage");
  json.json(node_.state()->coverage_of(asker.hidden.get()));
  names.write(json);
  json.end_object();
  json.flush();
  return out;
}

base::Result<std::string> Workbench::incident(const Asker& asker, const TraceKey& key) {
  const auto incidents = incidents_for(asker);
  const auto found = std::find_if(incidents.begin(), incidents.end(),
                                  [&](const incidents::Incident& i) { return i.id == key.incident; });
  if (found == incidents.end()) return base::answer_no("no incident " + key.incident.substr(0, 100));
  AssetNames names(assets_, incidents);
  const auto view = trace_for(asker, key);
  if (!view.ok() && view.error().kind == base::ErrorKind::kMachine) return view.error();
  JINDO_TRY(const auto alerts, open_alerts(node_.alerts()));
  return base::json_object([&](base::JsonWriter& json) {
    identity_fields(json, *found);
    statement_fields(json, *found, names);
    json.field("open_alerts", count_of(alerts, found->id));
    if (view.ok()) {
      json.field("state", "traced");
      traced_fields(json, **view, names);
    } else {
      json.field("state", found->thefts.empty() ? "no thefts" : "waiting");
      json.field("problem", view.error().message);
    }
    sharing_field(json, sharing_, found->id, asker);
    names.write(json);
  });
}
}  // namespace jindo::workbench
