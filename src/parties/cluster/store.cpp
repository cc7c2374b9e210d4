#include "cluster/store.h"

#include <cstdio>
#include <set>
#include <sstream>

#include "base/file.h"
#include "base/hex.h"
#include "ledger/columns.h"

namespace jindo::cluster {
namespace {
using base::bad_input;
using base::Status;
constexpr size_t kRecordBytesMax = 16 << 20;
constexpr size_t kNamesBytesMax = 64 << 20;
constexpr size_t kDeltasMax = 32;
constexpr uint64_t kChangesLeast = 65'536;  // a snapshot is not written anew for fewer

std::string hex64(uint64_t value) {
  char out[17];
  std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(value));
  return out;
}
std::string hex_of(const base::Hash256& hash) { return base::to_hex(hash); }
bool parse_hex64(const std::string& text, uint64_t& out) {
  if (text.size() != 16 || text.find_first_not_of("0123456789abcdef") != std::string::npos) return false;
  out = std::stoull(text, nullptr, 16);
  return true;
}

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
struct HeldRow {
  uint64_t transaction = 0;
  uint64_t reason = 0;
};
struct MarkRow {
  uint32_t number = 0, mark = 0;
};
}  // namespace

std::string format_clusters_record(const ClustersRecord& r) {
  std::ostringstream out;
  out << "jindo-clusters " << kClustersVersion << "\nrules " << hex_of(r.rules) << "\nsnapshot " << r.snapshot << ' '
      << r.rank_blocks << ' ' << r.addresses << ' ' << r.externals << ' ' << r.held << ' ' << r.marks << "\n";
  for (const auto& [name, sum] : r.checksums) out << "file " << name << ' ' << hex64(sum) << "\n";
  const auto state = [&](const ClustersRecord::Delta& d) {
    out << d.blocks << ' ' << d.transactions << ' ' << hex_of(d.tip) << ' ' << d.totals.joining;
    for (const uint64_t n : d.totals.found) out << ' ' << n;
    out << "\n";
  };
  out << "state ";
  state(r.base);
  for (const ClustersRecord::Delta& d : r.deltas) {
    out << "delta " << d.name << ' ' << d.changes << ' ' << hex64(d.checksum) << ' ';
    state(d);
  }
  return ledger::seal(out.str());
}

base::Result<ClustersRecord> parse_clusters_record(const std::string& path, const std::string& text) {
  JINDO_TRY(const std::string body, ledger::unseal(path, text));
  std::istringstream in(body);
  std::string word, hash;
  int version = 0;
  ClustersRecord out;
  const auto wrong = [&](const char* expected) { return bad_input(path + ": expected " + expected); };
  if (!(in >> word >> version) || word != "jindo-clusters") return wrong("'jindo-clusters' first");
  if (version > kClustersVersion)
    return bad_input(path + ": version " + std::to_string(version) + "; this jindo reads up to " +
                     std::to_string(kClustersVersion) + ": use a newer one");
  if (!(in >> word >> hash) || word != "rules" || !base::from_hex(hash, out.rules)) return wrong("'rules DIGEST'");
  if (!(in >> word >> out.snapshot >> out.rank_blocks >> out.addresses >> out.externals >> out.held >> out.marks) ||
      word != "snapshot" || out.snapshot.find('/') != std::string::npos || out.addresses >= kExternalNumber ||
      out.externals >= kExternalNumber || out.rank_blocks > (uint64_t{1} << 40) || out.held > (uint64_t{1} << 40) ||
      out.marks > (uint64_t{1} << 32))
    return wrong("'snapshot FOLDER COUNTS…'");
  const auto state = [&](ClustersRecord::Delta& d) {
    if (!(in >> d.blocks >> d.transactions >> hash >> d.totals.joining) || !base::from_hex(hash, d.tip)) return false;
    for (uint64_t& n : d.totals.found)
      if (!(in >> n)) return false;
    return true;
  };
  bool stated = false;
  while (in >> word) {
    if (word == "file") {
      auto& file = out.checksums.emplace_back();
      if (!(in >> file.first >> hash) || !parse_hex64(hash, file.second)) return wrong("'file NAME CHECKSUM'");
    } else if (word == "state" && !stated) {
      if (!state(out.base)) return wrong("'state BLOCKS TRANSACTIONS TIP TOTALS…'");
      stated = true;
    } else if (word == "delta" && stated) {
      ClustersRecord::Delta& d = out.deltas.emplace_back();
      if (!(in >> d.name >> d.changes >> hash) || d.name.find('/') != std::string::npos ||
          d.changes > (uint64_t{1} << 40) || !parse_hex64(hash, d.checksum) || !state(d))
        return wrong("'delta NAME CHANGES CHECKSUM BLOCKS TRANSACTIONS TIP TOTALS…'");
    } else {
      return wrong("'file', 'state' or 'delta'");
    }
  }
  if (!stated) return wrong("a 'state' line");
  return out;
}

