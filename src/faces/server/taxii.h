// What TAXII's routes need of the server's frame, and the other way round.
#pragma once

#include "federation/sharing.h"
#include "server/routes.h"

namespace jindo::server {

inline constexpr const char* kTaxiiType = "application/taxii+json;version=2.1";
inline constexpr const char* kStixType = "application/stix+json;version=2.1";

inline bool is_taxii(std::string_view path) { return path.substr(0, 7) == "/taxii2"; }
// TAXII's error message resource (section 3.6).
net::Response taxii_problem(unsigned status, const std::string& detail);
bool is_taxii_type(std::string_view text, bool wild);
bool takes_taxii(std::string_view accept);  // of the Accept header
// The caller as a reader, by the key; nullopt where its organisation is not one of the directory's, or not active.
std::optional<intel::Reader> reader_of(const Call& call, const intel::Directory& directory);
// The same for this organisation's own records, which no other organisation's key reads: where the directory does not
// have it (no sharing file was applied), the key's affiliation and person count all the same.
intel::Reader own_reader_of(const Call& call, const intel::Directory& directory);
// Incidents that the caller may not see; null for nearly everybody.
std::shared_ptr<const std::set<std::string>> hidden_from(const Call& call);

}  // namespace jindo::server
