// Joint transactions: CoinJoins and the like, whose inputs belong to several people, so that co-spending says nothing.
// Each detector reads one transaction's shape and nothing else: same transaction, same answer. join_kinds() says for
// each its source, what it mistakes, and whether clustering keeps it out by default. docs/methodology/clusters.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "chain/script.h"

namespace jindo::cluster {

enum class JoinKind : uint8_t {
  kNone,
  kJoinMarket,
  kWasabi10,
  kWasabi11,
  kWasabi20,
  kWhirlpoolPremix,
  kWhirlpoolMix,
  kStonewall,
  kPayJoin,
};
inline constexpr size_t kJoinKinds = 9;

struct JoinKindInfo {
  JoinKind kind;
  const char* name;      // as on the command line: "wasabi-2.0"
  const char* title;     // for people
  const char* source;    // paper or program
  const char* mistakes;  // what it takes for it wrongly, and what it misses
  bool kept_out;         // by default
};
std::span<const JoinKindInfo> join_kinds();
const JoinKindInfo& info_of(JoinKind kind);
std::optional<JoinKind> find_join_kind(std::string_view name);

// A transaction as the detectors see it. Owners are any numbers: equal for equal owners.
struct JoinShape {
  std::span<const uint64_t> in_value;   // satoshi
  std::span<const uint64_t> out_value;  // satoshi
  std::span<const chain::ScriptType> out_type;
  size_t in_owners = 0;         // distinct owners of inputs
  bool coordinator = false;     // an output pays one of Wasabi 1.0's fixed coordinator addresses
  bool one_script_type = true;  // inputs and outputs all pay to the same type of script
  bool pays_itself = false;     // an output pays an owner of an input
};
struct JoinFinding {
  JoinKind kind = JoinKind::kNone;
  uint8_t confidence = 0;  // 0 to 100
};
JoinFinding find_join(const JoinShape& shape);
// The fixed addresses to which Wasabi's coordinator was paid until 2020.
std::span<const std::string_view> wasabi_coordinator_addresses();

}  // namespace jindo::cluster
