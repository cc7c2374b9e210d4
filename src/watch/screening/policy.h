// Policy: the operator's own rules in one declarative file (docs/formats/policy.md). Every rule that matches speaks;
// the most severe verdict wins; an exemption silences one rule for one address, with a reason and an end. Nothing is
// weighed or hidden: same policy, same facts, same verdict. Immutable once read, thread safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attribution/category.h"
#include "base/result.h"
#include "base/uint256.h"
#include "exposure/tracker.h"

namespace jindo::screening {

enum class Verdict : uint8_t { kAllow, kReview, kHold };
const char* verdict_name(Verdict verdict);
std::optional<Verdict> find_verdict(std::string_view name);

enum class Direction : uint8_t { kAny, kReceived, kSent };

struct AmountLimit {
  const chain::Network* network = nullptr;  // null: any chain whose coin has this symbol
  std::string symbol;                       // of a coin; "" for a token
  chain::AddressKey asset;
  base::Uint256 amount;  // base units
};
// All that is set must hold, of one exposure, or of the address's tags, or of a finding.
struct Rule {
  std::string id;
  Verdict verdict = Verdict::kReview;
  std::string text;  // for the answer's reader
  // Of exposures:
  bool any_incident = false;
  std::vector<std::string> incidents;
  std::vector<std::string> categories;
  Direction direction = Direction::kAny;
  std::optional<uint32_t> hops_max;
  std::optional<uint32_t> share_min;  // parts per million of all that the address received in that asset
  std::vector<AmountLimit> amounts_min;
  bool held_only = false;                 // what has moved on does not count
  bool exact_only = false;                // what came over inferred links does not count
  std::optional<int64_t> within_seconds;  // the last arrival is no older, counted from the chain's tip
  // Of tags:
  std::vector<attribution::Category> tags;
  uint8_t confidence_min = 0;
  // Of findings:
  bool any_technique = false;
  std::vector<std::string> techniques;
  uint32_t score_min = 0;  // parts per million
  // Of the question:
  std::vector<AmountLimit> question_amounts_min;
  bool of_exposures() const { return any_incident || !incidents.empty() || !categories.empty(); }
  bool of_tags() const { return !tags.empty(); }
  bool of_findings() const { return any_technique || !techniques.empty(); }
};
struct ListEntry {
  const chain::Network* network = nullptr;
  chain::AddressKey address;
  std::string list;  // its name, for answers
  Verdict verdict = Verdict::kHold;
  std::string rule;  // an exemption: of this rule; "" for a list
  std::string reason, by;
  std::optional<int64_t> until;
};

struct Policy {
  std::string name, digest, text;  // digest: SHA-256 of the text, hex
  trace::Policy tracing = trace::Policy::kHaircut;
  bool links = true;
  Verdict unknown = Verdict::kReview;  // where nothing can be said: no such chain here, or the ledger is behind
  int64_t behind_seconds = 0;          // a tip older than this is "behind"; 0: not asked, old data is accepted
  Verdict untraced = Verdict::kAllow;  // where an incident's money can't be followed here; allow: not asked
  std::vector<exposure::TrackedCategory> categories;
  std::vector<Rule> rules;
  std::vector<ListEntry> lists, exemptions;
};
inline constexpr size_t kPolicyBytesMax = size_t{4} << 20;
inline constexpr size_t kPolicyRulesMax = 1000;

// The error says file, line, and what was expected. An unknown field is an error: a mistyped limit must not widen a
// rule.
base::Result<Policy> parse_policy(const std::string& path, const std::string& yaml);
base::Result<Policy> read_policy(const std::string& path);

}  // namespace jindo::screening
