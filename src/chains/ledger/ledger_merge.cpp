// Segments shrink by four and more from one to the next: few to look into, and a block is copied a bounded number of
// times. Small ones are merged at once, large ones beside.
#include "ledger/ledger_merge.h"

#include <algorithm>
#include <chrono>

#include "base/parallel.h"
#include "ledger/segment_copy.h"

namespace jindo::ledger {
namespace {
using base::Status;

// Segments as compaction sees them.
struct Sizes {
  std::vector<uint64_t> rows;
  std::vector<uint64_t> begins;  // first blocks, and the chain's end
};
Sizes sizes_of(const LedgerChain& chain) {
  Sizes out;
  chain.with_store([&](const auto& store) {
    for (const auto& segment : store.all_segments()) {
      out.rows.push_back(segment.rows());
      out.begins.push_back(segment.first_block);
    }
    out.begins.push_back(store.info().blocks);
  });
  return out;
}

// Segments [first, end) that belong together.
struct Run {
  size_t first = 0;
  uint64_t rows = 0;
};
// The run that ends before `end`; it begins at `least` or later and has at most `most` rows.
Run run_before(const std::vector<uint64_t>& rows, size_t end, size_t least, uint64_t most) {
  Run out{end - 1, rows[end - 1]};
  while (out.first > least && rows[out.first - 1] < 4 * out.rows && out.rows + rows[out.first - 1] <= most)
    out.rows += rows[--out.first];
  return out;
}

// Where the merge's segments begin among those of the chain; their number where not all are there.
size_t place_of(const CommitChain& chain, const std::vector<std::string>& names) {
  const auto found =
      std::search(chain.segments.begin(), chain.segments.end(), names.begin(), names.end(),
                  [](const CommitSegment& segment, const std::string& name) { return segment.name == name; });
  return static_cast<size_t>(found - chain.segments.begin());
}

// Opens what is merged, and the segments before it, and builds on a thread of its own. Mapped now, so that it stays
// whatever becomes of the files.
template <class Store>
base::Result<std::future<Status>> build_beside(const chain::Network& network, const std::vector<std::string>& folders,
                                               size_t first, BuildOptions options, const std::atomic<bool>& unwanted) {
  JINDO_TRY(auto opened, Store::open(network, folders));
  const std::shared_ptr<const Store> store = std::move(opened);
  std::shared_ptr<const Store> kept;
  if (first > 0) {
    JINDO_TRY(auto before, Store::open(network, {folders.begin(), folders.begin() + static_cast<ptrdiff_t>(first)}));
    kept = std::move(before);
  }
  options.expected_bytes = (store->info().transactions + store->info().blocks) * 400;
  return std::async(std::launch::async, [store, kept, options, &unwanted]() -> Status {
    base::give_way(10);
    JINDO_TRY(auto builder, Store::Builder::create(options, kept.get()));
    JINDO_DO(copy_blocks(*store, kept ? kept->info().blocks : 0, store->info().blocks, *builder, &unwanted));
    return builder->finish();
  });
}
}  // namespace

// What is being merged beside stays as it is, and so does what lies before it.
Status LedgerWriter::compact(const chain::Network& network) {
  JINDO_DO(take_merge());
  const LedgerChain* chain = ledger_.find(network);
  if (chain == nullptr) return {};
  const uint64_t blocks = chain->reader().info().blocks;
  const Sizes sizes = sizes_of(*chain);
  for (size_t end = sizes.rows.size(); !merge_ && end > 1; --end) {
    if (sizes.begins[end] + options_.newest_blocks > blocks) continue;
    const Run run = run_before(sizes.rows, end, 0, UINT64_MAX);
    if (run.first + 1 < end && run.rows > options_.merge_beside_rows) JINDO_DO(merge_beside(network, run.first, end));
  }
  size_t least = 0;
  if (merge_ && merge_->network == &network) {
    const auto& segments = commit_.find(std::string(network.name))->segments;
    while (least < segments.size() && segments[least].name != merge_->segments.back()) ++least;
    ++least;
  }
  if (least >= sizes.rows.size()) return {};
  const size_t first = run_before(sizes.rows, sizes.rows.size(), least, options_.merge_beside_rows).first;
  return first + 1 < sizes.rows.size() ? rebuild(network, first, blocks) : Status();
}

Status LedgerWriter::merge_beside(const chain::Network& network, size_t first, size_t end) {
  const LedgerChain* chain = ledger_.find(network);
  auto merge = std::unique_ptr<Merge, void (*)(Merge*)>(new Merge, [](Merge* m) { delete m; });
  merge->network = &network;
  const CommitChain* segments = commit_.find(std::string(network.name));
  for (size_t i = first; i < end; ++i) merge->segments.push_back(segments->segments[i].name);
  JINDO_TRY(const std::string folder, new_segment(network, merge->name));
  Append append;
  append.partial = true;  // gaps that were accepted once are kept
  BuildOptions options = build_options(folder, append);
  options.memory_bytes /= 4;
  options.threads = 1;
  options.phase = nullptr;
  const auto folders = segment_folders(network, end);
  if (chain->utxo) {
    JINDO_TRY(merge->built, build_beside<UtxoStore>(network, folders, first, options, merge->unwanted));
  } else {
    JINDO_TRY(merge->built, build_beside<AccountStore>(network, folders, first, options, merge->unwanted));
  }
  merge_ = std::move(merge);
  return {};
}

// A merge that is done takes the place of its segments, where all of them are still there; else it is thrown away.
Status LedgerWriter::take_merge() {
  if (!merge_ || merge_->built.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return {};
  const Status built = merge_->built.get();
  const auto merge = std::move(merge_);
  merge_ = {nullptr, [](Merge*) {}};
  if (!built.ok()) merge_problem_ = built.error().message;
  Commit next = commit_;
  CommitChain* chain = next.find(std::string(merge->network->name));
  const size_t at = chain != nullptr ? place_of(*chain, merge->segments) : 0;
  if (!built.ok() || chain == nullptr || at == chain->segments.size())
    return base::remove_all(chain_folder(*merge->network) + "/" + merge->name);
  JINDO_TRY(CommitSegment merged, seal_segment(*merge->network, merge->name));
  const auto begin = chain->segments.begin() + static_cast<ptrdiff_t>(at);
  const auto behind = chain->segments.erase(begin, begin + static_cast<ptrdiff_t>(merge->segments.size()));
  chain->segments.insert(behind, std::move(merged));
  return publish(next);
}

Status LedgerWriter::finish_merge() {
  if (merge_) merge_->built.wait();
  return take_merge();
}
}  // namespace jindo::ledger
