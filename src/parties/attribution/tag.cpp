// The words for markings, sources, confidence and subjects, and the order in which tags are shown.
#include "attribution/tag.h"

#include <algorithm>
#include <cctype>
#include <tuple>

namespace jindo::attribution {
namespace {
constexpr const char* kMarkings[] = {"TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"};
constexpr const char* kSources[] = {"unknown", "crawl", "community", "research", "ledger", "service", "authority"};
constexpr const char* kSubjects[] = {"address", "transaction", "cluster"};
using S = SourceKind;
// Terms and levels: graphsense-lib, tagpack/db/confidence.csv. The first two are Jindo's.
constexpr ConfidenceTerm kTerms[] = {
    {"official_list", 100, S::kAuthority, "stands on a list that the authority itself publishes"},
    {"court_record", 90, S::kAuthority, "named in a court's record"},
    {"override", 100, S::kResearch, "known to stand for a whole cluster"},
    {"ownership", 100, S::kService, "the author controls the key"},
    {"ledger_immanent", 100, S::kLedger, "read from the ledger itself by a reliable procedure"},
    {"manual_transaction", 90, S::kResearch, "the author sent funds between known services"},
    {"service_api", 70, S::kService, "from a known service's interface"},
    {"forensic_investigation", 70, S::kResearch, "part of a forensic investigation"},
    {"authority_data", 60, S::kAuthority, "from a public authority's data"},
    {"trusted_provider", 50, S::kResearch, "from a trusted third party"},
    {"service_data", 50, S::kService, "from a known service's file"},
    {"forensic", 50, S::kResearch, "from trusted reports, as papers"},
    {"untrusted_transaction", 40, S::kCommunity, "a third party sent funds between known services"},
    {"web_crawl", 20, S::kCrawl, "crawled from the web"},
    {"heuristic", 10, S::kUnknown, "by a method whose reliability is hard to tell"},
    {"unknown", 5, S::kUnknown, "source and reliability are unknown"},
};
template <class Names>
std::optional<uint8_t> index_of(const Names& names, std::string_view text) {
  for (size_t i = 0; i < std::size(names); ++i)
    if (text == names[i]) return static_cast<uint8_t>(i);
  return std::nullopt;
}
}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

const char* name_of(Marking marking) { return kMarkings[static_cast<size_t>(marking)]; }
const char* name_of(SourceKind kind) { return kSources[static_cast<size_t>(kind)]; }
const char* name_of(SubjectKind kind) { return kSubjects[static_cast<size_t>(kind)]; }
std::optional<Marking> find_marking(std::string_view text) {
  std::string word = lower_case(text);
  if (word.rfind("tlp:", 0) == 0) word.erase(0, 4);
  if (word == "white") word = "clear";
  for (size_t i = 0; i < std::size(kMarkings); ++i)
    if (word == lower_case(kMarkings[i]).substr(4)) return static_cast<Marking>(i);
  return std::nullopt;
}
namespace {
struct Definition {
  const char* id;
  Marking marking;
};
// TLP 2.0 first; then TLP 1: WHITE, GREEN, AMBER, RED.
constexpr Definition kDefinitions[] = {
    {"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", Marking::kClear},
    {"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Marking::kGreen},
    {"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", Marking::kAmber},
    {"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", Marking::kAmberStrict},
    {"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", Marking::kRed},
    {"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", Marking::kClear},
    {"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", Marking::kGreen},
    {"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", Marking::kAmber},
    {"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Marking::kRed},
};
}  // namespace
std::optional<Marking> marking_of_definition(std::string_view identifier) {
  for (const Definition& definition : kDefinitions)
    if (identifier == definition.id) return definition.marking;
  return std::nullopt;
}
const char* marking_definition(Marking marking) {
  for (const Definition& definition : kDefinitions)
    if (definition.marking == marking) return definition.id;
  return "";
}
std::optional<SourceKind> find_source_kind(std::string_view text) {
  const auto index = index_of(kSources, text);
  if (!index) return std::nullopt;
  return static_cast<SourceKind>(*index);
}
std::span<const ConfidenceTerm> confidence_terms() { return kTerms; }
const ConfidenceTerm* find_confidence(std::string_view term) {
  for (const ConfidenceTerm& t : kTerms)
    if (term == t.term) return &t;
  return nullptr;
}

bool shown_before(const Tag& a, const Tag& b) {
  const auto rank = [](const Tag& t) {
    return std::make_tuple(-static_cast<int>(t.confidence), -static_cast<int>(t.source_kind),
                           -t.stated.value_or(INT64_MIN + 1));
  };
  const auto x = rank(a), y = rank(b);
  if (x != y) return x < y;
  return std::tie(a.label, a.collection, a.id) < std::tie(b.label, b.collection, b.id);
}
}  // namespace jindo::attribution
