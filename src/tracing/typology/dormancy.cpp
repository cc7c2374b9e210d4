// dormancy_burst: long still, then gone within two days.
#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
constexpr int64_t kDormantSeconds = 14 * 86'400;
constexpr int64_t kBurstSeconds = 2 * 86'400;
constexpr uint64_t kSharePpm = 900'000;
}  // namespace

void find_dormancy(const Scene& scene, Findings& out) {
  for (uint32_t node = 0; node < scene.nodes().size(); ++node) {
    const Node& at = scene.nodes()[node];
    if (at.in.empty() || at.out.empty() || scene.service_at(at) != nullptr) continue;
    const int64_t woke = scene.moves()[at.out.front()].time;
    int64_t last_in = INT64_MIN;
    base::Uint256 held, burst;
    const chain::AddressKey asset = scene.moves()[at.out.front()].asset;
    for (const uint32_t m : at.in) {
      const Move& move = scene.moves()[m];
      if (move.time > woke || !(move.asset == asset)) continue;
      last_in = std::max(last_in, move.time);
      held += move.amount;
    }
    if (last_in == INT64_MIN || woke - last_in < kDormantSeconds) continue;
    std::vector<uint32_t> moves;
    for (const uint32_t m : at.out) {
      const Move& move = scene.moves()[m];
      if (move.time > woke + kBurstSeconds || !(move.asset == asset)) continue;
      moves.push_back(m);
      burst += move.amount;
    }
    if (ratio_ppm(burst, held) < kSharePpm) continue;
    Finding finding = scene.begin("dormancy_burst", moves);
    const int64_t days = (woke - last_in) / 86'400;
    finding.score = static_cast<uint32_t>(std::min<int64_t>(900'000, 500'000 + 5'000 * days));
    finding.parties.push_back({at.network, at.address});
    finding.text = Scene::when(finding.first_time, finding.last_time) + " " + scene.address_text(at) + " sent " +
                   scene.amount_text(*at.network, asset, burst) + " away in " +
                   counted(moves.size(), "movement", "movements") + ", after " + std::to_string(days) +
                   " days in which it lay still";
    out.push_back(std::move(finding));
  }
}
}  // namespace jindo::typology
