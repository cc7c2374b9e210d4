// The tainted outputs of a UTXO chain and the lots of each: what a pass has reached so far, spent or not. Numbers stay
// when the ledger grows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "trace/engine.h"
#include "trace/paged_index.h"
#include "trace/utxo_payer.h"

namespace jindo::trace {

template <class O>
class TaintedOutputs {
 public:
  // All lots are in one array, those of an output beside each other; dead once their output is spent.
  struct Row {
    uint64_t output = 0;
    uint64_t first = 0;
    uint32_t count = 0;
    bool spent = false;
  };

  explicit TaintedOutputs(uint64_t outputs) : index_(outputs) {}
  void grow(uint64_t outputs) { index_.grow(outputs); }
  void reserve(size_t rows) {
    lots_.reserve(rows);
    rows_.reserve(rows);
  }

  bool contains(uint64_t output) const { return index_.get(output) != 0; }
  // Null where nothing tainted came; good until the next put().
  Row* find(uint64_t output) {
    const uint32_t slot = index_.get(output);
    return slot == 0 ? nullptr : &rows_[slot - 1];
  }
  std::span<const UtxoLot<O>> lots(const Row& row) const { return std::span(lots_).subspan(row.first, row.count); }
  void put(uint64_t output, const std::vector<UtxoLot<O>>& lots) {
    rows_.push_back({output, lots_.size(), static_cast<uint32_t>(lots.size()), false});
    lots_.insert(lots_.end(), lots.begin(), lots.end());
    index_.at(output) = static_cast<uint32_t>(rows_.size());
  }

  // What is held at the end: a row for each source of each output that is not spent.
  void collect_holdings(const ledger::UtxoReader& reader, Result& into) const {
    BySource<uint64_t, O> sums;
    for (const Row& row : rows_) {
      if (row.spent) continue;
      sums.clear();
      sums.add_tainted(lots(row));
      const uint64_t tx = reader.transaction_of_output(row.output);
      ledger::UtxoTransactionView view;
      reader.transaction(tx, view);
      const int64_t time = reader.block(reader.block_of_transaction(tx)).time;
      for (const UtxoLot<O>& sum : sums.sorted()) {
        Holding holding;
        holding.network = reader.info().network;
        holding.asset = chain::native_asset();
        holding.address = reader.output_address(row.output);
        holding.transaction = reader.transaction_id(tx);
        holding.output = static_cast<uint32_t>(row.output - view.first_output);
        holding.source = sum.source;
        holding.amount = sum.amount;
        holding.origin = sum.origin;
        holding.hops = sum.hops;
        holding.first_time = holding.last_time = time;
        holding.node = row.output;
        into.totals[sum.source].held += holding.origin;
        into.holdings.push_back(holding);
      }
    }
  }
  // Distinct owners: by row first, which is cheap, then by key where several segments may hold the same.
  uint64_t count_addresses(const ledger::UtxoReader& reader) const {
    std::map<uint64_t, std::pair<PagedIndex, std::vector<uint64_t>>> segments;  // rows seen: one output each
    for (const Row& row : rows_) {
      const uint64_t owner = reader.output_owner(row.output);
      if (owner == ledger::kNoNumber) continue;
      auto at = segments.find(owner >> 48);
      if (at == segments.end())
        at = segments
                 .emplace(owner >> 48, std::make_pair(PagedIndex(reader.info().inputs + reader.info().outputs),
                                                      std::vector<uint64_t>()))
                 .first;
      const uint64_t owner_row = owner & ((uint64_t{1} << 48) - 1);  // a bit each: they stay in the cache
      uint32_t& seen = at->second.first.at(owner_row / 32);
      if ((seen >> (owner_row % 32) & 1) == 0) at->second.second.push_back(row.output);
      seen |= uint32_t{1} << (owner_row % 32);
    }
    if (segments.size() == 1) return segments.begin()->second.second.size();
    std::vector<chain::AddressKey> keys;
    for (const auto& [segment, seen] : segments) {
      for (const uint64_t output : seen.second) keys.push_back(reader.output_address(output));
    }
    std::sort(keys.begin(), keys.end());
    return static_cast<uint64_t>(std::unique(keys.begin(), keys.end()) - keys.begin());
  }

 private:
  PagedIndex index_;  // output -> 1 + row
  std::vector<Row> rows_;
  std::vector<UtxoLot<O>> lots_;
};

}  // namespace jindo::trace
