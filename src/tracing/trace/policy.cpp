// The policies' names, as users write them.
#include "trace/policy.h"

#include <string>

namespace jindo::trace {
const char* policy_name(Policy policy) {
  switch (policy) {
    case Policy::kFifo:
      return "fifo";
    case Policy::kLifo:
      return "lifo";
    case Policy::kHaircut:
      return "haircut";
    case Policy::kPoison:
      return "poison";
    case Policy::kTiho:
      return "tiho";
  }
  return "?";
}
base::Result<Policy> parse_policy(std::string_view name) {
  for (const Policy policy : kPolicies) {
    if (name == policy_name(policy)) return policy;
  }
  return base::wrong_use("unknown policy '" + std::string(name) + "'; expected fifo, lifo, haircut, poison or tiho");
}
}  // namespace jindo::trace
