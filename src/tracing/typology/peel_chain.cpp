// peel_chain: a large amount moves on, a little is left at each step.
#include <optional>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
using base::Uint256;
constexpr size_t kStepsMin = 3;
constexpr uint64_t kPeelPpm = 150'000;  // at most, of what goes out at a step

struct Step {
  uint32_t onward = UINT32_MAX;  // the move that carries most on
  std::vector<uint32_t> peels;
};
// The step that an address makes: one large move on to an address, one to four small ones beside it.
std::optional<Step> step_of(const Scene& scene, uint32_t node) {
  const Node& at = scene.nodes()[node];
  Step step;
  Uint256 total, onward;
  std::vector<uint32_t> parts;
  for (const uint32_t m : at.out) {
    const Move& move = scene.moves()[m];
    if (move.into_link || move.to == kNobody || move.to == node) return std::nullopt;
    if (!parts.empty() && !(move.asset == scene.moves()[parts[0]].asset)) {
      // The coin that pays fees beside a token is no part of it.
      if (move.asset.kind == chain::AddressKind::kNative) continue;
      return std::nullopt;
    }
    parts.push_back(m);
    if (parts.size() > 5) return std::nullopt;
    total += move.amount;
    if (onward < move.amount) {
      onward = move.amount;
      step.onward = m;
    }
  }
  if (parts.size() < 2 || scene.moves()[step.onward].terminal != UINT32_MAX) return std::nullopt;
  for (const uint32_t m : parts) {
    if (m == step.onward) continue;
    if (ratio_ppm(scene.moves()[m].amount, total) > kPeelPpm) return std::nullopt;
    step.peels.push_back(m);
  }
  return step;
}
}  // namespace

void find_peel_chains(const Scene& scene, Findings& out) {
  std::vector<std::optional<Step>> steps(scene.nodes().size());
  std::vector<bool> continued(scene.nodes().size(), false);
  for (uint32_t node = 0; node < scene.nodes().size(); ++node) steps[node] = step_of(scene, node);
  for (uint32_t node = 0; node < scene.nodes().size(); ++node)
    if (steps[node]) continued[scene.moves()[steps[node]->onward].to] = true;
  std::vector<bool> seen(scene.nodes().size(), false);
  for (uint32_t start = 0; start < scene.nodes().size(); ++start) {
    if (!steps[start] || continued[start]) continue;
    std::vector<uint32_t> moves, chain;
    size_t peels = 0;
    Uint256 peeled;
    for (uint32_t node = start; steps[node] && !seen[node]; node = scene.moves()[steps[node]->onward].to) {
      seen[node] = true;
      chain.push_back(node);
      moves.push_back(steps[node]->onward);
      for (const uint32_t m : steps[node]->peels) {
        moves.push_back(m);
        peeled += scene.moves()[m].amount;
        ++peels;
      }
    }
    if (chain.size() < kStepsMin) continue;
    Finding finding = scene.begin("peel_chain", moves);
    finding.score = static_cast<uint32_t>(std::min<size_t>(980'000, 550'000 + 50'000 * chain.size()));
    const Node& first = scene.nodes()[chain[0]];
    for (const uint32_t node : chain) finding.parties.push_back({first.network, scene.nodes()[node].address});
    finding.text = Scene::when(finding.first_time, finding.last_time) + " value moved on from " +
                   scene.address_text(first) + " through " + counted(chain.size(), "address", "addresses") +
                   ", each leaving a little behind: " + counted(peels, "part", "parts") + ", " +
                   scene.amount_text(*first.network, scene.moves()[moves[0]].asset, peeled) + " in all";
    out.push_back(std::move(finding));
  }
}
}  // namespace jindo::typology
