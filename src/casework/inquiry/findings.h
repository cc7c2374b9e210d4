// The use case "say what was done": a recorded trace in, techniques with evidence out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "inquiry/tracing.h"
#include "typology/detectors.h"

namespace jindo::inquiry {

struct Found {
  resolve::Registry registry;  // empty, where links were not followed
  resolve::AssetBook assets;
  std::unique_ptr<typology::Scene> scene;
  typology::Findings findings;
};
// The trace must have been recorded, and outlive what is found.
std::unique_ptr<Found> find_techniques(const Traced& traced);

}  // namespace jindo::inquiry
