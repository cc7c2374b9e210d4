// Who may see what. A rule is what one object's markings say, and may_see() is the one place that decides what a rule
// means: all that shows something marked asks it, TAXII's pages and the workbench's views alike. An audience is a rule,
// or several rules all of which (or any of which) the reader must pass: an object that names others is seen by those
// who may see the others too. Audiences are numbered and few, so that a reader's are found once and pages touch nothing
// else. docs/formats/markings.md.
// TLP 2.0: FIRST, "Traffic Light Protocol", August 2022.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "attribution/tag.h"
#include "base/result.h"

namespace jindo::intel {
using attribution::Marking;

// How somebody belongs to the organisation whose key they hold: its staff, a client it serves, a node that passes on.
enum class Affiliation : uint8_t { kStaff, kClient, kNode };
const char* name_of(Affiliation affiliation);
std::optional<Affiliation> find_affiliation(std::string_view text);

struct Reader {
  std::string organisation;   // identity--…
  std::string country, kind;  // "KR", "exchange"
  bool community = true;      // of those who may see TLP:GREEN
  std::set<std::string> groups;
  Affiliation affiliation = Affiliation::kStaff;
  std::string individual;  // names the person or machine: what TLP:RED is addressed to
};

struct Rule {
  std::string owner;  // the organisation that published: its own staff always sees, but for TLP:RED
  Marking tlp = Marking::kClear;
  // Each list: any of it. Several lists: each of them.
  std::vector<std::vector<std::string>> organisations, groups, countries, kinds;
  std::vector<std::string> individuals;  // TLP:RED
  int64_t embargo_until_us = 0;          // before it: the owner only; see Phase

  std::string text() const;  // equal rules, equal texts
  static base::Result<Rule> parse(std::string_view text);
};
// Whether the reader may see what has this rule. Without the embargo, which entries keep apart by phase.
bool may_see(const Reader& reader, const Rule& rule);

// An embargo is two entries: one that only the owner sees, and one that all others see from its end on.
enum class Phase : uint8_t { kAlways, kOwner, kOthers };

// The numbered audiences. Not thread safe; copied whole to readers.
class Audiences {
 public:
  struct Node {
    char kind = 'r';  // 'r' rule, 'a' all of, 'o' any of, 'p' of a phase
    Phase phase = Phase::kAlways;
    Rule rule;
    std::vector<int64_t> parts;
  };
  // Number of the audience of this text, 0 where it is new.
  int64_t find(const std::string& text) const;
  void add(int64_t number, const std::string& text);  // as stored
  const Node& node(int64_t number) const { return nodes_.at(number); }
  const std::map<int64_t, Node>& nodes() const { return nodes_; }
  bool sees(int64_t number, const Reader& reader) const;
  // The strictest TLP in it, and every rule.
  Marking tlp(int64_t number) const;
  void each_rule(int64_t number, const std::function<void(const Rule&)>& take) const;
  // Texts of audiences made of others.
  static std::string rule_text(const Rule& rule) { return "r" + rule.text(); }
  // All of: parts of parts are taken in, repeats left out. One part: itself, as the first of the pair.
  std::pair<int64_t, std::string> all_of(std::vector<int64_t> parts) const;
  std::pair<int64_t, std::string> any_of(std::vector<int64_t> parts) const;
  static std::string phase_text(int64_t audience, Phase phase);

 private:
  std::vector<int64_t> parts_of_all(int64_t number) const;
  std::map<int64_t, Node> nodes_;
  std::map<std::string, int64_t> by_text_;
};

}  // namespace jindo::intel
