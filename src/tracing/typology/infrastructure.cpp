// common_gas_funder, shared_infrastructure, commingling.
#include <algorithm>
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
constexpr size_t kInflowsMax = 2'000;  // an address with more is a service

// Gas for a few transactions at most: a twentieth of a coin that has 18 decimals, 200 of one that has 6.
base::Uint256 gas_most(const chain::Network& network) {
  base::Uint256 out(network.decimals >= 18 ? 5 : 200);
  for (int i = network.decimals >= 18 ? 2 : 0; i < network.decimals; ++i) out = base::mul_div(out, 10, 1).quotient;
  return out;
}

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

std::vector<GasFunder> gas_funders(const Scene& scene, uint32_t node) {
  std::vector<GasFunder> out;
  const Node& at = scene.nodes()[node];
  const ledger::LedgerChain& chain = scene.chain_of(at);
  if (!chain.account) return out;
  const ledger::AccountReader& reader = *chain.account;
  const auto holding = reader.find_holding(at.address, chain::native_asset());
  if (!holding) return out;
  // What a transaction costs here: less than that is no gas.
  base::Uint256 fee;
  std::vector<std::pair<uint64_t, uint64_t>> came;  // movement, sender's row
  ledger::Movement movement;
  size_t scanned = 0;
  for (uint32_t segment = 0; segment < reader.segments(); ++segment) {
    for (const uint64_t number : reader.movements_of(*holding, segment)) {
      if (++scanned > kInflowsMax) return {};
      reader.movement(number, movement);
      if (movement.kind == chain::MovementKind::kFee) {
        const base::Uint256 paid = reader.amount(number);
        if (fee.is_zero() || paid < fee) fee = paid;
        continue;
      }
      if (movement.kind == chain::MovementKind::kTransfer && movement.to == holding->rows[segment] &&
          movement.from != kNoNumber && movement.from != movement.to)
        came.emplace_back(number, movement.from);
    }
  }
  const base::Uint256 most = gas_most(*at.network);
  for (const auto& [number, row] : came) {
    const base::Uint256 amount = reader.amount(number);
    if (amount.is_zero() || amount < fee || most < amount) continue;
    reader.movement(number, movement);
    // Stolen value is no gas money.
    bool stolen = false;
    for (const uint32_t m : at.in) stolen |= scene.moves()[m].transaction == movement.transaction;
    if (stolen) continue;
    const chain::AddressKey wallet = reader.holding_address(movement.segment, row);
    if (std::any_of(out.begin(), out.end(), [&](const GasFunder& f) { return f.wallet == wallet; })) continue;
    out.push_back({wallet, movement.transaction, reader.block(reader.block_of_transaction(movement.transaction)).time});
  }
  return out;
}

