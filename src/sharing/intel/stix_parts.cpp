// Parts that the writers of objects here share.
#include "intel/stix_parts.h"

#include "stix/extensions.h"
#include "stix/identifier.h"
#include "stix/json.h"

namespace jindo::intel {
void texts(JsonWriter& json, const char* name, const std::vector<std::string>& list) {
  if (list.empty()) return;
  json.key(name);
  json.begin_array();
  for (const std::string& text : list) json.string(text);
  json.end_array();
}
void head(JsonWriter& json, const std::string& type, const std::string& id, const Organisation* creator,
          const Markings& markings) {
  json.field("type", type);
  json.field("spec_version", "2.1");
  json.field("id", id);
  if (creator != nullptr) json.field("created_by_ref", creator->id);
  texts(json, "object_marking_refs", markings.refs);
}
std::string relationship(const std::string& from, const std::string& kind, const std::string& to,
                         const std::string& description, const Publisher& by, const Markings& markings) {
  return base::json_object([&](JsonWriter& json) {
    head(json, "relationship", by.identifier("relationship", from + kind + to), &by.own, markings);
    json.field("relationship_type", kind);
    json.field("source_ref", from);
    json.field("target_ref", to);
    if (!description.empty()) json.field("description", description);
  });
}
const std::string& Wallets::add(const chain::Network& network, const std::string& value, const std::string& said) {
  Wallet& wallet = by_value_[value];
  wallet.value = value;
  wallet.id = stix::named_identifier("cryptocurrency-wallet", value);
  wallet.chains.insert(std::string(network.caip2));
  if (wallet.said.empty()) wallet.said = said;
  return wallet.id;
}
std::string wallet_object(const Wallet& wallet, const Markings& markings) {
  return base::json_object([&](JsonWriter& json) {
    head(json, "cryptocurrency-wallet", wallet.id, nullptr, markings);
    json.field("value", wallet.value);
    json.key("extensions");
    json.begin_object();
    extension(json, stix::kPublicWallet, "new-sco", [] {});
    extension(json, stix::kWallet, "property-extension", [&] {
      texts(json, "chains", {wallet.chains.begin(), wallet.chains.end()});
    });
    json.end_object();
  });
}
std::string id_in(const std::string& object) {
  simdjson::dom::parser parser;
  simdjson::dom::object from;
  return parser.parse(object).get(from) == simdjson::SUCCESS ? std::string(stix::text_of(from, "id")) : "";
}
}  // namespace jindo::intel
