// Scoring acts: technique findings against the planted steps and the ledger's noise; links against the true ones.
#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "chain/network.h"
#include "decode/csv.h"
#include "exercise/scorer.h"

namespace jindo::exercise {
namespace {
void add(Ratio& to, const Ratio& more) {
  to.part += more.part;
  to.whole += more.whole;
}
std::string link_key(std::string_view kind, std::string_view from_chain, std::string_view from,
                     std::string_view to_chain, std::string_view to) {
  std::string out(kind);
  for (const std::string_view part : {from_chain, from, to_chain, to}) out.append(" ").append(part);
  return out;
}
}  // namespace

base::Status Scorer::score_findings() {
  score_.kind = "findings";
  std::map<std::string, std::set<std::string>> said;
  for (size_t r = 0; r < answer_.rows.size(); ++r) {
    const auto network = chain::find_network(cell(r, "chain"));
    if (!network.ok()) return base::bad_input(answer_.places[r] + ": " + network.error().message);
    said[cell(r, "technique")].insert(std::string((*network)->name) + " " + cell(r, "transaction"));
  }
  JINDO_TRY(const auto noise, noise_of_ledger());
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
    const Acts right = acts_of(name, noise);
    Ratio p, r, l;
    for (const std::string& key : said[name]) {
      ++p.whole;
      p.part += right.correct.count(key);
    }
    for (const std::string& key : right.wanted) {
      ++r.whole;
      r.part += said[name].count(key);
      if (!right.third_party && !std::binary_search(truth_.reachable.begin(), truth_.reachable.end(), key)) continue;
      ++l.whole;
      l.part += said[name].count(key);
    }
    add(precision, p);
    if (p.whole > 0) by_technique.push_back({"precision", name, p});
    if (r.whole == 0 || given.count(name) != 0) continue;
    if (!right.third_party) {
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

// Steps of the theft itself.
bool Scorer::is_given(const std::vector<std::string>& transactions) const {
  if (transactions.empty()) return true;
  const auto acts = truth_.acts.find("theft");
  return acts != truth_.acts.end() && std::binary_search(acts->second.begin(), acts->second.end(), transactions[0]);
}

Scorer::Acts Scorer::acts_of(const std::string& name, const Noise& noise) const {
  Acts out;
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
    out.third_party = true;
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
  } else if (name == "dormancy_burst" || name == "shared_infrastructure" || name == "hops" || name == "consolidation") {
    for (const auto& [verb, transactions] : truth_.acts)
      if (name != "hops" || verb != "theft") out.correct.insert(transactions.begin(), transactions.end());
  }
  return out;
}

// Acts of third parties and gas, from the ledger's rows; the thief's: those that touch his addresses.
base::Result<Scorer::Noise> Scorer::noise_of_ledger() const {
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
  JINDO_TRY(const TrueOwners owners, find_owners(truth_, victims));
  Noise out;
  for (const Act& act : acts) {
    out[act.kind].first.insert(act.transaction);
    const auto owner = owners.find(act.victim);
    if (owner != owners.end() && owner->second.kind == "thief") out[act.kind].second.insert(act.transaction);
  }
  return out;
}

base::Status Scorer::score_links() {
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
}  // namespace jindo::exercise
