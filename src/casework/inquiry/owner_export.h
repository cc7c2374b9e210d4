// Clusters and owners of every address as a table: what the exercises are scored by, and what others read.
#pragma once

#include <string>

#include "base/json_writer.h"
#include "inquiry/ownership.h"

namespace jindo::inquiry {

struct ExportRequest {
  OwnershipRequest owners;
  const chain::Network* network = nullptr;  // null: every chain that the evidence speaks of
  std::string by;                           // "co-spend", a change heuristic's name, "customers", "owners"
};
// CSV: chain,address,cluster; for "owners": chain,address,owner,category,basis.
base::Status export_owners(const ExportRequest& request, const base::TextSink& out);

}  // namespace jindo::inquiry
