#include "cluster/clusters.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "base/parallel.h"

namespace jindo::cluster {
namespace {
using base::Status;
using ledger::ColumnPass;
using ledger::kNoNumber;
constexpr uint64_t kChunkTransactions = 16'384;
constexpr uint64_t kRowsAtOnce = 65'536;
constexpr uint32_t kSideMark = uint32_t{1} << 31;  // in a mark: a side of a constraint, not a name

// The rows of Wasabi 1.0's coordinator in a pass.
std::vector<uint64_t> coordinator_rows(const ledger::UtxoReader& reader, size_t pass) {
  std::vector<uint64_t> out;
  for (const std::string_view text : wasabi_coordinator_addresses()) {
    const auto key = chain::parse_address(*reader.info().network, text);
    if (!key.ok()) continue;  // a test network
    const uint64_t row = reader.row_in_pass(pass, *key, chain::hash_key(*key));
    if (row != kNoNumber) out.push_back(row);
  }
  return out;
}

struct Ends {  // of a transaction, in its pass
  uint64_t in = 0, inputs = 0, out = 0, outputs = 0;
};
Ends ends_of(const ColumnPass& pass, uint64_t t) {
  Ends e;
  e.in = pass.tx_first_input[t] - pass.first_input;
  e.inputs = pass.tx_first_input[t + 1] - pass.tx_first_input[t];
  e.out = pass.tx_first_output[t] - pass.first_output;
  e.outputs = pass.tx_first_output[t + 1] - pass.tx_first_output[t];
  return e;
}

// `owners`: the distinct rows of the inputs, sorted.
JoinFinding detect(const ColumnPass& pass, const Ends& e, const std::vector<uint64_t>& owners,
                   const std::vector<uint64_t>& coordinators) {
  JoinShape shape;
  shape.in_value = pass.in_value.subspan(e.in, e.inputs);
  shape.out_value = pass.out_value.subspan(e.out, e.outputs);
  shape.out_type = pass.out_type.subspan(e.out, e.outputs);
  shape.in_owners = owners.size();
  if (e.outputs == 2) {  // only PayJoin asks
    const chain::ScriptType type = shape.out_type[0];
    shape.one_script_type = shape.out_type[1] == type;
    for (const uint64_t row : owners) {
      const chain::AddressKind kind = pass.address_key[row].kind;
      const bool same =
          (type == chain::ScriptType::kWitnessKeyHash && kind == chain::AddressKind::kWitnessKeyHash) ||
          (type == chain::ScriptType::kPubkeyHash && kind == chain::AddressKind::kPubkeyHash) ||
          (type == chain::ScriptType::kScriptHash && kind == chain::AddressKind::kScriptHash) ||
          (type == chain::ScriptType::kTaproot && kind == chain::AddressKind::kTaproot) ||
          (type == chain::ScriptType::kWitnessScriptHash && kind == chain::AddressKind::kWitnessScriptHash);
      shape.one_script_type &= same;
    }
    for (uint64_t o = e.out; o < e.out + 2; ++o)
      shape.pays_itself |= std::binary_search(owners.begin(), owners.end(), pass.out_address[o]);
  } else if (!coordinators.empty()) {
    for (uint64_t o = e.out; o < e.out + e.outputs; ++o)
      shape.coordinator |=
          std::find(coordinators.begin(), coordinators.end(), pass.out_address[o]) != coordinators.end();
  }
  return cluster::find_join(shape);
}
void distinct_owners(const ColumnPass& pass, const Ends& e, std::vector<uint64_t>& owners) {
  owners.clear();
  for (uint64_t i = e.in; i < e.in + e.inputs; ++i)
    if (pass.in_address[i] != kNoNumber) owners.push_back(pass.in_address[i]);
  std::sort(owners.begin(), owners.end());
  owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
}
}  // namespace

std::array<bool, kJoinKinds> Rules::default_kept_out() {
  std::array<bool, kJoinKinds> out{};
  for (const JoinKindInfo& info : join_kinds()) out[static_cast<size_t>(info.kind)] = info.kept_out;
  return out;
}
base::Hash256 Rules::digest() const {
  base::Sha256 hash;
  const auto number = [&](uint64_t n) { hash.update({reinterpret_cast<const uint8_t*>(&n), sizeof n}); };
  number(1);  // version of the rules' meaning, detectors included
  number(growth_max);
  for (const bool out : kept_out) number(out ? 1 : 0);
  number(names.size());
  for (const NamedAddress& named : names) {
    hash.update(named.address.raw());
    number(named.name.size());
    hash.update(base::as_bytes(named.name));
  }
  number(apart.size());
  for (const auto& [a, b] : apart) {
    hash.update(a.raw());
    hash.update(b.raw());
  }
  number(joins_nothing.size());
  for (const chain::TxId& id : joins_nothing) hash.update(id);
  number(accepted.size());
  for (const chain::TxId& id : accepted) hash.update(id);
  return hash.finish();
}
const char* hold_reason_name(HoldReason reason) {
  return reason == HoldReason::kNames   ? "different named owners"
         : reason == HoldReason::kApart ? "kept apart by a split"
                                        : "grows past the limit at one stroke";
}

base::Result<Clusters> Clusters::create(Rules rules) {
  Clusters out;
  std::sort(rules.names.begin(), rules.names.end(),
            [](const NamedAddress& a, const NamedAddress& b) { return a.address < b.address; });
  out.rules_ = std::move(rules);
  std::unordered_map<std::string, uint32_t> ids;
  for (const NamedAddress& named : out.rules_.names) {
    const auto added = ids.emplace(named.name, static_cast<uint32_t>(out.names_.size()));
    if (added.second) out.names_.push_back(named.name);
    auto& marks = out.marks_of_key_[named.address];
    if (!marks.empty()) return base::bad_input("an address with two named owners; expected one");
    marks.push_back(added.first->second);
  }
  for (size_t i = 0; i < out.rules_.apart.size(); ++i) {
    const auto& [a, b] = out.rules_.apart[i];
    if (a == b) return base::wrong_use("an address cannot be apart from itself");
    out.marks_of_key_[a].push_back(kSideMark | static_cast<uint32_t>(2 * i));
    out.marks_of_key_[b].push_back(kSideMark | static_cast<uint32_t>(2 * i + 1));
  }
  JINDO_TRY(out.numbers_, AddressNumbers::create());
  JINDO_TRY(out.sets_, JoinSet::create());
  return out;
}

const std::string& Clusters::name_of(uint32_t root) const {
  const Marks* marks = marks_of(root);
  return names_[marks != nullptr ? marks->name : 0];
}
const Clusters::Marks* Clusters::marks_of(uint32_t root) const {
  if ((root & kExternalNumber) == 0 &&
      (root / 64 >= marked_bits_.size() || (marked_bits_[root / 64] >> (root % 64) & 1) == 0))
    return nullptr;
  const auto found = marks_.find(root);
  return found == marks_.end() ? nullptr : &found->second;
}
void Clusters::add_mark(uint32_t number, uint32_t mark) {
  marked_.emplace_back(number, mark);
  const uint32_t root = sets_.find(number);
  Marks& marks = marks_[root];
  if ((mark & kSideMark) != 0)
    marks.sides.push_back(mark & ~kSideMark);
  else
    marks.name = mark;
  set_marked(root);
}
void Clusters::mark_new(const chain::AddressKey& key, uint32_t number) {
  if (marks_of_key_.empty()) return;
  const auto found = marks_of_key_.find(key);
  if (found == marks_of_key_.end()) return;
  for (const uint32_t mark : found->second) {
    add_mark(number, mark);
    log(Change::kMark, 0, number, mark);
  }
}

// ---- joining -----------------------------------------------------------------------------------------------------
std::optional<HoldReason> Clusters::conflict(const std::vector<uint32_t>& roots) const {
  uint32_t name = 0;
  uint64_t total = 0, largest = 0;
  std::vector<uint32_t> sides;
  for (const uint32_t root : roots) {
    total += sets_.size(root);
    largest = std::max<uint64_t>(largest, sets_.size(root));
    const Marks* marks = marks_of(root);
    if (marks == nullptr) continue;
    sides.insert(sides.end(), marks->sides.begin(), marks->sides.end());
    if (marks->name == 0) continue;
    if (name != 0 && name != marks->name) return HoldReason::kNames;
    name = marks->name;
  }
  if (sides.size() > 1) {
    std::sort(sides.begin(), sides.end());
    for (size_t i = 1; i < sides.size(); ++i)
      if (sides[i - 1] / 2 == sides[i] / 2 && sides[i - 1] != sides[i]) return HoldReason::kApart;
  }
  if (total - largest > rules_.growth_max) return HoldReason::kGrowth;
  return std::nullopt;
}

void Clusters::apply(uint64_t transaction, std::span<const uint32_t> numbers) {
  roots_.clear();
  for (const uint32_t number : numbers) roots_.push_back(sets_.find(number));
  if (roots_.size() == 2) {
    if (roots_[0] == roots_[1]) return;
    if (roots_[1] < roots_[0]) std::swap(roots_[0], roots_[1]);
  } else {
    std::sort(roots_.begin(), roots_.end());
    roots_.erase(std::unique(roots_.begin(), roots_.end()), roots_.end());
    if (roots_.size() < 2) return;
  }
  const auto held = conflict(roots_);
  if (held && accepted_.count(transaction) == 0) {
    held_.push_back({transaction, *held});
    log(Change::kHeld, transaction, static_cast<uint32_t>(*held), 0);
    return;
  }
  for (size_t i = 1; i < roots_.size(); ++i) {
    join(roots_[0], roots_[i]);
    log(Change::kJoin, transaction, roots_[0], roots_[i]);
  }
}
void Clusters::join(uint32_t root, uint32_t other) {
  if (const Marks* theirs = marks_of(other)) {
    const Marks moved = *theirs;
    marks_.erase(other);
    Marks& ours = marks_[root];
    if (ours.name == 0) ours.name = moved.name;  // a person accepted the join: the older cluster's name stays
    ours.sides.insert(ours.sides.end(), moved.sides.begin(), moved.sides.end());
    set_marked(root);
  }
  sets_.unite(root, other);
}
void Clusters::set_marked(uint32_t root) {
  if ((root & kExternalNumber) != 0) return;
  if (marked_bits_.size() <= root / 64) marked_bits_.resize(root / 64 + 1);
  marked_bits_[root / 64] |= uint64_t{1} << (root % 64);
}

base::Status Clusters::replay(const Change& change) {
  const uint64_t place = change.kind_and_place & ((uint64_t{1} << 60) - 1);
  const auto damaged = [] { return base::bad_input("a change that does not fit the state before it"); };
  const auto known = [&](uint32_t number) {
    return (number & kExternalNumber) != 0 ? (number & ~kExternalNumber) < numbers_.external_count()
                                           : number < numbers_.count();
  };
  switch (change.kind_and_place >> 60) {
    case Change::kBirth: {
      JINDO_TRY(const uint32_t number, numbers_.add_output(place));
      if (number != change.a) return damaged();
      return sets_.resize(numbers_.count(), numbers_.external_count());
    }
    case Change::kExternalBirth: {
      JINDO_TRY(const uint32_t number, numbers_.add_external(place));
      if (number != change.a) return damaged();
      return sets_.resize(numbers_.count(), numbers_.external_count());
    }
    case Change::kJoin:
      if (!known(change.a) || !known(change.b) || sets_.find(change.a) != change.a || change.b <= change.a ||
          sets_.find(change.b) != change.b)
        return damaged();
      join(change.a, change.b);
      return {};
    case Change::kHeld:
      held_.push_back({place, static_cast<HoldReason>(change.a)});
      return {};
    case Change::kMark:
      if (!known(change.a)) return damaged();
      add_mark(change.a, change.b);
      return {};
    default:
      return damaged();
  }
}

// Reads the transactions of a chunk: which join whom. Changes nothing, so chunks are read side by side.
template <class NumberOf>
void Clusters::scan(const ColumnPass& pass, Chunk& chunk, const std::vector<uint64_t>& coordinators,
                    const NumberOf& number_of) const {
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
    const auto kind = static_cast<size_t>(detect(pass, e, owners, coordinators).kind);
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

Status Clusters::resolve_transactions(const ledger::UtxoReader& reader) {
  joins_nothing_.clear();
  accepted_.clear();
  for (const chain::TxId& id : rules_.joins_nothing)
    if (const auto number = reader.find_transaction(id)) joins_nothing_.insert(*number);
  for (const chain::TxId& id : rules_.accepted)
    if (const auto number = reader.find_transaction(id)) accepted_.insert(*number);
  return {};
}

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

// ---- all at once -------------------------------------------------------------------------------------------------
// The number of each row of each pass.
Status Clusters::number_all(const ledger::UtxoReader& reader, const std::vector<ColumnPass>& passes, unsigned threads,
                            std::vector<std::vector<uint32_t>>& tables) {
  JINDO_DO(numbers_.begin(reader.info().outputs));
  struct Part {
    size_t pass;
    uint64_t begin, end;
  };
  std::vector<Part> parts;
  tables.resize(passes.size());
  // Rows that an older pass has: pass and row there, in place of a number until those are known.
  std::vector<std::vector<uint64_t>> older(passes.size());
  for (size_t p = 0; p < passes.size(); ++p) {
    const uint64_t rows = passes[p].address_key.size();
    tables[p].resize(rows);
    if (p > 0) older[p].assign(rows, kNoNumber);
    for (uint64_t begin = 0; begin < rows; begin += kRowsAtOnce)
      parts.push_back({p, begin, std::min(rows, begin + kRowsAtOnce)});
  }
  std::mutex mutex;
  std::vector<uint64_t> externals;
  const bool any_external = std::any_of(passes.begin(), passes.end(), [](const ColumnPass& p) { return p.external; });
  const auto birth_input = [&](const ColumnPass& pass, uint64_t row) {  // kNoNumber: born of an output
    if (!any_external || pass.sent_offset[row] == pass.sent_offset[row + 1]) return kNoNumber;
    const uint64_t input = pass.sent[pass.sent_offset[row]];
    if (pass.received_offset[row] == pass.received_offset[row + 1]) return input;
    const uint64_t output = pass.received[pass.received_offset[row]];
    return reader.transaction_of_input(input) <= reader.transaction_of_output(output) ? input : kNoNumber;
  };
  JINDO_DO(base::parallel_for(parts.size(), threads, [&](size_t i) -> Status {
    const Part& part = parts[i];
    const ColumnPass& pass = passes[part.pass];
    std::vector<uint64_t> mine;
    for (uint64_t row = part.begin; row < part.end; ++row) {
      if (part.pass > 0) {
        const uint64_t hash = chain::hash_key(pass.address_key[row]);
        uint64_t& where = older[part.pass][row];
        for (size_t q = 0; q < part.pass && where == kNoNumber; ++q) {
          const uint64_t there = reader.row_in_pass(q, pass.address_key[row], hash);
          if (there != kNoNumber) where = static_cast<uint64_t>(q) << 48 | there;
        }
        if (where != kNoNumber) continue;
      }
      const uint64_t input = birth_input(pass, row);
      if (input != kNoNumber)
        mine.push_back(input);
      else
        numbers_.mark(pass.received[pass.received_offset[row]]);
    }
    const std::lock_guard<std::mutex> lock(mutex);
    externals.insert(externals.end(), mine.begin(), mine.end());
    return {};
  }));
  JINDO_DO(numbers_.finish(std::move(externals)));
  // Older passes first: a newer one's rows may point into them.
  for (size_t p = 0; p < passes.size(); ++p) {
    const ColumnPass& pass = passes[p];
    const uint64_t rows = pass.address_key.size();
    JINDO_DO(base::parallel_for((rows + kRowsAtOnce - 1) / kRowsAtOnce, threads, [&](size_t i) -> Status {
      const auto& ext = numbers_.externals();
      for (uint64_t row = i * kRowsAtOnce; row < std::min(rows, (i + 1) * kRowsAtOnce); ++row) {
        if (p > 0 && older[p][row] != kNoNumber) {
          tables[p][row] = tables[older[p][row] >> 48][older[p][row] & ((uint64_t{1} << 48) - 1)];
          continue;
        }
        const uint64_t input = birth_input(pass, row);
        tables[p][row] = input == kNoNumber
                             ? numbers_.rank(pass.received[pass.received_offset[row]])
                             : kExternalNumber |
                                   static_cast<uint32_t>(std::lower_bound(ext.begin(), ext.end(), input) - ext.begin());
      }
      return {};
    }));
  }
  return {};
}

Status Clusters::advance_all(const ledger::UtxoReader& reader, unsigned threads,
                             const std::function<void(uint64_t)>& progress) {
  const auto passes = reader.passes();
  std::vector<std::vector<uint32_t>> tables;
  JINDO_DO(number_all(reader, passes, threads, tables));
  JINDO_DO(sets_.resize(numbers_.count(), numbers_.external_count()));
  marked_bits_.assign(numbers_.count() / 64 + 1, 0);
  for (const auto& [key, marks] : marks_of_key_) {
    const auto handle = reader.find_address(key);
    if (!handle) continue;
    const uint32_t number = numbers_.of(reader, *handle);
    if (number != kNoAddress) mark_new(key, number);
  }
  std::sort(marked_.begin(), marked_.end());
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
    scan(passes[chunk.pass], chunk, coordinators[chunk.pass], [table](uint64_t row) { return table[row]; });
  };
  const auto take = [&](Chunk& chunk) {
    totals_.joining += chunk.totals.joining;
    for (size_t k = 0; k < kJoinKinds; ++k) totals_.found[k] += chunk.totals.found[k];
    constexpr size_t kAhead = 8;  // candidates whose sets are on their way from memory
    for (size_t i = 0; i < chunk.candidates.size(); ++i) {
      if (i + kAhead < chunk.candidates.size()) sets_.prefetch(chunk.numbers[chunk.candidates[i + kAhead].first]);
      const Candidate& c = chunk.candidates[i];
      apply(c.transaction, std::span<const uint32_t>(chunk.numbers).subspan(c.first, c.count));
    }
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
        for (size_t c = first - batch; c < std::min(first, chunks.size()); ++c) take(chunks[c]);
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
      scan(pass, chunk, coordinators, [&](uint64_t row) {
        const auto found = known.find(row);
        if (found != known.end()) return found->second;
        const uint32_t number = numbers_.of(reader, *reader.find_address(pass.address_key[row]));
        CHECK(number != kNoAddress);
        known.emplace(row, number);
        return number;
      });
      totals_.joining += chunk.totals.joining;
      for (size_t k = 0; k < kJoinKinds; ++k) totals_.found[k] += chunk.totals.found[k];
      for (const Candidate& c : chunk.candidates)
        apply(c.transaction, std::span<const uint32_t>(chunk.numbers).subspan(c.first, c.count));
    }
  }
  return {};
}

JoinFinding find_join(const ledger::UtxoReader& reader, uint64_t transaction) {
  const auto passes = reader.passes();
  for (size_t p = passes.size(); p-- > 0;) {
    const ColumnPass& pass = passes[p];
    if (transaction < pass.first_transaction) continue;
    const Ends e = ends_of(pass, transaction - pass.first_transaction);
    std::vector<uint64_t> owners;
    distinct_owners(pass, e, owners);
    if (owners.size() < 2) return {};
    return detect(pass, e, owners, coordinator_rows(reader, p));
  }
  return {};
}
}  // namespace jindo::cluster
