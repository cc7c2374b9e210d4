#include "ledger/ledger.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <future>
#include <set>

#include "base/hash.h"
#include "base/parallel.h"

namespace jindo::ledger {
namespace {
using base::Status;

base::Result<LedgerChain> open_chain(const std::string& folder, const CommitChain& chain) {
  LedgerChain out;
  JINDO_TRY(out.network, chain::find_network(chain.chain));
  std::vector<std::string> folders;
  for (const CommitSegment& segment : chain.segments)
    folders.push_back(folder + "/" + chain.chain + "/" + segment.name);
  if (out.network->model == chain::LedgerModel::kUtxo) {
    JINDO_TRY(out.utxo, UtxoStore::open(*out.network, folders));
  } else {
    JINDO_TRY(out.account, AccountStore::open(*out.network, folders));
  }
  return out;
}

base::Result<uint64_t> segment_checksum(const std::string& folder) {
  JINDO_TRY(const std::string text, base::read_file(folder + "/SEGMENT", 1 << 20));
  return base::xxh3(base::as_bytes(text));
}
}  // namespace

base::Result<Ledger> Ledger::open(const std::string& folder) {
  // A writer may replace segments between our reading COMMIT and mapping them; the new COMMIT is then there already.
  for (int attempt = 0;; ++attempt) {
    JINDO_TRY(const Commit commit, read_commit(folder));
    Ledger out;
    base::Status status;
    for (const CommitChain& chain : commit.chains) {
      for (const CommitSegment& segment : chain.segments) {
        const std::string path = folder + "/" + chain.chain + "/" + segment.name;
        auto checksum = segment_checksum(path);
        if (!checksum.ok()) {
          status = checksum.error();
          break;
        }
        if (*checksum != segment.checksum) {
          status = base::bad_input(path + "/SEGMENT: not the file that COMMIT names; the ledger is damaged");
          break;
        }
      }
      if (!status.ok()) break;
      auto opened = open_chain(folder, chain);
      if (!opened.ok()) {
        status = opened.error();
        break;
      }
      out.chains_.push_back(std::move(*opened));
    }
    if (!status.ok()) {
      JINDO_TRY(const Commit now, read_commit(folder));
      if (attempt < 100 && format_commit(now) != format_commit(commit)) continue;
      return status.error();
    }
    std::sort(out.chains_.begin(), out.chains_.end(),
              [](const LedgerChain& a, const LedgerChain& b) { return a.network->caip2 < b.network->caip2; });
    return out;
  }
}

const LedgerChain* Ledger::find(const chain::Network& network) const {
  for (const LedgerChain& chain : chains_) {
    if (chain.network == &network) return &chain;
  }
  return nullptr;
}

base::Hash256 Ledger::digest() const {
  base::Sha256 hash;
  for (const LedgerChain& chain : chains_) {
    const ChainInfo& info = chain.reader().info();
    hash.update(base::as_bytes(chain.network->caip2));
    hash.update_value(uint8_t{0});
    hash.update_value(info.tip_height);
    hash.update_value(info.blocks);
    hash.update(info.digest);
  }
  return hash.finish();
}

// Segments that become one while the ledger goes on: built from what was mapped at the beginning.
struct LedgerWriter::Merge {
  const chain::Network* network = nullptr;
  std::vector<std::string> segments;  // the names of those that it replaces
  std::string name;
  std::atomic<bool> unwanted{false};
  std::future<Status> built;
  ~Merge() { unwanted = true; }  // the future's end waits
};

base::Result<LedgerWriter> LedgerWriter::open(const std::string& folder, const WriterOptions& options) {
  LedgerWriter out;
  out.folder_ = folder;
  out.temporary_ = folder + "/tmp";
  out.options_ = options;
  JINDO_DO(base::make_folders(out.temporary_));
  JINDO_TRY(out.lock_, base::FileLock::take(folder + "/LOCK"));
  JINDO_DO(out.reload());
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
    const std::string folder = folder_ + "/" + std::string(network.name);
    if (!base::is_folder(folder)) continue;
    std::set<std::string> named;
    if (const CommitChain* chain = commit_.find(std::string(network.name))) {
      for (const CommitSegment& segment : chain->segments) named.insert(segment.name);
    }
    if (merge_ && merge_->network == &network) named.insert(merge_->name);
    JINDO_TRY(const auto found, base::list_folder(folder));
    for (const std::string& name : found) {
      if (named.count(name) == 0 && name.find_first_not_of("0123456789") == std::string::npos)
        JINDO_DO(base::remove_all(folder + "/" + name));
    }
  }
  return {};
}

