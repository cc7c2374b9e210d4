// Screening: a question about an address, a transaction or a planned withdrawal, and the answer with its reasons, out
// of one immutable state. No lock, no file, no network. Amounts are integers in base units; shares are parts per
// million, rounded down. What is not known is said (unknown), never guessed.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "attribution/tag_index.h"
#include "base/json_writer.h"
#include "cluster/clusters.h"
#include "exposure/tracker.h"
#include "screening/policy.h"
#include "typology/finding.h"

namespace jindo::screening {

// Findings by who took part, as of one height.
struct FindingIndex {
  std::vector<typology::Finding> findings;
  boost::unordered_flat_map<exposure::NetworkAddress, std::vector<uint32_t>, exposure::NetworkAddressHash> by_party;
  std::string as_of;  // "bitcoin 700000, ethereum 1200": for answers
  std::string ledger_digest;
};
using PendingMap = std::map<chain::TxId, exposure::Tracker::Pending>;

using ClusterMap = std::map<const chain::Network*, std::shared_ptr<const cluster::Clusters>>;

// Something that this node does not see, as answers say it.
struct Unknown {
  std::string incident;  // its identifier, if it is about one: only who may see the incident is shown the text
  std::string text;
  bool untraced = false;  // a theft that is not followed here
};
// Whether a reader from whom these incidents are hidden (null: none) is shown it.
inline bool is_shown(const Unknown& unknown, const std::set<std::string>* hidden) {
  return hidden == nullptr || unknown.incident.empty() || hidden->count(unknown.incident) == 0;
}

// What must be known to answer and is not, by the policy's own measure, and the verdict that the policy gives for it.
struct Lack {
  Verdict verdict = Verdict::kReview;
  std::string text;
};

struct Question;
// Everything an answer rests on. Made by the node, once a change.
struct State {
  std::shared_ptr<const exposure::Snapshot> snapshot;
  std::shared_ptr<const Policy> policy;
  std::shared_ptr<const attribution::TagIndex> tags;
  std::shared_ptr<const FindingIndex> findings;
  std::shared_ptr<const PendingMap> pending;
  ClusterMap clusters;
  std::string incidents_digest;
  uint64_t incidents = 0;
  std::map<std::string, attribution::Marking> markings;  // of incidents that have one: what rests on them carries it
  std::vector<Unknown> unknown;  // incidents that cannot be traced yet, and why; then what else this node does not see
  int64_t tags_on = 0;
  uint64_t number = 0;        // of its record in the decision log
  std::string coverage_json;  // see finish()

  void finish();  // fills what is derived
  // What answers say of what they cover; `hidden`: incidents left out.
  std::string coverage_of(const std::set<std::string>* hidden) const;
  // Of an incident that waits for its theft to be in the ledger; `problem`: why it cannot be traced.
  void add_waiting(const std::string& incident, const std::string& problem);
  // Of an incident that names no theft: there is nothing of it to follow, in any ledger.
  void add_without_theft(const std::string& incident);
  void add_unknown(std::string text) { unknown.push_back({"", std::move(text)}); }
  uint64_t waiting() const;  // how many incidents cannot be traced yet
  // Chains whose last block is older than the policy accepts at this time; `only`: this chain, null: all.
  std::vector<std::string> behind(int64_t now, const chain::Network* only) const;
  // Why no answer about this chain can be a plain "allow"; what is hidden is as if it were not there.
  std::vector<Lack> lacking(const Question& question) const;
  // Why no answer can be, in words that name no incident.
  std::vector<std::string> not_answerable(int64_t now) const;
  bool has_chain(const chain::Network& network) const {
    return snapshot->ledger && snapshot->ledger->find(network) != nullptr && later.count(&network) == 0;
  }
  std::set<const chain::Network*> later;  // of a state of the past: chains that the ledger has, and had not then
  struct Lookup {
    std::vector<const ListEntry*> lists, exemptions;
  };
  boost::unordered_flat_map<exposure::NetworkAddress, Lookup, exposure::NetworkAddressHash> entries;
};

enum class QuestionKind : uint8_t { kAddress, kTransaction, kWithdrawal };
struct Question {
  QuestionKind kind = QuestionKind::kAddress;
  const chain::Network* network = nullptr;
  chain::AddressKey address;
  std::optional<chain::AddressKey> asset;  // only exposures in it count; none: all
  std::optional<base::Uint256> amount;     // of the deposit or withdrawal
  chain::TxId transaction{};
  std::optional<uint64_t> at_height;  // as it was then: of the state that was asked, kept for replays
  unsigned trails = 1;                // how many of the exposures are written with their way
  int64_t now = 0;
  // Incidents that the caller may not see: the answer is as if they were not there. Outlives the question; null:
  // none.
  const std::set<std::string>* hidden = nullptr;
};

struct Exposure {
  exposure::Row row;
  const exposure::SourceInfo* source = nullptr;
  const exposure::AssetInfo* asset = nullptr;
  uint32_t share = 0;  // parts per million of what the address ever received in this asset
};
struct Reason {
  const Rule* rule = nullptr;  // null: a list, or what is unknown
  const ListEntry* entry = nullptr;
  Verdict verdict = Verdict::kAllow;
  std::string text;
  int exposure = -1;  // into exposures
  const ListEntry* exempted = nullptr;
  const attribution::Tag* tag = nullptr;  // that the rule is of
};
// The rule's identifier, "list:NAME", or "unknown".
std::string name_of_rule(const Reason& reason);
struct Assessment {
  Verdict verdict = Verdict::kAllow;
  std::vector<Exposure> exposures;  // the gravest first: incidents before categories, fewer hops, larger share
  std::vector<Reason> reasons;
  std::span<const attribution::Tag> tags;
  std::vector<const typology::Finding*> findings;
  std::vector<std::string> unknown;
  bool unconfirmed = false;  // something rests on transactions that no block holds
};
// Of one address.
Assessment assess(const State& state, const Question& question, const chain::AddressKey& address);

// Incidents that reasons of this verdict or a graver one rest on; those exempted do not count.
std::vector<std::string> incidents_behind(const Assessment& assessment, Verdict least);
// All that may be withdrawn from under a hold or review: incidents, "category:NAME", "tag:SOURCE" of STIX objects.
std::vector<std::string> rests_on(const Assessment& assessment);

struct TrailStep {
  const chain::Network* network = nullptr;
  chain::TxId transaction{};
  int64_t time = 0;
  uint64_t height = 0;
  chain::AddressKey from, to;
  uint16_t hops = 0;
};
// The way by which a source's value first came to an address, from the theft on: movements that are in the ledger, each
// the first by which its receiver was reached. Ends early (complete = false) where value came over a bridge.
std::vector<TrailStep> first_trail(const State& state, const chain::Network& network, const chain::AddressKey& address,
                                   const exposure::Row& row, bool& complete);

struct Answer {
  Verdict verdict = Verdict::kAllow;
  std::string rules;  // identifiers of those that decided, separated by blanks
  std::string json;
  std::string question;  // as it is in the answer and in the decision log, JSON
  bool unconfirmed = false;
  std::vector<std::string> held_for;  // what a hold rests on: incidents, "tag:OBJECT" of shared ones
  std::vector<std::string> rests_on;  // incidents that a hold or a review rests on
};
// The error is of the question: a transaction that is not known, one with too many parties.
base::Result<Answer> answer(const State& state, const Question& question);
inline constexpr size_t kPartiesMax = 2000;

// Question to JSON and back, as the API and the decision log have it.
void write_question(const Question& question, base::JsonWriter& json);
base::Result<Question> parse_question(std::string_view json);

}  // namespace jindo::screening
