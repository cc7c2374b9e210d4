// address_poisoning: decoys beside the genuine transfers of addresses in the trace.
#include <map>
#include <unordered_map>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
using base::Uint256;
using ledger::kNoNumber;
constexpr size_t kMovementsMax = 20'000;  // an address with more is a service
constexpr uint64_t kTinyPpm = 1'000;      // of a like transfer

struct Seen {
  uint64_t number = 0, transaction = 0;
  chain::AddressKey other, asset;
  Uint256 amount;
  bool sent = false;
};
std::string ending(const chain::Network& network, const chain::AddressKey& key) {
  const std::string text = compared_text(network, key);
  return text.size() < 2 ? text : text.substr(text.size() - 2);
}
}  // namespace

void find_poisoning(const Scene& scene, Findings& out) {
  for (const Node& at : scene.nodes()) {
    const ledger::LedgerChain& chain = scene.chain_of(at);
    if (!chain.account || scene.service_at(at) != nullptr) continue;
    const ledger::AccountReader& reader = *chain.account;
    const auto handle = reader.find_address(at.address);
    if (!handle) continue;
    std::vector<Seen> all;
    ledger::Movement movement;
    bool busy = false;
    for (const ledger::HoldingHandle& holding : reader.holdings_of(*handle)) {
      for (uint32_t segment = 0; segment < reader.segments() && !busy; ++segment) {
        for (const uint64_t number : reader.movements_of(holding, segment)) {
          if (all.size() >= kMovementsMax) {
            busy = true;
            break;
          }
          reader.movement(number, movement);
          const bool sent = movement.from == holding.rows[segment];
          const uint64_t row = sent ? movement.to : movement.from;
          if (movement.kind != chain::MovementKind::kTransfer || row == kNoNumber || movement.from == movement.to)
            continue;
          all.push_back({number, movement.transaction, reader.holding_address(segment, row), holding.asset,
                         reader.amount(number), sent});
        }
      }
    }
    if (busy) continue;
    // What each party's largest transfer of each known asset is. Nothing but dust makes nobody genuine.
    std::map<std::pair<chain::AddressKey, chain::AddressKey>, Uint256> largest;  // party, asset
    std::unordered_map<std::string, std::vector<chain::AddressKey>> by_ending;   // of genuine parties
    for (const Seen& seen : all) {
      if (seen.amount.is_zero() || scene.assets().find(*at.network, seen.asset) == nullptr) continue;
      if (seen.asset.kind == chain::AddressKind::kNative && !(coin_dust(*at.network) < seen.amount)) continue;
      Uint256& most = largest[{seen.other, seen.asset}];
      most = std::max(most, seen.amount);
    }
    for (auto it = largest.begin(); it != largest.end();) {
      const chain::AddressKey party = it->first.first;
      by_ending[ending(*at.network, party)].push_back(party);
      while (it != largest.end() && it->first.first == party) ++it;
    }
    // Whether all that a party ever moved is dust beside what the other one did.
    const auto beside = [&](const chain::AddressKey& party, const chain::AddressKey& real) {
      for (auto own = largest.lower_bound({party, {}}); own != largest.end() && own->first.first == party; ++own) {
        const auto theirs = largest.find({real, own->first.second});
        if (theirs == largest.end() || ratio_ppm(own->second, theirs->second) > kTinyPpm) return false;
      }
      return true;
    };
    Finding finding;
    std::map<chain::AddressKey, chain::AddressKey> decoys;
    size_t zero = 0, fake = 0, tiny = 0;
    for (const Seen& seen : all) {
      const auto near = by_ending.find(ending(*at.network, seen.other));
      if (near == by_ending.end()) continue;
      for (const chain::AddressKey& real : near->second) {
        if (!likeness(*at.network, seen.other, real).fools() || !beside(seen.other, real)) continue;
        ++(seen.amount.is_zero() ? zero : scene.assets().find(*at.network, seen.asset) == nullptr ? fake : tiny);
        decoys[seen.other] = real;
        scene.add_transaction(finding, chain, seen.transaction,
                              reader.block(reader.block_of_transaction(seen.transaction)).time);
        break;
      }
    }
    if (decoys.empty()) continue;
    finding.technique = &technique("address_poisoning");
    finding.score = 970'000;
    finding.parties.push_back({at.network, at.address});
    for (const auto& [decoy, real] : decoys) finding.parties.push_back({at.network, decoy});
    for (const uint32_t m : at.in) {
      const std::string& incident = scene.result().sources[scene.moves()[m].source].incident;
      if (std::find(finding.incidents.begin(), finding.incidents.end(), incident) == finding.incidents.end())
        finding.incidents.push_back(incident);
    }
    const auto& [decoy, imitated] = *decoys.begin();
    const auto kinds = [&](size_t count, const char* what, std::string& to) {
      if (count > 0) to += (to.empty() ? "" : ", ") + std::to_string(count) + " " + what;
    };
    std::string list;
    kinds(zero, "of nothing", list);
    kinds(fake, "of imitation tokens", list);
    kinds(tiny, "of tiny amounts", list);
    finding.text = Scene::when(finding.first_time, finding.last_time) + " " +
                   counted(decoys.size(), "address", "addresses") + " made to look like those that " +
                   scene.address_text(at) + " deals with stood in " +
                   counted(finding.transactions.size(), "transaction", "transactions") + " of its history (" + list +
                   "), such as " + chain::format_address(*at.network, decoy) + " for " +
                   chain::format_address(*at.network, imitated) +
                   ". These are decoys of a third party: not the way of the stolen value";
    out.push_back(std::move(finding));
  }
}
}  // namespace jindo::typology
