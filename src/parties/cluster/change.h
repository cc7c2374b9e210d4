// Which output of a transaction is the change: advisory evidence, one heuristic each, never merged into clusters. Each
// says which output it points at and how surely; where two outputs qualify it says nothing. Sources and mistakes:
// change_heuristics(), docs/methodology/clusters.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ledger/reader.h"

namespace jindo::cluster {

enum class ChangeHeuristic : uint8_t {
  kReuse,        // pays an address that also spends here
  kFresh,        // the only output whose address was never seen before, the others were
  kScriptType,   // the only output of the inputs' script type
  kRoundAmount,  // the only output that is not a round sum
  kOptimal,      // the only output smaller than every input
  kLockTime,     // the only output spent by a transaction written the same way (lock time, version, RBF, witness)
  kFeeRate,      // the only output spent at the same fee rate
  kPeeling,      // of a chain of one input and two outputs: the larger, which is peeled again
};
inline constexpr size_t kChangeHeuristics = 8;
struct ChangeHeuristicInfo {
  ChangeHeuristic heuristic;
  const char* name;
  const char* source;
  const char* mistakes;
  uint8_t confidence;  // 0 to 100
};
std::span<const ChangeHeuristicInfo> change_heuristics();
std::optional<ChangeHeuristic> find_change_heuristic(std::string_view name);

struct ChangeEvidence {
  ChangeHeuristic heuristic = ChangeHeuristic::kReuse;
  uint32_t output = 0;  // position in the transaction
};
// What each heuristic says of the transaction; nothing of coinbases and of transactions with one output.
std::vector<ChangeEvidence> change_evidence(const ledger::UtxoReader& reader, uint64_t transaction);
// The output that most confidence points at, if another is not within 20 points of it.
struct ChangeVerdict {
  uint32_t output = 0;
  uint8_t confidence = 0;
  std::vector<ChangeHeuristic> by;
};
std::optional<ChangeVerdict> weigh(const std::vector<ChangeEvidence>& evidence);

}  // namespace jindo::cluster
