// The rule of who may see what, rules as texts, and audiences made of rules.
#include "intel/access.h"

#include <algorithm>
#include <charconv>

namespace jindo::intel {
namespace {
constexpr std::string_view kReserved = "%|;,\n";
std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (kReserved.find(c) == std::string_view::npos) {
      out += c;
      continue;
    }
    constexpr const char* kHex = "0123456789abcdef";
    out += '%';
    out += kHex[static_cast<unsigned char>(c) >> 4];
    out += kHex[c & 15];
  }
  return out;
}
std::string unquoted(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%' || i + 2 >= text.size()) {
      out += text[i];
      continue;
    }
    unsigned value = 0;
    (void)std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}
std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  if (text.empty()) return out;
  for (size_t from = 0; from <= text.size();) {
    const size_t end = std::min(text.find(at, from), text.size());
    out.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return out;
}
std::string joined(std::vector<std::string> list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  std::string out;
  for (const std::string& one : list) out += (out.empty() ? "" : ",") + quoted(one);
  return out;
}
std::string joined(const std::vector<std::vector<std::string>>& lists) {
  std::vector<std::string> parts;
  for (const auto& list : lists) parts.push_back(joined(list));
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ";") + part;
  return out;
}
std::vector<std::vector<std::string>> lists_of(std::string_view text) {
  std::vector<std::vector<std::string>> out;
  for (const std::string_view part : split(text, ';')) {
    out.emplace_back();
    for (const std::string_view one : split(part, ',')) out.back().push_back(unquoted(one));
  }
  return out;
}
template <class Has>
bool each_has(const std::vector<std::vector<std::string>>& lists, Has has) {
  return std::all_of(lists.begin(), lists.end(),
                     [&](const auto& list) { return std::any_of(list.begin(), list.end(), has); });
}
std::string numbers(char kind, std::vector<int64_t> parts) {
  std::sort(parts.begin(), parts.end());
  std::string out(1, kind);
  for (const int64_t part : parts) out += (out.size() == 1 ? "" : ",") + std::to_string(part);
  return out;
}
}  // namespace

const char* name_of(Affiliation affiliation) {
  return affiliation == Affiliation::kStaff ? "staff" : affiliation == Affiliation::kClient ? "client" : "node";
}
std::optional<Affiliation> find_affiliation(std::string_view text) {
  for (const Affiliation a : {Affiliation::kStaff, Affiliation::kClient, Affiliation::kNode})
    if (text == name_of(a)) return a;
  return std::nullopt;
}

std::string Rule::text() const {
  return quoted(owner) + "|" + std::to_string(static_cast<int>(tlp)) + "|" + std::to_string(embargo_until_us) + "|" +
         joined(organisations) + "|" + joined(groups) + "|" + joined(countries) + "|" + joined(kinds) + "|" +
         joined(individuals);
}
base::Result<Rule> Rule::parse(std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t from = 0; from <= text.size();) {
    const size_t end = std::min(text.find('|', from), text.size());
    parts.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  if (parts.size() != 8 || parts[1].size() != 1 || parts[1][0] < '0' || parts[1][0] > '4')
    return base::bad_input("an audience's rule that this program did not write");
  Rule out;
  out.owner = unquoted(parts[0]);
  out.tlp = static_cast<Marking>(parts[1][0] - '0');
  (void)std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), out.embargo_until_us);
  out.organisations = lists_of(parts[3]);
  out.groups = lists_of(parts[4]);
  out.countries = lists_of(parts[5]);
  out.kinds = lists_of(parts[6]);
  for (const std::string_view one : split(parts[7], ',')) out.individuals.push_back(unquoted(one));
  return out;
}

bool may_see(const Reader& reader, const Rule& rule) {
  // RED: individual recipients only; not even the rest of the owner's people.
  if (rule.tlp == Marking::kRed)
    return !reader.individual.empty() && reader.affiliation == Affiliation::kStaff &&
           std::find(rule.individuals.begin(), rule.individuals.end(), reader.individual) != rule.individuals.end();
  // AMBER+STRICT: the organisation's staff and nodes, not the clients that it serves.
  if (rule.tlp == Marking::kAmberStrict && reader.affiliation == Affiliation::kClient) return false;
  if (reader.organisation == rule.owner) return true;
  if (rule.tlp != Marking::kClear && !reader.community) return false;
  return each_has(rule.organisations, [&](const std::string& o) { return o == reader.organisation; }) &&
         each_has(rule.groups, [&](const std::string& g) { return reader.groups.count(g) != 0; }) &&
         each_has(rule.countries, [&](const std::string& c) { return c == reader.country; }) &&
         each_has(rule.kinds, [&](const std::string& k) { return k == reader.kind; });
}

