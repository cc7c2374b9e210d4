// fan_out, fan_out_equal, structuring: one address to many.
#include <algorithm>
#include <map>
#include <set>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
using base::Uint256;
constexpr size_t kRecipientsMin = 3;
constexpr int64_t kWindowSeconds = 7 * 86'400;
constexpr uint64_t kEqualShare = 600'000;    // of the value, in equal parts
constexpr uint64_t kAlikePpm = 550'000;      // smallest to largest part of a structured split
constexpr size_t kPartsRound = 4, kPartsAny = 6;  // of a structured split: below a round limit, below any
constexpr uint64_t kBelowRound = 850'000;         // the largest part, of a round limit above it

// The parts of one outflow: what each recipient got, in order of time.
void judge(const Scene& scene, uint32_t node, const chain::AddressKey& asset, const std::vector<uint32_t>& moves,
           Findings& out) {
  std::set<uint32_t> recipients;
  std::map<Uint256, std::vector<uint32_t>> by_amount;
  Uint256 total;
  for (const uint32_t m : moves) {
    const Move& move = scene.moves()[m];
    recipients.insert(move.to);
    by_amount[move.whole].push_back(m);
    if (add_overflows(total, move.whole, total)) return;
  }
  if (recipients.size() < kRecipientsMin) return;
  const chain::Network& network = *scene.nodes()[node].network;
  const auto equal = std::max_element(by_amount.begin(), by_amount.end(), [](const auto& a, const auto& b) {
    return a.second.size() < b.second.size();
  });
  const auto count = equal->second.size();
  const Uint256 equal_sum = base::mul_div(equal->first, count, 1).quotient;
  const auto finish = [&](Finding finding, uint32_t score, const std::string& text) {
    finding.score = score;
    finding.parties.push_back({&network, scene.nodes()[node].address});
    for (const uint32_t to : recipients) finding.parties.push_back({&network, scene.nodes()[to].address});
    finding.text = Scene::when(finding.first_time, finding.last_time) + " " +
                   scene.address_text(scene.nodes()[node]) + " sent " + text;
    out.push_back(std::move(finding));
  };
  if (count >= kRecipientsMin && ratio_ppm(equal_sum, total) >= kEqualShare) {
    std::set<uint32_t> equal_recipients;
    for (const uint32_t m : equal->second) equal_recipients.insert(scene.moves()[m].to);
    // The whole split is one act: the remainder goes along with the equal parts.
    Finding finding = scene.begin("fan_out_equal", moves);
    std::string rest;
    if (count < moves.size())
      rest = "; with " + counted(moves.size() - count, "other part", "other parts") + " " +
             scene.amount_text(network, asset, total) + " in all";
    const auto score = static_cast<uint32_t>(std::min<size_t>(980'000, 600'000 + 40'000 * count));
    const auto first = scene.begin("fan_out_equal", equal->second);
    finding.first_time = first.first_time;
    finding.last_time = first.last_time;
    finish(std::move(finding), score,
           scene.amount_text(network, asset, equal_sum) + " in " + std::to_string(count) + " parts of " +
               scene.amount_text(network, asset, equal->first) + " to " +
               counted(equal_recipients.size(), "address", "addresses") + rest);
    return;
  }
  // Alike but not equal, the smallest left out: it is what remained.
  std::vector<Uint256> amounts;
  for (const auto& [amount, same] : by_amount) amounts.insert(amounts.end(), same.size(), amount);
  const Uint256& largest = amounts.back();
  const Uint256& smallest = amounts.size() > kRecipientsMin ? amounts[1] : amounts[0];
  const Uint256 limit = round_above(largest);
  const bool round = ratio_ppm(largest, limit) >= kBelowRound;
  const bool alike = amounts.size() >= (round ? kPartsRound : kPartsAny) && ratio_ppm(smallest, largest) >= kAlikePpm &&
                     count <= 2;
  const std::string parts = scene.amount_text(network, asset, total) + " in " + std::to_string(moves.size()) +
                            " parts to " + counted(recipients.size(), "address", "addresses");
  if (alike) {
    const auto score = static_cast<uint32_t>((round ? 700'000 : 450'000) + std::min<size_t>(20, amounts.size()) * 10'000);
    finish(scene.begin("structuring", moves), score,
           parts + ", each of " + scene.amount_text(network, asset, amounts.front()) + " to " +
               scene.amount_text(network, asset, largest) +
               (round ? ", all below " + scene.amount_text(network, asset, limit) : ", all of like size"));
    return;
  }
  finish(scene.begin("fan_out", moves),
         static_cast<uint32_t>(std::min<size_t>(950'000, 400'000 + 50'000 * recipients.size())), parts);
}
}  // namespace

void find_fan_out(const Scene& scene, Findings& out) {
  for (uint32_t node = 0; node < scene.nodes().size(); ++node) {
    std::map<chain::AddressKey, std::vector<uint32_t>> by_asset;
    for (const uint32_t m : scene.nodes()[node].out) {
      const Move& move = scene.moves()[m];
      if (!move.plain() || move.to == kNobody || move.to == node) continue;
      if (scene.forwards_to_service(move.to, "exchange", nullptr)) continue;  // a deposit: cash-out's
      by_asset[move.asset].push_back(m);
    }
    for (const auto& [asset, moves] : by_asset) {
      // Bursts: a gap longer than the window begins a new one.
      std::vector<uint32_t> burst;
      for (const uint32_t m : moves) {
        if (!burst.empty() && scene.moves()[m].time - scene.moves()[burst.front()].time > kWindowSeconds) {
          judge(scene, node, asset, burst, out);
          burst.clear();
        }
        burst.push_back(m);
      }
      judge(scene, node, asset, burst, out);
    }
  }
}
}  // namespace jindo::typology
