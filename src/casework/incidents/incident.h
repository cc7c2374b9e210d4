// Incidents: a theft written down. YAML in (docs/formats/incident.md), trace sources out. Reading says file, line and
// what was expected; a theft's unknown field is an error (a mistyped `amount` must not widen a trace), other unknown
// fields are left for newer versions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "trace/trace.h"

namespace jindo::incidents {

struct Attribution {
  std::string actor, by, date, confidence, source;
};
struct KnownAddress {
  const chain::Network* network = nullptr;  // null: a chain that Jindo does not read; the address is kept as text
  std::string chain;
  std::string text;
  chain::AddressKey key;
  std::string role, source, note;
};
struct Token {
  const chain::Network* network = nullptr;
  chain::AddressKey key;
  std::string symbol;
  int decimals = 0;
};
struct IncidentTheft {
  const chain::Network* network = nullptr;
  chain::AddressKey asset;
  trace::Theft theft;
};
struct Incident {
  std::string id, name, victim, date, summary;
  std::vector<Attribution> attribution;
  std::vector<IncidentTheft> thefts;
  std::vector<KnownAddress> addresses;
  std::vector<Token> tokens;
  std::vector<std::string> sources;
  std::vector<std::string> notes;
  std::string marking;  // "TLP:AMBER"; "" for none: what is derived from the incident carries it on
  // Of incidents that came from others: the STIX object, who published it.
  std::string shared_object, shared_by;
};

base::Result<Incident> parse_incident(const std::string& path, const std::string& yaml);
// As parse_incident() reads it: JSON, on one line.
std::string write_incident(const Incident& incident);
base::Result<Incident> read_incident(const std::string& path);
// A file's path, or the identifier of an incident in the folder.
base::Result<Incident> find_incident(const std::string& file_or_id, const std::string& folder);
base::Result<std::vector<Incident>> list_incidents(const std::string& folder);
// One source an incident and asset, in the order named. Incidents without thefts give none.
std::vector<trace::Source> trace_sources(const std::vector<Incident>& incidents);

}  // namespace jindo::incidents
