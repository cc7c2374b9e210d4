// Scoring an answer: its columns say what it is, the function of that kind scores it; the value found is broken down by
// every property of the places where it truly is.
#include "exercise/score.h"

#include <algorithm>
#include <map>
#include <set>

#include "chain/network.h"
#include "decode/csv.h"
#include "exercise/scorer.h"

namespace jindo::exercise {
namespace {
constexpr size_t kListedMost = 1000;
// What an answer claims may be anything: sums stop at a cap far beyond any money.
constexpr Uint128 kCap = Uint128{1} << 100;

// Bands of hops: 0, 1, 2, 3, then wider ones; each is known by its first.
uint64_t first_of_hops(uint64_t hops) {
  return hops <= 3 ? hops : hops <= 6 ? 4 : hops <= 12 ? 7 : hops <= 25 ? 13 : 26;
}
std::string hop_name(uint64_t hops) {
  if (hops <= 3) return std::to_string(hops);
  return hops <= 6 ? "4-6" : hops <= 12 ? "7-12" : hops <= 25 ? "13-25" : "26 and more";
}
}  // namespace

Uint128 usd_micro_of(const TruthSource& source, Uint128 origin) {
  return std::min(base::share_of(origin, source.usd_micro, source.stolen).value_or(kCap), kCap);
}

base::Result<TrueOwners> find_owners(const Truth& truth, const std::set<std::string>& wanted) {
  TrueOwners out;
  for (const std::string& path : truth.owner_files) {
    JINDO_TRY(decode::CsvReader reader,
              decode::CsvReader::open(path, {"chain", "address", "owner", "kind", "role"}, {}));
    std::string key;
    for (;;) {
      JINDO_TRY(const bool more, reader.next());
      if (!more) break;
      key.assign(reader.cell(0)).append(" ").append(reader.cell(1));
      if (wanted.count(key) != 0)
        out.try_emplace(key, TrueOwner{std::string(reader.cell(2)), std::string(reader.cell(3))});
    }
  }
  return out;
}

base::Status Scorer::run() {
  if (answer_.is_trace) return score_trace();
  const bool address = has("chain") && has("address");
  if (address && has("cluster")) return score_clusters();
  if (address && (has("category") || has("owner") || has("name") || has("label"))) return score_tags();
  if (has("technique") && has("transaction") && has("chain")) return score_findings();
  if (has("from_transaction") && has("to_transaction") && has("from_chain") && has("to_chain")) return score_links();
  if (address) return score_addresses();
  return base::bad_input(score_.answer +
                         ": expected columns chain, address (and owner, category or cluster), or technique, chain, "
                         "transaction, or kind, from_chain, from_transaction, to_chain, to_transaction");
}

base::Result<std::vector<std::string>> Scorer::keys_of_rows() const {
  std::vector<std::string> out;
  for (size_t r = 0; r < answer_.rows.size(); ++r) {
    JINDO_TRY(const std::string address, canonical_address(cell(r, "chain"), cell(r, "address"), answer_.places[r]));
    const auto network = chain::find_network(cell(r, "chain"));
    out.push_back(std::string((*network)->name) + " " + address);
  }
  return out;
}

// Shares of value by every property of the true holders. `found` is by holder, in parts per million of it.
void Scorer::breakdown(const std::vector<Ratio>& found) {
  std::map<std::string, Ratio> techniques, states, knows, sources;
  std::map<uint64_t, Ratio> hops;  // by the band's first
  Ratio all;
  for (size_t h = 0; h < truth_.holders.size(); ++h) {
    const TruthHolder& holder = truth_.holders[h];
    const TruthSource& source = truth_.sources[holder.source];
    const Uint128 whole = usd_micro_of(source, holder.origin);
    const Uint128 part = whole * found[h].ppm() / 1'000'000;
    const auto add = [&](Ratio& to) {
      to.part += part;
      to.whole += whole;
    };
    add(all);
    for (const std::string& technique : holder.techniques) add(techniques[technique]);
    add(states[holder.state]);
    add(knows[holder.knowable]);
    add(sources[source.incident + " " + source.chain + " " + source.asset]);
    add(hops[first_of_hops(holder.hops)]);
    if (whole > part)
      score_.missed.push_back(
          {holder.chain, holder.address, holder.owner,
           (holder.techniques.empty() ? "" : holder.techniques.back()) + ", " + holder.state + ", " + holder.knowable,
           whole - part});
  }
  line("value", "found", all);
  for (const auto& [name, ratio] : sources) line("theft", name, ratio);
  for (const auto& [name, ratio] : knows) line("knowable", name, ratio);
  for (const auto& [name, ratio] : states) line("state", name, ratio);
  for (const auto& [name, ratio] : techniques) line("technique", name, ratio);
  for (const auto& [first, ratio] : hops) line("hops", hop_name(first), ratio);
}
void Scorer::sort_lists() {
  for (auto* list : {&score_.missed, &score_.wrong}) {
    std::stable_sort(list->begin(), list->end(),
                     [](const Missed& a, const Missed& b) { return a.usd_micro > b.usd_micro; });
    if (list->size() > kListedMost) list->resize(kListedMost);
  }
}

base::Result<Score> score_answer(const Truth& truth, const std::string& path) {
  JINDO_TRY(const Answer answer, read_answer(path));
  Score score;
  score.answer = path;
  JINDO_DO(Scorer(truth, answer, score).run());
  return score;
}
}  // namespace jindo::exercise
