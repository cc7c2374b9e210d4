// The use case "do these thefts belong together?": what the traces of several incidents share, ranked, with how common
// each shared thing is, since a service that thousands use proves nothing. Incidents are traced one by one.
#pragma once

#include <string>
#include <vector>
#include "inquiry/tracing.h"

namespace jindo::inquiry {

struct SharedThing {
  std::string kind;  // "address", "gas wallet", "deposit address", "bridge recipient", "service", "technique"
  std::string what;  // "ethereum 0x…", a name
  std::vector<std::string> incidents;
  uint32_t weight = 0;      // parts per million: how much it says
  uint64_t popularity = 0;  // how many addresses of this ledger deal with it; 0 where that says nothing
  std::string evidence;     // a transaction an incident
  std::string note;         // about coincidence
};
struct Comparison {
  std::string marking;  // the strictest of what the traces rest on; "" for none
  std::vector<std::string> incidents;
  std::vector<SharedThing> shared;  // the weightiest first
};
base::Result<Comparison> compare_incidents(const TraceRequest& request);

}  // namespace jindo::inquiry
