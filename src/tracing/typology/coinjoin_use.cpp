// coinjoin: stolen coins in joint transactions.
#include <map>
#include <set>

#include "resolve/join_links.h"
#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
void find_coinjoin_use(const Scene& scene, Findings& out) {
  struct Joint {
    std::vector<uint32_t> moves;
    uint32_t largest_set = 0;
    uint32_t confidence = 100;
    std::set<uint64_t> transactions;
  };
  std::map<std::pair<uint32_t, cluster::JoinKind>, Joint> by_kind;
  std::map<std::pair<uint32_t, uint64_t>, resolve::JoinReading> read;
  for (uint32_t m = 0; m < scene.moves().size(); ++m) {
    const Move& move = scene.moves()[m];
    const ledger::LedgerChain& chain = scene.chain(move.chain);
    if (!chain.utxo || move.theft || move.behind) continue;  // behind a first one it is anybody's
    auto found = read.find({move.chain, move.transaction});
    if (found == read.end())
      found =
          read.emplace(std::make_pair(move.chain, move.transaction), resolve::read_join(*chain.utxo, move.transaction))
              .first;
    const resolve::JoinReading& join = found->second;
    if (join.finding.kind == cluster::JoinKind::kNone || join.finding.kind == cluster::JoinKind::kPayJoin) continue;
    Joint& joint = by_kind[{move.chain, join.finding.kind}];
    joint.moves.push_back(m);
    joint.largest_set = std::max(joint.largest_set, join.equal_outputs);
    joint.confidence = std::min<uint32_t>(joint.confidence, join.finding.confidence);
    joint.transactions.insert(move.transaction);
  }
  for (const auto& [key, joint] : by_kind) {
    Finding finding = scene.begin("coinjoin", joint.moves);
    finding.score = joint.confidence * 10'000;
    finding.text =
        Scene::when(finding.first_time, finding.last_time) + " stolen coins went through " +
        counted(joint.transactions.size(), "joint transaction", "joint transactions") + " of the kind " +
        cluster::info_of(key.second).title +
        (joint.largest_set > 1 ? ", among up to " + std::to_string(joint.largest_set) + " equal outputs" : "");
    out.push_back(std::move(finding));
  }
}
}  // namespace jindo::typology