std::string ClusterStore::folder_of(const std::string& ledger_folder, const chain::Network& network) {
  return ledger_folder + "/clusters/" + std::string(network.name);
}

namespace {
base::Result<std::optional<ClustersRecord>> read_record(const std::string& folder) {
  const std::string path = folder + "/CLUSTERS";
  if (!base::exists(path)) return std::optional<ClustersRecord>();
  JINDO_TRY(const std::string text, base::read_file(path, kRecordBytesMax));
  JINDO_TRY(ClustersRecord record, parse_clusters_record(path, text));
  return std::optional<ClustersRecord>(std::move(record));
}
}  // namespace

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
    if (base::xxh3(file.bytes()) != sum)
      return bad_input(path +
                       ": its checksum does not match; build the clusters anew with: jindo cluster build --rebuild");
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
  const auto state = [&](const ClustersRecord::Delta& d) {
    out.blocks_ = d.blocks;
    out.transactions_ = d.transactions;
    out.tip_ = d.tip;
    out.totals_ = d.totals;
  };
  state(record.base);
  for (const ClustersRecord::Delta& d : record.deltas) {
    const std::string path = folder + "/" + d.name;
    JINDO_TRY(const auto changes, read_column<Change>(path, d.changes));
    if (base::xxh3({reinterpret_cast<const uint8_t*>(changes.data()), changes.size() * sizeof(Change)}) != d.checksum)
      return bad_input(path +
                       ": its checksum does not match; build the clusters anew with: jindo cluster build "
                       "--rebuild");
    for (const Change& change : changes) {
      const Status done = out.replay(change);
      if (!done.ok()) return base::Error{done.error().kind, path + ": " + done.error().message};
    }
    state(d);
  }
  return out;
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

