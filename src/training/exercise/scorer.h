// Scorer: one answer against one key. What kind of answer it is follows from its columns; each kind is scored in a
// function of its own: places in score_places.cpp, owners in score_owners.cpp, acts in score_acts.cpp.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "exercise/answer.h"
#include "exercise/score.h"

namespace jindo::exercise {

struct TrueOwner {
  std::string name, kind;
};
using TrueOwners = std::unordered_map<std::string, TrueOwner>;  // by "chain address"
// The owners of the wanted addresses; one pass over the key's files.
base::Result<TrueOwners> find_owners(const Truth& truth, const std::set<std::string>& wanted);

class Scorer {
 public:
  Scorer(const Truth& truth, const Answer& answer, Score& score) : truth_(truth), answer_(answer), score_(score) {}
  base::Status run();

 private:
  base::Status score_trace();
  base::Status score_addresses();
  base::Status score_tags();
  base::Status score_clusters();
  base::Status score_findings();
  base::Status score_links();

  // --- the answer's rows, the score's lines ---
  bool has(const char* column) const { return answer_.column(column) != SIZE_MAX; }
  const std::string& cell(size_t row, const char* column) const { return answer_.rows[row][answer_.column(column)]; }
  base::Result<std::vector<std::string>> keys_of_rows() const;  // "chain address" of each row
  void line(const std::string& group, const std::string& name, Ratio ratio) {
    score_.lines.push_back({group, name, ratio});
  }
  void breakdown(const std::vector<Ratio>& found);
  void sort_lists();

  // --- of traces ---
  using Amounts = std::pair<Uint128, Uint128>;  // of a source's units: in the key, in the answer
  using Place = std::tuple<uint32_t, std::string, std::string, std::string>;  // source, chain, asset, address
  using Places = std::map<Place, Amounts>;
  using SourceOwner = std::pair<uint32_t, std::string>;
  base::Result<uint32_t> source_of(const TracedValue& value) const;
  base::Result<Places> places_of_trace(std::set<std::string>& addresses) const;
  struct PlaceScore {
    Ratio precision, address_precision, address_recall;
    std::map<SourceOwner, Amounts> by_owner;  // the answer's amounts, by who truly has the place
  };
  PlaceScore compare_places(const Places& places, const TrueOwners& owners);
  Ratio found_at_owner(std::map<SourceOwner, Amounts> by_owner, std::string TruthHolder::*owner) const;

  // --- of findings ---
  struct Acts {
    std::set<std::string> correct;  // a transaction named so is right
    std::set<std::string> wanted;   // recall is measured over these; none for what is an aspect of other steps
    bool third_party = false;       // reachable as they stand
  };
  using Noise = std::map<std::string, std::pair<std::set<std::string>, std::set<std::string>>>;  // all; the thief's
  Acts acts_of(const std::string& technique, const Noise& noise) const;
  base::Result<Noise> noise_of_ledger() const;
  bool is_given(const std::vector<std::string>& transactions) const;

  const Truth& truth_;
  const Answer& answer_;
  Score& score_;
};

// Dollars of a part of a source, at the scenario's prices: what sums over different stolen assets are made of; capped.
Uint128 usd_micro_of(const TruthSource& source, Uint128 origin);

}  // namespace jindo::exercise
