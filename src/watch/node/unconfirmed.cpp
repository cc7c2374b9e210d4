// Unconfirmed transactions put in order, and their inputs looked up: in the ledger, or in one another.
#include "node/unconfirmed.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/clock.h"

namespace jindo::node {
namespace {
using Pending = exposure::Tracker::Pending;

Pending pending_of(const chain::Network& network, const chain::TxId& id, int64_t now) {
  Pending out;
  out.network = &network;
  out.id = id;
  out.seen = now;
  return out;
}

Pending account_payment(const chain::Network& network, const follow::NodePending& tx, int64_t now) {
  Pending out = pending_of(network, tx.id, now);
  out.from = tx.from;
  out.to = tx.to;
  out.asset = tx.asset;
  out.amount = tx.amount;
  return out;
}

// The unconfirmed transactions of one UTXO chain, as they are given their places.
class UtxoQueue {
 public:
  UtxoQueue(const ledger::UtxoReader& reader, int64_t now)
      : reader_(reader), now_(now), outputs_(reader.info().outputs), next_output_(outputs_) {}

  void add_all(const std::vector<follow::NodePending>& transactions, std::vector<Pending>& out) {
    for (const follow::NodePending& tx : transactions) waiting_[tx.id] = &tx;
    for (bool progress = true; progress && !waiting_.empty();) {
      progress = false;
      for (auto it = waiting_.begin(); it != waiting_.end();) {
        if (!is_ready(it->second->utxo)) {
          ++it;
          continue;
        }
        out.push_back(place(it->first, it->second->utxo));
        it = waiting_.erase(it);
        progress = true;
      }
    }
  }

 private:
  struct Made {
    uint64_t first_output;
    const chain::UtxoBlock* block;
  };
  bool is_ready(const chain::UtxoBlock& block) const {
    return std::none_of(block.inputs.begin(), block.inputs.end(),
                        [&](const chain::UtxoInput& in) { return waiting_.count(in.previous) != 0; });
  }
  // Which output an input spends, and its value; kNoNumber and 0 where neither the ledger nor the queue has it.
  std::pair<uint64_t, uint64_t> spent_by(const chain::UtxoInput& in) {
    if (const auto parent = made_.find(in.previous); parent != made_.end()) {
      const auto& outputs = parent->second.block->outputs;
      if (in.output_index >= outputs.size()) return {ledger::kNoNumber, 0};
      return {parent->second.first_output + in.output_index, outputs[in.output_index].value};
    }
    const auto number = reader_.find_transaction(in.previous);
    if (!number) return {ledger::kNoNumber, 0};
    reader_.transaction(*number, view_);
    if (in.output_index >= view_.out_value.size()) return {ledger::kNoNumber, 0};
    return {view_.first_output + in.output_index, view_.out_value[in.output_index]};
  }
  Pending place(const chain::TxId& id, const chain::UtxoBlock& block) {
    Pending out = pending_of(*reader_.info().network, id, now_);
    out.utxo.first_output = next_output_;
    for (const chain::UtxoInput& in : block.inputs) {
      const auto [output, value] = spent_by(in);
      out.utxo.in_output.push_back(output);
      out.utxo.in_value.push_back(value);
      if (out.from.is_none() && output < outputs_) out.from = reader_.output_address(output);
    }
    for (const chain::UtxoOutput& output : block.outputs) {
      out.utxo.out_value.push_back(output.value);
      out.out_key.push_back(output.key);
    }
    made_[id] = {next_output_, &block};
    next_output_ += block.outputs.size();
    return out;
  }

  const ledger::UtxoReader& reader_;
  const int64_t now_;
  const uint64_t outputs_;  // of the ledger
  uint64_t next_output_;
  std::map<chain::TxId, const follow::NodePending*> waiting_;
  std::map<chain::TxId, Made> made_;
  ledger::UtxoTransactionView view_;
};
}  // namespace

void Unconfirmed::set(const chain::Network& network, std::vector<follow::NodePending> transactions, uint64_t left_out) {
  left_out_[&network] = left_out;
  transactions_[&network] = std::move(transactions);
}

void Unconfirmed::confirm(const chain::Network& network, const std::vector<follow::NodeBlock>& blocks) {
  std::set<chain::TxId> confirmed;
  for (const follow::NodeBlock& block : blocks) {
    for (const auto& tx : block.utxo.transactions) confirmed.insert(tx.id);
    for (const auto& tx : block.account.transactions) confirmed.insert(tx.id);
  }
  auto& transactions = transactions_[&network];
  transactions.erase(std::remove_if(transactions.begin(), transactions.end(),
                                    [&](const follow::NodePending& tx) { return confirmed.count(tx.id) != 0; }),
                     transactions.end());
}

std::vector<Pending> Unconfirmed::for_tracker(const ledger::Ledger& ledger) const {
  std::vector<Pending> out;
  const int64_t now = base::unix_ms() / 1000;
  for (const auto& [network, transactions] : transactions_) {
    if (network->model == chain::LedgerModel::kAccount) {
      for (const follow::NodePending& tx : transactions) out.push_back(account_payment(*network, tx, now));
    } else if (const ledger::LedgerChain* chain = ledger.find(*network)) {
      UtxoQueue(*chain->utxo, now).add_all(transactions, out);
    }
  }
  return out;
}

std::vector<std::string> Unconfirmed::left_out() const {
  std::vector<std::string> out;
  for (const auto& [network, left_out] : left_out_)
    if (left_out > 0)
      out.push_back(std::to_string(left_out) + " unconfirmed transactions of " + std::string(network->name) +
                    " are not looked at: the node holds too many");
  return out;
}
}  // namespace jindo::node
