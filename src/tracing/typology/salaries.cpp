// it_worker_salaries: regular stablecoin payments that come together.
#include <map>
#include <set>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
using base::Uint256;
constexpr size_t kPaymentsMin = 2;
constexpr size_t kWorkersMin = 3;
constexpr uint64_t kAlikePpm = 700'000;  // smallest to largest payment
constexpr int64_t kIntervalMin = 6 * 86'400, kIntervalMax = 45 * 86'400;

struct Worker {
  uint32_t node = 0;
  std::vector<uint32_t> payments;
  std::set<uint32_t> payers;
};
// The regular payments that an address got in a dollar token from one payer.
std::optional<Worker> worker_at(const Scene& scene, uint32_t node) {
  const Node& at = scene.nodes()[node];
  std::map<std::pair<uint32_t, chain::AddressKey>, std::vector<uint32_t>> by_payer;
  for (const uint32_t m : at.in) {
    const Move& move = scene.moves()[m];
    const resolve::AssetFacts* facts = scene.assets().find(*at.network, move.asset);
    if (move.from == kNobody || facts == nullptr || !facts->dollar || move.out_of_link) continue;
    by_payer[{move.from, move.asset}].push_back(m);
  }
  Worker worker;
  worker.node = node;
  for (const auto& [payer, payments] : by_payer) {
    if (payments.size() < kPaymentsMin) continue;
    Uint256 least = scene.moves()[payments[0]].amount, most = least;
    int64_t shortest = INT64_MAX, longest = 0;
    for (size_t i = 0; i < payments.size(); ++i) {
      least = std::min(least, scene.moves()[payments[i]].amount);
      most = std::max(most, scene.moves()[payments[i]].amount);
      if (i == 0) continue;
      const int64_t gap = scene.moves()[payments[i]].time - scene.moves()[payments[i - 1]].time;
      shortest = std::min(shortest, gap);
      longest = std::max(longest, gap);
    }
    if (ratio_ppm(least, most) < kAlikePpm || shortest < kIntervalMin || longest > kIntervalMax ||
        shortest * 100 < longest * 65)
      continue;
    worker.payments.insert(worker.payments.end(), payments.begin(), payments.end());
    worker.payers.insert(payer.first);
  }
  if (worker.payments.empty()) return std::nullopt;
  return worker;
}
// Where an address's value goes within three movements, services left out.
std::set<uint32_t> reached_from(const Scene& scene, uint32_t node) {
  std::set<uint32_t> out, now{node};
  for (int step = 0; step < 3; ++step) {
    std::set<uint32_t> next;
    for (const uint32_t at : now) {
      if (scene.nodes()[at].out.size() > 50) continue;
      for (const uint32_t m : scene.nodes()[at].out) {
        const Move& move = scene.moves()[m];
        // A swap comes back to the same address.
        if (!move.plain() || move.to == kNobody || move.to == at) continue;
        if (out.insert(move.to).second) next.insert(move.to);
      }
    }
    now = std::move(next);
  }
  return out;
}
}  // namespace

void find_salaries(const Scene& scene, Findings& out) {
  std::vector<Worker> workers;
  for (uint32_t node = 0; node < scene.nodes().size(); ++node)
    if (auto worker = worker_at(scene, node)) workers.push_back(std::move(*worker));
  std::map<uint32_t, std::vector<size_t>> gathered;  // wallet -> workers
  for (size_t w = 0; w < workers.size(); ++w)
    for (const uint32_t wallet : reached_from(scene, workers[w].node)) gathered[wallet].push_back(w);
  // The wallets where most come together, each worker reported once.
  std::vector<std::pair<size_t, uint32_t>> order;
  for (const auto& [wallet, some] : gathered) order.emplace_back(some.size(), wallet);
  std::sort(order.rbegin(), order.rend());
  std::set<size_t> reported;
  for (const auto& [count, wallet] : order) {
    std::vector<uint32_t> moves;
    std::set<uint32_t> payers;
    size_t fresh = 0;
    for (const size_t w : gathered[wallet]) {
      if (!reported.insert(w).second) continue;
      ++fresh;
      moves.insert(moves.end(), workers[w].payments.begin(), workers[w].payments.end());
      payers.insert(workers[w].payers.begin(), workers[w].payers.end());
    }
    if (fresh < kWorkersMin) {
      for (const size_t w : gathered[wallet])
        if (!moves.empty()) reported.erase(w);
      continue;
    }
    Finding finding = scene.begin("it_worker_salaries", moves);
    finding.score = static_cast<uint32_t>(std::min<size_t>(900'000, 500'000 + 30'000 * fresh + 50'000 * payers.size()));
    const Node& at = scene.nodes()[wallet];
    finding.parties.push_back({at.network, at.address});
    finding.text = Scene::when(finding.first_time, finding.last_time) + " " +
                   counted(moves.size(), "regular payment", "regular payments") + " of like amounts went to " +
                   counted(fresh, "address", "addresses") + " from " + counted(payers.size(), "payer", "payers") +
                   ", and what they got came together at " + scene.address_text(at) +
                   ". This is a pattern of payments; who is behind it, it does not say";
    out.push_back(std::move(finding));
  }
}
}  // namespace jindo::typology
