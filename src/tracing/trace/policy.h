// The taint policies: which part of what an address holds leaves first. docs/methodology/tracing.md explains each.
#pragma once

#include <string_view>

#include "base/result.h"

namespace jindo::trace {

enum class Policy {
  kFifo,     // Clayton's Case; Anderson et al., "Bitcoin Redux", 2018
  kLifo,     // common accounting
  kHaircut,  // Möser, Böhme, Breuker, "Towards Risk Scoring of Bitcoin Transactions", 2014
  kPoison,   // the same
  kTiho,     // Tironsakkul et al., "Probing the Mystery of Cryptocurrency Theft", 2019: taint in, highest out
};
inline constexpr Policy kPolicies[] = {Policy::kFifo, Policy::kLifo, Policy::kHaircut, Policy::kPoison, Policy::kTiho};
const char* policy_name(Policy policy);
base::Result<Policy> parse_policy(std::string_view name);

}  // namespace jindo::trace
