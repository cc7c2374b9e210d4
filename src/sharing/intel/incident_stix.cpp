// An incident's objects written, and read back by the extension that holds all of it.
#include "intel/incident_stix.h"

#include <set>

#include "base/json_writer.h"
#include "intel/provenance.h"
#include "intel/stix_parts.h"
#include "stix/extensions.h"
#include "stix/identifier.h"
#include "stix/json.h"

namespace jindo::intel {
namespace {
using base::JsonWriter;

std::string transfer_object(const incidents::IncidentTheft& theft, const std::string& to, const Markings& markings,
                            const BlockOf& block_of) {
  const auto fields = [&](JsonWriter& json) {
    json.field("chain", theft.network->caip2);
    json.field("transaction", chain::format_hash(*theft.network, *theft.theft.transaction));
    if (theft.theft.output) json.field("position", uint64_t{*theft.theft.output});
    json.field("asset", chain::format_asset(*theft.network, theft.asset));
    if (theft.theft.amount) json.field("amount", base::to_decimal(*theft.theft.amount));  // else all that it carried
    if (!to.empty()) json.field("to_ref", to);
  };
  const std::string id = stix::observable_identifier(base::json_object([&](JsonWriter& json) {
    json.field("type", "virtual-asset-transfer");
    fields(json);
  }));
  return base::json_object([&](JsonWriter& json) {
    head(json, "virtual-asset-transfer", id, nullptr, markings);
    fields(json);
    if (const auto block = block_of ? block_of(*theft.network, *theft.theft.transaction) : std::nullopt) {
      json.field("block_number", block->height);
      json.field("block_time", stix::format_timestamp_us(block->time * 1'000'000));
    }
    json.key("extensions");
    json.begin_object();
    extension(json, stix::kTransfer, "new-sco", [] {});
    json.end_object();
  });
}
}  // namespace

std::string Publisher::identifier(std::string_view type, const std::string& content) const {
  return stix::own_identifier(type, secret + own.id + content);
}
bool Release::restricted() const {
  return !organisations.empty() || !groups.empty() || !countries.empty() || !kinds.empty() || !individuals.empty() ||
         embargo_until_us != 0;
}
Markings markings_of(const Release& release, const Publisher& by) {
  Markings out;
  out.refs.emplace_back(attribution::marking_definition(release.tlp));
  if (!release.restricted()) return out;
  const std::string says = base::json_object([&](JsonWriter& json) {
    json.field("extension_type", "property-extension");
    texts(json, "organisations", release.organisations);
    texts(json, "sharing_groups", release.groups);
    texts(json, "countries", release.countries);
    texts(json, "kinds", release.kinds);
    texts(json, "individuals", release.individuals);
    if (release.embargo_until_us != 0) json.field("embargo_until", stix::format_timestamp_us(release.embargo_until_us));
  });
  Markings tlp = out;
  const std::string id = by.identifier("marking-definition", attribution::marking_definition(release.tlp) + says);
  out.definitions.push_back(base::json_object([&](JsonWriter& json) {
    head(json, "marking-definition", id, &by.own, tlp);
    json.field("name", "Releasability of " + by.own.name);
    json.key("extensions");
    json.begin_object();
    json.key(stix::kReleasability);
    json.json(says);
    json.end_object();
  }));
  out.refs.push_back(id);
  return out;
}
std::string incident_object_id(const std::string& incident, const Publisher& by) {
  return by.identifier("incident", " " + incident);
}

std::vector<std::string> incident_objects(const incidents::Incident& incident, const Publisher& by,
                                          const Markings& markings, const BlockOf& block_of) {
  std::vector<std::string> out = markings.definitions;
  const std::string id = incident_object_id(incident.id, by);
  incidents::Incident plain = incident;  // its marking and origin are the object's
  plain.marking = plain.shared_object = plain.shared_by = "";
  out.push_back(base::json_object([&](JsonWriter& json) {
    head(json, "incident", id, &by.own, markings);
    json.field("name", incident.name);
    if (!incident.summary.empty()) json.field("description", incident.summary);
    json.key("extensions");
    json.begin_object();
    extension(json, stix::kIncident, "property-extension", [&] {
      json.key("incident");
      json.json(incidents::write_incident(plain));
    });
    json.end_object();
  }));
  for (const incidents::Attribution& a : incident.attribution) {
    const std::string actor = by.identifier("threat-actor", " " + a.actor);
    out.push_back(base::json_object([&](JsonWriter& json) {
      head(json, "threat-actor", actor, &by.own, markings);
      json.field("name", a.actor);
    }));
    out.push_back(relationship(id, "attributed-to", actor,
                               "by " + a.by + ", " + a.date + (a.confidence.empty() ? "" : ", " + a.confidence) +
                                   (a.source.empty() ? "" : "; " + a.source),
                               by, markings));
  }
  Wallets wallets;
  std::vector<std::string> transfers;
  for (const incidents::KnownAddress& a : incident.addresses)
    if (a.network != nullptr)
      wallets.add(*a.network, chain::format_address(*a.network, a.key), a.role + ", says " + a.source);
  for (const incidents::IncidentTheft& theft : incident.thefts) {
    std::string to;
    if (theft.theft.to)
      to = wallets.add(*theft.network, chain::format_address(*theft.network, *theft.theft.to), "received the theft");
    if (theft.theft.address)
      wallets.add(*theft.network, chain::format_address(*theft.network, *theft.theft.address), "received the theft");
    if (theft.theft.transaction) transfers.push_back(transfer_object(theft, to, markings, block_of));
  }
  for (const auto& [value, wallet] : wallets.all()) {
    out.push_back(wallet_object(wallet, markings));
    out.push_back(relationship(wallet.id, "related-to", id, wallet.said, by, markings));
  }
  for (const std::string& transfer : transfers) {
    out.push_back(transfer);
    out.push_back(relationship(id_in(transfer), "related-to", id, "stolen by this movement", by, markings));
  }
  return out;
}

base::Result<std::optional<incidents::Incident>> incident_of(const stix::Object& object, const std::string& owner,
                                                             Marking marking) {
  simdjson::dom::parser parser;
  simdjson::dom::object from, extensions, mine, incident;
  if (object.type != "incident" || parser.parse(object.json).get(from) != simdjson::SUCCESS ||
      from["extensions"].get(extensions) != simdjson::SUCCESS ||
      extensions[stix::kIncident].get(mine) != simdjson::SUCCESS || mine["incident"].get(incident) != simdjson::SUCCESS)
    return std::optional<incidents::Incident>();
  JINDO_TRY(incidents::Incident out, incidents::parse_incident(object.id, std::string(simdjson::minify(incident))));
  out.marking = attribution::name_of(marking);
  out.shared_object = object.id;
  out.shared_by = owner;
  return std::optional(std::move(out));
}

std::vector<std::string> action_objects(const Action& action, const Publisher& by, const Markings& markings) {
  const std::string name = action.incident_object + action.act + action.chain + action.transaction + action.asset;
  const auto says = [&](JsonWriter& json) {
    json.key("extensions");
    json.begin_object();
    extension(json, stix::kAction, "property-extension", [&] {
      json.field("act", action.act);
      if (action.after_ms) json.field("after_ms", *action.after_ms);
      if (!action.chain.empty()) json.field("chain", action.chain);
      if (!action.asset.empty()) json.field("asset", action.asset);
      if (!action.amount.empty()) json.field("amount", action.amount);
      if (!action.transaction.empty()) json.field("transaction", action.transaction);
    });
    json.end_object();
  };
  std::vector<std::string> out = {base::json_object([&](JsonWriter& json) {
    head(json, "sighting", by.identifier("sighting", name), &by.own, markings);
    json.field("sighting_of_ref", action.incident_object);
    json.key("where_sighted_refs");
    json.begin_array();
    json.string(by.own.id);
    json.end_array();
    json.field("first_seen", stix::format_timestamp_us(action.at_us));
    if (!action.comment.empty()) json.field("description", action.comment);
    says(json);
  })};
  if (action.act != "frozen" && action.act != "returned") return out;
  const std::string course = by.identifier("course-of-action", name);
  out.push_back(base::json_object([&](JsonWriter& json) {
    head(json, "course-of-action", course, &by.own, markings);
    json.field("name", (action.act == "frozen" ? "Freeze" : "Return") +
                           (action.amount.empty() ? std::string(" of assets")
                                                  : " of " + action.amount + " base units of " + action.asset) +
                           (action.chain.empty() ? "" : " on " + action.chain));
    if (!action.comment.empty()) json.field("description", action.comment);
    says(json);
  }));
  out.push_back(relationship(course, "related-to", action.incident_object, "what was done about it", by, markings));
  return out;
}
std::optional<Action> action_of(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::object from, extensions, mine;
  if (parser.parse(text.data(), text.size()).get(from) != simdjson::SUCCESS ||
      stix::text_of(from, "type") != "sighting" || from["extensions"].get(extensions) != simdjson::SUCCESS ||
      extensions[stix::kAction].get(mine) != simdjson::SUCCESS)
    return std::nullopt;
  Action out;
  out.act = std::string(stix::text_of(mine, "act"));
  out.incident_object = std::string(stix::text_of(from, "sighting_of_ref"));
  out.at_us = stix::parse_timestamp_us(stix::text_of(from, "first_seen")).value_or(0);
  int64_t after = 0;
  if (mine["after_ms"].get(after) == simdjson::SUCCESS) out.after_ms = after;
  out.chain = std::string(stix::text_of(mine, "chain"));
  out.asset = std::string(stix::text_of(mine, "asset"));
  out.amount = std::string(stix::text_of(mine, "amount"));
  out.transaction = std::string(stix::text_of(mine, "transaction"));
  out.comment = std::string(stix::text_of(from, "description"));
  return out;
}

std::string with_times(const std::string& object, int64_t created_us, int64_t modified_us) {
  simdjson::dom::parser parser;
  simdjson::dom::object from;
  if (parser.parse(object).get(from) != simdjson::SUCCESS) return object;
  const std::string type(stix::text_of(from, "type"));
  if (stix::is_observable(type)) return object;
  std::string out = object.substr(0, object.size() - 1);
  out += ",\"created\":\"" + stix::format_timestamp_us(created_us) + "\"";
  if (type != "marking-definition") out += ",\"modified\":\"" + stix::format_timestamp_us(modified_us) + "\"";
  return out + "}";
}
base::Result<std::string> withdrawn(const std::string& object, int64_t modified_us) {
  simdjson::dom::parser parser;
  simdjson::dom::object from;
  if (parser.parse(object).get(from) != simdjson::SUCCESS) return base::bad_input("expected a JSON object");
  std::string out = "{";
  for (const auto member : from) {
    if (member.key == "modified" || member.key == "revoked") continue;
    out += (out.size() == 1 ? "" : ",") + base::json_escape(member.key) + ":" +
           std::string(simdjson::minify(member.value));
  }
  return out + ",\"modified\":\"" + stix::format_timestamp_us(modified_us) + "\",\"revoked\":true}";
}
bool same_content(const std::string& a, const std::string& b) {
  const auto content = [](const std::string& text) -> std::string {
    const auto bare = with_extension(text, stix::kSignature, "");
    simdjson::dom::parser parser;
    simdjson::dom::object from;
    if (!bare.ok() || parser.parse(*bare).get(from) != simdjson::SUCCESS) return text;
    std::string out;
    std::map<std::string, std::string> members;
    for (const auto member : from)
      if (member.key != "modified" && member.key != "created")
        members[std::string(member.key)] = stix::canonical(member.value);
    for (const auto& [key, value] : members) out += key + ":" + value + "\n";
    return out;
  };
  return content(a) == content(b);
}
}  // namespace jindo::intel
