// Reading what is stored (load), bringing it up to the ledger (update), and writing either a snapshot or the changes.
#include "cluster/store.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <set>
#include <sstream>

#include "base/file.h"

namespace jindo::cluster {
namespace {
using base::bad_input;
using base::Status;
constexpr size_t kRecordBytesMax = 16 << 20;
constexpr size_t kNamesBytesMax = 64 << 20;
constexpr size_t kDeltasMax = 32;
constexpr uint64_t kChangesLeast = 65'536;  // no new snapshot is written for fewer

template <class T>
Status write_column(const std::string& folder, const std::string& name, std::span<const T> values, bool durable,
                    ClustersRecord& record) {
  JINDO_TRY(base::FileWriter file, base::FileWriter::create(folder + "/" + name));
  JINDO_DO(file.append({reinterpret_cast<const uint8_t*>(values.data()), values.size_bytes()}));
  JINDO_DO(file.close(durable));
  record.checksums.emplace_back(name, file.checksum());
  return {};
}
template <class T>
base::Result<std::vector<T>> read_column(const std::string& path, uint64_t count) {
  JINDO_TRY(const base::MappedFile file, base::MappedFile::open(path, base::MappedFile::Access::kSequential));
  if (file.bytes().size() != count * sizeof(T))
    return bad_input(path + ": " + std::to_string(file.bytes().size()) + " bytes; expected " +
                     std::to_string(count * sizeof(T)));
  std::vector<T> out(count);
  if (count > 0) std::memcpy(static_cast<void*>(out.data()), file.bytes().data(), file.bytes().size());
  return out;
}
base::Result<std::optional<ClustersRecord>> read_record(const std::string& folder) {
  const std::string path = folder + "/CLUSTERS";
  if (!base::exists(path)) return std::optional<ClustersRecord>();
  JINDO_TRY(const std::string text, base::read_file(path, kRecordBytesMax));
  JINDO_TRY(ClustersRecord record, parse_clusters_record(path, text));
  return std::optional<ClustersRecord>(std::move(record));
}

base::Error bad_checksum(const std::string& path) {
  return bad_input(path + ": its checksum does not match; build the clusters anew with: jindo cluster build --rebuild");
}

struct HeldRow {
  uint64_t transaction = 0;
  uint64_t reason = 0;
};
struct MarkRow {
  uint32_t number = 0, mark = 0;
};
}  // namespace

std::string ClusterStore::folder_of(const std::string& ledger_folder, const chain::Network& network) {
  return ledger_folder + "/clusters/" + std::string(network.name);
}

base::Result<std::optional<Clusters>> ClusterStore::open(const std::string& ledger_folder,
                                                         const chain::Network& network, const Rules& rules,
                                                         bool& other_rules) {
  const std::string folder = folder_of(ledger_folder, network);
  JINDO_TRY(const auto record, read_record(folder));
  if (!record) return std::optional<Clusters>();
  other_rules = record->rules != rules.digest();
  JINDO_TRY(Clusters out, load(folder, *record, rules));
  return std::optional<Clusters>(std::move(out));
}

base::Result<Clusters> ClusterStore::load(const std::string& folder, const ClustersRecord& record, const Rules& rules) {
  JINDO_TRY(Clusters out, Clusters::create(rules));
  const std::string snapshot = folder + "/" + record.snapshot;
  JINDO_TRY(auto externals, read_column<uint64_t>(snapshot + "/external_birth.col", record.externals));
  const auto sized = [&](const char* name, uint64_t bytes) -> Status {
    JINDO_TRY(const uint64_t size, base::file_size(snapshot + "/" + name));
    if (size != bytes)
      return bad_input(snapshot + "/" + name + ": " + std::to_string(size) + " bytes; expected " +
                       std::to_string(bytes) + "; build the clusters anew with: jindo cluster build --rebuild");
    return {};
  };
  JINDO_DO(sized("birth.col", record.rank_blocks * sizeof(RankBlock)));
  JINDO_DO(sized("parent.col", record.addresses * 4));
  JINDO_DO(sized("size.col", record.addresses * 4));
  JINDO_DO(sized("external_parent.col", record.externals * 4));
  JINDO_DO(sized("external_size.col", record.externals * 4));
  JINDO_TRY(out.numbers_,
            AddressNumbers::open(snapshot + "/birth.col", record.rank_blocks, record.addresses, std::move(externals)));
  // A damaged table would send a look-up anywhere: bytes are held against their checksums before they are trusted.
  for (const auto& [name, sum] : record.checksums) {
    const std::string path = snapshot + "/" + name;
    JINDO_TRY(const base::MappedFile file, base::MappedFile::open(path, base::MappedFile::Access::kSequential));
    if (base::xxh3(file.bytes()) != sum) return bad_checksum(path);
  }
  JINDO_TRY(out.sets_, JoinSet::open(snapshot, record.addresses, record.externals));
  JINDO_TRY(const auto held, read_column<HeldRow>(snapshot + "/held.col", record.held));
  for (const HeldRow& row : held) out.held_.push_back({row.transaction, static_cast<HoldReason>(row.reason)});
  JINDO_TRY(const std::string names, base::read_file(snapshot + "/names.txt", kNamesBytesMax));
  out.names_.assign(1, "");
  std::istringstream lines(names);
  for (std::string line; std::getline(lines, line);) out.names_.push_back(line);
  JINDO_TRY(const auto marks, read_column<MarkRow>(snapshot + "/mark.col", record.marks));
  for (const MarkRow& row : marks) out.add_mark(row.number, row.mark);
  set_state(record.base, out);
  JINDO_DO(replay_deltas(folder, record, out));
  return out;
}
base::Status ClusterStore::replay_deltas(const std::string& folder, const ClustersRecord& record, Clusters& clusters) {
  for (const ClustersRecord::Delta& d : record.deltas) {
    const std::string path = folder + "/" + d.name;
    JINDO_TRY(const auto changes, read_column<Change>(path, d.changes));
    if (base::xxh3({reinterpret_cast<const uint8_t*>(changes.data()), changes.size() * sizeof(Change)}) != d.checksum)
      return bad_checksum(path);
    for (const Change& change : changes) {
      const Status done = clusters.replay(change);
      if (!done.ok()) return base::Error{done.error().kind, path + ": " + done.error().message};
    }
    set_state(d, clusters);
  }
  return {};
}
void ClusterStore::set_state(const ClustersRecord::Delta& state, Clusters& clusters) {
  clusters.blocks_ = state.blocks;
  clusters.transactions_ = state.transactions;
  clusters.tip_ = state.tip;
  clusters.totals_ = state.totals;
}
ClustersRecord::Delta ClusterStore::state_of(const Clusters& clusters) {
  ClustersRecord::Delta state;
  state.blocks = clusters.blocks_;
  state.transactions = clusters.transactions_;
  state.tip = clusters.tip_;
  state.totals = clusters.totals_;
  return state;
}

base::Status ClusterStore::write_snapshot(const std::string& folder, const Clusters& clusters, bool durable,
                                          ClustersRecord& record) {
  const std::string path = folder + "/" + record.snapshot;
  JINDO_DO(base::remove_all(path));
  JINDO_DO(base::make_folders(path));
  const JoinSet& sets = clusters.sets_;
  const AddressNumbers& numbers = clusters.numbers_;
  record.rank_blocks = numbers.blocks().size();
  record.addresses = numbers.count();
  record.externals = numbers.external_count();
  JINDO_DO(write_column<RankBlock>(path, "birth.col", numbers.blocks(), durable, record));
  JINDO_DO(write_column<uint64_t>(path, "external_birth.col", numbers.externals(), durable, record));
  JINDO_DO(write_column<uint32_t>(path, "parent.col", sets.parents(), durable, record));
  JINDO_DO(write_column<uint32_t>(path, "size.col", sets.sizes(), durable, record));
  JINDO_DO(write_column<uint32_t>(path, "external_parent.col", sets.external_parents(), durable, record));
  JINDO_DO(write_column<uint32_t>(path, "external_size.col", sets.external_sizes(), durable, record));
  std::vector<HeldRow> held;
  held.reserve(clusters.held_.size());
  for (const HeldJoin& join : clusters.held_) held.push_back({join.transaction, static_cast<uint64_t>(join.reason)});
  record.held = held.size();
  JINDO_DO(write_column<HeldRow>(path, "held.col", held, durable, record));
  std::vector<MarkRow> marks;
  marks.reserve(clusters.marked_.size());
  for (const auto& [number, mark] : clusters.marked_) marks.push_back({number, mark});
  record.marks = marks.size();
  JINDO_DO(write_column<MarkRow>(path, "mark.col", marks, durable, record));
  std::string names;
  for (size_t i = 1; i < clusters.names_.size(); ++i) {
    std::string line = clusters.names_[i];
    std::replace(line.begin(), line.end(), '\n', ' ');
    names += line + "\n";
  }
  const base::Bytes bytes = base::as_bytes(names);
  JINDO_DO(write_column<uint8_t>(path, "names.txt", bytes, durable, record));
  if (durable) JINDO_DO(base::sync_folder(path));
  return {};
}

// ---- update ------------------------------------------------------------------------------------------------------
namespace {
void enter(const UpdateOptions& options, const char* phase) {
  if (options.phase) options.phase(phase);
}

struct Kept {               // of what is stored
  std::string why_rebuilt;  // "" where it can be carried on
  bool dropped = false;     // changes of a branch that the ledger left
};
// Cuts what is stored back to the ledger's chain, or says why that is of no use.
Kept keep_on_chain(const ledger::UtxoReader& reader, const Rules& rules, bool rebuild,
                   std::optional<ClustersRecord>& stored) {
  const ledger::ChainInfo& info = reader.info();
  const auto on_chain = [&](const ClustersRecord::Delta& d) {
    return d.blocks > 0 && d.blocks <= info.blocks && reader.block(d.blocks - 1).hash == d.tip;
  };
  Kept out;
  if (!stored) {
    out.why_rebuilt = "nothing was built yet";
  } else if (rebuild) {
    out.why_rebuilt = "as asked";
  } else if (stored->rules != rules.digest()) {
    out.why_rebuilt = "rules or named owners have changed";
  } else if (!on_chain(stored->base)) {
    out.why_rebuilt = "the ledger left the branch on which they were built";
  } else {
    size_t keep = 0;
    while (keep < stored->deltas.size() && on_chain(stored->deltas[keep])) ++keep;
    out.dropped = keep < stored->deltas.size();
    stored->deltas.resize(keep);
    if (stored->last().transactions < info.transactions / 4 * 3)
      out.why_rebuilt = "more than a quarter of the chain is new";
  }
  return out;
}

// Names of files are never used again while something names them: the next number above all that are there.
uint64_t next_number(const std::vector<std::string>& found) {
  uint64_t next = 1;
  for (const std::string& name : found) {
    if (name.size() > 1 && name.find_first_not_of("0123456789", 1) == std::string::npos && name.size() < 18)
      next = std::max<uint64_t>(next, std::strtoull(name.c_str() + 1, nullptr, 10) + 1);
  }
  return next;
}
// A snapshot's or a change's: "s" or "d" and a number. Other names are not of this store.
bool is_stores_name(const std::string& name) {
  return name.size() > 1 && (name[0] == 's' || name[0] == 'd') &&
         name.find_first_not_of("0123456789", 1) == std::string::npos;
}
// What nothing names any more. A reader that has it mapped keeps it.
Status remove_unnamed(const std::string& folder, const std::vector<std::string>& found, const ClustersRecord& record) {
  std::set<std::string> named{"CLUSTERS", "LOCK", record.snapshot};
  for (const ClustersRecord::Delta& d : record.deltas) named.insert(d.name);
  for (const std::string& name : found)
    if (named.count(name) == 0 && is_stores_name(name)) JINDO_DO(base::remove_all(folder + "/" + name));
  return base::remove_unfinished(folder, "CLUSTERS");
}
}  // namespace

base::Result<Clusters> ClusterStore::update(const std::string& ledger_folder, const ledger::UtxoReader& reader,
                                            const Rules& rules, const UpdateOptions& options, UpdateSummary& summary) {
  const ledger::ChainInfo& info = reader.info();
  const std::string folder = folder_of(ledger_folder, *info.network);
  JINDO_DO(base::make_folders(folder));
  JINDO_TRY(const base::FileLock lock, base::FileLock::take(folder + "/LOCK"));
  JINDO_TRY(auto stored, read_record(folder));
  if (stored) summary.blocks_before = stored->last().blocks;
  const Kept kept = keep_on_chain(reader, rules, options.rebuild, stored);
  summary.why_rebuilt = kept.why_rebuilt;
  summary.rebuilt = !kept.why_rebuilt.empty();
  summary.blocks_after = info.blocks;
  ClustersRecord record;
  if (!summary.rebuilt) record = *stored;
  std::optional<Clusters> clusters;
  if (summary.rebuilt) {
    enter(options, "joining");
    JINDO_TRY(clusters, Clusters::create(rules));
    JINDO_DO(clusters->advance(reader, options.threads, options.progress));
  } else {
    JINDO_TRY(clusters, load(folder, record, rules));
    if (clusters->blocks() == info.blocks && !kept.dropped) return std::move(*clusters);
    enter(options, "joining the new blocks");
    clusters->logging_ = true;
    JINDO_DO(clusters->advance(reader, options.threads, options.progress));
    clusters->logging_ = false;
  }
  enter(options, "writing");
  if (summary.rebuilt) record.rules = rules.digest();
  JINDO_DO(write(folder, options, summary.rebuilt, *clusters, record));
  return std::move(*clusters);
}

// As changes where they are few beside the snapshot, else as a snapshot; CLUSTERS is replaced last.
base::Status ClusterStore::write(const std::string& folder, const UpdateOptions& options, bool rebuilt,
                                 Clusters& clusters, ClustersRecord& record) {
  JINDO_TRY(const auto found, base::list_folder(folder));
  const std::string number = std::to_string(next_number(found));
  uint64_t changes = clusters.log_.size();
  for (const ClustersRecord::Delta& d : record.deltas) changes += d.changes;
  if (rebuilt || record.deltas.size() >= kDeltasMax ||
      changes > std::max<uint64_t>(kChangesLeast, clusters.numbers_.count() / 4)) {
    const base::Hash256 rules = record.rules;
    record = {};
    record.rules = rules;
    record.snapshot = "s" + number;
    record.base = state_of(clusters);
    JINDO_DO(write_snapshot(folder, clusters, options.durable, record));
  } else {
    JINDO_DO(write_delta(folder, clusters, options.durable, "d" + number, record));
  }
  clusters.log_ = {};
  if (options.durable) JINDO_DO(base::sync_folder(folder));
  JINDO_DO(base::replace_file(folder + "/CLUSTERS", format_clusters_record(record)));
  return remove_unnamed(folder, found, record);
}
base::Status ClusterStore::write_delta(const std::string& folder, const Clusters& clusters, bool durable,
                                       const std::string& name, ClustersRecord& record) {
  ClustersRecord::Delta state = state_of(clusters);
  state.name = name;
  state.changes = clusters.log_.size();
  JINDO_TRY(base::FileWriter file, base::FileWriter::create(folder + "/" + name));
  JINDO_DO(
      file.append({reinterpret_cast<const uint8_t*>(clusters.log_.data()), clusters.log_.size() * sizeof(Change)}));
  JINDO_DO(file.close(durable));
  state.checksum = file.checksum();
  record.deltas.push_back(state);
  return {};
}
}  // namespace jindo::cluster
