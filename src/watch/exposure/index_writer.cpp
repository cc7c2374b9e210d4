// The exposure index written: changed rows become a small table, small tables are merged into larger ones.
#include "exposure/index_writer.h"

#include <algorithm>

#include "base/parallel.h"

namespace jindo::exposure {
namespace {
constexpr size_t kMergeHereMax = 1 << 17;  // keys; larger merges run beside
constexpr size_t kTablesMax = 12;          // while a merge runs

// One table out of several, the newest first; rows of dead sources fall away. `bottom`: nothing lies under it, so a key
// without rows needs no mention.
std::shared_ptr<const Table> merge_tables(const std::vector<std::shared_ptr<const Table>>& tables,
                                          const std::vector<SourceInfo>& sources, bool bottom) {
  TableBuilder out;
  size_t keys = 0, rows = 0;
  for (const auto& table : tables) {
    keys += table->keys();  // few stand in several; growing by copying would leave half of it empty
    rows += table->rows();
  }
  out.reserve(keys, rows);
  for (size_t t = 0; t < tables.size(); ++t) {
    const Table& table = *tables[t];
    for (uint32_t k = 0; k < table.keys(); ++k) {
      const NetworkAddress address = table.key(k);
      const uint64_t hash = hash_of(address);
      bool newer = false;
      for (size_t n = 0; n < t && !newer; ++n) newer = tables[n]->find(address, hash) != Table::kMissing;
      if (newer) continue;
      bool named = false;
      for (size_t n = 0; n < table.rows_of(k); ++n) {
        if (!sources[table.source_of(k, n)].alive) continue;
        if (!named) out.add_key(address);
        named = true;
        out.add_row(table.row(k, n));
      }
      if (!named && !bottom) out.add_key(address);
    }
  }
  return out.finish();
}
}  // namespace

size_t Snapshot::bytes() const {
  size_t out = 0;
  for (const auto& table : tables) out += table->bytes();
  return out;
}
size_t Snapshot::addresses() const {
  size_t out = 0;
  for (const auto& table : tables) out += table->keys();
  return out;
}

void Published::set(std::shared_ptr<const Snapshot> next) {
  std::shared_ptr<const Snapshot> before;  // freed outside the lock
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    before = std::move(now_);
    now_ = std::move(next);
  }
}
std::shared_ptr<const Snapshot> Published::get() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return now_;
}

IndexWriter::IndexWriter(size_t changed_max) : changed_max_(changed_max) { publish(); }
IndexWriter::~IndexWriter() = default;

uint32_t IndexWriter::add_source(const SourceInfo& info) {
  sources_.push_back(info);
  shared_sources_.reset();
  return static_cast<uint32_t>(sources_.size() - 1);
}
void IndexWriter::end_source(uint32_t source) {
  sources_[source].alive = false;
  shared_sources_.reset();
}
uint32_t IndexWriter::asset_number(const chain::Network& network, const chain::AddressKey& asset) {
  // The last ones first: movements come in runs of the same asset, and there are few.
  for (size_t i = assets_.size(); i-- > 0;)
    if (assets_[i].network == &network && assets_[i].key == asset) return static_cast<uint32_t>(i);
  assets_.push_back({&network, asset});
  shared_assets_.reset();
  return static_cast<uint32_t>(assets_.size() - 1);
}

Row& IndexWriter::row(const NetworkAddress& address, uint32_t asset, uint32_t source) {
  if (changed_.size() >= changed_max_) {  // a large trace's start: what it did so far becomes a table, not seen yet
    take_changes();
    merge();
    if (tables_.size() > kTablesMax && merged_.valid()) {
      merged_.wait();
      merge();
    }
  }
  const auto [at, fresh] = changed_.try_emplace(RowKey{address, asset, source});
  if (!fresh) return at->second;
  Row& out = at->second;
  out.asset = asset;
  out.source = source;
  const uint64_t hash = hash_of(address);
  for (const auto& table : tables_) {
    const uint32_t key = table->find(address, hash);
    if (key == Table::kMissing) continue;
    for (size_t n = 0; n < table->rows_of(key); ++n) {
      if (table->source_of(key, n) != source) continue;
      const Row known = table->row(key, n);
      if (known.asset == asset) out = known;
    }
    break;
  }
  return out;
}

void IndexWriter::set_unconfirmed(const std::vector<std::pair<NetworkAddress, Row>>& rows) {
  if (rows.empty()) {
    unconfirmed_.reset();
    return;
  }
  std::vector<const std::pair<NetworkAddress, Row>*> order;
  for (const auto& row : rows) order.push_back(&row);
  const auto key_of = [](const auto* row) { return std::make_pair(row->first.network, row->first.key); };
  std::stable_sort(order.begin(), order.end(), [&](const auto* a, const auto* b) { return key_of(a) < key_of(b); });
  TableBuilder table;
  for (size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || !(order[i]->first == order[i - 1]->first)) table.add_key(order[i]->first);
    table.add_row(order[i]->second);
  }
  unconfirmed_ = table.finish();
}

void IndexWriter::set_ledger(std::shared_ptr<const ledger::Ledger> ledger) { ledger_ = std::move(ledger); }

