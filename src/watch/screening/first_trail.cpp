// The first way of value to an address, backward: from each row to the payer whose own row was there before it.
#include <algorithm>

#include "screening/screen.h"

namespace jindo::screening {
namespace {
constexpr size_t kTrailStepsMax = 256;

class TrailBack {
 public:
  TrailBack(const State& state, const chain::Network& network, const ledger::LedgerChain& chain, uint32_t source)
      : snapshot_(*state.snapshot), network_(network), chain_(chain), source_(source) {}

  // The movement that the row's address was first reached by. `before`: the payer's row, where it has one.
  TrailStep step_to(const chain::AddressKey& to, const exposure::Row& at, std::optional<exposure::Row>& before) {
    TrailStep out;
    out.network = &network_;
    out.to = to;
    out.hops = at.hops;
    out.time = at.first_time;
    const uint64_t transaction =
        chain_.utxo ? utxo_payer(*chain_.utxo, at, out, before) : account_payer(*chain_.account, at, out, before);
    const ledger::ChainReader& reader = chain_.reader();
    out.transaction = reader.transaction_id(transaction);
    out.height = reader.block(reader.block_of_transaction(transaction)).height;
    return out;
  }

 private:
  // The payer's row of the same source, if value reached it before this place in the ledger.
  std::optional<exposure::Row> row_before(const chain::AddressKey& payer, uint64_t place) const {
    const exposure::NetworkAddress address{exposure::network_number(network_), payer};
    std::optional<exposure::Row> out;
    snapshot_.rows_of(address, exposure::hash_of(address), [&](const exposure::Row& row) {
      if (!out && row.source == source_ && row.first_place < place) out = row;
    });
    return out;
  }
  // Both give the transaction's number.
  uint64_t utxo_payer(const ledger::UtxoReader& reader, const exposure::Row& at, TrailStep& step,
                      std::optional<exposure::Row>& before) {
    const uint64_t transaction = reader.transaction_of_output(at.first_place);
    if (at.hops == 0) return transaction;
    reader.transaction(transaction, view_);
    for (size_t i = 0; i < view_.in_output.size() && !before; ++i) {
      step.from = reader.input_address(view_.first_input + i);
      before = row_before(step.from, view_.first_output);
    }
    return transaction;
  }
  uint64_t account_payer(const ledger::AccountReader& reader, const exposure::Row& at, TrailStep& step,
                         std::optional<exposure::Row>& before) {
    reader.movement(at.first_place, movement_);
    const uint64_t transaction = movement_.transaction;
    if (movement_.from != ledger::kNoNumber) step.from = reader.holding_address(movement_.segment, movement_.from);
    if (at.hops == 0) return transaction;
    if (!step.from.is_none()) before = row_before(step.from, at.first_place);
    if (before) return transaction;
    // A swap: what pays it out is the exchange; who gave is another party of the transaction.
    for (const uint64_t m : reader.movements_of_transaction(transaction, scratch_)) {
      reader.movement(m, movement_);
      if (movement_.from == ledger::kNoNumber) continue;
      const chain::AddressKey payer = reader.holding_address(movement_.segment, movement_.from);
      before = row_before(payer, at.first_place);
      if (!before) continue;
      step.from = payer;
      break;
    }
    return transaction;
  }

  const exposure::Snapshot& snapshot_;
  const chain::Network& network_;
  const ledger::LedgerChain& chain_;
  const uint32_t source_;
  ledger::UtxoTransactionView view_;
  ledger::Movement movement_;
  std::vector<uint64_t> scratch_;
};
}  // namespace

std::vector<TrailStep> first_trail(const State& state, const chain::Network& network, const chain::AddressKey& address,
                                   const exposure::Row& row, bool& complete) {
  std::vector<TrailStep> out;
  complete = false;
  const ledger::LedgerChain* chain = state.snapshot->ledger->find(network);
  if (chain == nullptr || row.first_place == UINT64_MAX) return out;
  TrailBack back(state, network, *chain, row.source);
  chain::AddressKey to = address;
  exposure::Row at = row;
  while (out.size() < kTrailStepsMax) {
    std::optional<exposure::Row> before;
    out.push_back(back.step_to(to, at, before));
    if (at.hops == 0) complete = true;
    if (!before) break;
    to = out.back().from;
    at = *before;
  }
  std::reverse(out.begin(), out.end());
  return out;
}
}  // namespace jindo::screening
