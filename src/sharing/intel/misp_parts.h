// What reading and writing MISP share, for this folder's sources only: texts of its JSON, the attribute types that have
// a STIX observable, and the observables made of them.
#pragma once

#include <simdjson.h>

#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "intel/incident_stix.h"

namespace jindo::intel {

struct MispKind {
  const char* misp;  // the attribute's type
  const char* stix;  // the observable's type
  const char* hash;  // of files, as STIX names it; "" for others
  const char* path;  // in a pattern
};
std::span<const MispKind> misp_kinds();
// A member's text, or its number as text: MISP writes both. "" where it is neither.
std::string misp_text(const simdjson::dom::object& from, const char* name);
std::string lower(std::string text);

struct Observable {
  std::string json, id;
  std::string pattern;  // STIX's, that matches it
};
// The public wallet, with the chains on which the address can be. `symbol`: the coin's, "" where it is not said. The
// error: an address of no chain that is known here.
base::Result<Observable> wallet_observable(const std::string& symbol, const std::string& value,
                                           const Markings& markings);
// Of a MISP attribute's type and value; nullopt for a type that has no observable here. The error: the value is none of
// its type.
base::Result<std::optional<Observable>> observable_of(const std::string& type, const std::string& value,
                                                      const Markings& markings);

}  // namespace jindo::intel
