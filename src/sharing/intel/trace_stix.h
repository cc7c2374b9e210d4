// A trace as STIX 2.1: a `report` with the figures, the ledger they rest on, and the trail as evidence, each movement a
// `virtual-asset-transfer` with chain, block, position and integers; each technique found a `note` on an
// `attack-pattern`. A reader who has the same ledger runs the trace again and gets the same. docs/formats/stix.md.
#pragma once

#include "intel/incident_stix.h"
#include "trace/trail.h"
#include "typology/finding.h"

namespace jindo::intel {

struct TraceEvidence {
  std::string incident, incident_name;  // its identifier here
  const trace::Result* result = nullptr;
  std::vector<trace::TrailStep> trail;  // to where the value lies and ended, in order, each movement once
  uint64_t without_trail = 0;           // places that it does not lead to: more than are written
  std::span<const typology::Finding> findings;
};
inline constexpr size_t kReportPlaces = 200;  // written of those that hold, and of those where it ended
inline constexpr size_t kReportSteps = 4000;
// The places with trails, those with most first.
struct TracePlaces {
  std::vector<const trace::Holding*> holdings;
  std::vector<const trace::Terminal*> ended;  // fees are none
  uint64_t left_out = 0;
};
TracePlaces places_of(const trace::Result& result);
std::vector<std::string> trace_objects(const TraceEvidence& evidence, const Publisher& by, const Markings& markings);

}  // namespace jindo::intel
