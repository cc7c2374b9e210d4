#include "exercise/score.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "chain/network.h"
#include "decode/csv.h"
#include "exercise/answer.h"

namespace jindo::exercise {
namespace {
using base::bad_input;
using base::Status;
constexpr size_t kListedMost = 1000;

// Dollars of a part of a source, at the scenario's prices: what sums over different stolen assets are made of.
// What an answer claims may be anything: sums stop at a cap far beyond any money.
constexpr Uint128 kCap = Uint128{1} << 100;
Uint128 usd(const TruthSource& source, Uint128 origin) {
  return std::min(base::share_of(origin, source.usd_micro, source.stolen).value_or(kCap), kCap);
}
void add_capped(Uint128& sum, Uint128 more) { sum = sum + more < sum ? ~Uint128{0} : sum + more; }

struct Owner {
  std::string name, kind;
};
using Owners = std::unordered_map<std::string, Owner>;  // "chain address"
// The owners of the wanted addresses; one pass over the key's files.
base::Result<Owners> find_owners(const Truth& truth, const std::set<std::string>& wanted) {
  Owners out;
  for (const std::string& path : truth.owner_files) {
    JINDO_TRY(decode::CsvReader reader,
              decode::CsvReader::open(path, {"chain", "address", "owner", "kind", "role"}, {}));
    std::string key;
    for (;;) {
      JINDO_TRY(const bool more, reader.next());
      if (!more) break;
      key.assign(reader.cell(0)).append(" ").append(reader.cell(1));
      if (wanted.count(key) != 0) out.try_emplace(key, Owner{std::string(reader.cell(2)), std::string(reader.cell(3))});
    }
  }
  return out;
}

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

std::string hop_name(uint64_t hops) {
  if (hops <= 3) return std::to_string(hops);
  return hops <= 6 ? "4-6" : hops <= 12 ? "7-12" : hops <= 25 ? "13-25" : "26 and more";
}

class Scorer {
 public:
  Scorer(const Truth& truth, const Answer& answer, Score& score) : truth_(truth), answer_(answer), score_(score) {}

  Status run() {
    if (answer_.is_trace) return trace();
    const bool address = has("chain") && has("address");
    if (address && has("cluster")) return clusters();
    if (address && (has("category") || has("owner") || has("name") || has("label"))) return tags();
    if (has("technique") && has("transaction") && has("chain")) return findings();
    if (has("from_transaction") && has("to_transaction") && has("from_chain") && has("to_chain")) return links();
    if (address) return addresses();
    return bad_input(score_.answer +
                     ": expected columns chain, address (and owner, category or cluster), or technique, chain, "
                     "transaction, or kind, from_chain, from_transaction, to_chain, to_transaction");
  }

 private:
  bool has(const char* name) const { return answer_.column(name) != SIZE_MAX; }
  const std::string& cell(size_t row, const char* name) const { return answer_.rows[row][answer_.column(name)]; }
  void line(const std::string& group, const std::string& name, Ratio ratio) {
    score_.lines.push_back({group, name, ratio});
  }

