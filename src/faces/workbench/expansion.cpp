// An address's neighbours, gathered movement by movement.
#include "workbench/expansion.h"

#include <algorithm>

namespace jindo::workbench {
namespace {
using base::Uint256;
using chain::AddressKey;
using ledger::kNoNumber;
constexpr size_t kPartiesMax = 200;  // of one UTXO transaction that are looked at
}  // namespace

base::Result<bool> Expansion::run(const Filter& filter, uint64_t examine_max) {
  const auto handle = chain_.reader().find_address(self_);
  if (!handle) return true;
  all_ = movement_count(chain_, *handle);
  JINDO_TRY(const auto walk, MovementWalk::start(chain_, *handle, filter, true, ""));
  Moved moved;
  uint64_t last = kNoNumber;
  while (walk->next(moved, examine_max)) {
    if (moved.fee) continue;
    const ledger::BlockRow block = chain_.reader().block(chain_.reader().block_of_transaction(moved.transaction));
    if (chain_.account) {
      add(moved.counterparty, moved.in, moved.asset, moved.amount, false, moved.transaction, block.time);
    } else if (moved.in) {
      payers(moved, block.time);
    } else if (last != moved.transaction) {  // all that it spends in one transaction goes to the same payees
      last = moved.transaction;
      payees(moved, block.time);
    }
  }
  examined_ = walk->examined();
  return walk->at_end();
}
void Expansion::add(const AddressKey& other, bool in, const AddressKey& asset, const Uint256& amount, bool joint,
                    uint64_t transaction, int64_t time) {
  if (other.is_none() || other == self_) return;
  Neighbour& n = found_[other];
  n.address = other;
  ++n.movements;
  Dealing& d = n.dealings[{in, asset}];
  ++d.movements;
  d.amount += amount;
  d.joint |= joint;
  if (time <= d.first) {
    d.first = time;
    d.first_transaction = transaction;
  }
  if (time > d.last) {
    d.last = time;
    d.last_transaction = transaction;
  }
}
void Expansion::payers(const Moved& moved, int64_t time) {
  const ledger::UtxoStore& store = *chain_.utxo;
  ledger::UtxoTransactionView view;
  store.transaction(moved.transaction, view);
  std::vector<AddressKey> owners;
  for (uint64_t i = 0; i < std::min<uint64_t>(view.in_output.size(), kPartiesMax); ++i) {
    const AddressKey owner = store.input_address(view.first_input + i);
    if (std::find(owners.begin(), owners.end(), owner) == owners.end()) owners.push_back(owner);
  }
  for (const AddressKey& owner : owners)
    add(owner, true, moved.asset, moved.amount, owners.size() > 1, moved.transaction, time);
}
void Expansion::payees(const Moved& moved, int64_t time) {
  const ledger::UtxoStore& store = *chain_.utxo;
  ledger::UtxoTransactionView view;
  store.transaction(moved.transaction, view);
  bool alone = true;
  for (uint64_t i = 0; i < view.in_output.size() && alone; ++i)
    alone = store.input_address(view.first_input + i) == self_;
  for (uint64_t o = 0; o < std::min<uint64_t>(view.out_value.size(), kPartiesMax); ++o)
    add(store.output_address(view.first_output + o), false, moved.asset, Uint256(view.out_value[o]), !alone,
        moved.transaction, time);
}
}  // namespace jindo::workbench
