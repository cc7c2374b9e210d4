// A search from both addresses at once, ring by ring, until the two meet.
#include "cluster/why.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "cluster/join_columns.h"

namespace jindo::cluster {
namespace {
using ledger::kNoNumber;

// Which transactions join, as the clusters took them.
class Joining {
 public:
  Joining(const ledger::UtxoReader& reader, const Clusters& clusters) : reader_(reader), clusters_(clusters) {
    for (const chain::TxId& id : clusters.rules().joins_nothing)
      if (const auto number = reader.find_transaction(id)) nothing_.insert(*number);
    for (const chain::TxId& id : clusters.rules().accepted)
      if (const auto number = reader.find_transaction(id)) accepted_.insert(*number);
    for (const HeldJoin& held : clusters.held()) nothing_.insert(held.transaction);
    end_ = clusters.blocks() < reader.info().blocks ? reader.block(clusters.blocks()).first_transaction
                                                    : reader.info().transactions;
  }
  // Whether the transaction joins its inputs' owners; `finding` says what it is suspected to be.
  bool joins(uint64_t transaction, JoinFinding& finding) const {
    if (transaction >= end_ || nothing_.count(transaction) != 0) return false;
    finding = find_join(reader_, transaction);
    return !clusters_.rules().kept_out[static_cast<size_t>(finding.kind)] || accepted_.count(transaction) != 0;
  }

 private:
  const ledger::UtxoReader& reader_;
  const Clusters& clusters_;
  std::unordered_set<uint64_t> nothing_, accepted_;
  uint64_t end_ = 0;
};

struct Arrival {  // how an address was reached
  uint32_t from = kNoAddress;
  uint64_t transaction = kNoNumber;
};

// One side of the search: everything reached from one of the two addresses, ring by ring.
class Side {
 public:
  Side(const ledger::UtxoReader& reader, const Clusters& clusters, const Joining& joining, uint32_t start)
      : reader_(reader), clusters_(clusters), joining_(joining), ring_{start} {
    reached_[start] = {};
  }
  size_t ring_size() const { return ring_.size(); }
  bool exhausted() const { return ring_.empty(); }
  const std::unordered_map<uint32_t, Arrival>& reached() const { return reached_; }
  uint64_t transactions() const { return transactions_.size(); }

  // The next ring; the first address of it that the other side has is returned.
  uint32_t grow(const Side* other, size_t limit) {
    std::vector<uint32_t> next;
    uint32_t met = kNoAddress;
    for (const uint32_t number : ring_) {
      const chain::AddressKey key = clusters_.numbers().address(reader_, number);
      const auto handle = reader_.find_address(key);
      if (!handle) continue;
      constexpr size_t kPage = 4096;
      uint64_t from = 0;
      for (;;) {
        const auto inputs = reader_.sent(*handle, from, kPage);
        for (const uint64_t input : inputs) {
          const uint64_t transaction = reader_.transaction_of_input(input);
          if (!transactions_.insert(transaction).second) continue;
          visit(transaction, number, other, met, next);
          if (reached_.size() >= limit) break;
        }
        if (inputs.size() < kPage || reached_.size() >= limit) break;
        from = inputs.back() + 1;
      }
      if (reached_.size() >= limit) break;
    }
    ring_ = std::move(next);
    return met;
  }

