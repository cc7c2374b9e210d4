// Columns back to blocks, as they were given to the builder.
#include "ledger/read_block.h"

#include <algorithm>

namespace jindo::ledger {
namespace {
uint64_t end_transaction(const ChainReader& store, uint64_t block) {
  return block + 1 < store.info().blocks ? store.block(block + 1).first_transaction : store.info().transactions;
}
template <class Store>
const auto& segment_of(const Store& store, uint64_t block) {
  using Segment = std::decay_t<decltype(store.all_segments().front())>;
  return segment_holding(store.all_segments(), &Segment::first_block, block);
}
template <class Block>
void begin_block(const BlockRow& row, Block& out) {
  out = {};
  out.height = row.height;
  out.hash = row.hash;
  out.time = row.time;
}
}  // namespace

void read_block(const UtxoStore& store, uint64_t block, chain::UtxoBlock& out, std::vector<uint64_t>& outputs) {
  const BlockRow row = store.block(block);
  const uint64_t end = end_transaction(store, block);
  begin_block(row, out);
  out.bits = row.bits;
  outputs.clear();
  UtxoTransactionView view;
  for (uint64_t t = row.first_transaction; t < end; ++t) {
    store.transaction(t, view);
    chain::UtxoTransaction tx;
    tx.id = store.transaction_id(t);
    tx.first_input = static_cast<uint32_t>(out.inputs.size());
    tx.first_output = static_cast<uint32_t>(out.outputs.size());
    tx.inputs = static_cast<uint32_t>(view.in_output.size());
    tx.outputs = static_cast<uint32_t>(view.out_value.size());
    tx.form = view.form;
    tx.virtual_size = view.virtual_size;
    for (size_t i = 0; i < view.in_output.size(); ++i) {
      chain::UtxoInput in;
      if (view.in_output[i] == kNoNumber) {
        const auto external = store.external_input(view.first_input + i);
        CHECK(external.has_value());
        in.previous = external->previous;
        in.output_index = external->output_index;
        in.external = true;
        in.value = view.in_value[i];
        in.key = store.input_address(view.first_input + i);
      }
      out.inputs.push_back(in);
      outputs.push_back(view.in_output[i]);
    }
    for (size_t i = 0; i < view.out_value.size(); ++i) {
      out.outputs.push_back({view.out_value[i], view.out_type[i], store.output_address(view.first_output + i)});
    }
    out.transactions.push_back(tx);
  }
  read_notes(segment_of(store, block).notes, row.first_transaction, end, out.notes, out.note_bytes);
}

void read_block(const AccountStore& store, uint64_t block, chain::AccountBlock& out) {
  const BlockRow row = store.block(block);
  const uint64_t end = end_transaction(store, block);
  begin_block(row, out);
  std::vector<uint64_t> numbers;
  Movement movement;
  for (uint64_t t = row.first_transaction; t < end; ++t) {
    chain::AccountTransaction tx;
    tx.id = store.transaction_id(t);
    tx.index = store.transaction_index(t);
    tx.gas_price = store.gas_price(t);
    tx.first_movement = static_cast<uint32_t>(out.movements.size());
    for (const uint64_t number : store.movements_of_transaction(t, numbers)) {
      store.movement(number, movement);
      chain::AccountMovement m;
      m.kind = movement.kind;
      m.asset = store.asset(movement.segment, movement.asset);
      if (movement.from != kNoNumber) m.from = store.holding_address(movement.segment, movement.from);
      if (movement.to != kNoNumber) m.to = store.holding_address(movement.segment, movement.to);
      m.amount = store.amount(number);
      out.movements.push_back(m);
      ++tx.movements;
    }
    out.transactions.push_back(tx);
  }
  const AccountSegment& segment = segment_of(store, block);
  auto at = std::lower_bound(segment.creation.begin(), segment.creation.end(), row.first_transaction,
                             [](const CreationRow& r, uint64_t wanted) { return r.transaction < wanted; });
  for (; at != segment.creation.end() && at->transaction < end; ++at) {
    out.creations.push_back(
        {static_cast<uint32_t>(at->transaction - row.first_transaction), at->contract, at->creator});
  }
  read_notes(segment.notes, row.first_transaction, end, out.notes, out.note_bytes);
}
}  // namespace jindo::ledger
