// mixer: stolen value into a mixing service.
#include <map>
#include <set>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
void find_mixer_use(const Scene& scene, Findings& out) {
  std::map<std::string, std::vector<uint32_t>> by_mixer;
  for (uint32_t m = 0; m < scene.moves().size(); ++m) {
    const Move& move = scene.moves()[m];
    if (move.joined) continue;
    const trace::Owner* service = scene.service_of(move);
    if (service != nullptr && service->category == "mixer") {
      by_mixer[service->name].push_back(m);
    } else if (move.link != UINT32_MAX) {
      const resolve::Link& link = scene.result().links[move.link].link;
      if (link.kind == resolve::LinkKind::kMixer) by_mixer[link.service].push_back(m);
    }
  }
  for (const auto& [mixer, moves] : by_mixer) {
    Finding finding = scene.begin("mixer", moves);
    finding.score = 950'000;
    std::set<uint32_t> depositors;
    std::map<std::pair<const chain::Network*, chain::AddressKey>, base::Uint256> sums;
    size_t deposits = 0, withdrawals = 0;
    for (const uint32_t m : moves) {
      const Move& move = scene.moves()[m];
      if (move.out_of_link) {
        ++withdrawals;
        continue;
      }
      ++deposits;
      if (move.from != kNobody) depositors.insert(move.from);
      sums[{scene.chain(move.chain).network, move.asset}] += move.amount;
    }
    for (const uint32_t node : depositors)
      finding.parties.push_back({scene.nodes()[node].network, scene.nodes()[node].address});
    std::string amounts;
    for (const auto& [where, amount] : sums)
      amounts += (amounts.empty() ? "" : ", ") + scene.amount_text(*where.first, where.second, amount);
    finding.text =
        Scene::when(finding.first_time, finding.last_time) + " " + amounts + " went into " + mixer + " in " +
        counted(deposits, "deposit", "deposits") + " by " + counted(depositors.size(), "address", "addresses") +
        (withdrawals > 0 ? "; " + counted(withdrawals, "withdrawal is", "withdrawals are") + " linked by inference"
                         : "");
    out.push_back(std::move(finding));
  }
}
}  // namespace jindo::typology
