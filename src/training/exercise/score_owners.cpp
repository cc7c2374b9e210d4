// Scoring who owns addresses: tags against the true owners, clusters pair by pair.
#include <map>
#include <set>

#include "decode/csv.h"
#include "exercise/scorer.h"

namespace jindo::exercise {
namespace {
// How many addresses each of the owners has on the chains named.
base::Result<std::map<std::string, uint64_t>> count_owned(const Truth& truth, const std::set<std::string>& owners,
                                                          const std::set<std::string>& chains) {
  std::map<std::string, uint64_t> out;
  for (const std::string& path : truth.owner_files) {
    JINDO_TRY(decode::CsvReader reader,
              decode::CsvReader::open(path, {"chain", "address", "owner", "kind", "role"}, {}));
    for (;;) {
      JINDO_TRY(const bool more, reader.next());
      if (!more) break;
      const std::string owner(reader.cell(2));
      if (owners.count(owner) != 0 && chains.count(std::string(reader.cell(0))) != 0) ++out[owner];
    }
  }
  return out;
}
}  // namespace

base::Status Scorer::score_tags() {
  score_.kind = "tags";
  JINDO_TRY(const auto keys, keys_of_rows());
  const std::set<std::string> wanted(keys.begin(), keys.end());
  JINDO_TRY(const TrueOwners owners, find_owners(truth_, wanted));
  Ratio known, names, kinds;
  std::map<std::string, Ratio> by_kind, by_basis;
  std::set<std::string> said, chains, right_places;
  const char* name_column = has("owner") ? "owner" : has("name") ? "name" : has("label") ? "label" : nullptr;
  for (size_t r = 0; r < keys.size(); ++r) {
    const auto owner = owners.find(keys[r]);
    ++known.whole;
    if (owner == owners.end()) continue;
    ++known.part;
    if (name_column != nullptr && !cell(r, name_column).empty()) {
      ++names.whole;
      const bool right = cell(r, name_column) == owner->second.name;
      names.part += right ? 1 : 0;
      said.insert(cell(r, name_column));
      chains.insert(keys[r].substr(0, keys[r].find(' ')));
      if (right) right_places.insert(keys[r]);
      if (has("basis")) {
        Ratio& basis = by_basis[cell(r, "basis")];
        ++basis.whole;
        basis.part += right ? 1 : 0;
      }
      if (!right) {
        const size_t space = keys[r].find(' ');
        score_.wrong.push_back({keys[r].substr(0, space), keys[r].substr(space + 1), owner->second.name,
                                "said to be " + cell(r, name_column), 0});
      }
    }
    if (has("category") && !cell(r, "category").empty()) {
      ++kinds.whole;
      Ratio& kind = by_kind[owner->second.kind];
      ++kind.whole;
      const bool right = cell(r, "category") == owner->second.kind;
      kinds.part += right ? 1 : 0;
      kind.part += right ? 1 : 0;
    }
  }
  line("tags", "addresses that exist", known);
  if (names.whole > 0) {
    line("tags", "owner right", names);
    // Of all addresses that those owners have on those chains, how many are told.
    JINDO_TRY(const auto owned, count_owned(truth_, said, chains));
    Ratio recall;
    recall.part = right_places.size();
    for (const auto& [owner, count] : owned) recall.whole += count;
    line("tags", "of these owners' addresses", recall);
    for (const auto& [basis, ratio] : by_basis) line("owner right, by", basis, ratio);
  }
  if (kinds.whole > 0) line("tags", "category right", kinds);
  for (const auto& [kind, ratio] : by_kind) line("category", kind, ratio);
  sort_lists();
  return {};
}

// Pairs of addresses: of those put together, how many belong together, and the other way round among those answered
// (pairwise precision and recall).
base::Status Scorer::score_clusters() {
  score_.kind = "clusters";
  JINDO_TRY(const auto keys, keys_of_rows());
  const std::set<std::string> wanted(keys.begin(), keys.end());
  JINDO_TRY(const TrueOwners owners, find_owners(truth_, wanted));
  std::map<std::string, std::map<std::string, uint64_t>> cells;  // cluster -> owner -> addresses
  std::map<std::string, uint64_t> sizes, owned;
  std::set<std::string> seen;
  for (size_t r = 0; r < keys.size(); ++r) {
    const auto owner = owners.find(keys[r]);
    if (owner == owners.end() || !seen.insert(keys[r]).second) continue;
    ++cells[cell(r, "cluster")][owner->second.name];
    ++sizes[cell(r, "cluster")];
    ++owned[owner->second.name];
  }
  const auto pairs = [](uint64_t n) { return Uint128{n} * (n - 1) / 2; };
  Ratio precision, recall, pure;
  for (const auto& [cluster, by_owner] : cells) {
    for (const auto& [owner, count] : by_owner) precision.part += pairs(count);
    precision.whole += pairs(sizes[cluster]);
    ++pure.whole;
    pure.part += by_owner.size() == 1 ? 1 : 0;
    if (by_owner.size() > 1) {
      std::string mixed;
      for (const auto& [owner, count] : by_owner)
        if (mixed.size() < 120) mixed += (mixed.empty() ? "" : ", ") + owner + " " + std::to_string(count);
      score_.wrong.push_back({"", cluster, mixed, "joins different owners", 0});
    }
  }
  recall.part = precision.part;
  for (const auto& [owner, count] : owned) recall.whole += pairs(count);
  line("clusters", "pairs right (precision)", precision);
  line("clusters", "pairs found (recall)", recall);
  line("clusters", "of one owner only", pure);
  sort_lists();
  return {};
}
}  // namespace jindo::exercise
