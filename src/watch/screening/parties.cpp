// Parties looked up: among the unconfirmed first, then in the ledger.
#include "screening/parties.h"

namespace jindo::screening {
namespace {
void add_party(std::vector<Party>& parties, const chain::AddressKey& address, bool pays, const base::Uint256& amount,
               const chain::AddressKey& asset) {
  if (address.is_none()) return;
  for (Party& party : parties) {
    if (!(party.address == address) || party.pays != pays || !(party.asset == asset)) continue;
    party.amount += amount;
    return;
  }
  parties.push_back({address, pays, amount, asset});
}

// `chain`: null where this node holds no ledger of it.
std::vector<Party> pending_parties(const exposure::Tracker::Pending& tx, const ledger::LedgerChain* chain) {
  std::vector<Party> out;
  if (tx.network->model == chain::LedgerModel::kAccount) {
    add_party(out, tx.from, true, tx.amount, tx.asset);
    add_party(out, tx.to, false, tx.amount, tx.asset);
    return out;
  }
  for (size_t i = 0; i < tx.utxo.in_output.size(); ++i) {
    const uint64_t output = tx.utxo.in_output[i];
    if (chain != nullptr && output < chain->utxo->info().outputs)
      add_party(out, chain->utxo->output_address(output), true, tx.utxo.in_value[i], chain::native_asset());
  }
  for (size_t o = 0; o < tx.out_key.size(); ++o)
    add_party(out, tx.out_key[o], false, tx.utxo.out_value[o], chain::native_asset());
  return out;
}

base::Error too_many(const std::string& id, size_t n) {
  return base::bad_input("transaction " + id + " has " + std::to_string(n) +
                         " inputs, outputs or movements, more than " + std::to_string(kPartiesMax) +
                         "; screen the addresses that concern you");
}
base::Result<std::vector<Party>> utxo_parties(const ledger::UtxoReader& reader, uint64_t number,
                                              const std::string& id) {
  std::vector<Party> out;
  ledger::UtxoTransactionView view;
  reader.transaction(number, view);
  const size_t count = view.in_output.size() + view.out_value.size();
  if (count > kPartiesMax) return too_many(id, count);
  for (size_t i = 0; i < view.in_output.size(); ++i)
    add_party(out, reader.input_address(view.first_input + i), true, view.in_value[i], chain::native_asset());
  for (size_t o = 0; o < view.out_value.size(); ++o)
    add_party(out, reader.output_address(view.first_output + o), false, view.out_value[o], chain::native_asset());
  return out;
}
base::Result<std::vector<Party>> account_parties(const ledger::AccountReader& reader, uint64_t number,
                                                 const std::string& id) {
  std::vector<Party> out;
  std::vector<uint64_t> scratch;
  const auto movements = reader.movements_of_transaction(number, scratch);
  if (movements.size() > kPartiesMax) return too_many(id, movements.size());
  ledger::Movement movement;
  for (const uint64_t m : movements) {
    reader.movement(m, movement);
    if (movement.kind == chain::MovementKind::kFee) continue;
    const chain::AddressKey asset = reader.asset(movement.segment, movement.asset);
    if (movement.from != ledger::kNoNumber)
      add_party(out, reader.holding_address(movement.segment, movement.from), true, reader.amount(m), asset);
    if (movement.to != ledger::kNoNumber)
      add_party(out, reader.holding_address(movement.segment, movement.to), false, reader.amount(m), asset);
  }
  return out;
}
}  // namespace

base::Result<Parties> parties_of(const State& state, const Question& question) {
  Parties out;
  const chain::Network& network = *question.network;
  const ledger::LedgerChain* chain = state.snapshot->ledger ? state.snapshot->ledger->find(network) : nullptr;
  if (state.pending) {
    const auto pending = state.pending->find(question.transaction);
    if (pending != state.pending->end() && pending->second.network == &network) {
      out.where = "unconfirmed";
      out.unconfirmed = true;
      out.all = pending_parties(pending->second, chain);
      return out;
    }
  }
  const std::string id = chain::format_hash(network, question.transaction);
  if (chain == nullptr)
    return base::answer_no("this node holds no ledger of " + std::string(network.name) + ": transaction " + id +
                           " cannot be looked up");
  const ledger::ChainReader& reader = chain->reader();
  const auto number = reader.find_transaction(question.transaction);
  if (!number)
    return base::answer_no("transaction " + id + " is neither in the ledger of " + std::string(network.name) +
                           " (height " + std::to_string(reader.info().tip_height) + ") nor among the unconfirmed ones");
  out.where = "block " + std::to_string(reader.block(reader.block_of_transaction(*number)).height);
  JINDO_TRY(out.all,
            chain->utxo ? utxo_parties(*chain->utxo, *number, id) : account_parties(*chain->account, *number, id));
  return out;
}
}  // namespace jindo::screening
