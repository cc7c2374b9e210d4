// nested_service: a broker that banks with an exchange.
#include <algorithm>
#include <map>
#include <set>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
using ledger::kNoNumber;
constexpr size_t kNestedPayersMin = 20;
constexpr uint64_t kToOnePpm = 900'000;
constexpr size_t kNestedMovementsMax = 20'000;
}  // namespace

void find_nested_service(const Scene& scene, Findings& out) {
  for (uint32_t node = 0; node < scene.nodes().size(); ++node) {
    const Node& at = scene.nodes()[node];
    std::vector<uint32_t> to_exchange;
    for (const uint32_t m : at.out) {
      const trace::Owner* service = scene.service_of(scene.moves()[m]);
      const trace::Owner* behind = nullptr;
      if ((service != nullptr && service->category == "exchange") ||
          scene.forwards_to_service(scene.moves()[m].to, "exchange", &behind))
        to_exchange.push_back(m);
    }
    if (to_exchange.empty() || scene.service_at(at) != nullptr) continue;
    const ledger::LedgerChain& chain = scene.chain_of(at);
    if (!chain.account) continue;  // on UTXO chains a service's addresses change too fast for this shape
    const ledger::AccountReader& reader = *chain.account;
    const auto handle = reader.find_address(at.address);
    if (!handle) continue;
    std::set<chain::AddressKey> payers;
    std::map<chain::AddressKey, uint64_t> sent_to;
    uint64_t sent = 0;
    size_t seen = 0;
    ledger::Movement movement;
    for (const ledger::HoldingHandle& holding : reader.holdings_of(*handle)) {
      for (uint32_t segment = 0; segment < reader.segments() && seen <= kNestedMovementsMax; ++segment) {
        for (const uint64_t number : reader.movements_of(holding, segment)) {
          if (++seen > kNestedMovementsMax) break;
          reader.movement(number, movement);
          if (movement.kind != chain::MovementKind::kTransfer || movement.from == kNoNumber ||
              movement.to == kNoNumber || reader.amount(number).is_zero())
            continue;
          if (movement.from == holding.rows[segment]) {
            ++sent;
            ++sent_to[reader.holding_address(segment, movement.to)];
          } else {
            payers.insert(reader.holding_address(segment, movement.from));
          }
        }
      }
    }
    if (payers.size() < kNestedPayersMin || sent == 0 || seen > kNestedMovementsMax) continue;
    const auto most = std::max_element(sent_to.begin(), sent_to.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most->second * 1'000'000 / sent < kToOnePpm) continue;
    std::vector<uint32_t> moves(at.in);
    moves.insert(moves.end(), to_exchange.begin(), to_exchange.end());
    Finding finding = scene.begin("nested_service", moves);
    finding.score = static_cast<uint32_t>(std::min<size_t>(900'000, 500'000 + 5'000 * payers.size()));
    finding.parties.push_back({at.network, at.address});
    finding.text = Scene::when(finding.first_time, finding.last_time) + " stolen value was cashed out through " +
                   scene.address_text(at) + ", which " + counted(payers.size(), "address pays", "addresses pay") +
                   " and which sends " + std::to_string(most->second * 100 / sent) + " % of its payments to one place";
    out.push_back(std::move(finding));
  }
}
}  // namespace jindo::typology
