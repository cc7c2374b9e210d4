// Where transactions stand: heights as told, found by time, or unix seconds for all where some row has none.
#include <algorithm>
#include <set>

#include "exports/reconcile_parts.h"

namespace jindo::exports {
namespace {
std::string number(uint64_t value) { return std::to_string(value); }

// The one height of each time, where heights and times of the files agree; 0 heights: several blocks share the second.
std::map<int64_t, std::optional<uint64_t>> heights_by_time(const std::vector<Placed*>& transactions) {
  std::map<int64_t, std::optional<uint64_t>> out;
  for (const Placed* tx : transactions) {
    if (!tx->block || !tx->time) continue;
    const auto added = out.emplace(*tx->time, tx->block);
    if (!added.second && added.first->second != tx->block) added.first->second.reset();
  }
  return out;
}

// One time a height: told by any row of the block.
std::map<uint64_t, std::pair<int64_t, Witness>> times_by_height(const std::vector<Placed*>& transactions,
                                                                Reconciled& out) {
  std::map<uint64_t, std::pair<int64_t, Witness>> times;
  for (const Placed* tx : transactions) {
    if (!tx->block || !tx->time) continue;
    const auto added = times.emplace(*tx->block, std::make_pair(*tx->time, tx->witness));
    if (!added.second && added.first->second.first != *tx->time) {
      contradict(out, "block " + number(*tx->block) + ": its time", added.first->second.second,
                 std::to_string(added.first->second.first), tx->witness, std::to_string(*tx->time));
    }
  }
  return times;
}
}  // namespace

std::map<uint64_t, std::vector<Placed*>> place_in_blocks(const std::vector<Placed*>& transactions, Reconciled& out) {
  const auto heights = heights_by_time(transactions);
  const auto times = times_by_height(transactions, out);
  for (Placed* tx : transactions) {
    if (!tx->block && tx->time) {
      const auto found = heights.find(*tx->time);
      if (found != heights.end()) tx->block = found->second;
      if (!tx->block) out.heights_are_times = true;
    } else if (tx->block && !tx->time) {
      const auto found = times.find(*tx->block);
      if (found != times.end()) tx->time = found->second.first;
    }
  }
  std::map<uint64_t, std::vector<Placed*>> blocks;
  for (Placed* tx : transactions) {
    if (!tx->time) {
      wait(out,
           tx->block ? "no file tells the time of its block: add one that does (the block's answer of a node)"
                     : "no file tells its block: add one that does (the receipt, or a list of transactions)",
           tx->witness, 1);
    } else if (*tx->time < 0) {
      wait(out, "its time lies before 1970", tx->witness, 1);
    } else {
      blocks[out.heights_are_times ? static_cast<uint64_t>(*tx->time) : *tx->block].push_back(tx);
    }
  }
  return blocks;
}

void order_by_place(std::vector<Placed*>& transactions) {
  std::stable_sort(transactions.begin(), transactions.end(), [](const Placed* a, const Placed* b) {
    if (a->block != b->block) return a->block < b->block;  // heights are times: several blocks may share the second
    if (a->index.has_value() != b->index.has_value()) return a->index.has_value();
    if (a->index && *a->index != *b->index) return *a->index < *b->index;
    if (a->first_reading != b->first_reading) return a->first_reading < b->first_reading;
    if (a->first_order != b->first_order) return a->first_order < b->first_order;
    return a->id < b->id;
  });
}
}  // namespace jindo::exports
