// loss_making_swap: clearly less than others got at that time.
#include <algorithm>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
using base::Uint256;
using ledger::kNoNumber;
constexpr uint64_t kLossPpm = 50'000;
constexpr size_t kNeighbours = 10;  // exchanges before and after, at the same place
constexpr size_t kNeighboursMin = 3;
constexpr int64_t kNearSeconds = 6 * 3600;

// What was got for a million units given, in other exchanges of the pair through the same place around that time.
std::optional<uint64_t> usual_rate(const Scene& scene, const resolve::Link& link) {
  const ledger::LedgerChain& chain = *[&] {
    for (uint32_t c = 0; c < scene.result().chains.size(); ++c)
      if (scene.result().chains[c].network == link.from.network) return &scene.chain(c);
    return static_cast<const ledger::LedgerChain*>(nullptr);
  }();
  const ledger::AccountReader& reader = *chain.account;
  ledger::Movement movement;
  reader.movement(link.to.place, movement);
  if (movement.from == kNoNumber) return std::nullopt;
  // Whoever paid out: a pool, a router.
  const auto holding = reader.find_holding(reader.holding_address(movement.segment, movement.from), link.to.asset);
  if (!holding) return std::nullopt;
  const int64_t time = reader.block(reader.block_of_transaction(link.from.transaction)).time;
  std::vector<uint64_t> transactions;
  for (uint32_t segment = 0; segment < reader.segments(); ++segment) {
    const auto movements = reader.movements_of(*holding, segment);
    const auto middle = std::lower_bound(movements.begin(), movements.end(), link.to.place);
    const auto from = middle - std::min<ptrdiff_t>(middle - movements.begin(), kNeighbours * 4);
    const auto to = middle + std::min<ptrdiff_t>(movements.end() - middle, kNeighbours * 4);
    for (auto at = from; at != to; ++at) {
      reader.movement(*at, movement);
      if (movement.transaction != link.from.transaction &&
          (transactions.empty() || transactions.back() != movement.transaction))
        transactions.push_back(movement.transaction);
    }
  }
  std::vector<uint64_t> rates;
  resolve::ExchangeFinder finder(reader, scene.registry());
  for (const uint64_t transaction : transactions) {
    if (std::abs(reader.block(reader.block_of_transaction(transaction)).time - time) > kNearSeconds) continue;
    const auto exchange = finder.find(transaction);
    if (!exchange || rates.size() >= 2 * kNeighbours) continue;
    const resolve::Link other = resolve::link_of(reader, *exchange);
    if (other.from.asset == link.from.asset && other.to.asset == link.to.asset)
      rates.push_back(ratio_ppm(other.to.amount, other.from.amount));
    else if (other.from.asset == link.to.asset && other.to.asset == link.from.asset)
      rates.push_back(ratio_ppm(other.from.amount, other.to.amount));
  }
  if (rates.size() < kNeighboursMin) return std::nullopt;
  std::nth_element(rates.begin(), rates.begin() + static_cast<ptrdiff_t>(rates.size() / 2), rates.end());
  return rates[rates.size() / 2];
}
}  // namespace

void find_losses(const Scene& scene, Findings& out) {
  std::vector<std::vector<uint32_t>> moves_of(scene.result().links.size());
  for (uint32_t m = 0; m < scene.moves().size(); ++m)
    if (scene.moves()[m].link != UINT32_MAX) moves_of[scene.moves()[m].link].push_back(m);
  for (size_t l = 0; l < scene.result().links.size(); ++l) {
    const resolve::Link& link = scene.result().links[l].link;
    if (link.kind != resolve::LinkKind::kSwap || moves_of[l].empty()) continue;
    const int64_t time = scene.moves()[moves_of[l][0]].time;
    uint64_t kept = 0;
    std::string against;
    const auto given = scene.value_of(*link.from.network, link.from.asset, link.from.amount, time);
    const auto got = scene.value_of(*link.to.network, link.to.asset, link.to.amount, time);
    if (given && got) {
      kept = ratio_ppm(*got, *given);
      against = "by the prices given";
    } else {
      // Units differ: rates are compared, not amounts. Small ratios lose precision, so both ways are out of reach below
      // 1000.
      const auto usual = usual_rate(scene, link);
      const uint64_t rate = ratio_ppm(link.to.amount, link.from.amount);
      if (!usual || *usual < 1000 || *usual > 1'000'000'000'000 / 2) continue;
      kept = rate >= *usual ? 1'000'000 : rate * 1'000'000 / *usual;
      against = "beside what others got there at that time";
    }
    if (kept + kLossPpm > 1'000'000) continue;
    const uint64_t loss = 1'000'000 - kept;
    Finding finding = scene.begin("loss_making_swap", moves_of[l]);
    finding.score = static_cast<uint32_t>(std::min<uint64_t>(950'000, 500'000 + loss));
    finding.parties.push_back({link.from.network, link.from.address});
    finding.text = Scene::when(finding.first_time, finding.last_time) + " " +
                   scene.amount_text(*link.from.network, link.from.asset, link.from.amount) + " were exchanged for " +
                   scene.amount_text(*link.to.network, link.to.asset, link.to.amount) + ", " +
                   std::to_string(loss / 10'000) + "." + std::to_string(loss / 1'000 % 10) + " % less " + against;
    out.push_back(std::move(finding));
  }
}
}  // namespace jindo::typology
