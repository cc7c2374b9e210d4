// Which inputs spend what was pruned.
#include "ingest/pruned.h"

#include <algorithm>

namespace jindo::ingest {
bool PrunedInputs::value_of(const chain::UtxoInput& in, uint64_t& value) const {
  if (const auto found = first_output_.find(in.previous); found != first_output_.end()) {
    const uint64_t at = found->second + in.output_index;
    value = at < values_.size() ? values_[at] : 0;  // beyond the outputs: the builder says that it is not there
    return true;
  }
  if (ledger_ == nullptr) return false;
  const auto transaction = ledger_->find_transaction(in.previous);
  if (!transaction) return false;
  ledger::UtxoTransactionView view;
  ledger_->transaction(*transaction, view);
  value = in.output_index < view.out_value.size() ? view.out_value[in.output_index] : 0;
  return true;
}

base::Status PrunedInputs::take(chain::UtxoBlock& block, bool marked) {
  for (const chain::UtxoTransaction& tx : block.transactions) {
    base::Uint128 in = 0, out = 0;
    chain::UtxoInput* untold = nullptr;  // the first from before whose value is not told
    for (uint32_t i = 0; i < tx.inputs; ++i) {
      chain::UtxoInput& input = block.inputs[tx.first_input + i];
      uint64_t value = 0;
      if (!(marked && input.external) && value_of(input, value)) {
        in += value;
        continue;
      }
      if (!marked) input.external = true;
      if (!input.external) continue;  // in a later block of the input: the builder says so
      ++external_;
      in += input.value;
      if (untold == nullptr && input.value == 0) untold = &input;
    }
    first_output_[tx.id] = values_.size();
    for (uint32_t i = 0; i < tx.outputs; ++i) {
      values_.push_back(block.outputs[tx.first_output + i].value);
      out += values_.back();
    }
    if (untold != nullptr && out > in) {
      ++fees_unknown_;
      if (out - in > chain::kMoneyMaxSatoshi)
        return base::bad_input("value overflow: outputs of more than 21 million coins");
      untold->value = static_cast<uint64_t>(out - in);
    }
  }
  constexpr size_t kEntryBytes = 64;
  if (first_output_.size() * kEntryBytes + values_.size() * sizeof(uint64_t) > memory_bytes_)
    return base::bad_input(
        "the outputs of a pruned node's blocks exceed the memory given; give --memory more, or fewer files");
  return {};
}

bool ordered_by_identifier(const chain::UtxoBlock& block) {
  constexpr size_t kEnough = 13;  // 12 behind the coinbase: one order of 12! = 479 million
  const auto& txs = block.transactions;
  if (txs.size() < kEnough) return false;
  for (size_t i = 1; i < txs.size(); ++i) {
    if ((txs[i].form & chain::kFormWitness) != 0) return false;
    if (i > 1 && !std::lexicographical_compare(txs[i - 1].id.rbegin(), txs[i - 1].id.rend(), txs[i].id.rbegin(),
                                               txs[i].id.rend()))
      return false;
  }
  return true;
}
}  // namespace jindo::ingest