base::Result<Clusters> ClusterStore::update(const std::string& ledger_folder, const ledger::UtxoReader& reader,
                                            const Rules& rules, const UpdateOptions& options, UpdateSummary& summary) {
  const ledger::ChainInfo& info = reader.info();
  const std::string folder = folder_of(ledger_folder, *info.network);
  JINDO_DO(base::make_folders(folder));
  JINDO_TRY(const base::FileLock lock, base::FileLock::take(folder + "/LOCK"));
  const auto phase = [&](const char* name) {
    if (options.phase) options.phase(name);
  };
  JINDO_TRY(auto stored, read_record(folder));
  // How far what is stored is of the ledger's chain.
  const auto on_chain = [&](const ClustersRecord::Delta& d) {
    return d.blocks > 0 && d.blocks <= info.blocks && reader.block(d.blocks - 1).hash == d.tip;
  };
  if (!stored) summary.why_rebuilt = "nothing was built yet";
  if (stored && options.rebuild) summary.why_rebuilt = "as asked";
  if (stored && summary.why_rebuilt.empty() && stored->rules != rules.digest())
    summary.why_rebuilt = "rules or named owners have changed";
  if (stored && summary.why_rebuilt.empty() && !on_chain(stored->base))
    summary.why_rebuilt = "the ledger left the branch on which they were built";
  if (stored) summary.blocks_before = (stored->deltas.empty() ? stored->base : stored->deltas.back()).blocks;
  bool dropped = false;
  if (stored && summary.why_rebuilt.empty()) {
    size_t keep = 0;
    while (keep < stored->deltas.size() && on_chain(stored->deltas[keep])) ++keep;
    dropped = keep < stored->deltas.size();
    stored->deltas.resize(keep);
    const uint64_t had = (keep == 0 ? stored->base : stored->deltas.back()).transactions;
    if (had < info.transactions / 4 * 3) summary.why_rebuilt = "more than a quarter of the chain is new";
  }
  summary.rebuilt = !summary.why_rebuilt.empty();
  summary.blocks_after = info.blocks;
  ClustersRecord record;
  if (!summary.rebuilt) record = *stored;
  std::optional<Clusters> clusters;
  if (summary.rebuilt) {
    phase("joining");
    JINDO_TRY(clusters, Clusters::create(rules));
    JINDO_DO(clusters->advance(reader, options.threads, options.progress));
  } else {
    JINDO_TRY(clusters, load(folder, record, rules));
    if (clusters->blocks() == info.blocks && !dropped) return std::move(*clusters);
    phase("joining the new blocks");
    clusters->logging_ = true;
    JINDO_DO(clusters->advance(reader, options.threads, options.progress));
    clusters->logging_ = false;
  }
  phase("writing");
  // Names are never used again while something names them: the next number above all that are there.
  uint64_t next = 1;
  JINDO_TRY(const auto found, base::list_folder(folder));
  for (const std::string& name : found) {
    if (name.size() > 1 && name.find_first_not_of("0123456789", 1) == std::string::npos && name.size() < 18)
      next = std::max<uint64_t>(next, std::strtoull(name.c_str() + 1, nullptr, 10) + 1);
  }
  ClustersRecord::Delta state;
  state.blocks = clusters->blocks_;
  state.transactions = clusters->transactions_;
  state.tip = clusters->tip_;
  state.totals = clusters->totals_;
  uint64_t changes = clusters->log_.size();
  for (const auto& d : record.deltas) changes += d.changes;
  if (summary.rebuilt || record.deltas.size() >= kDeltasMax ||
      changes > std::max<uint64_t>(kChangesLeast, clusters->numbers_.count() / 4)) {
    record = {};
    record.rules = rules.digest();
    record.snapshot = "s" + std::to_string(next);
    record.base = state;
    JINDO_DO(write_snapshot(folder, *clusters, options.durable, record));
  } else {
    state.name = "d" + std::to_string(next);
    state.changes = clusters->log_.size();
    JINDO_TRY(base::FileWriter file, base::FileWriter::create(folder + "/" + state.name));
    JINDO_DO(
        file.append({reinterpret_cast<const uint8_t*>(clusters->log_.data()), clusters->log_.size() * sizeof(Change)}));
    JINDO_DO(file.close(options.durable));
    state.checksum = file.checksum();
    record.deltas.push_back(state);
  }
  clusters->log_ = {};
  if (options.durable) JINDO_DO(base::sync_folder(folder));
  JINDO_DO(base::replace_file(folder + "/CLUSTERS", format_clusters_record(record)));
  // What nothing names any more. A reader that has it mapped keeps it.
  std::set<std::string> named{"CLUSTERS", "LOCK", record.snapshot};
  for (const auto& d : record.deltas) named.insert(d.name);
  for (const std::string& name : found)
    if (named.count(name) == 0 && (name[0] == 's' || name[0] == 'd')) JINDO_DO(base::remove_all(folder + "/" + name));
  return std::move(*clusters);
}
}  // namespace jindo::cluster
