// hops, rapid_pass_through: value that goes through addresses whole.
#include <optional>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
using base::Uint256;
constexpr size_t kHopsMin = 2;
constexpr uint64_t kWholePpm = 900'000;
constexpr int64_t kRapidSeconds = 30 * 60;

// The one move by which an address passes on what it got in that asset, if it does nothing else with it.
std::optional<uint32_t> onward(const Scene& scene, uint32_t node) {
  const Node& at = scene.nodes()[node];
  if (at.in.empty() || at.out.empty()) return std::nullopt;
  uint32_t chosen = UINT32_MAX;
  for (const uint32_t m : at.out) {
    const Move& move = scene.moves()[m];
    if (!move.plain() || move.to == kNobody || move.to == node) return std::nullopt;
    if (chosen != UINT32_MAX && scene.moves()[chosen].to != move.to) return std::nullopt;
    if (chosen == UINT32_MAX || scene.moves()[chosen].amount < move.amount) chosen = m;
  }
  Uint256 in, out;
  for (const uint32_t m : at.in)
    if (scene.moves()[m].asset == scene.moves()[chosen].asset) in += scene.moves()[m].amount;
  for (const uint32_t m : at.out)
    if (scene.moves()[m].asset == scene.moves()[chosen].asset) out += scene.moves()[m].amount;
  if (ratio_ppm(out, in) < kWholePpm) return std::nullopt;
  return chosen;
}
}  // namespace

void find_pass_through(const Scene& scene, Findings& out) {
  const auto count = scene.nodes().size();
  std::vector<std::optional<uint32_t>> next(count);
  std::vector<uint32_t> entered(count, 0);
  for (uint32_t node = 0; node < count; ++node) next[node] = onward(scene, node);
  // A run begins at an address that no single pass-through leads to.
  for (uint32_t node = 0; node < count; ++node)
    if (next[node]) ++entered[scene.moves()[*next[node]].to];
  std::vector<bool> seen(count, false);
  for (uint32_t start = 0; start < count; ++start) {
    if (!next[start] || seen[start] || entered[start] == 1) continue;
    std::vector<uint32_t> nodes, moves;
    bool rapid = true;
    for (uint32_t node = start; next[node] && !seen[node]; node = scene.moves()[*next[node]].to) {
      if (!nodes.empty() && entered[node] != 1) break;
      seen[node] = true;
      nodes.push_back(node);
      moves.push_back(*next[node]);
      const Move& came = scene.moves()[scene.nodes()[node].in.back()];
      rapid &= scene.moves()[*next[node]].time - came.time <= kRapidSeconds;
    }
    if (nodes.size() < kHopsMin) continue;
    const Node& first = scene.nodes()[nodes[0]];
    const Move& carried = scene.moves()[moves[0]];
    for (const char* id : {"hops", "rapid_pass_through"}) {
      if (id[0] == 'r' && !rapid) continue;
      Finding finding = scene.begin(id, moves);
      finding.score = static_cast<uint32_t>(std::min<size_t>(950'000, 500'000 + 60'000 * nodes.size()));
      for (const uint32_t node : nodes) finding.parties.push_back({first.network, scene.nodes()[node].address});
      finding.text = Scene::when(finding.first_time, finding.last_time) + " " +
                     scene.amount_text(*first.network, carried.asset, carried.amount) + " passed whole through " +
                     counted(nodes.size(), "address", "addresses") + " in a row, from " + scene.address_text(first) +
                     (id[0] == 'r' ? ", each time within 30 minutes" : "");
      out.push_back(std::move(finding));
    }
  }
}
}  // namespace jindo::typology