 private:
  void visit(uint64_t transaction, uint32_t number, const Side* other, uint32_t& met, std::vector<uint32_t>& next) {
    ledger::UtxoTransactionView view;
    reader_.transaction(transaction, view);
    if (view.in_output.size() < 2) return;
    JoinFinding finding;
    if (!joining_.joins(transaction, finding)) return;
    for (uint64_t i = 0; i < view.in_output.size(); ++i) {
      const chain::AddressKey key = reader_.input_address(view.first_input + i);
      if (key.is_none() || is_keyless(reader_, key, view.in_output[i])) continue;
      const auto handle = reader_.find_address(key);
      if (!handle) continue;
      const uint32_t there = clusters_.number_of(reader_, *handle);
      if (there == kNoAddress || !reached_.emplace(there, Arrival{number, transaction}).second) continue;
      next.push_back(there);
      if (met == kNoAddress && other != nullptr && other->reached().count(there) != 0) met = there;
    }
  }
  const ledger::UtxoReader& reader_;
  const Clusters& clusters_;
  const Joining& joining_;
  std::vector<uint32_t> ring_;
  std::unordered_map<uint32_t, Arrival> reached_;
  std::unordered_set<uint64_t> transactions_;
};

base::Result<uint32_t> number_of(const ledger::UtxoReader& reader, const Clusters& clusters,
                                 const chain::AddressKey& key) {
  const auto handle = reader.find_address(key);
  const uint32_t number = handle ? clusters.number_of(reader, *handle) : kNoAddress;
  if (number == kNoAddress)
    return base::answer_no(chain::format_address(*reader.info().network, key) +
                           " does not occur in the blocks that the clusters cover");
  return number;
}
uint64_t input_of(const ledger::UtxoReader& reader, uint64_t transaction, const chain::AddressKey& key) {
  ledger::UtxoTransactionView view;
  reader.transaction(transaction, view);
  for (uint64_t i = 0; i < view.in_output.size(); ++i)
    if (reader.input_address(view.first_input + i) == key) return i;
  return kNoNumber;
}
}  // namespace

base::Result<Why> why_joined(const ledger::UtxoReader& reader, const Clusters& clusters, const chain::AddressKey& a,
                             const chain::AddressKey& b, uint64_t transactions_max) {
  JINDO_TRY(const uint32_t from, number_of(reader, clusters, a));
  JINDO_TRY(const uint32_t to, number_of(reader, clusters, b));
  Why out;
  if (from == to || clusters.root(from) != clusters.root(to)) return out;
  const Joining joining(reader, clusters);
  Side forth(reader, clusters, joining, from), back(reader, clusters, joining, to);
  uint32_t met = kNoAddress;
  while (met == kNoAddress && !forth.exhausted() && !back.exhausted()) {
    if (forth.transactions() + back.transactions() > transactions_max) {
      out.gave_up = true;
      break;
    }
    // The smaller ring grows: the two balls meet half way.
    met = forth.ring_size() <= back.ring_size() ? forth.grow(&back, SIZE_MAX) : back.grow(&forth, SIZE_MAX);
  }
  out.transactions_visited = forth.transactions() + back.transactions();
  if (met == kNoAddress) return out;
  std::vector<uint32_t> path{met};
  std::vector<uint64_t> by;
  for (uint32_t at = met; at != from;) {
    const Arrival& arrival = forth.reached().at(at);
    by.push_back(arrival.transaction);
    at = arrival.from;
    path.push_back(at);
  }
  std::reverse(path.begin(), path.end());
  std::reverse(by.begin(), by.end());
  for (uint32_t at = met; at != to;) {
    const Arrival& arrival = back.reached().at(at);
    by.push_back(arrival.transaction);
    at = arrival.from;
    path.push_back(at);
  }
  for (size_t i = 0; i < by.size(); ++i) {
    JoinStep step;
    step.transaction = by[i];
    step.from = clusters.numbers().address(reader, path[i]);
    step.to = clusters.numbers().address(reader, path[i + 1]);
    step.from_input = input_of(reader, by[i], step.from);
    step.to_input = input_of(reader, by[i], step.to);
    CHECK(step.from_input != kNoNumber && step.to_input != kNoNumber);
    joining.joins(by[i], step.suspected);
    out.steps.push_back(step);
  }
  return out;
}

base::Result<std::vector<uint32_t>> members_of(const ledger::UtxoReader& reader, const Clusters& clusters,
                                               uint32_t number, size_t limit) {
  const Joining joining(reader, clusters);
  Side side(reader, clusters, joining, number);
  while (!side.exhausted() && side.reached().size() < limit) side.grow(nullptr, limit);
  std::vector<uint32_t> out;
  out.reserve(side.reached().size());
  for (const auto& [member, arrival] : side.reached()) out.push_back(member);
  std::sort(out.begin(), out.end());
  if (out.size() > limit) out.resize(limit);
  return out;
}
}  // namespace jindo::cluster
