// Writing a ledger: each change builds what is new beside, then replaces COMMIT, then removes what no commit names.
#include "ledger/ledger_writer.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "ledger/ledger_merge.h"  // IWYU pragma: keep
#include "ledger/segment_copy.h"

namespace jindo::ledger {
namespace {
using base::Status;

template <class Store>
const Store* store_of(const LedgerChain* chain) {
  if (chain == nullptr) return nullptr;
  if constexpr (std::is_same_v<Store, UtxoStore>) {
    return chain->utxo.get();
  } else {
    return chain->account.get();
  }
}

// Whether what stands there can be a segment, whole or half written: a folder, no link, with columns and nothing else.
// What is not, somebody else put there, and nothing here removes it.
bool is_segment(const std::string& path) {
  std::error_code code;
  if (!std::filesystem::is_directory(std::filesystem::symlink_status(path, code))) return false;
  const auto names = base::list_folder(path);
  return names.ok() && std::all_of(names->begin(), names->end(), [](const std::string& name) {
           return name == "SEGMENT" || name.starts_with("SEGMENT.new") || name.starts_with(".SEGMENT.new-") ||
                  name.ends_with(".col");
         });
}
bool is_segment_name(const std::string& name) {
  return name.size() >= 6 && name.find_first_not_of("0123456789") == std::string::npos;
}
}  // namespace

base::Result<LedgerWriter> LedgerWriter::open(const std::string& folder, const WriterOptions& options) {
  LedgerWriter out;
  out.folder_ = folder;
  out.temporary_ = folder + "/tmp";
  out.options_ = options;
  JINDO_DO(base::make_folders(out.temporary_));
  JINDO_TRY(out.lock_, base::FileLock::take(folder + "/LOCK"));
  JINDO_DO(out.reload());
  JINDO_DO(base::remove_unfinished(folder, "COMMIT"));
  JINDO_DO(out.sweep());
  return out;
}

Status LedgerWriter::reload() {
  JINDO_TRY(commit_, read_commit(folder_));
  JINDO_TRY(ledger_, Ledger::open(folder_));
  return {};
}

// Removes what no commit names: segments that a crash left half written, or that a commit replaced.
Status LedgerWriter::sweep() {
  for (const chain::Network& network : chain::networks()) {
    const std::string folder = chain_folder(network);
    if (!base::is_folder(folder)) continue;
    std::set<std::string> named;
    if (const CommitChain* chain = commit_.find(std::string(network.name))) {
      for (const CommitSegment& segment : chain->segments) named.insert(segment.name);
    }
    if (merge_ && merge_->network == &network) named.insert(merge_->name);
    JINDO_TRY(const auto found, base::list_folder(folder));
    for (const std::string& name : found) {
      if (named.count(name) == 0 && is_segment_name(name) && is_segment(folder + "/" + name))
        JINDO_DO(base::remove_all(folder + "/" + name));
    }
  }
  return {};
}

base::Result<std::string> LedgerWriter::new_segment(const chain::Network& network, std::string& name) {
  char text[24];
  std::snprintf(text, sizeof text, "%06llu", static_cast<unsigned long long>(commit_.next_segment++));
  name = text;
  std::string folder = chain_folder(network) + "/" + name;
  if (base::exists(folder) && !is_segment(folder))
    return base::bad_input(folder + ": is there and no segment of a ledger; move it away, or name another --ledger");
  JINDO_DO(base::remove_all(folder));
  JINDO_DO(base::make_folders(folder));
  return folder;
}

std::string LedgerWriter::chain_folder(const chain::Network& network) const {
  return folder_ + "/" + std::string(network.name);
}

std::vector<std::string> LedgerWriter::segment_folders(const chain::Network& network, size_t count) {
  std::vector<std::string> out;
  const CommitChain* chain = commit_.find(std::string(network.name));
  for (size_t i = 0; i < count; ++i) out.push_back(chain_folder(network) + "/" + chain->segments[i].name);
  return out;
}

BuildOptions LedgerWriter::build_options(const std::string& folder, const Append& append) const {
  BuildOptions out;
  out.folder = folder;
  out.temporary_folder = temporary_;
  out.memory_bytes = options_.memory_bytes;
  out.threads = options_.threads;
  out.expected_bytes = append.expected_bytes;
  out.durable = options_.durable;
  out.partial = append.partial;
  out.unique_ids = append.unique_ids;
  out.where = append.where;
  out.phase = options_.phase;
  return out;
}

// A whole segment on disk, as COMMIT will name it.
base::Result<CommitSegment> LedgerWriter::seal_segment(const chain::Network& network, const std::string& name) const {
  JINDO_TRY(const uint64_t checksum, segment_checksum(chain_folder(network) + "/" + name));
  JINDO_DO(base::sync_folder(chain_folder(network)));
  return CommitSegment{name, checksum};
}

// Keeps the chain's first segments, puts the new one ("" for none) behind them, and makes that the ledger's state.
Status LedgerWriter::commit_segment(const chain::Network& network, size_t keep_segments, const std::string& name,
                                    const Append& append) {
  const std::string chain_name(network.name);
  Commit next = commit_;
  if (next.find(chain_name) == nullptr) next.chains.push_back({chain_name, {}, {}});
  CommitChain* chain = next.find(chain_name);
  chain->segments.resize(keep_segments);
  if (!name.empty()) {
    JINDO_TRY(CommitSegment segment, seal_segment(network, name));
    chain->segments.push_back(std::move(segment));
  }
  if (append.coverage_replaces) chain->coverage = {};
  add_coverage(chain->coverage, append.coverage);
  if (chain->segments.empty()) {
    next.chains.erase(next.chains.begin() + (chain - next.chains.data()));
  }
  return publish(next);
}

Status LedgerWriter::publish(const Commit& next) {
  JINDO_DO(write_commit(folder_, next));
  JINDO_DO(reload());
  return sweep();
}

Status LedgerWriter::append_utxo(const chain::Network& network, const Append& append,
                                 const std::function<Status(UtxoBuilder&)>& feed) {
  return append_segment<UtxoStore>(network, append, feed);
}
Status LedgerWriter::append_account(const chain::Network& network, const Append& append,
                                    const std::function<Status(AccountBuilder&)>& feed) {
  return append_segment<AccountStore>(network, append, feed);
}

template <class Store>
Status LedgerWriter::append_segment(const chain::Network& network, const Append& append,
                                    const std::function<Status(typename Store::Builder&)>& feed) {
  const Store* store = store_of<Store>(ledger_.find(network));
  const uint64_t keep_blocks = store != nullptr ? std::min(append.keep_blocks, store->info().blocks) : 0;
  const size_t keep = store != nullptr ? segments_before(store->all_segments(), keep_blocks) : 0;
  std::string name;
  JINDO_TRY(const std::string folder, new_segment(network, name));
  BuildOptions options = build_options(folder, append);
  if (options.where) {  // block numbers in the build count the copied ones too
    const bool cut = store != nullptr && keep < store->all_segments().size();
    const uint64_t copied = cut ? keep_blocks - store->all_segments()[keep].first_block : 0;
    options.where = [inner = append.where, copied](uint64_t block) {
      return block < copied ? std::string("ledger") : inner(block - copied);
    };
  }
  Status built = build_segment(network, store, keep_blocks, segment_folders(network, keep), options, feed);
  if (!built.ok()) {
    (void)base::remove_all(folder);  // the error that matters is the build's
    return built;
  }
  JINDO_DO(commit_segment(network, keep, name, append));
  return compact(network);
}

Status LedgerWriter::drop_chain(const chain::Network& network) {
  if (ledger_.find(network) == nullptr) return {};
  return commit_segment(network, 0, "", {});
}

Status LedgerWriter::replace_coverage(const chain::Network& network, const Coverage& coverage) {
  Commit next = commit_;
  CommitChain* chain = next.find(std::string(network.name));
  if (chain == nullptr) return base::bad_input(folder_ + ": holds no chain " + std::string(network.name));
  chain->coverage = coverage;
  return publish(next);
}

// One segment out of the blocks from `first_segment`'s first to before `end_block`.
Status LedgerWriter::rebuild(const chain::Network& network, size_t first_segment, uint64_t end_block) {
  const LedgerChain* chain = ledger_.find(network);
  const ChainInfo& info = chain->reader().info();
  std::string name;
  JINDO_TRY(const std::string folder, new_segment(network, name));
  Append append;
  append.partial = true;  // gaps that were accepted once are kept
  append.expected_bytes = (info.inputs + info.outputs) * 100 + info.movements * 200;
  JINDO_DO(chain->with_store([&](const auto& store) {
    return build_segment(network, &store, end_block, segment_folders(network, first_segment),
                         build_options(folder, append), [](auto&) { return Status(); });
  }));
  return commit_segment(network, first_segment, name, {});
}

Status LedgerWriter::rollback(const chain::Network& network, uint64_t height) {
  const LedgerChain* chain = ledger_.find(network);
  if (chain == nullptr) return base::bad_input(folder_ + ": holds no chain " + std::string(network.name));
  const uint64_t blocks = chain->reader().info().blocks;
  uint64_t keep = blocks;
  while (keep > 0 && chain->reader().block(keep - 1).height > height) --keep;
  if (keep == blocks) return {};
  size_t whole = 0;
  bool cut = false;  // a segment has blocks on both sides
  chain->with_store([&](const auto& store) {
    whole = segments_before(store.all_segments(), keep);
    cut = store.all_segments()[whole].first_block != keep;
  });
  if (!cut) return commit_segment(network, whole, "", {});
  JINDO_DO(rebuild(network, whole, keep));
  return compact(network);
}
}  // namespace jindo::ledger
