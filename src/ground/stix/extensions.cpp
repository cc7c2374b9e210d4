// The table of Jindo's own extensions, and their definitions as objects.
#include "stix/extensions.h"

#include "base/json_writer.h"

namespace jindo::stix {
namespace {
constexpr const char* kMade = "2026-11-24T00:00:00.000Z";
constexpr Extension kOwn[] = {
    {kSignature, "Jindo signature", "An Ed25519 signature over an object and the hash of the version before it",
     "property-extension", "signature.json"},
    {kReleasability, "Jindo releasability",
     "Organisations, sharing groups, countries, kinds of organisation and persons that an object may be released to, "
     "and the time before which it may not",
     "property-extension", "releasability.json"},
    {kIncident, "Jindo incident", "A theft of virtual assets: transactions, amounts in base units, known addresses",
     "property-extension", "incident.json"},
    {kTransfer, "Jindo virtual asset transfer",
     "One movement of value in a ledger: chain, block, position, asset, amount in base units", "new-sco",
     "virtual-asset-transfer.json"},
    {kTrace, "Jindo trace", "The figures of a trace of stolen value and the ledger they rest on", "property-extension",
     "trace.json"},
    {kFinding, "Jindo finding", "A laundering technique found in a trace, with its evidence", "property-extension",
     "finding.json"},
    {kAction, "Jindo action", "What an organisation did about an incident: seen, held, frozen, returned",
     "property-extension", "action.json"},
    {kWallet, "Jindo wallet", "The chain of an address and its part in an incident", "property-extension",
     "wallet.json"},
};
}  // namespace

std::span<const Extension> own_extensions() { return kOwn; }
std::string extension_definition(const Extension& extension) {
  return base::json_object([&](base::JsonWriter& json) {
    json.field("type", "extension-definition");
    json.field("spec_version", "2.1");
    json.field("id", extension.id);
    json.field("created_by_ref", kJindoIdentity);
    json.field("created", kMade);
    json.field("modified", kMade);
    json.field("name", extension.name);
    json.field("description", extension.description);
    json.field("schema", std::string("https://github.com/jindo-project/jindo/docs/formats/stix/") + extension.schema);
    json.field("version", "1.0.0");
    json.key("extension_types");
    json.begin_array();
    json.string(extension.type);
    json.end_array();
  });
}
std::string jindo_identity() {
  return base::json_object([&](base::JsonWriter& json) {
    json.field("type", "identity");
    json.field("spec_version", "2.1");
    json.field("id", kJindoIdentity);
    json.field("created", kMade);
    json.field("modified", kMade);
    json.field("name", "Jindo");
    json.field("identity_class", "system");
  });
}
}  // namespace jindo::stix
