// common_gas_funder, shared_infrastructure.
#include <map>
#include <set>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
using ledger::kNoNumber;
constexpr size_t kFundedMin = 3;
constexpr size_t kFundedMax = 500;  // a wallet that funded more is a service
constexpr size_t kScanMax = 4'000;

// How many addresses a wallet sent the chain's coin to, up to a limit.
size_t recipients_of(const ledger::AccountReader& reader, const chain::AddressKey& wallet) {
  const auto holding = reader.find_holding(wallet, chain::native_asset());
  std::set<std::pair<uint32_t, uint64_t>> out;
  size_t scanned = 0;
  ledger::Movement movement;
  for (uint32_t segment = 0; segment < reader.segments() && holding; ++segment) {
    for (const uint64_t number : reader.movements_of(*holding, segment)) {
      if (++scanned > kScanMax || out.size() > kFundedMax) return kFundedMax + 1;
      reader.movement(number, movement);
      if (movement.kind == chain::MovementKind::kTransfer && movement.from == holding->rows[segment] &&
          movement.to != kNoNumber)
        out.insert({segment, movement.to});
    }
  }
  return out.size();
}
}  // namespace

std::optional<GasFunder> gas_funder(const Scene& scene, uint32_t node) {
  const Node& at = scene.nodes()[node];
  const ledger::LedgerChain& chain = scene.chain_of(at);
  if (!chain.account) return std::nullopt;
  const ledger::AccountReader& reader = *chain.account;
  const auto holding = reader.find_holding(at.address, chain::native_asset());
  if (!holding) return std::nullopt;
  ledger::Movement movement;
  for (uint32_t segment = 0; segment < reader.segments(); ++segment) {
    for (const uint64_t number : reader.movements_of(*holding, segment)) {
      reader.movement(number, movement);
      if (movement.kind != chain::MovementKind::kTransfer || movement.to != holding->rows[segment] ||
          movement.from == kNoNumber || movement.from == movement.to || reader.amount(number).is_zero())
        continue;
      const chain::AddressKey wallet = reader.holding_address(segment, movement.from);
      // Stolen value that came first is no funding by a third wallet.
      for (const uint32_t m : at.in)
        if (scene.moves()[m].transaction == movement.transaction) return std::nullopt;
      return GasFunder{wallet, movement.transaction,
                       reader.block(reader.block_of_transaction(movement.transaction)).time};
    }
  }
  return std::nullopt;
}

void find_infrastructure(const Scene& scene, Findings& out) {
  std::map<std::pair<const chain::Network*, chain::AddressKey>, std::vector<std::pair<uint32_t, GasFunder>>> by_wallet;
  for (uint32_t node = 0; node < scene.nodes().size(); ++node) {
    if (scene.nodes()[node].out.empty() || scene.service_at(scene.nodes()[node]) != nullptr) continue;
    const auto funder = gas_funder(scene, node);
    if (funder) by_wallet[{scene.nodes()[node].network, funder->wallet}].push_back({node, *funder});
  }
  for (const auto& [key, funded] : by_wallet) {
    if (funded.size() < kFundedMin || scene.services().find(*key.first, key.second) != nullptr) continue;
    const ledger::LedgerChain& chain = scene.chain_of(scene.nodes()[funded[0].first]);
    const size_t others = recipients_of(*chain.account, key.second);
    if (others > kFundedMax) continue;
    Finding finding;
    for (const auto& [node, funder] : funded) scene.add_transaction(finding, chain, funder.transaction, funder.time);
    finding.technique = &technique("common_gas_funder");
    finding.score = static_cast<uint32_t>(std::min<size_t>(950'000, 300'000 + 600'000 * funded.size() / std::max<size_t>(others, 1)));
    finding.parties.push_back({key.first, key.second});
    std::set<std::string> incidents;
    for (const auto& [node, funder] : funded) {
      finding.parties.push_back({key.first, scene.nodes()[node].address});
      for (const uint32_t m : scene.nodes()[node].in) incidents.insert(scene.result().sources[scene.moves()[m].source].incident);
    }
    finding.incidents.assign(incidents.begin(), incidents.end());
    finding.text = Scene::when(finding.first_time, finding.last_time) + " " +
                   counted(funded.size(), "address", "addresses") + " in the trace got their first coin for fees from " +
                   chain::format_address(*key.first, key.second) + ", which paid " + counted(others, "address", "addresses") + " in all";
    out.push_back(std::move(finding));
  }
  // Value of several incidents through one address.
  for (uint32_t node = 0; node < scene.nodes().size(); ++node) {
    const Node& at = scene.nodes()[node];
    if (scene.service_at(at) != nullptr) continue;
    std::set<std::string> incidents;
    for (const uint32_t m : at.in)
      if (!scene.moves()[m].fee) incidents.insert(scene.result().sources[scene.moves()[m].source].incident);
    if (incidents.size() < 2) continue;
    Finding finding = scene.begin("shared_infrastructure", at.in);
    finding.score = 700'000;
    finding.parties.push_back({at.network, at.address});
    std::string list;
    for (const std::string& incident : incidents) list += (list.empty() ? "" : ", ") + incident;
    finding.text = Scene::when(finding.first_time, finding.last_time) + " stolen value of " + list + " came to " + scene.address_text(at);
    out.push_back(std::move(finding));
  }
}

Findings find_all(const Scene& scene) {
  Findings out;
  for (const auto detector :
       {find_fan_out, find_consolidation, find_peel_chains, find_pass_through, find_dormancy, find_cash_out,
        find_nested_service, find_mixer_use, find_coinjoin_use, find_chain_hops, find_swaps, find_losses, find_poisoning,
        find_look_alike, find_dusting, find_fake_tokens, find_mined_coins, find_salaries, find_frozen, find_infrastructure})
    detector(scene, out);
  std::stable_sort(out.begin(), out.end(), [](const Finding& a, const Finding& b) {
    return std::make_tuple(a.first_time, std::string_view(a.technique->id)) <
           std::make_tuple(b.first_time, std::string_view(b.technique->id));
  });
  return out;
}
}  // namespace jindo::typology
