// dusting: amounts too small to matter, to many.
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
constexpr int64_t kDaySeconds = 86'400;

}  // namespace

void find_dusting(const Scene& scene, Findings& out) {
  struct Sprinkled {
    std::set<chain::AddressKey> victims;
    std::vector<std::pair<uint64_t, int64_t>> transactions;
    size_t reached = 0;
  };
  std::map<std::pair<const ledger::LedgerChain*, chain::AddressKey>, Sprinkled> by_sender;
  for (const Node& at : scene.nodes()) {
    const ledger::LedgerChain& chain = scene.chain_of(at);
    const auto handle = chain.reader().find_address(at.address);
    if (!handle || scene.service_at(at) != nullptr) continue;
    if (chain.utxo) {
      ledger::UtxoTransactionView view;
      for (const uint64_t output : chain.utxo->received(*handle, 0, kLookedMax)) {
        if (chain.utxo->output_value(output) > kDustSatoshi) continue;
        const uint64_t transaction = chain.utxo->transaction_of_output(output);
        chain.utxo->transaction(transaction, view);
        // Who dusts does nothing else beside: one larger output is the change, two are a payment of somebody's.
        size_t small = 0, large = 0;
        for (const uint64_t value : view.out_value) {
          small += value > 0 && value <= kDustSatoshi ? 1 : 0;
          large += value > kDustSatoshi ? 1 : 0;
        }
        if (small < kReachedMin || large > 1 || view.in_output.empty()) continue;
        Sprinkled& sprinkled = by_sender[{&chain, chain.utxo->input_address(view.first_input)}];
        sprinkled.victims.insert(at.address);
        sprinkled.reached = std::max(sprinkled.reached, small);
        sprinkled.transactions.push_back(
            {transaction, chain.utxo->block(chain.utxo->block_of_transaction(transaction)).time});
      }
      continue;
    }
    const ledger::AccountReader& reader = *chain.account;
    const Uint256 dust = coin_dust(*chain.network);
    const auto holding = reader.find_holding(at.address, chain::native_asset());
    if (!holding) continue;
    ledger::Movement movement, other;
    size_t looked = 0;
    for (uint32_t segment = 0; segment < reader.segments(); ++segment) {
      for (const uint64_t number : reader.movements_of(*holding, segment)) {
        if (++looked > kLookedMax) break;
        reader.movement(number, movement);
        const Uint256 amount = reader.amount(number);
        if (movement.kind != chain::MovementKind::kTransfer || movement.to != holding->rows[segment] ||
            movement.from == kNoNumber || movement.from == movement.to || amount.is_zero() || dust < amount)
          continue;
        if (Scene::began(reader, movement.transaction, at.address)) continue;  // asked for: what a swap gave back
        const chain::AddressKey sender = reader.holding_address(segment, movement.from);
        const auto known = by_sender.find({&chain, sender});
        const int64_t time = reader.block(reader.block_of_transaction(movement.transaction)).time;
        if (known == by_sender.end()) {
          // How many the sender reached with dust around then.
          const auto from = reader.find_holding(sender, chain::native_asset());
          std::set<uint64_t> reached;
          size_t scanned = 0;
          for (uint32_t s = 0; s < reader.segments() && from; ++s) {
            const auto movements = reader.movements_of(*from, s);
            auto at_move = std::lower_bound(movements.begin(), movements.end(), number > 4000 ? number - 4000 : 0);
            for (; at_move != movements.end() && ++scanned <= kLookedMax; ++at_move) {
              reader.movement(*at_move, other);
              if (other.from != from->rows[s] || other.to == kNoNumber || dust < reader.amount(*at_move)) continue;
              const int64_t then = reader.block(reader.block_of_transaction(other.transaction)).time;
              if (then > time + kDaySeconds) break;
              if (then >= time - kDaySeconds) reached.insert(other.to);
            }
          }
          if (reached.size() < kReachedMin) continue;
          by_sender[{&chain, sender}].reached = reached.size();
        }
        Sprinkled& sprinkled = by_sender[{&chain, sender}];
        sprinkled.victims.insert(at.address);
        sprinkled.transactions.push_back({movement.transaction, time});
      }
    }
  }
  for (auto& [key, sprinkled] : by_sender) {
    Finding finding;
    std::sort(sprinkled.transactions.begin(), sprinkled.transactions.end());
    for (const auto& [transaction, time] : sprinkled.transactions)
      scene.add_transaction(finding, *key.first, transaction, time);
    finding.technique = &technique("dusting");
    finding.score = 850'000;
    finding.parties.push_back({key.first->network, key.second});
    for (const chain::AddressKey& victim : sprinkled.victims) finding.parties.push_back({key.first->network, victim});
    finding.text = Scene::when(finding.first_time, finding.last_time) + " " +
                   chain::format_address(*key.first->network, key.second) + " sent dust to " +
                   counted(sprinkled.victims.size(), "address", "addresses") + " in the trace, and to " +
                   std::to_string(sprinkled.reached) + " or more in all: noise of a third party";
    out.push_back(std::move(finding));
  }
}
}  // namespace jindo::typology