namespace {
// Addresses in the trace whose fees one wallet paid for; where they hold value of several incidents, the wallet serves
// several thefts.
void find_gas_funders(const Scene& scene, Findings& out) {
  std::map<std::pair<const chain::Network*, chain::AddressKey>, std::vector<std::pair<uint32_t, GasFunder>>> by_wallet;
  for (uint32_t node = 0; node < scene.nodes().size(); ++node) {
    if (scene.nodes()[node].out.empty() || scene.service_at(scene.nodes()[node]) != nullptr) continue;
    for (const GasFunder& funder : gas_funders(scene, node))
      by_wallet[{scene.nodes()[node].network, funder.wallet}].push_back({node, funder});
  }
  for (const auto& [key, funded] : by_wallet) {
    if (funded.size() < kFundedMin || scene.services().find(*key.first, key.second) != nullptr) continue;
    const ledger::LedgerChain& chain = scene.chain_of(scene.nodes()[funded[0].first]);
    const size_t others = recipients_of(*chain.account, key.second);
    if (others > kFundedMax) continue;
    Finding finding;
    for (const auto& [node, funder] : funded) scene.add_transaction(finding, chain, funder.transaction, funder.time);
    finding.technique = &technique("common_gas_funder");
    finding.score = static_cast<uint32_t>(
        std::min<size_t>(950'000, 300'000 + 600'000 * funded.size() / std::max<size_t>(others, 1)));
    finding.parties.push_back({key.first, key.second});
    std::set<std::string> incidents;
    for (const auto& [node, funder] : funded) {
      finding.parties.push_back({key.first, scene.nodes()[node].address});
      for (const uint32_t m : scene.nodes()[node].in) incidents.insert(scene.incident_of(scene.moves()[m]));
    }
    finding.incidents.assign(incidents.begin(), incidents.end());
    finding.text = Scene::when(finding.first_time, finding.last_time) + " " +
                   counted(funded.size(), "address", "addresses") + " in the trace got coin for fees from " +
                   chain::format_address(*key.first, key.second) + ", which paid " +
                   counted(others, "address", "addresses") + " in all";
    if (incidents.size() > 1) {
      Finding shared = finding;
      shared.technique = &technique("shared_infrastructure");
      shared.text += "; they hold value of " + counted(incidents.size(), "incident", "incidents");
      out.push_back(std::move(shared));
    }
    out.push_back(std::move(finding));
  }
}

// Value of several incidents through one address: commingled, and at a deposit address shared infrastructure.
void find_commingling(const Scene& scene, Findings& out) {
  for (uint32_t node = 0; node < scene.nodes().size(); ++node) {
    const Node& at = scene.nodes()[node];
    if (scene.service_at(at) != nullptr) continue;
    std::set<std::string> incidents;
    for (const uint32_t m : at.in)
      if (!scene.moves()[m].fee) incidents.insert(scene.incident_of(scene.moves()[m]));
    if (incidents.size() < 2) continue;
    const bool deposit = scene.forwards_to_service(node, "exchange", nullptr);
    Finding finding = scene.begin(deposit ? "shared_infrastructure" : "commingling", at.in);
    finding.score = deposit ? 850'000 : 800'000;
    finding.parties.push_back({at.network, at.address});
    std::string list;
    for (const std::string& incident : incidents) list += (list.empty() ? "" : ", ") + incident;
    finding.text = Scene::when(finding.first_time, finding.last_time) + " stolen value of " + list + " came to " +
                   scene.address_text(at) + (deposit ? ", which passes on to an exchange" : "");
    out.push_back(std::move(finding));
  }
}

// One key on all chains: bridge recipients of several incidents.
void find_bridge_recipients(const Scene& scene, Findings& out) {
  std::map<chain::AddressKey, std::pair<std::set<std::string>, std::vector<uint32_t>>> recipients;
  for (uint32_t m = 0; m < scene.moves().size(); ++m) {
    const Move& move = scene.moves()[m];
    if (!move.out_of_link || move.to == kNobody || move.joined ||
        scene.result().links[move.link].link.kind != resolve::LinkKind::kBridge)
      continue;
    auto& recipient = recipients[scene.nodes()[move.to].address];
    recipient.first.insert(scene.incident_of(move));
    recipient.second.push_back(m);
  }
  for (const auto& [address, recipient] : recipients) {
    if (recipient.first.size() < 2) continue;
    Finding finding = scene.begin("shared_infrastructure", recipient.second);
    finding.score = 850'000;
    finding.text = Scene::when(finding.first_time, finding.last_time) + " value of " +
                   counted(recipient.first.size(), "incident", "incidents") +
                   " came out of bridges at one recipient, " +
                   scene.address_text(scene.nodes()[scene.moves()[recipient.second[0]].to]);
    out.push_back(std::move(finding));
  }
}
}  // namespace

void find_infrastructure(const Scene& scene, Findings& out) {
  find_gas_funders(scene, out);
  find_commingling(scene, out);
  find_bridge_recipients(scene, out);
}
}  // namespace jindo::typology
