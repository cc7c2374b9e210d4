// Taking in blocks: a chain's first time all at once, chunks read side by side and joined in ledger order; later block
// by block, at the cost of what they hold.
#include <algorithm>

#include "base/parallel.h"
#include "cluster/clusters.h"
#include "cluster/join_columns.h"
#include "cluster/numbering.h"

namespace jindo::cluster {
namespace {
using base::Status;
using ledger::ColumnPass;
using ledger::kNoNumber;
constexpr uint64_t kChunkTransactions = 16'384;
}  // namespace

Status Clusters::advance(const ledger::UtxoReader& reader, unsigned threads,
                         const std::function<void(uint64_t)>& progress) {
  const ledger::ChainInfo& info = reader.info();
  if (blocks_ > info.blocks || (blocks_ > 0 && reader.block(blocks_ - 1).hash != tip_))
    return base::bad_input("the clusters are of another branch of the chain; they must be taken back first");
  if (blocks_ == info.blocks) return {};
  JINDO_DO(resolve_transactions(reader));
  if (transactions_ == 0) {
    JINDO_DO(advance_all(reader, threads, progress));
  } else {
    JINDO_DO(advance_some(reader));
  }
  blocks_ = info.blocks;
  transactions_ = info.transactions;
  tip_ = reader.block(blocks_ - 1).hash;
  return {};
}

Status Clusters::resolve_transactions(const ledger::UtxoReader& reader) {
  joins_nothing_.clear();
  accepted_.clear();
  for (const chain::TxId& id : rules_.joins_nothing)
    if (const auto number = reader.find_transaction(id)) joins_nothing_.insert(*number);
  for (const chain::TxId& id : rules_.accepted)
    if (const auto number = reader.find_transaction(id)) accepted_.insert(*number);
  return {};
}

// Reads the transactions of a chunk: which join whom. Changes nothing, so chunks are read side by side.
template <class NumberOf>
void Clusters::scan(const ledger::UtxoReader& reader, const ColumnPass& pass, Chunk& chunk,
                    const std::vector<uint64_t>& coordinators, const NumberOf& number_of) const {
  chunk.candidates.clear();
  chunk.numbers.clear();
  chunk.totals = {};
  std::vector<uint64_t> owners;
  for (uint64_t t = chunk.begin; t < chunk.end; ++t) {
    if (pass.tx_first_input[t + 1] - pass.tx_first_input[t] < 2) continue;
    const Ends e = ends_of(pass, t);
    if (e.inputs == 2) {
      const uint64_t a = pass.in_address[e.in], b = pass.in_address[e.in + 1];
      if (a == b || a == kNoNumber || b == kNoNumber) continue;
      owners.assign({std::min(a, b), std::max(a, b)});
    } else {
      distinct_owners(pass, e, owners);
      if (owners.size() < 2) continue;
    }
    leave_out_keyless(reader, pass, e, owners);
    if (owners.size() < 2) continue;
    const auto kind = static_cast<size_t>(detect_join(pass, e, owners, coordinators).kind);
    ++chunk.totals.found[kind];
    const uint64_t transaction = pass.first_transaction + t;
    const bool accepted = !accepted_.empty() && accepted_.count(transaction) != 0;
    if (!accepted && rules_.kept_out[kind]) continue;
    if (!joins_nothing_.empty() && joins_nothing_.count(transaction) != 0) continue;
    ++chunk.totals.joining;
    chunk.candidates.push_back(
        {transaction, static_cast<uint32_t>(chunk.numbers.size()), static_cast<uint32_t>(owners.size())});
    for (const uint64_t row : owners) chunk.numbers.push_back(number_of(row));
  }
}

// Joins what a chunk found, in ledger order.
void Clusters::take(const Chunk& chunk) {
  totals_.joining += chunk.totals.joining;
  for (size_t k = 0; k < kJoinKinds; ++k) totals_.found[k] += chunk.totals.found[k];
  constexpr size_t kAhead = 8;  // candidates whose sets are on their way from memory
  for (size_t i = 0; i < chunk.candidates.size(); ++i) {
    if (i + kAhead < chunk.candidates.size()) sets_.prefetch(chunk.numbers[chunk.candidates[i + kAhead].first]);
    const Candidate& c = chunk.candidates[i];
    apply(c.transaction, std::span<const uint32_t>(chunk.numbers).subspan(c.first, c.count));
  }
}

// ---- all at once -------------------------------------------------------------------------------------------------
void Clusters::mark_all(const ledger::UtxoReader& reader) {
  marked_bits_.assign(numbers_.count() / 64 + 1, 0);
  for (const auto& [key, marks] : marks_of_key_) {
    const auto handle = reader.find_address(key);
    if (!handle) continue;
    const uint32_t number = numbers_.of(reader, *handle);
    if (number != kNoAddress) mark_new(key, number);
  }
  std::sort(marked_.begin(), marked_.end());
}

Status Clusters::advance_all(const ledger::UtxoReader& reader, unsigned threads,
                             const std::function<void(uint64_t)>& progress) {
  const auto passes = reader.passes();
  JINDO_TRY(const auto tables, number_all(reader, passes, threads, numbers_));
  JINDO_DO(sets_.resize(numbers_.count(), numbers_.external_count()));
  mark_all(reader);
  std::vector<std::vector<uint64_t>> coordinators;
  std::vector<Chunk> chunks;  // what is to be read, in order
  for (size_t p = 0; p < passes.size(); ++p) {
    coordinators.push_back(coordinator_rows(reader, p));
    for (uint64_t begin = 0; begin < passes[p].transactions(); begin += kChunkTransactions) {
      Chunk& chunk = chunks.emplace_back();
      chunk.pass = p;
      chunk.begin = begin;
      chunk.end = std::min(passes[p].transactions(), begin + kChunkTransactions);
    }
  }
  const auto read = [&](Chunk& chunk) {
    const uint32_t* table = tables[chunk.pass].data();
    scan(reader, passes[chunk.pass], chunk, coordinators[chunk.pass], [table](uint64_t row) { return table[row]; });
  };
  const auto join_chunk = [&](Chunk& chunk) {
    take(chunk);
    if (progress) progress(passes[chunk.pass].first_transaction + chunk.end);
    chunk.candidates = {};
    chunk.numbers = {};
  };
  // One batch is joined, in order, while the next is read.
  const size_t batch = std::max<size_t>(2, size_t{2} * threads);
  for (size_t first = 0; first < chunks.size() + batch; first += batch) {
    const size_t reading = first < chunks.size() ? std::min(batch, chunks.size() - first) : 0;
    JINDO_DO(base::parallel_for(reading + 1, threads, [&](size_t i) -> Status {
      if (i > 0) {
        read(chunks[first + i - 1]);
      } else if (first > 0) {
        for (size_t c = first - batch; c < std::min(first, chunks.size()); ++c) join_chunk(chunks[c]);
      }
      return {};
    }));
  }
  return {};
}

// ---- a few blocks more -------------------------------------------------------------------------------------------
Status Clusters::add_births(const ledger::UtxoReader& reader, const ColumnPass& pass, uint64_t transaction) {
  const Ends e = ends_of(pass, transaction);
  for (uint64_t i = e.in; i < e.in + e.inputs; ++i) {
    if (!pass.external || pass.in_output[i] != kNoNumber || pass.in_address[i] == kNoNumber) continue;
    const chain::AddressKey& key = pass.address_key[pass.in_address[i]];
    const Birth birth = birth_of(reader, *reader.find_address(key));
    if (!birth.external || birth.place != pass.first_input + i) continue;
    JINDO_TRY(const uint32_t number, numbers_.add_external(birth.place));
    JINDO_DO(sets_.resize(numbers_.count(), numbers_.external_count()));
    log(Change::kExternalBirth, birth.place, number, 0);
    mark_new(key, number);
  }
  for (uint64_t o = e.out; o < e.out + e.outputs; ++o) {
    if (pass.out_address[o] == kNoNumber) continue;
    const chain::AddressKey& key = pass.address_key[pass.out_address[o]];
    const Birth birth = birth_of(reader, *reader.find_address(key));
    if (birth.external || birth.place != pass.first_output + o) continue;
    JINDO_TRY(const uint32_t number, numbers_.add_output(birth.place));
    JINDO_DO(sets_.resize(numbers_.count(), numbers_.external_count()));
    log(Change::kBirth, birth.place, number, 0);
    mark_new(key, number);
  }
  return {};
}

Status Clusters::advance_some(const ledger::UtxoReader& reader) {
  const auto passes = reader.passes();
  for (size_t p = 0; p < passes.size(); ++p) {
    const ColumnPass& pass = passes[p];
    const uint64_t end = pass.transactions();
    const uint64_t begin = transactions_ > pass.first_transaction ? transactions_ - pass.first_transaction : 0;
    if (begin >= end) continue;
    const auto coordinators = coordinator_rows(reader, p);
    std::unordered_map<uint64_t, uint32_t> known;
    Chunk chunk;
    for (uint64_t t = begin; t < end; ++t) {
      JINDO_DO(add_births(reader, pass, t));
      chunk.begin = t;
      chunk.end = t + 1;
      scan(reader, pass, chunk, coordinators, [&](uint64_t row) {
        const auto found = known.find(row);
        if (found != known.end()) return found->second;
        const uint32_t number = numbers_.of(reader, *reader.find_address(pass.address_key[row]));
        CHECK(number != kNoAddress);
        known.emplace(row, number);
        return number;
      });
      take(chunk);
    }
  }
  return {};
}
}  // namespace jindo::cluster