base::Result<std::string> LedgerWriter::new_segment(const chain::Network& network, std::string& name) {
  char text[24];
  std::snprintf(text, sizeof text, "%06llu", static_cast<unsigned long long>(commit_.next_segment++));
  name = text;
  std::string folder = folder_ + "/" + std::string(network.name) + "/" + name;
  JINDO_DO(base::remove_all(folder));
  JINDO_DO(base::make_folders(folder));
  return folder;
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
  out.where = append.where;
  out.phase = options_.phase;
  return out;
}

// Keeps the chain's first segments, puts the new one behind them, and makes that the ledger's state.
Status LedgerWriter::commit_segment(const chain::Network& network, size_t keep_segments, const std::string& name) {
  const std::string chain_name(network.name);
  Commit next = commit_;
  if (next.find(chain_name) == nullptr) next.chains.push_back({chain_name, {}});
  CommitChain* chain = next.find(chain_name);
  chain->segments.resize(keep_segments);
  if (!name.empty()) {
    const std::string folder = folder_ + "/" + chain_name + "/" + name;
    JINDO_TRY(const uint64_t checksum, segment_checksum(folder));
    JINDO_DO(base::sync_folder(folder_ + "/" + chain_name));
    chain->segments.push_back({name, checksum});
  }
  if (chain->segments.empty()) {
    next.chains.erase(next.chains.begin() + (chain - next.chains.data()));
  }
  JINDO_DO(write_commit(folder_, next));
  JINDO_DO(reload());
  return sweep();
}

namespace {
// The first of the store's segments that holds block `keep` or later; whole segments before it stay as they are.
template <class Segments>
size_t segments_before(const Segments& segments, uint64_t keep) {
  size_t out = 0;
  while (out < segments.size() && segments[out].first_block + segments[out].blocks.size() <= keep) ++out;
  return out;
}
std::vector<std::string> folders_of(const std::string& base_folder, const CommitChain* chain, size_t count) {
  std::vector<std::string> out;
  for (size_t i = 0; i < count; ++i) out.push_back(base_folder + "/" + chain->chain + "/" + chain->segments[i].name);
  return out;
}
Status unwanted_merge() { return base::machine_failed("the merge is not wanted any more"); }
Status copy_blocks(const UtxoStore& store, uint64_t begin, uint64_t end, UtxoBuilder& builder,
                   const std::atomic<bool>* unwanted = nullptr) {
  chain::UtxoBlock block;
  std::vector<uint64_t> outputs;
  for (uint64_t b = begin; b < end; ++b) {
    if (unwanted != nullptr && unwanted->load()) return unwanted_merge();
    read_block(store, b, block, outputs);
    JINDO_DO(builder.add_resolved(block, store.block(b).digest, outputs));
  }
  return {};
}
Status copy_blocks(const AccountStore& store, uint64_t begin, uint64_t end, AccountBuilder& builder,
                   const std::atomic<bool>* unwanted = nullptr) {
  chain::AccountBlock block;
  for (uint64_t b = begin; b < end; ++b) {
    if (unwanted != nullptr && unwanted->load()) return unwanted_merge();
    read_block(store, b, block);
    JINDO_DO(builder.add(block));
  }
  return {};
}
// One append, on either model: kept segments, the kept part of a segment that is cut, then what feed() brings.
template <class Store, class Builder, class Feed>
Status build_segment(const chain::Network& network, const Store* current, uint64_t keep_blocks,
                     const std::vector<std::string>& kept_folders, const BuildOptions& options, const Feed& feed) {
  std::unique_ptr<Store> kept;
  if (!kept_folders.empty()) {
    JINDO_TRY(kept, Store::open(network, kept_folders));
  }
  JINDO_TRY(auto builder, Builder::create(options, kept.get()));
  const uint64_t kept_blocks = kept ? kept->info().blocks : 0;
  if (current != nullptr && kept_blocks < keep_blocks)
    JINDO_DO(copy_blocks(*current, kept_blocks, keep_blocks, *builder));
  JINDO_DO(feed(*builder));
  return builder->finish();
}
}  // namespace

