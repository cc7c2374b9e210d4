// Jindo's own STIX extensions, and others' that it reads. docs/formats/stix.md describes each; docs/formats/stix/*.json
// are their schemas. Identifiers are UUID version 5 of
// "extension NAME" under the identity's.
#pragma once

#include <span>
#include <string>

namespace jindo::stix {

inline constexpr const char* kJindoIdentity = "identity--5d6f2a3e-8c41-4b0e-9f57-2e0b7a1c9d34";
// On any object: who signed it, and which version of the object came before.
inline constexpr const char* kSignature = "extension-definition--f5e3442c-dad2-5ffa-9479-46ed73cc3b7b";
// On a marking definition: to whom it may be released.
inline constexpr const char* kReleasability = "extension-definition--4a25b2ba-17e2-5ff1-8547-d8637f1771e3";
// On an incident: the theft as docs/formats/incident.md writes it.
inline constexpr const char* kIncident = "extension-definition--6d30c8c0-7699-5dca-befa-d9c782f56138";
// A new observable, "virtual-asset-transfer": one movement in a ledger, in integers.
inline constexpr const char* kTransfer = "extension-definition--135287e2-d70e-543b-a5aa-5da520af6196";
// On a report: a trace's figures, and what they rest on.
inline constexpr const char* kTrace = "extension-definition--9a852b99-5884-537d-a4a2-ccdc511be3a1";
// On a note: a technique found in a trace.
inline constexpr const char* kFinding = "extension-definition--7184d388-7ef0-5186-9710-cef83a5cc94b";
// On a sighting or a course of action: seen, held, frozen, returned.
inline constexpr const char* kAction = "extension-definition--173f1255-07b4-5abd-8578-1544d82d8db6";
// On a cryptocurrency wallet: its chain, and its part in an incident.
inline constexpr const char* kWallet = "extension-definition--66a400f4-0696-5990-ac45-0a958885d6e4";
// Others': the public wallet and transaction, TLP 2.0.
inline constexpr const char* kPublicWallet = "extension-definition--be78509e-6958-51b1-8b26-d17ee0eba2d7";
inline constexpr const char* kPublicTransaction = "extension-definition--151d042d-4dcf-5e44-843f-1024440318e5";
inline constexpr const char* kTlp2 = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

struct Extension {
  const char* id;
  const char* name;
  const char* description;
  const char* type;    // "property-extension", "new-sco"
  const char* schema;  // file in docs/formats/stix
};
std::span<const Extension> own_extensions();
// The extension-definition object, and the identity that made it.
std::string extension_definition(const Extension& extension);
std::string jindo_identity();

}  // namespace jindo::stix