std::shared_ptr<const Table> IndexWriter::build_delta() {
  // By the address's hash, which stands in the row that is sorted: looking up what it points to would miss the cache.
  struct Changed {
    uint64_t hash;
    const RowKey* key;
    const Row* row;
  };
  std::vector<Changed> order;
  order.reserve(changed_.size());
  for (const auto& [key, row] : changed_) order.push_back({hash_of(key.address), &key, &row});
  std::sort(order.begin(), order.end(), [](const Changed& a, const Changed& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    if (a.key->address.network != b.key->address.network) return a.key->address.network < b.key->address.network;
    if (!(a.key->address.key == b.key->address.key)) return a.key->address.key < b.key->address.key;
    return std::make_pair(a.row->source, a.row->asset) < std::make_pair(b.row->source, b.row->asset);
  });
  TableBuilder out;
  out.reserve(order.size(), order.size());
  for (size_t i = 0; i < order.size();) {
    size_t end = i + 1;
    while (end < order.size() && order[end].key->address == order[i].key->address) ++end;
    const NetworkAddress& address = order[i].key->address;
    out.add_key(address);
    // What is known of it otherwise goes along: the first table that knows an address has all of it.
    const uint64_t hash = order[i].hash;
    for (const auto& table : tables_) {
      const uint32_t key = table->find(address, hash);
      if (key == Table::kMissing) continue;
      for (size_t n = 0; n < table->rows_of(key); ++n) {
        if (!sources_[table->source_of(key, n)].alive) continue;
        const Row known = table->row(key, n);
        const bool replaced =
            std::any_of(order.begin() + static_cast<ptrdiff_t>(i), order.begin() + static_cast<ptrdiff_t>(end),
                        [&](const Changed& c) { return c.row->source == known.source && c.row->asset == known.asset; });
        if (!replaced) out.add_row(known);
      }
      break;
    }
    for (; i < end; ++i)
      if (sources_[order[i].row->source].alive) out.add_row(*order[i].row);
  }
  return out.finish();
}

// Tables shrink by four and more from the oldest to the newest, so that few are looked into.
void IndexWriter::merge() {
  if (merged_.valid()) {
    if (merged_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
    const auto table = merged_.get();
    const auto at = std::find(tables_.begin(), tables_.end(), merging_.front());
    CHECK(at != tables_.end());
    const auto behind = tables_.erase(at, at + static_cast<ptrdiff_t>(merging_.size()));
    tables_.insert(behind, table);
    merging_.clear();
  }
  size_t count = 1;
  size_t keys = tables_.empty() ? 0 : tables_[0]->keys();
  while (count < tables_.size() && tables_[count]->keys() < 4 * keys) keys += tables_[count++]->keys();
  if (count < 2) return;
  const bool bottom = count == tables_.size();
  if (keys <= kMergeHereMax) {
    const std::vector<std::shared_ptr<const Table>> some(tables_.begin(),
                                                         tables_.begin() + static_cast<ptrdiff_t>(count));
    tables_.erase(tables_.begin(), tables_.begin() + static_cast<ptrdiff_t>(count));
    tables_.insert(tables_.begin(), merge_tables(some, sources_, bottom));
    return;
  }
  merging_.assign(tables_.begin(), tables_.begin() + static_cast<ptrdiff_t>(count));
  merged_ = std::async(std::launch::async, [tables = merging_, sources = sources_, bottom] {
    base::give_way(10);
    return merge_tables(tables, sources, bottom);
  });
}

void IndexWriter::finish_merges() {
  publish();
  while (merged_.valid()) {
    merged_.wait();
    publish();
  }
}

void IndexWriter::take_changes() {
  if (changed_.empty()) return;
  auto delta = build_delta();
  if (changed_.size() < changed_max_)
    boost::unordered_flat_map<RowKey, Row, RowHash>().swap(changed_);
  else
    changed_.clear();  // its memory is wanted again at once
  if (delta->keys() > 0) tables_.insert(tables_.begin(), std::move(delta));
}

std::shared_ptr<const Snapshot> IndexWriter::publish() {
  take_changes();
  boost::unordered_flat_map<RowKey, Row, RowHash>().swap(changed_);
  merge();
  auto next = std::make_shared<Snapshot>();
  next->generation = ++generation_;
  next->ledger = ledger_;
  next->tables = tables_;
  next->unconfirmed = unconfirmed_;
  if (!shared_sources_) shared_sources_ = std::make_shared<const std::vector<SourceInfo>>(sources_);
  if (!shared_assets_) shared_assets_ = std::make_shared<const std::vector<AssetInfo>>(assets_);
  next->sources = shared_sources_;
  next->assets = shared_assets_;
  if (ledger_) {
    next->ledger_digest = ledger_->digest();
    for (const ledger::LedgerChain& chain : ledger_->chains()) {
      const ledger::ChainInfo& info = chain.reader().info();
      next->chains.push_back({chain.network, info.blocks, info.tip_height, info.tip_time, info.tip_hash});
    }
  }
  now_ = next;
  published_.set(next);
  return next;
}
}  // namespace jindo::exposure
