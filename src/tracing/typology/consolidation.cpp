// consolidation: many to one.
#include <set>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
constexpr size_t kPayersMin = 3;
constexpr int64_t kWindowSeconds = 7 * 86'400;
}  // namespace

void find_consolidation(const Scene& scene, Findings& out) {
  for (uint32_t node = 0; node < scene.nodes().size(); ++node) {
    if (scene.service_at(scene.nodes()[node]) != nullptr) continue;
    const auto judge = [&](const std::vector<uint32_t>& moves) {
      std::set<uint32_t> payers;
      for (const uint32_t m : moves) payers.insert(scene.moves()[m].from);
      if (payers.size() < kPayersMin) return;
      Finding finding = scene.begin("consolidation", moves);
      finding.score = static_cast<uint32_t>(std::min<size_t>(950'000, 450'000 + 60'000 * payers.size()));
      const Node& at = scene.nodes()[node];
      finding.parties.push_back({at.network, at.address});
      base::Uint256 total;
      bool one_asset = true;
      for (const uint32_t m : moves) {
        total += scene.moves()[m].amount;
        one_asset &= scene.moves()[m].asset == scene.moves()[moves[0]].asset;
      }
      for (const uint32_t payer : payers) finding.parties.push_back({at.network, scene.nodes()[payer].address});
      finding.text =
          Scene::when(finding.first_time, finding.last_time) + " " + counted(payers.size(), "address", "addresses") +
          " paid " +
          (one_asset ? scene.amount_text(*at.network, scene.moves()[moves[0]].asset, total) + " of the stolen value"
                     : "stolen value in several assets") +
          " into " + scene.address_text(at);
      out.push_back(std::move(finding));
    };
    std::vector<uint32_t> burst;
    for (const uint32_t m : scene.nodes()[node].in) {
      const Move& move = scene.moves()[m];
      if (!move.plain() || move.from == kNobody || move.from == node) continue;
      if (!burst.empty() && move.time - scene.moves()[burst.front()].time > kWindowSeconds) {
        judge(burst);
        burst.clear();
      }
      burst.push_back(m);
    }
    judge(burst);
  }
}
}  // namespace jindo::typology
