// dusting: amounts too small to matter, to many.
#include <algorithm>
#include <map>
#include <set>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
using base::Uint256;
using ledger::kNoNumber;
constexpr uint64_t kDustSatoshi = 1'000;
constexpr size_t kReachedMin = 10;
constexpr size_t kLookedMax = 2'000;
constexpr uint64_t kMovementsBack = 4'000;  // where the look at a sender begins, in the ledger's numbers
constexpr int64_t kDaySeconds = 86'400;

struct Sprinkled {  // by one sender
  std::set<chain::AddressKey> victims;
  std::vector<std::pair<uint64_t, int64_t>> transactions;  // and their times
  size_t reached = 0;
};
using BySender = std::map<std::pair<const ledger::LedgerChain*, chain::AddressKey>, Sprinkled>;

void look_at_utxo(const ledger::LedgerChain& chain, const ledger::AddressHandle& handle,
                  const chain::AddressKey& victim, BySender& by_sender) {
  const ledger::UtxoReader& reader = *chain.utxo;
  ledger::UtxoTransactionView view;
  for (const uint64_t output : reader.received(handle, 0, kLookedMax)) {
    if (reader.output_value(output) > kDustSatoshi) continue;
    const uint64_t transaction = reader.transaction_of_output(output);
    reader.transaction(transaction, view);
    // Who dusts does nothing else beside: one larger output is the change, two are a payment of somebody's.
    size_t small = 0, large = 0;
    for (const uint64_t value : view.out_value) {
      small += value > 0 && value <= kDustSatoshi ? 1 : 0;
      large += value > kDustSatoshi ? 1 : 0;
    }
    if (small < kReachedMin || large > 1 || view.in_output.empty()) continue;
    Sprinkled& sprinkled = by_sender[{&chain, reader.input_address(view.first_input)}];
    sprinkled.victims.insert(victim);
    sprinkled.reached = std::max(sprinkled.reached, small);
    sprinkled.transactions.push_back({transaction, reader.block(reader.block_of_transaction(transaction)).time});
  }
}

int64_t time_of(const ledger::AccountReader& reader, uint64_t transaction) {
  return reader.block(reader.block_of_transaction(transaction)).time;
}
// How many holdings a sender reached with dust within a day of the movement, which was at `time`.
size_t count_reached(const ledger::AccountReader& reader, const chain::AddressKey& sender, uint64_t number,
                     int64_t time, const Uint256& dust) {
  const auto from = reader.find_holding(sender, chain::native_asset());
  std::set<uint64_t> reached;
  size_t scanned = 0;
  ledger::Movement other;
  for (uint32_t s = 0; s < reader.segments() && from; ++s) {
    const auto movements = reader.movements_of(*from, s);
    auto at_move =
        std::lower_bound(movements.begin(), movements.end(), number > kMovementsBack ? number - kMovementsBack : 0);
    for (; at_move != movements.end() && ++scanned <= kLookedMax; ++at_move) {
      reader.movement(*at_move, other);
      if (other.from != from->rows[s] || other.to == kNoNumber || dust < reader.amount(*at_move)) continue;
      const int64_t then = time_of(reader, other.transaction);
      if (then > time + kDaySeconds) break;
      if (then >= time - kDaySeconds) reached.insert(other.to);
    }
  }
  return reached.size();
}

void look_at_account(const ledger::LedgerChain& chain, const chain::AddressKey& victim, BySender& by_sender) {
  const ledger::AccountReader& reader = *chain.account;
  const Uint256 dust = coin_dust(*chain.network);
  const auto holding = reader.find_holding(victim, chain::native_asset());
  if (!holding) return;
  ledger::Movement movement;
  size_t looked = 0;
  for (uint32_t segment = 0; segment < reader.segments(); ++segment) {
    for (const uint64_t number : reader.movements_of(*holding, segment)) {
      if (++looked > kLookedMax) break;
      reader.movement(number, movement);
      const Uint256 amount = reader.amount(number);
      if (movement.kind != chain::MovementKind::kTransfer || movement.to != holding->rows[segment] ||
          movement.from == kNoNumber || movement.from == movement.to || amount.is_zero() || dust < amount)
        continue;
      if (Scene::began(reader, movement.transaction, victim)) continue;  // asked for: what a swap gave back
      const chain::AddressKey sender = reader.holding_address(segment, movement.from);
      const int64_t time = time_of(reader, movement.transaction);
      auto known = by_sender.find({&chain, sender});
      if (known == by_sender.end()) {
        const size_t reached = count_reached(reader, sender, number, time, dust);
        if (reached < kReachedMin) continue;
        known = by_sender.emplace(std::make_pair(&chain, sender), Sprinkled{}).first;
        known->second.reached = reached;
      }
      known->second.victims.insert(victim);
      known->second.transactions.push_back({movement.transaction, time});
    }
  }
}

Finding describe(const Scene& scene, const ledger::LedgerChain& chain, const chain::AddressKey& sender,
                 Sprinkled& sprinkled) {
  Finding finding;
  std::sort(sprinkled.transactions.begin(), sprinkled.transactions.end());
  for (const auto& [transaction, time] : sprinkled.transactions)
    scene.add_transaction(finding, chain, transaction, time);
  finding.technique = &technique("dusting");
  finding.score = 850'000;
  finding.parties.push_back({chain.network, sender});
  for (const chain::AddressKey& victim : sprinkled.victims) finding.parties.push_back({chain.network, victim});
  finding.text = Scene::when(finding.first_time, finding.last_time) + " " +
                 chain::format_address(*chain.network, sender) + " sent dust to " +
                 counted(sprinkled.victims.size(), "address", "addresses") + " in the trace, and to " +
                 std::to_string(sprinkled.reached) + " or more in all: noise of a third party";
  return finding;
}
}  // namespace

void find_dusting(const Scene& scene, Findings& out) {
  BySender by_sender;
  for (const Node& at : scene.nodes()) {
    const ledger::LedgerChain& chain = scene.chain_of(at);
    const auto handle = chain.reader().find_address(at.address);
    if (!handle || scene.service_at(at) != nullptr) continue;
    if (chain.utxo)
      look_at_utxo(chain, *handle, at.address, by_sender);
    else
      look_at_account(chain, at.address, by_sender);
  }
  for (auto& [key, sprinkled] : by_sender) out.push_back(describe(scene, *key.first, key.second, sprinkled));
}
}  // namespace jindo::typology
