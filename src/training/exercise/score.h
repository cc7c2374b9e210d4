// Scoring an answer against an answer key: what of the stolen value was found where it truly is, by technique, by hop,
// by how knowable it was; which addresses, owners, clusters, findings, links are right; what was missed. What an answer
// is stands in its columns (docs/formats/exercise.md): a trace result, a trainee's list of addresses, tags, clusters,
// technique findings, links. Shares are in parts per million of integers; nothing is rounded before the end.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/result.h"
#include "base/uint256.h"

namespace jindo::exercise {

using base::Uint128;

struct TruthHolder {
  uint32_t source = 0;
  std::string chain, asset, address, owner, kind, state, knowable;
  std::string exact_owner;  // at the last place to which the chain itself leads
  std::vector<std::string> techniques;
  uint64_t hops = 0;
  Uint128 origin = 0;
};
struct TruthSource {
  std::string incident, chain, asset;
  Uint128 stolen = 0;
  Uint128 usd_micro = 0;
};
struct TruthLink {
  std::string kind, knowable, from_chain, from, to_chain, to;
};
struct Truth {
  std::string scenario, folder;
  std::vector<TruthSource> sources;
  std::vector<TruthHolder> holders;
  std::vector<TruthLink> links;
  std::map<std::string, std::vector<std::string>> techniques;  // technique -> "chain transaction", sorted
  std::map<std::string, std::vector<std::string>> acts;        // a step's verb -> the same
  std::vector<std::string> reachable;   // "chain transaction" to which the chain itself leads, sorted
  std::vector<std::string> on_the_way;  // "chain address" of the trail, sorted
  std::vector<std::string> owner_files;
};
base::Result<Truth> read_truth(const std::string& path);
base::Result<Truth> parse_truth(const std::string& path, const std::string& content);

struct Ratio {
  Uint128 part = 0, whole = 0;
  // Parts per million; 0 where the whole is 0. part <= whole.
  uint64_t ppm() const { return whole == 0 ? 0 : static_cast<uint64_t>(*base::share_of(part, 1'000'000, whole)); }
};
struct Line {  // one row of a breakdown
  std::string group, name;
  Ratio ratio;
};
struct Missed {
  std::string chain, address, owner, what;
  Uint128 usd_micro = 0;
};
struct Score {
  std::string answer, kind, policy;
  std::vector<Line> lines;
  std::vector<Missed> missed, wrong;  // the largest first
};
base::Result<Score> score_answer(const Truth& truth, const std::string& path);

void print_score_table(const Truth& truth, const std::vector<Score>& scores, size_t missed_most,
                       const base::TextSink& out);
void print_score_json(const Truth& truth, const std::vector<Score>& scores, const base::TextSink& out);

}  // namespace jindo::exercise