Status LedgerWriter::append_utxo(const chain::Network& network, const Append& append,
                                 const std::function<Status(UtxoBuilder&)>& feed) {
  const LedgerChain* chain = ledger_.find(network);
  const UtxoStore* store = chain != nullptr ? chain->utxo.get() : nullptr;
  const uint64_t keep_blocks = store != nullptr ? std::min(append.keep_blocks, store->info().blocks) : 0;
  const size_t keep = store != nullptr ? segments_before(store->segments(), keep_blocks) : 0;
  std::string name;
  JINDO_TRY(const std::string folder, new_segment(network, name));
  BuildOptions options = build_options(folder, append);
  if (options.where) {  // block numbers in the build count the copied ones too
    const uint64_t copied =
        store != nullptr && keep < store->segments().size() ? keep_blocks - store->segments()[keep].first_block : 0;
    options.where = [inner = append.where, copied](uint64_t block) {
      return block < copied ? std::string("ledger") : inner(block - copied);
    };
  }
  Status built = build_segment<UtxoStore, UtxoBuilder>(
      network, store, keep_blocks, folders_of(folder_, commit_.find(std::string(network.name)), keep), options, feed);
  if (!built.ok()) {
    (void)base::remove_all(folder);  // the error that matters is the build's
    return built;
  }
  JINDO_DO(commit_segment(network, keep, name));
  return compact(network);
}

Status LedgerWriter::append_account(const chain::Network& network, const Append& append,
                                    const std::function<Status(AccountBuilder&)>& feed) {
  const LedgerChain* chain = ledger_.find(network);
  const AccountStore* store = chain != nullptr ? chain->account.get() : nullptr;
  const uint64_t keep_blocks = store != nullptr ? std::min(append.keep_blocks, store->info().blocks) : 0;
  const size_t keep = store != nullptr ? segments_before(store->all_segments(), keep_blocks) : 0;
  std::string name;
  JINDO_TRY(const std::string folder, new_segment(network, name));
  Status built = build_segment<AccountStore, AccountBuilder>(
      network, store, keep_blocks, folders_of(folder_, commit_.find(std::string(network.name)), keep),
      build_options(folder, append), feed);
  if (!built.ok()) {
    (void)base::remove_all(folder);  // the error that matters is the build's
    return built;
  }
  JINDO_DO(commit_segment(network, keep, name));
  return compact(network);
}

// One segment out of the blocks from `first_segment`'s first to before `end_block`.
Status LedgerWriter::rebuild(const chain::Network& network, size_t first_segment, uint64_t end_block) {
  const LedgerChain* chain = ledger_.find(network);
  std::string name;
  JINDO_TRY(const std::string folder, new_segment(network, name));
  Append append;
  append.partial = true;  // gaps that were accepted once are kept
  const auto kept = folders_of(folder_, commit_.find(std::string(network.name)), first_segment);
  if (chain->utxo) {
    append.expected_bytes = (chain->utxo->info().inputs + chain->utxo->info().outputs) * 100;
    JINDO_DO(
        (build_segment<UtxoStore, UtxoBuilder>(network, chain->utxo.get(), end_block, kept,
                                               build_options(folder, append), [](UtxoBuilder&) { return Status(); })));
  } else {
    append.expected_bytes = chain->account->info().movements * 200;
    JINDO_DO((build_segment<AccountStore, AccountBuilder>(network, chain->account.get(), end_block, kept,
                                                          build_options(folder, append),
                                                          [](AccountBuilder&) { return Status(); })));
  }
  return commit_segment(network, first_segment, name);
}

Status LedgerWriter::rollback(const chain::Network& network, uint64_t height) {
  const LedgerChain* chain = ledger_.find(network);
  if (chain == nullptr) return base::bad_input(folder_ + ": holds no chain " + std::string(network.name));
  const uint64_t blocks = chain->reader().info().blocks;
  uint64_t keep = blocks;
  while (keep > 0 && chain->reader().block(keep - 1).height > height) --keep;
  if (keep == blocks) return {};
  const size_t whole = chain->utxo ? segments_before(chain->utxo->segments(), keep)
                                   : segments_before(chain->account->all_segments(), keep);
  const uint64_t covered =
      chain->utxo ? (whole < chain->utxo->segments().size() ? chain->utxo->segments()[whole].first_block : blocks)
                  : (whole < chain->account->all_segments().size() ? chain->account->all_segments()[whole].first_block
                                                                   : blocks);
  if (covered == keep) return commit_segment(network, whole, "");
  JINDO_DO(rebuild(network, whole, keep));
  return compact(network);
}