  // Shares of value by every property of the true holders. `found` is by holder, in parts per million of it.
  void breakdown(const std::vector<Ratio>& found) {
    std::map<std::string, Ratio> techniques, states, knows, sources;
    std::map<uint64_t, std::pair<std::string, Ratio>> hops;
    Ratio all;
    for (size_t h = 0; h < truth_.holders.size(); ++h) {
      const TruthHolder& holder = truth_.holders[h];
      const TruthSource& source = truth_.sources[holder.source];
      const Uint128 whole = usd(source, holder.origin);
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
      auto& hop = hops[holder.hops <= 3    ? holder.hops
                       : holder.hops <= 6  ? 4
                       : holder.hops <= 12 ? 7
                       : holder.hops <= 25 ? 13
                                           : 26];
      hop.first = hop_name(holder.hops);
      add(hop.second);
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
    for (const auto& [key, hop] : hops) line("hops", hop.first, hop.second);
  }
  void sort_lists() {
    for (auto* list : {&score_.missed, &score_.wrong}) {
      std::stable_sort(list->begin(), list->end(),
                       [](const Missed& a, const Missed& b) { return a.usd_micro > b.usd_micro; });
      if (list->size() > kListedMost) list->resize(kListedMost);
    }
  }

  Status trace() {
    score_.kind = "trace";
    score_.policy = answer_.policy;
    using Key = std::tuple<uint32_t, std::string, std::string, std::string>;  // source, chain, asset, address
    std::map<Key, std::pair<Uint128, Uint128>> places;                        // truth, answer
    std::set<std::string> addresses;
    for (const TruthHolder& holder : truth_.holders)
      places[{holder.source, holder.chain, holder.asset, holder.address}].first += holder.origin;
    for (const TracedValue& value : answer_.values) {
      // A theft of the same asset on two chains is two sources. A result that does not say which (of before links were
      // followed) means the chain where the value is, or else the first that fits.
      uint32_t source = UINT32_MAX;
      for (uint32_t s = 0; s < truth_.sources.size(); ++s) {
        if (truth_.sources[s].incident != value.incident || truth_.sources[s].asset != value.stolen_asset) continue;
        if (!value.stolen_chain.empty() && truth_.sources[s].chain != value.stolen_chain) continue;
        if (source == UINT32_MAX || truth_.sources[s].chain == value.chain) source = s;
      }
      if (source == UINT32_MAX)
        return bad_input(score_.answer + ": traces '" + value.incident + "', " + value.stolen_asset +
                         ", which this exercise did not plant");
      add_capped(places[{source, value.chain, value.asset, value.address}].second, value.origin);
      addresses.insert(value.chain + " " + value.address);
    }
    JINDO_TRY(const Owners owners, find_owners(truth_, addresses));
    Ratio precision, address_precision, address_recall, owner_found;
    std::map<std::pair<uint32_t, std::string>, std::pair<Uint128, Uint128>> by_owner;
    for (const auto& [key, amounts] : places) {
      const auto& [source, chain, asset, address] = key;
      const TruthSource& theft = truth_.sources[source];
      const Uint128 right = std::min(amounts.first, amounts.second);
      precision.part += usd(theft, right);
      precision.whole += usd(theft, amounts.second);
      address_precision.whole += amounts.second > 0 ? 1 : 0;
      address_recall.whole += amounts.first > 0 ? 1 : 0;
      address_precision.part += amounts.first > 0 && amounts.second > 0 ? 1 : 0;
      if (amounts.second > 0) {
        const auto owner = owners.find(chain + " " + address);
        add_capped(by_owner[{source, owner == owners.end() ? "?" : owner->second.name}].second, amounts.second);
        if (amounts.second > right)
          score_.wrong.push_back({chain, address, owner == owners.end() ? "?" : owner->second.name,
                                  amounts.first == 0 ? "holds none of it" : "holds less",
                                  usd(theft, amounts.second - right)});
      }
    }
    address_recall.part = address_precision.part;
    auto by_exact_owner = by_owner;  // and as far as the chain itself leads
    Ratio exact_found;
    for (const TruthHolder& holder : truth_.holders) {
      by_owner[{holder.source, holder.owner}].first += holder.origin;
      by_exact_owner[{holder.source, holder.exact_owner}].first += holder.origin;
    }
    const auto sum = [&](const auto& owned, Ratio& ratio) {
      for (const auto& [key, amounts] : owned) {
        ratio.part += usd(truth_.sources[key.first], std::min(amounts.first, amounts.second));
        ratio.whole += usd(truth_.sources[key.first], amounts.first);
      }
    };
    sum(by_owner, owner_found);
    sum(by_exact_owner, exact_found);
    std::vector<Ratio> found;
    for (const TruthHolder& holder : truth_.holders) {
      const auto& amounts = places[{holder.source, holder.chain, holder.asset, holder.address}];
      found.push_back({std::min(amounts.first, amounts.second), amounts.first});
    }
    breakdown(found);
    line("value", "precision", precision);
    line("value", "at the true owner", owner_found);
    line("value", "followed as far as the chain leads", exact_found);
    line("addresses", "precision", address_precision);
    line("addresses", "recall", address_recall);
    sort_lists();
    return {};
  }

  // A list of addresses by hand: each is a claim that stolen value ended there.
  Status addresses() {
    score_.kind = "addresses";
    std::set<std::string> claimed;
    for (size_t r = 0; r < answer_.rows.size(); ++r) {
      JINDO_TRY(const std::string address, canonical_address(cell(r, "chain"), cell(r, "address"), answer_.places[r]));
      const auto network = chain::find_network(cell(r, "chain"));
      claimed.insert(std::string((*network)->name) + " " + address);
    }
    std::set<std::string> true_places;
    std::vector<Ratio> found;
    for (const TruthHolder& holder : truth_.holders) {
      const std::string key = holder.chain + " " + holder.address;
      true_places.insert(key);
      found.push_back({claimed.count(key) != 0 ? Uint128{1} : 0, 1});
    }
    Ratio precision, recall, way;
    precision.whole = way.whole = claimed.size();
    recall.whole = true_places.size();
    for (const std::string& key : claimed) {
      const bool right = true_places.count(key) != 0;
      precision.part += right ? 1 : 0;
      if (right) continue;
      const bool passed = std::binary_search(truth_.on_the_way.begin(), truth_.on_the_way.end(), key);
      way.part += passed ? 1 : 0;
      const size_t space = key.find(' ');
      score_.wrong.push_back({key.substr(0, space), key.substr(space + 1), "",
                              passed ? "stolen value passed through here and went on" : "no stolen value came here",
                              0});
    }
    recall.part = precision.part;
    breakdown(found);
    line("addresses", "precision", precision);
    line("addresses", "recall", recall);
    line("addresses", "passed through, not the end", way);
    sort_lists();
    return {};
  }

  base::Result<std::vector<std::string>> keys_of_rows() const {
    std::vector<std::string> out;
    for (size_t r = 0; r < answer_.rows.size(); ++r) {
      JINDO_TRY(const std::string address, canonical_address(cell(r, "chain"), cell(r, "address"), answer_.places[r]));
      const auto network = chain::find_network(cell(r, "chain"));
      out.push_back(std::string((*network)->name) + " " + address);
    }
    return out;
  }

  Status tags() {
    score_.kind = "tags";
    JINDO_TRY(const auto keys, keys_of_rows());
    const std::set<std::string> wanted(keys.begin(), keys.end());
    JINDO_TRY(const Owners owners, find_owners(truth_, wanted));
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
  Status clusters() {
    score_.kind = "clusters";
    JINDO_TRY(const auto keys, keys_of_rows());
    const std::set<std::string> wanted(keys.begin(), keys.end());
    JINDO_TRY(const Owners owners, find_owners(truth_, wanted));
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

  Status findings() {
    score_.kind = "findings";
    std::map<std::string, std::set<std::string>> said;
    for (size_t r = 0; r < answer_.rows.size(); ++r) {
      const auto network = chain::find_network(cell(r, "chain"));
      if (!network.ok()) return bad_input(answer_.places[r] + ": " + network.error().message);
      said[cell(r, "technique")].insert(std::string((*network)->name) + " " + cell(r, "transaction"));
    }
    JINDO_TRY(const auto noise, noise_of());
    Ratio precision, recall, led;
    std::set<std::string> all;
    for (const auto& [name, unused] : said) all.insert(name);
    for (const auto& [name, unused] : truth_.techniques) all.insert(name);
    for (const auto& [name, unused] : noise) all.insert(name);
    // What the incident itself states is nobody's finding.
    std::set<std::string> given;
    for (const auto& [name, transactions] : truth_.techniques)
      if (name != "look_alike_address" && is_given(transactions)) given.insert(name);
    std::vector<Line> by_technique;
    for (const std::string& name : all) {
      const Rows right = rows_of(name, noise);
      Ratio p, r, l;
      for (const std::string& key : said[name]) {
        ++p.whole;
        p.part += right.correct.count(key);
      }
      for (const std::string& key : right.wanted) {
        ++r.whole;
        r.part += said[name].count(key);
        if (!right.acts && !std::binary_search(truth_.reachable.begin(), truth_.reachable.end(), key)) continue;
        ++l.whole;
        l.part += said[name].count(key);
      }
      add(precision, p);
      if (p.whole > 0) by_technique.push_back({"precision", name, p});
      if (r.whole == 0 || given.count(name) != 0) continue;
      if (!right.acts) {
        add(recall, r);
        add(led, l);
      }
      by_technique.push_back({"recall", name, r});
      by_technique.push_back({"recall, as far as the chain leads", name, l});
    }
    line("findings", "precision", precision);
    line("findings", "recall", recall);
    line("findings", "recall, as far as the chain leads", led);
    std::stable_sort(by_technique.begin(), by_technique.end(),
                     [](const Line& a, const Line& b) { return a.group < b.group; });
    score_.lines.insert(score_.lines.end(), by_technique.begin(), by_technique.end());
    return {};
  }
  static void add(Ratio& to, const Ratio& more) {
    to.part += more.part;
    to.whole += more.whole;
  }
  // Steps of the theft itself.
  bool is_given(const std::vector<std::string>& transactions) const {
    if (transactions.empty()) return true;
    const auto acts = truth_.acts.find("theft");
    return acts != truth_.acts.end() && std::binary_search(acts->second.begin(), acts->second.end(), transactions[0]);
  }

  struct Rows {
    std::set<std::string> correct;  // a transaction named so is right
    std::set<std::string> wanted;   // recall is measured over these; none for what is an aspect of other steps
    bool acts = false;              // of a third party: reachable as they stand
  };
  using Noise = std::map<std::string, std::pair<std::set<std::string>, std::set<std::string>>>;  // all; the thief's
  Rows rows_of(const std::string& name, const Noise& noise) const {
    Rows out;
    const auto planted = truth_.techniques.find(name);
    if (planted != truth_.techniques.end()) {
      out.correct.insert(planted->second.begin(), planted->second.end());
      out.wanted = out.correct;
    }
    const auto third = noise.find(name);
    if (planted == truth_.techniques.end() && third != noise.end()) {
      out.correct = third->second.first;
      // A poisoner's tiny coins are dust too.
      const auto poison = noise.find("address_poisoning");
      if (name == "dusting" && poison != noise.end())
        out.correct.insert(poison->second.first.begin(), poison->second.first.end());
      out.wanted = third->second.second;
      out.acts = true;
      return out;
    }
    // Aspects: right where the transaction is the thief's act of that kind (docs/formats/exercise.md).
    static const std::map<std::string, std::vector<const char*>> kAspects = {
        {"freeze_proof_swap", {"swap"}},
        {"swap_unswap", {"swap"}},
        {"loss_making_swap", {"swap"}},
        {"many_exchanges", {"deposit", "peel"}},
        {"nested_service", {"deposit"}},
        {"rapid_pass_through", {"forward", "split", "peel", "consolidate"}},
        {"fan_out_equal", {"split"}},
        {"fan_out", {"split"}},
        {"structuring", {"split"}},
        {"freeze", {"freeze"}},
        {"mixer", {"mix"}},
        {"exchange_cash_out", {"deposit", "peel"}},
        {"look_alike_address", {"theft"}},
        {"commingling", {"pay", "split", "forward", "consolidate", "theft", "swap"}}};
    const auto aspect = kAspects.find(name);
    if (aspect != kAspects.end()) {
      for (const char* verb : aspect->second) {
        const auto acts = truth_.acts.find(verb);
        if (acts != truth_.acts.end()) out.correct.insert(acts->second.begin(), acts->second.end());
      }
    } else if (name == "dormancy_burst" || name == "shared_infrastructure" || name == "hops" ||
               name == "consolidation") {
      for (const auto& [verb, transactions] : truth_.acts)
        if (name != "hops" || verb != "theft") out.correct.insert(transactions.begin(), transactions.end());
    }
    return out;
  }
  // Acts of third parties and gas, from the ledger's rows; the thief's: those that touch his addresses.
  base::Result<Noise> noise_of() const {
    JINDO_TRY(decode::CsvReader reader,
              decode::CsvReader::open(truth_.folder + "/links.csv",
                                      {"kind", "knowable", "from_chain", "from_transaction", "service"}, {}));
    struct Act {
      std::string kind, transaction, victim;
    };
    std::vector<Act> acts;
    std::set<std::string> victims;
    for (;;) {
      JINDO_TRY(const bool more, reader.next());
      if (!more) break;
      if (reader.cell(1) != "noise") continue;
      const std::string chain(reader.cell(2));
      acts.push_back({std::string(reader.cell(0)), chain + " " + std::string(reader.cell(3)),
                      chain + " " + std::string(reader.cell(4))});
      victims.insert(acts.back().victim);
    }
    JINDO_TRY(const Owners owners, find_owners(truth_, victims));
    Noise out;
    for (const Act& act : acts) {
      out[act.kind].first.insert(act.transaction);
      const auto owner = owners.find(act.victim);
      if (owner != owners.end() && owner->second.kind == "thief") out[act.kind].second.insert(act.transaction);
    }
    return out;
  }

  static std::string link_key(std::string_view kind, std::string_view from_chain, std::string_view from,
                              std::string_view to_chain, std::string_view to) {
    std::string out(kind);
    for (const std::string_view part : {from_chain, from, to_chain, to}) out.append(" ").append(part);
    return out;
  }
  Status links() {
    score_.kind = "links";
    std::set<std::string> said;
    std::map<std::string, Ratio> precision;
    for (size_t r = 0; r < answer_.rows.size(); ++r) {
      const std::string kind = has("kind") ? cell(r, "kind") : "bridge";
      said.insert(link_key(kind, cell(r, "from_chain"), cell(r, "from_transaction"), cell(r, "to_chain"),
                           cell(r, "to_transaction")));
    }
    std::map<std::string, Ratio> recall, background;
    std::set<std::string> right;
    for (const TruthLink& link : truth_.links) {
      const std::string key = link_key(link.kind, link.from_chain, link.from, link.to_chain, link.to);
      Ratio& ratio = recall[link.kind + ", " + link.knowable];
      ++ratio.whole;
      if (said.count(key) != 0) {
        ++ratio.part;
        right.insert(key);
      } else {
        score_.missed.push_back({link.from_chain, link.from, link.kind, "to " + link.to_chain + " " + link.to, 0});
      }
    }
    JINDO_TRY(decode::CsvReader reader,
              decode::CsvReader::open(
                  truth_.folder + "/links.csv",
                  {"kind", "knowable", "from_chain", "from_transaction", "to_chain", "to_transaction"}, {}));
    for (;;) {
      JINDO_TRY(const bool more, reader.next());
      if (!more) break;
      if (reader.cell(1) == "noise") continue;
      const std::string key = link_key(reader.cell(0), reader.cell(2), reader.cell(3), reader.cell(4), reader.cell(5));
      Ratio& ratio = background[std::string(reader.cell(0)) + ", " + std::string(reader.cell(1))];
      ++ratio.whole;
      if (said.count(key) != 0) {
        ++ratio.part;
        right.insert(key);
      }
    }
    line("links", "precision", {right.size(), said.size()});
    for (const auto& [name, ratio] : recall) line("of the theft", name, ratio);
    for (const auto& [name, ratio] : background) line("of the whole ledger", name, ratio);
    sort_lists();
    return {};
  }

  const Truth& truth_;
  const Answer& answer_;
  Score& score_;
};
}  // namespace

base::Result<Score> score_answer(const Truth& truth, const std::string& path) {
  JINDO_TRY(const Answer answer, read_answer(path));
  Score score;
  score.answer = path;
  JINDO_DO(Scorer(truth, answer, score).run());
  return score;
}
}  // namespace jindo::exercise
