// A block's rows in order.
#include "ingest/etl_block.h"

#include <algorithm>
#include <queue>
#include <unordered_map>

#include "base/hex.h"
#include "ingest/block_tree.h"

namespace jindo::ingest {
namespace {
using base::bad_input;
using base::Status;
using Rows = std::vector<EtlRow>;

base::Error both_rows(const EtlRow& a, const EtlRow& b, const std::string& what) {
  return bad_input(b.place + ": " + what + " (" + a.place + " is the other)");
}
bool same_transaction(const decode::BitcoinEtlTransaction& a, const decode::BitcoinEtlTransaction& b) {
  if (a.block_hash != b.block_hash || a.coinbase != b.coinbase || a.inputs.size() != b.inputs.size() ||
      a.outputs.size() != b.outputs.size())
    return false;
  for (size_t i = 0; i < a.inputs.size(); ++i)
    if (a.inputs[i].previous != b.inputs[i].previous || a.inputs[i].output_index != b.inputs[i].output_index)
      return false;
  for (size_t i = 0; i < a.outputs.size(); ++i)
    if (a.outputs[i].value != b.outputs[i].value || !(a.outputs[i].key == b.outputs[i].key)) return false;
  return true;
}

// One row a transaction.
Status take_out_repeated(Rows& rows, uint64_t& again) {
  std::unordered_map<chain::TxId, size_t, HashOfHash> seen;
  size_t kept = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto added = seen.emplace(rows[i].transaction.id, kept);
    if (added.second) {
      if (kept != i) std::swap(rows[kept], rows[i]);
      ++kept;
      continue;
    }
    const EtlRow& before = rows[added.first->second];
    const std::string name = "transaction " + base::to_hex_reversed(rows[i].transaction.id);
    if (before.transaction.has_index && rows[i].transaction.has_index &&
        before.transaction.index != rows[i].transaction.index)
      return both_rows(before, rows[i],
                       name + " stands at index " + std::to_string(before.transaction.index) + " and at index " +
                           std::to_string(rows[i].transaction.index) + " of block " +
                           std::to_string(before.transaction.block_height));
    if (!same_transaction(before.transaction, rows[i].transaction))
      return both_rows(before, rows[i], name + " stands twice, with different content");
    ++again;
  }
  rows.resize(kept);
  return {};
}

// Whether transaction a is printed before b.
bool printed_before(const chain::TxId& a, const chain::TxId& b) {
  return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
}

// The coinbase first, then each behind what it spends; of those that may come next, the one whose identifier is printed
// first.
Status order_by_spending(Rows& rows) {
  std::unordered_map<chain::TxId, size_t, HashOfHash> at;
  for (size_t i = 0; i < rows.size(); ++i) at[rows[i].transaction.id] = i;
  std::vector<size_t> waits(rows.size(), 0);
  std::vector<std::vector<size_t>> spenders(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    for (const chain::UtxoInput& in : rows[i].transaction.inputs) {
      const auto source = at.find(in.previous);
      if (source == at.end()) continue;
      spenders[source->second].push_back(i);
      ++waits[i];
    }
  }
  const auto later = [&](size_t a, size_t b) {
    const auto &x = rows[a].transaction, &y = rows[b].transaction;
    return x.coinbase != y.coinbase ? y.coinbase : printed_before(y.id, x.id);
  };
  std::priority_queue<size_t, std::vector<size_t>, decltype(later)> ready(later);
  for (size_t i = 0; i < rows.size(); ++i)
    if (waits[i] == 0) ready.push(i);
  Rows out;
  while (!ready.empty()) {
    const size_t next = ready.top();
    ready.pop();
    for (const size_t spender : spenders[next])
      if (--waits[spender] == 0) ready.push(spender);
    out.push_back(rows[next]);
  }
  if (out.size() != rows.size())
    return bad_input(rows.front().place + ": transactions of block " +
                     std::to_string(rows.front().transaction.block_height) + " spend one another in a circle");
  rows = std::move(out);
  return {};
}
}  // namespace

Status order_etl_block(Rows& rows, uint64_t& again, bool& ordered) {
  JINDO_DO(take_out_repeated(rows, again));
  ordered = false;
  if (rows.empty()) return {};
  const bool indexed = rows.front().transaction.has_index;
  for (const EtlRow& row : rows)
    if (row.transaction.has_index != indexed)
      return both_rows(rows.front(), row, "one row has an index and the other none; expected one export's rows");
  if (!indexed) {
    ordered = rows.size() > 1;
    return order_by_spending(rows);
  }
  for (size_t i = 1; i < rows.size(); ++i)
    if (rows[i].transaction.index == rows[i - 1].transaction.index)
      return both_rows(rows[i - 1], rows[i],
                       "two transactions at index " + std::to_string(rows[i].transaction.index) + " of block " +
                           std::to_string(rows[i].transaction.block_height));
  return {};
}
}  // namespace jindo::ingest
