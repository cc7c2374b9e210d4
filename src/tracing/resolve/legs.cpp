// Each movement or output gets points for what it shares with the hints; whichever has most is the leg.
#include "resolve/legs.h"

#include <algorithm>

namespace jindo::resolve {
namespace {
using base::Uint256;
using ledger::kNoNumber;

bool holds(const std::vector<chain::AddressKey>& keys, const chain::AddressKey& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::optional<Leg> account_leg(const ledger::LedgerChain& chain, uint64_t transaction, const LegHints& hints,
                               bool deposit) {
  const ledger::AccountReader& reader = *chain.account;
  std::vector<uint64_t> scratch;
  ledger::Movement movement;
  std::optional<Leg> best;
  int best_score = 0;
  for (const uint64_t number : reader.movements_of_transaction(transaction, scratch)) {
    reader.movement(number, movement);
    if (movement.kind != chain::MovementKind::kTransfer) continue;
    const Uint256 amount = reader.amount(number);
    if (amount.is_zero()) continue;
    const chain::AddressKey from =
        movement.from == kNoNumber ? chain::AddressKey{} : reader.holding_address(movement.segment, movement.from);
    const chain::AddressKey to =
        movement.to == kNoNumber ? chain::AddressKey{} : reader.holding_address(movement.segment, movement.to);
    const chain::AddressKey& service = deposit ? to : from;
    int score = 0;
    if (hints.amount && *hints.amount == amount) score += 4;
    if (service.is_none() || holds(hints.service, service)) score += 2;
    if (!deposit) {
      if (to.is_none()) continue;
      if (hints.recipient && to == *hints.recipient) score += 3;
    } else if (!from.is_none() && holds(hints.service, from)) {
      score -= 1;  // inside the service
    }
    if (score <= 0 || score < best_score) continue;
    best_score = score;
    Leg leg;
    leg.network = chain.network;
    leg.transaction = transaction;
    leg.place = number;
    leg.address = deposit ? from : to;
    leg.holder = service;
    leg.asset = reader.asset(movement.segment, movement.asset);
    leg.amount = amount;
    best = leg;
  }
  return best;
}

std::optional<Leg> utxo_leg(const ledger::LedgerChain& chain, uint64_t transaction, const LegHints& hints,
                            bool deposit) {
  const ledger::UtxoReader& reader = *chain.utxo;
  ledger::UtxoTransactionView view;
  reader.transaction(transaction, view);
  std::optional<Leg> best;
  int best_score = -1;
  for (size_t o = 0; o < view.out_value.size(); ++o) {
    if (view.out_value[o] == 0 || view.out_type[o] == chain::ScriptType::kNullData) continue;
    const chain::AddressKey owner = reader.output_address(view.first_output + o);
    int score = 0;
    if (deposit && holds(hints.service, owner)) score += 4;
    if (!deposit && hints.recipient && owner == *hints.recipient) score += 8;
    if (!deposit && holds(hints.service, owner)) score -= 4;  // change
    if (hints.amount && *hints.amount == Uint256(view.out_value[o])) score += 2;
    if (score <= best_score) continue;
    best_score = score;
    Leg leg;
    leg.network = chain.network;
    leg.transaction = transaction;
    leg.place = view.first_output + o;
    leg.asset = chain::native_asset();
    leg.amount = Uint256(view.out_value[o]);
    const chain::AddressKey payer =
        view.in_output.empty() ? chain::AddressKey{} : reader.input_address(view.first_input);
    leg.address = deposit ? payer : owner;
    leg.holder = deposit ? owner : payer;
    best = leg;
  }
  return best;
}
}  // namespace

std::optional<Leg> deposit_leg(const ledger::LedgerChain& chain, uint64_t transaction, const LegHints& hints) {
  return chain.utxo ? utxo_leg(chain, transaction, hints, true) : account_leg(chain, transaction, hints, true);
}
std::optional<Leg> release_leg(const ledger::LedgerChain& chain, uint64_t transaction, const LegHints& hints) {
  return chain.utxo ? utxo_leg(chain, transaction, hints, false) : account_leg(chain, transaction, hints, false);
}
}  // namespace jindo::resolve
