// exchange_cash_out, many_exchanges.
#include <map>
#include <set>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
constexpr size_t kExchangesMin = 3;
constexpr int64_t kAtOnceSeconds = 86'400;

struct DepositMove {
  uint32_t move = 0;   // into the exchange, or into the address that only passes on to it
  bool fresh = false;  // by such an address
  std::string exchange;
};
std::vector<DepositMove> deposits(const Scene& scene) {
  std::vector<DepositMove> out;
  std::set<uint32_t> behind;  // deposit addresses that have been reported
  for (uint32_t m = 0; m < scene.moves().size(); ++m) {
    const Move& move = scene.moves()[m];
    const trace::Owner* service = scene.service_of(move);
    if (service == nullptr || service->category != "exchange" || move.joined) continue;
    const trace::Owner* owner = nullptr;
    if (service->basis != "deposit" && scene.forwards_to_service(move.from, "exchange", &owner)) {
      if (!behind.insert(move.from).second) continue;
      for (const uint32_t in : scene.nodes()[move.from].in) out.push_back({in, true, service->name});
      continue;
    }
    out.push_back({m, service->basis == "deposit", service->name});
  }
  return out;
}
}  // namespace

void find_cash_out(const Scene& scene, Findings& out) {
  std::map<std::string, std::vector<DepositMove>> by_exchange;
  for (const DepositMove& deposit : deposits(scene)) by_exchange[deposit.exchange].push_back(deposit);
  std::vector<std::pair<int64_t, std::pair<std::string, uint32_t>>> timeline;
  for (const auto& [exchange, all] : by_exchange) {
    std::vector<uint32_t> moves;
    std::set<uint32_t> addresses;
    size_t fresh = 0;
    std::map<std::pair<const chain::Network*, chain::AddressKey>, base::Uint256> sums;
    for (const DepositMove& deposit : all) {
      const Move& move = scene.moves()[deposit.move];
      moves.push_back(deposit.move);
      if (move.to != kNobody) addresses.insert(move.to);
      fresh += deposit.fresh ? 1 : 0;
      sums[{scene.chain(move.chain).network, move.asset}] += move.amount;
      timeline.push_back({move.time, {exchange, deposit.move}});
    }
    Finding finding = scene.begin("exchange_cash_out", moves);
    finding.score = fresh > 0 ? 900'000 : 800'000;
    std::string amounts;
    for (const auto& [where, amount] : sums)
      amounts += (amounts.empty() ? "" : ", ") + scene.amount_text(*where.first, where.second, amount);
    for (const uint32_t node : addresses)
      finding.parties.push_back({scene.nodes()[node].network, scene.nodes()[node].address});
    finding.text =
        Scene::when(finding.first_time, finding.last_time) + " " + amounts + " went to " + exchange + " in " +
        counted(moves.size(), "deposit", "deposits") +
        (fresh > 0 ? ", " + std::to_string(fresh) + " of them through addresses that only pass on to it" : "");
    out.push_back(std::move(finding));
  }
  // Several at once: the day with most exchanges, then the next that does not overlap.
  std::sort(timeline.begin(), timeline.end());
  for (size_t first = 0; first < timeline.size();) {
    std::set<std::string> names;
    size_t end = first;
    while (end < timeline.size() && timeline[end].first <= timeline[first].first + kAtOnceSeconds)
      names.insert(timeline[end++].second.first);
    if (names.size() < kExchangesMin) {
      ++first;
      continue;
    }
    std::vector<uint32_t> moves;
    for (size_t i = first; i < end; ++i) moves.push_back(timeline[i].second.second);
    Finding finding = scene.begin("many_exchanges", moves);
    finding.score = static_cast<uint32_t>(std::min<size_t>(950'000, 500'000 + 100'000 * names.size()));
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
    finding.text = Scene::when(finding.first_time, finding.last_time) + " deposits went to " +
                   std::to_string(names.size()) + " exchanges within a day: " + list;
    out.push_back(std::move(finding));
    first = end;
  }
}
}  // namespace jindo::typology
