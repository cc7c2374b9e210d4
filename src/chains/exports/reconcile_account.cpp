// Account chains: rows by transaction, merged, placed, written as blocks.
#include <algorithm>

#include "base/hex.h"
#include "exports/reconcile_parts.h"

namespace jindo::exports {
namespace {
using base::bad_input;

struct AccountRows {
  std::map<chain::TxId, std::vector<Row>> transactions;
  std::map<std::pair<uint64_t, int64_t>, std::vector<Row>> block_level;  // by height and time
};

// A token from the zero address is minted, to it burnt, whether a file writes the zero address out or leaves it empty.
void zero_is_nobody(chain::AddressKey& key) {
  static const chain::AddressKey zero = chain::make_key(chain::AddressKind::kAccount, base::Hash160{});
  if (key == zero) key = {};
}

// False: the row waits.
bool can_stand(const Movement& movement, const Witness& witness, Reconciled& out) {
  if (movement.asset.find(':') != std::string::npos) {
    wait(out, "NFTs are no amounts: their movements are kept in the file, not in the ledger", witness, 1);
  } else if (!movement.decimal.empty()) {
    wait(out, "the decimals of token " + movement.asset + " are not told: give --decimals " + movement.asset + "=N",
         witness, 1);
  } else if (movement.transaction.empty() && movement.part != Part::kBlockLevel) {
    wait(out, "the row names no transaction", witness, 1);
  } else {
    return true;
  }
  return false;
}

base::Status add_reading(const chain::Network& network, const Reading& reading, uint32_t number, Keys& keys,
                         AccountRows& rows, Reconciled& out) {
  const bool backwards = runs_backwards(reading);
  for (size_t i = 0; i < reading.movements.size(); ++i) {
    const Movement& movement = reading.movements[i];
    Row row;
    row.witness = {number, movement.row};
    if (!can_stand(movement, row.witness, out)) continue;
    const auto wrong = [&](const base::Error& error) {
      return bad_input(reading.file + ":" + std::to_string(movement.row) + ": " + error.message);
    };
    row.order = backwards ? reading.movements.size() - 1 - i : i;
    row.time_is_weak = reading.unknown.has(Unknown::kTime);
    row.part = movement.part;
    row.amount = movement.amount;
    row.told = &movement;
    const auto asset = keys.asset(movement.asset);
    if (!asset.ok()) return wrong(asset.error());
    const auto from = keys.address(movement.from);
    if (!from.ok()) return wrong(from.error());
    const auto to = keys.address(movement.to);
    if (!to.ok()) return wrong(to.error());
    row.asset = *asset;
    row.from = *from;
    row.to = *to;
    if (movement.part == Part::kToken) {
      zero_is_nobody(row.from);
      zero_is_nobody(row.to);
    }
    if (movement.part == Part::kBlockLevel) {
      rows.block_level[{movement.block.value_or(UINT64_MAX), movement.time.value_or(INT64_MIN)}].push_back(row);
      continue;
    }
    chain::TxId id{};
    if (!chain::parse_hash(network, movement.transaction, id))
      return wrong(bad_input("'" + movement.transaction + "' is no transaction's hash; expected 64 hex digits"));
    rows.transactions[id].push_back(row);
  }
  return {};
}

// Rewards and withdrawals: equal ones of one file are several; across files the most that one file tells counts.
MergedTransaction merge_block_level(const std::vector<Row>& rows) {
  MergedTransaction tx;
  tx.witness = rows.front().witness;
  tx.block = rows.front().told->block;
  tx.time = rows.front().told->time;
  ByContent known;
  std::vector<uint32_t> taken_by;
  for (const Row& row : rows) {
    std::optional<size_t> at = known.take(row, taken_by, [](size_t) { return true; });
    if (!at) {
      at = tx.movements.size();
      tx.movements.push_back({row, std::nullopt, std::nullopt, {}});
      taken_by.push_back(row.witness.reading + 1);
      known.add(row, *at);
    }
    tx.movements[*at].witnesses.push_back(row.witness);
  }
  return tx;
}

base::Status write_transaction(const MergedTransaction& tx, uint32_t index, Keys& keys, chain::AccountBlock& block,
                               Reconciled& out) {
  chain::AccountTransaction row;
  row.gas_price = tx.gas_price;
  row.id = tx.id;
  row.index = index;
  row.first_movement = static_cast<uint32_t>(block.movements.size());
  row.movements = static_cast<uint32_t>(tx.movements.size());
  block.transactions.push_back(row);
  for (const MergedMovement& movement : tx.movements) {
    const bool fee = movement.row.part == Part::kFee;
    block.movements.push_back({fee ? chain::MovementKind::kFee : chain::MovementKind::kTransfer, movement.row.asset,
                               movement.row.from, fee ? chain::AddressKey{} : movement.row.to, movement.row.amount});
    out.begin.push_back(out.witnesses.size());
    out.witnesses.insert(out.witnesses.end(), movement.witnesses.begin(), movement.witnesses.end());
  }
  return write_notes(tx, static_cast<uint32_t>(block.transactions.size() - 1), keys, block);
}

base::Status write_account_block(uint64_t height, std::vector<Placed*>& placed, Keys& keys, Reconciled& out) {
  order_by_place(placed);
  chain::AccountBlock block;
  block.height = height;
  block.time = *placed.front()->time;
  uint32_t next = 0;
  const Placed* before = nullptr;
  for (const Placed* one : placed) {  // those of no transaction last
    const auto& tx = static_cast<const MergedTransaction&>(*one);
    if (tx.id == chain::TxId{}) continue;
    const bool two = before != nullptr && one->index && before->index == one->index && before->block == one->block;
    if (two && !out.heights_are_times) {
      contradict(out, "block " + std::to_string(height) + ": transaction index " + std::to_string(*one->index),
                 before->witness, base::to_hex(before->id), one->witness, base::to_hex(one->id));
    }
    const uint32_t index = out.heights_are_times ? next : std::max(next, one->index.value_or(next));
    JINDO_DO(write_transaction(tx, index, keys, block, out));
    next = index + 1;
    before = one;
  }
  for (const Placed* one : placed) {
    const auto& tx = static_cast<const MergedTransaction&>(*one);
    if (tx.id == chain::TxId{}) JINDO_DO(write_transaction(tx, chain::kBlockLevelIndex, keys, block, out));
  }
  out.account.push_back(std::move(block));
  return {};
}
}  // namespace

base::Status reconcile_account(const chain::Network& network, std::span<const Reading> readings,
                               const std::vector<uint32_t>& order, Reconciled& out) {
  AccountRows rows;
  Keys keys(network);
  for (const uint32_t i : order) JINDO_DO(add_reading(network, readings[i], i, keys, rows, out));
  std::vector<MergedTransaction> merged;
  merged.reserve(rows.transactions.size() + rows.block_level.size());
  for (auto& [id, list] : rows.transactions) {
    merged.push_back(merge_rows(network, list, out));
    merged.back().id = id;
  }
  std::map<chain::TxId, MergedTransaction*> by_id;
  for (MergedTransaction& tx : merged) by_id[tx.id] = &tx;
  JINDO_DO(add_notes(network, readings, order, keys, by_id, out));
  for (auto& [place, list] : rows.block_level) merged.push_back(merge_block_level(list));
  std::vector<Placed*> placed;
  for (MergedTransaction& tx : merged) placed.push_back(&tx);
  // The order of files counts, not their numbers: the same set in another order is the same ledger.
  std::vector<uint32_t> rank(readings.size(), 0);
  for (uint32_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
  for (Placed* tx : placed) tx->first_reading = rank[tx->first_reading];
  for (auto& [height, list] : place_in_blocks(placed, out)) JINDO_DO(write_account_block(height, list, keys, out));
  out.begin.push_back(out.witnesses.size());
  return {};
}
}  // namespace jindo::exports
