// A tag: somebody says who an address, a transaction or a cluster is. Who says it, how surely, since when, from which
// collection, under which marking. Tags may disagree; all are kept, and shown_before() decides which is shown first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attribution/category.h"
#include "chain/address.h"

namespace jindo::attribution {

// TLP 2.0 (FIRST, 2022), least restrictive first.
enum class Marking : uint8_t { kClear, kGreen, kAmber, kAmberStrict, kRed };
const char* name_of(Marking marking);  // "TLP:CLEAR"
// "TLP:AMBER+STRICT", "amber+strict"; TLP 1's WHITE is CLEAR.
std::optional<Marking> find_marking(std::string_view text);
// STIX marking definitions: TLP 2.0's (OASIS extension-definition--60a3c5c5-…) and STIX 2.1's own for TLP 1.
std::optional<Marking> marking_of_definition(std::string_view identifier);
const char* marking_definition(Marking marking);  // TLP 2.0's

// Who stands behind a tag: the second thing that decides which is shown first.
enum class SourceKind : uint8_t { kUnknown, kCrawl, kCommunity, kResearch, kLedger, kService, kAuthority };
const char* name_of(SourceKind kind);
std::optional<SourceKind> find_source_kind(std::string_view text);

// How surely, 0 to 100, and the term for it: GraphSense's confidence taxonomy with its levels, and Jindo's own terms.
struct ConfidenceTerm {
  const char* term;
  uint8_t level;
  SourceKind source;
  const char* meaning;
};
std::span<const ConfidenceTerm> confidence_terms();
const ConfidenceTerm* find_confidence(std::string_view term);

enum class SubjectKind : uint8_t { kAddress, kTransaction, kCluster };  // kCluster: that of the address named
const char* name_of(SubjectKind kind);

// What a tag is about, on a chain that Jindo keeps ledgers of or on another.
struct Subject {
  SubjectKind kind = SubjectKind::kAddress;
  std::string chain;                        // chain/network.h's name, or another chain's own ("litecoin", "monero")
  const chain::Network* network = nullptr;  // null on chains without a ledger
  std::string text;                         // as the chain's users write it
  chain::AddressKey key;                    // of addresses on known networks
};

struct Seen {  // in every snapshot of the collection from first to last
  int64_t first = 0, last = 0;
  friend bool operator==(const Seen&, const Seen&) = default;
};
struct Withdrawal {
  int64_t at = 0;
  std::string author, reason;
};

struct Tag {
  int64_t id = 0;  // in the records; 0: not there yet
  Subject subject;
  std::string label;
  Category category = Category::kUnknown;
  std::string terms;  // the source's own words for the category
  std::string actor;  // identifier in an actor pack; "" for none
  uint8_t confidence = 5;
  std::string confidence_term = "unknown";
  SourceKind source_kind = SourceKind::kUnknown;
  std::string source;
  std::string author;
  std::optional<int64_t> stated;  // when the source said so
  std::optional<int64_t> valid_from, valid_until;
  Marking marking = Marking::kClear;
  bool cluster_definer = false;  // the whole cluster is theirs, says the source
  std::string context;
  // Of the records:
  std::string collection;
  std::vector<Seen> seen;
  std::optional<Withdrawal> withdrawal;
};

// The collection of tags that others' shared objects make; a tag's source is the object's identifier.
inline constexpr const char* kSharedTags = "shared";

struct Actor {
  std::string id, label, uri;
  std::vector<std::string> categories, jurisdictions;
  std::string context;
};

// The order in which disagreeing tags are shown: higher confidence, then the source's rank, then the later statement;
// then label and collection, so that it is always the same.
bool shown_before(const Tag& a, const Tag& b);

// ASCII letters made small; others stay.
std::string lower_case(std::string_view text);

}  // namespace jindo::attribution