// Segments shrink by four and more from one to the next: few to look into, and a block is copied a bounded number of
// times. What is being merged beside stays as it is, and so does what lies before it.
Status LedgerWriter::compact(const chain::Network& network) {
  JINDO_DO(take_merge());
  const LedgerChain* chain = ledger_.find(network);
  if (chain == nullptr) return {};
  std::vector<uint64_t> sizes, begins;
  if (chain->utxo) {
    for (const UtxoSegment& s : chain->utxo->segments()) {
      sizes.push_back(s.in_output.size() + s.out_value.size() + s.tx_id.size());
      begins.push_back(s.first_block);
    }
  } else {
    for (const AccountSegment& s : chain->account->all_segments()) {
      sizes.push_back(s.mv_kind.size() + s.tx_id.size());
      begins.push_back(s.first_block);
    }
  }
  const uint64_t blocks = chain->reader().info().blocks;
  begins.push_back(blocks);
  // Where the run of segments before `end` that belong together begins; `most`: rows in it.
  const auto run_before = [&](size_t end, size_t least, uint64_t most) {
    size_t first = end - 1;
    uint64_t merged = sizes[first];
    while (first > least && sizes[first - 1] < 4 * merged && merged + sizes[first - 1] <= most)
      merged += sizes[--first];
    return std::make_pair(first, merged);
  };
  for (size_t end = sizes.size(); !merge_ && end > 1; --end) {
    if (begins[end] + options_.newest_blocks > blocks) continue;
    const auto [first, merged] = run_before(end, 0, UINT64_MAX);
    if (first + 1 < end && merged > options_.merge_beside_rows) JINDO_DO(merge_beside(network, first, end));
  }
  size_t least = 0;
  if (merge_ && merge_->network == &network) {
    const auto& segments = commit_.find(std::string(network.name))->segments;
    while (least < segments.size() && segments[least].name != merge_->segments.back()) ++least;
    ++least;
  }
  if (least >= sizes.size()) return {};
  const size_t first = run_before(sizes.size(), least, options_.merge_beside_rows).first;
  return first + 1 < sizes.size() ? rebuild(network, first, blocks) : Status();
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
  // Mapped now, so that it stays whatever becomes of the files.
  const auto begin = [&](auto store, auto kept, auto make) {
    options.expected_bytes = (store->info().transactions + store->info().blocks) * 400;
    const uint64_t from = kept ? kept->info().blocks : 0, to = store->info().blocks;
    merge->built = std::async(std::launch::async, [store, kept, make, options, from, to, m = merge.get()]() -> Status {
      base::give_way(10);
      JINDO_TRY(auto builder, make(options, kept.get()));
      JINDO_DO(copy_blocks(*store, from, to, *builder, &m->unwanted));
      return builder->finish();
    });
  };
  const auto folders = folders_of(folder_, segments, end), kept_folders = folders_of(folder_, segments, first);
  if (chain->utxo) {
    JINDO_TRY(auto store, UtxoStore::open(network, folders));
    std::unique_ptr<UtxoStore> kept;
    if (first > 0) {
      JINDO_TRY(kept, UtxoStore::open(network, kept_folders));
    }
    begin(std::shared_ptr<const UtxoStore>(std::move(store)), std::shared_ptr<const UtxoStore>(std::move(kept)),
          [](const BuildOptions& o, const UtxoStore* older) { return UtxoBuilder::create(o, older); });
  } else {
    JINDO_TRY(auto store, AccountStore::open(network, folders));
    std::unique_ptr<AccountStore> kept;
    if (first > 0) {
      JINDO_TRY(kept, AccountStore::open(network, kept_folders));
    }
    begin(std::shared_ptr<const AccountStore>(std::move(store)), std::shared_ptr<const AccountStore>(std::move(kept)),
          [](const BuildOptions& o, const AccountStore* older) { return AccountBuilder::create(o, older); });
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
  const std::string chain_name(merge->network->name);
  const std::string folder = folder_ + "/" + chain_name + "/" + merge->name;
  Commit next = commit_;
  CommitChain* chain = next.find(chain_name);
  size_t at = 0;
  const auto there = [&](size_t from) {
    if (chain == nullptr || from + merge->segments.size() > chain->segments.size()) return false;
    for (size_t i = 0; i < merge->segments.size(); ++i)
      if (chain->segments[from + i].name != merge->segments[i]) return false;
    return true;
  };
  while (chain != nullptr && at < chain->segments.size() && !there(at)) ++at;
  if (!built.ok() || !there(at)) {
    if (!built.ok()) merge_problem_ = built.error().message;
    return base::remove_all(folder);
  }
  JINDO_TRY(const uint64_t checksum, segment_checksum(folder));
  JINDO_DO(base::sync_folder(folder_ + "/" + chain_name));
  const auto begin = chain->segments.begin() + static_cast<ptrdiff_t>(at);
  const auto behind = chain->segments.erase(begin, begin + static_cast<ptrdiff_t>(merge->segments.size()));
  chain->segments.insert(behind, {merge->name, checksum});
  JINDO_DO(write_commit(folder_, next));
  JINDO_DO(reload());
  return sweep();
}
Status LedgerWriter::finish_merge() {
  if (merge_) merge_->built.wait();
  return take_merge();
}

void read_block(const UtxoStore& store, uint64_t block, chain::UtxoBlock& out, std::vector<uint64_t>& outputs) {
  const BlockRow row = store.block(block);
  const ChainInfo& info = store.info();
  const uint64_t end = block + 1 < info.blocks ? store.block(block + 1).first_transaction : info.transactions;
  out = {};
  out.height = row.height;
  out.hash = row.hash;
  out.time = row.time;
  out.bits = row.bits;
  outputs.clear();
  UtxoTransactionView view;
  for (uint64_t t = row.first_transaction; t < end; ++t) {
    store.transaction(t, view);
    chain::UtxoTransaction tx;
    tx.id = store.transaction_id(t);
    tx.first_input = static_cast<uint32_t>(out.inputs.size());
    tx.first_output = static_cast<uint32_t>(out.outputs.size());
    tx.inputs = static_cast<uint32_t>(view.in_output.size());
    tx.outputs = static_cast<uint32_t>(view.out_value.size());
    tx.form = view.form;
    tx.virtual_size = view.virtual_size;
    for (size_t i = 0; i < view.in_output.size(); ++i) {
      chain::UtxoInput in;
      if (view.in_output[i] == kNoNumber) {
        const auto external = store.external_input(view.first_input + i);
        CHECK(external.has_value());
        in.previous = external->previous;
        in.output_index = external->output_index;
        in.external = true;
        in.value = view.in_value[i];
        in.key = store.input_address(view.first_input + i);
      }
      out.inputs.push_back(in);
      outputs.push_back(view.in_output[i]);
    }
    for (size_t i = 0; i < view.out_value.size(); ++i) {
      out.outputs.push_back({view.out_value[i], view.out_type[i], store.output_address(view.first_output + i)});
    }
    out.transactions.push_back(tx);
  }
  for (const UtxoSegment& segment : store.segments()) {
    if (segment.first_block > block || block >= segment.first_block + segment.blocks.size()) continue;
    read_notes(segment.notes, row.first_transaction, end, out.notes, out.note_bytes);
  }
}

void read_block(const AccountStore& store, uint64_t block, chain::AccountBlock& out) {
  const BlockRow row = store.block(block);
  const ChainInfo& info = store.info();
  const uint64_t end = block + 1 < info.blocks ? store.block(block + 1).first_transaction : info.transactions;
  out = {};
  out.height = row.height;
  out.hash = row.hash;
  out.time = row.time;
  std::vector<uint64_t> numbers;
  Movement movement;
  for (uint64_t t = row.first_transaction; t < end; ++t) {
    chain::AccountTransaction tx;
    tx.id = store.transaction_id(t);
    tx.index = store.transaction_index(t);
    tx.gas_price = store.gas_price(t);
    tx.first_movement = static_cast<uint32_t>(out.movements.size());
    for (const uint64_t number : store.movements_of_transaction(t, numbers)) {
      store.movement(number, movement);
      chain::AccountMovement m;
      m.kind = movement.kind;
      m.asset = store.asset(movement.segment, movement.asset);
      if (movement.from != kNoNumber) m.from = store.holding_address(movement.segment, movement.from);
      if (movement.to != kNoNumber) m.to = store.holding_address(movement.segment, movement.to);
      m.amount = store.amount(number);
      out.movements.push_back(m);
      ++tx.movements;
    }
    out.transactions.push_back(tx);
  }
  for (const AccountSegment& segment : store.all_segments()) {
    if (segment.first_block > block || block >= segment.first_block + segment.blocks.size()) continue;
    auto at = std::lower_bound(segment.creation.begin(), segment.creation.end(), row.first_transaction,
                               [](const CreationRow& r, uint64_t wanted) { return r.transaction < wanted; });
    for (; at != segment.creation.end() && at->transaction < end; ++at) {
      out.creations.push_back(
          {static_cast<uint32_t>(at->transaction - row.first_transaction), at->contract, at->creator});
    }
    read_notes(segment.notes, row.first_transaction, end, out.notes, out.note_bytes);
  }
}
}  // namespace jindo::ledger
