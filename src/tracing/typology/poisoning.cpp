// address_poisoning: decoys beside the genuine transfers of addresses in the trace.
#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
using base::Uint256;
using ledger::kNoNumber;
constexpr size_t kPoisoningMovementsMax = 20'000;  // an address with more is a service
constexpr uint64_t kTinyPpm = 1'000;               // of a like transfer

struct Seen {
  uint64_t transaction = 0;
  chain::AddressKey other, asset;
  Uint256 amount;
};
// Every transfer of an address, those of nothing too; none where it has too many.
std::vector<Seen> read_transfers(const ledger::AccountReader& reader, const chain::AddressKey& address) {
  std::vector<Seen> out;
  const auto handle = reader.find_address(address);
  if (!handle) return out;
  ledger::Movement movement;
  for (const ledger::HoldingHandle& holding : reader.holdings_of(*handle)) {
    for (uint32_t segment = 0; segment < reader.segments(); ++segment) {
      for (const uint64_t number : reader.movements_of(holding, segment)) {
        if (out.size() >= kPoisoningMovementsMax) return {};
        reader.movement(number, movement);
        const uint64_t row = movement.from == holding.rows[segment] ? movement.to : movement.from;
        if (movement.kind != chain::MovementKind::kTransfer || row == kNoNumber || movement.from == movement.to)
          continue;
        out.push_back(
            {movement.transaction, reader.holding_address(segment, row), holding.asset, reader.amount(number)});
      }
    }
  }
  return out;
}

// The parties that an address deals with: the largest transfer with each, of each known asset. Nothing but dust makes
// nobody genuine.
class Dealings {
 public:
  Dealings(const Scene& scene, const chain::Network& network, const std::vector<Seen>& transfers) : network_(network) {
    for (const Seen& seen : transfers) {
      if (seen.amount.is_zero() || scene.assets().find(network, seen.asset) == nullptr) continue;
      if (seen.asset.kind == chain::AddressKind::kNative && !(coin_dust(network) < seen.amount)) continue;
      Uint256& most = largest_[{seen.other, seen.asset}];
      most = std::max(most, seen.amount);
    }
    for (auto it = largest_.begin(); it != largest_.end();) {
      const chain::AddressKey party = it->first.first;
      by_ending_[ending(party)].push_back(party);
      while (it != largest_.end() && it->first.first == party) ++it;
    }
  }
  // Whom a party is made to look like; null for nobody.
  const chain::AddressKey* imitated_by(const chain::AddressKey& party) const {
    const auto near = by_ending_.find(ending(party));
    if (near == by_ending_.end()) return nullptr;
    for (const chain::AddressKey& real : near->second)
      if (likeness(network_, party, real).fools() && is_dust_beside(party, real)) return &real;
    return nullptr;
  }

 private:
  std::string ending(const chain::AddressKey& key) const {
    const std::string text = compared_text(network_, key);
    return text.size() < 2 ? text : text.substr(text.size() - 2);
  }
  // Whether all that a party ever moved is dust beside what the other one did.
  bool is_dust_beside(const chain::AddressKey& party, const chain::AddressKey& real) const {
    for (auto own = largest_.lower_bound({party, {}}); own != largest_.end() && own->first.first == party; ++own) {
      const auto theirs = largest_.find({real, own->first.second});
      if (theirs == largest_.end() || ratio_ppm(own->second, theirs->second) > kTinyPpm) return false;
    }
    return true;
  }

  const chain::Network& network_;
  std::map<std::pair<chain::AddressKey, chain::AddressKey>, Uint256> largest_;  // party, asset
  std::unordered_map<std::string, std::vector<chain::AddressKey>> by_ending_;   // of genuine parties
};

struct Decoys {
  std::map<chain::AddressKey, chain::AddressKey> imitated;  // by decoy: whom it looks like
  size_t zero = 0, fake = 0, tiny = 0;                      // their transfers, by kind
};
std::string kinds_text(const Decoys& decoys) {
  std::string out;
  const auto add = [&](size_t count, const char* what) {
    if (count > 0) out += (out.empty() ? "" : ", ") + std::to_string(count) + " " + what;
  };
  add(decoys.zero, "of nothing");
  add(decoys.fake, "of imitation tokens");
  add(decoys.tiny, "of tiny amounts");
  return out;
}

// The finding has the transactions already.
void describe(const Scene& scene, const Node& at, const Decoys& decoys, Finding& finding) {
  finding.technique = &technique("address_poisoning");
  finding.score = 970'000;
  finding.parties.push_back({at.network, at.address});
  for (const auto& [decoy, real] : decoys.imitated) finding.parties.push_back({at.network, decoy});
  for (const uint32_t m : at.in) scene.add_incident(finding, scene.moves()[m]);
  const auto& [decoy, imitated] = *decoys.imitated.begin();
  finding.text = Scene::when(finding.first_time, finding.last_time) + " " +
                 counted(decoys.imitated.size(), "address", "addresses") + " made to look like those that " +
                 scene.address_text(at) + " deals with stood in " +
                 counted(finding.transactions.size(), "transaction", "transactions") + " of its history (" +
                 kinds_text(decoys) + "), such as " + chain::format_address(*at.network, decoy) + " for " +
                 chain::format_address(*at.network, imitated) +
                 ". These are decoys of a third party: not the way of the stolen value";
}
}  // namespace

void find_poisoning(const Scene& scene, Findings& out) {
  for (const Node& at : scene.nodes()) {
    const ledger::LedgerChain& chain = scene.chain_of(at);
    if (!chain.account || scene.service_at(at) != nullptr) continue;
    const ledger::AccountReader& reader = *chain.account;
    const std::vector<Seen> transfers = read_transfers(reader, at.address);
    const Dealings dealings(scene, *at.network, transfers);
    Finding finding;
    Decoys decoys;
    for (const Seen& seen : transfers) {
      const chain::AddressKey* real = dealings.imitated_by(seen.other);
      if (real == nullptr) continue;
      const bool known = scene.assets().find(*at.network, seen.asset) != nullptr;
      ++(seen.amount.is_zero() ? decoys.zero : known ? decoys.tiny : decoys.fake);
      decoys.imitated[seen.other] = *real;
      scene.add_transaction(finding, chain, seen.transaction,
                            reader.block(reader.block_of_transaction(seen.transaction)).time);
    }
    if (decoys.imitated.empty()) continue;
    describe(scene, at, decoys, finding);
    out.push_back(std::move(finding));
  }
}
}  // namespace jindo::typology
