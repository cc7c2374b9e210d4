// Jindo's own STIX extensions, and others' that it reads. docs/formats/stix.md describes each; docs/formats/stix/*.json
// are their schemas. Identifiers are UUID version 5 of "jindo extension NAME".
#pragma once

#include <span>
#include <string>

namespace jindo::stix {

inline constexpr const char* kJindoIdentity = "identity--91ec4430-bf26-592d-95fe-7bd84cbc1d2e";
// On any object: who signed it, and which version of the object came before.
inline constexpr const char* kSignature = "extension-definition--dc9a1bf9-d77f-5dce-9dc2-2e2c7baa960f";
// On a marking definition: to whom it may be released.
inline constexpr const char* kReleasability = "extension-definition--1026edd9-6ee4-5587-ae80-30afdf4526d2";
// On an incident: the theft as docs/formats/incident.md writes it.
inline constexpr const char* kIncident = "extension-definition--8b9039d2-c736-5521-b299-b8558aac61a8";
// A new observable, "virtual-asset-transfer": one movement in a ledger, in integers.
inline constexpr const char* kTransfer = "extension-definition--e9c1c612-96f6-57c2-988f-2ba029c68bc6";
// On a report: a trace's figures, and what they rest on.
inline constexpr const char* kTrace = "extension-definition--ccb82102-2a19-53cb-b876-02278813e44a";
// On a note: a technique found in a trace.
inline constexpr const char* kFinding = "extension-definition--4345ccd1-537c-5241-8186-b82f96d35284";
// On a sighting or a course of action: seen, held, frozen, returned.
inline constexpr const char* kAction = "extension-definition--531afb53-b22e-5d8c-9761-c98ed8b74d88";
// On a cryptocurrency wallet: its chain, and its part in an incident.
inline constexpr const char* kWallet = "extension-definition--1c0f0f45-c6c3-5e86-a865-15c1675b9cc3";
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