int64_t Audiences::find(const std::string& text) const {
  const auto found = by_text_.find(text);
  return found == by_text_.end() ? 0 : found->second;
}
void Audiences::add(int64_t number, const std::string& text) {
  Node node;
  node.kind = text[0];
  std::string_view rest = std::string_view(text).substr(1);
  if (node.kind == 'r') {
    auto rule = Rule::parse(rest);
    if (rule.ok()) node.rule = std::move(*rule);
    if (!rule.ok()) node.rule.tlp = Marking::kRed;  // what cannot be read nobody sees
  } else {
    if (node.kind == 'p') {
      node.phase = rest[0] == 'o' ? Phase::kOwner : Phase::kOthers;
      rest.remove_prefix(1);
    }
    for (const std::string_view part : split(rest, ',')) {
      int64_t n = 0;
      (void)std::from_chars(part.data(), part.data() + part.size(), n);
      node.parts.push_back(n);
    }
  }
  nodes_[number] = std::move(node);
  by_text_[text] = number;
}
bool Audiences::sees(int64_t number, const Reader& reader) const {
  const auto found = nodes_.find(number);
  if (found == nodes_.end()) return false;
  const Node& node = found->second;
  const auto part = [&](int64_t n) { return sees(n, reader); };
  switch (node.kind) {
    case 'r':
      return may_see(reader, node.rule);
    case 'a':
      return std::all_of(node.parts.begin(), node.parts.end(), part);
    case 'o':
      return std::any_of(node.parts.begin(), node.parts.end(), part);
    default: {
      // The owner's entry and the others': told apart by whether each embargoed rule is the reader's own.
      bool owner = true;
      each_rule(node.parts[0], [&](const Rule& rule) {
        if (rule.embargo_until_us != 0 && rule.owner != reader.organisation) owner = false;
      });
      return owner == (node.phase == Phase::kOwner) && part(node.parts[0]);
    }
  }
}
void Audiences::each_rule(int64_t number, const std::function<void(const Rule&)>& take) const {
  const auto found = nodes_.find(number);
  if (found == nodes_.end()) return;
  if (found->second.kind == 'r') take(found->second.rule);
  for (const int64_t part : found->second.parts) each_rule(part, take);
}
Marking Audiences::tlp(int64_t number) const {
  Marking out = Marking::kClear;
  const auto found = nodes_.find(number);
  if (found == nodes_.end()) return Marking::kRed;
  const Node& node = found->second;
  if (node.kind == 'r') return node.rule.tlp;
  if (node.kind == 'o') out = Marking::kRed;
  for (const int64_t part : node.parts) out = node.kind == 'o' ? std::min(out, tlp(part)) : std::max(out, tlp(part));
  return out;
}
std::vector<int64_t> Audiences::parts_of_all(int64_t number) const {
  const auto found = nodes_.find(number);
  if (found != nodes_.end() && found->second.kind == 'a') return found->second.parts;
  return {number};
}
std::pair<int64_t, std::string> Audiences::all_of(std::vector<int64_t> parts) const {
  std::set<int64_t> all;
  for (const int64_t part : parts)
    for (const int64_t inner : parts_of_all(part)) all.insert(inner);
  // "Any of these" adds nothing where one of them is required already.
  for (auto it = all.begin(); it != all.end();) {
    const auto found = nodes_.find(*it);
    const bool spare = found != nodes_.end() && found->second.kind == 'o' &&
                       std::any_of(found->second.parts.begin(), found->second.parts.end(), [&](int64_t option) {
                         const auto needed = parts_of_all(option);
                         return std::all_of(needed.begin(), needed.end(), [&](int64_t n) { return all.count(n) != 0; });
                       });
    it = spare ? all.erase(it) : std::next(it);
  }
  parts.assign(all.begin(), all.end());
  if (parts.size() == 1) return {parts[0], ""};
  return {0, numbers('a', parts)};
}
std::pair<int64_t, std::string> Audiences::any_of(std::vector<int64_t> parts) const {
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  // One that asks for all that another asks for, and more, adds nothing.
  std::vector<int64_t> kept;
  for (const int64_t part : parts) {
    const auto mine = parts_of_all(part);
    const bool spare = std::any_of(parts.begin(), parts.end(), [&](int64_t other) {
      if (other == part) return false;
      const auto theirs = parts_of_all(other);
      return theirs.size() < mine.size() && std::includes(mine.begin(), mine.end(), theirs.begin(), theirs.end());
    });
    if (!spare) kept.push_back(part);
  }
  if (kept.size() == 1) return {kept[0], ""};
  return {0, numbers('o', kept)};
}
std::string Audiences::phase_text(int64_t audience, Phase phase) {
  return std::string("p") + (phase == Phase::kOwner ? 'o' : 'z') + std::to_string(audience);
}
}  // namespace jindo::intel
