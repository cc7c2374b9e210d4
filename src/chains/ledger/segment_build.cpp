// The columns that segments of both models share, as they are written.
#include "ledger/segment_build.h"

#include <algorithm>
#include <bit>

namespace jindo::ledger {
using base::Status;

base::Hash256 chain_digest_after(const base::Hash256& before, const base::Hash256& block_digest) {
  base::Sha256 chained;
  chained.update(before);
  chained.update(block_digest);
  return chained.finish();
}

SegmentBuild::SegmentBuild(const BuildOptions& build_options)
    : options(build_options), files(build_options.folder, build_options.durable) {
  // A partition's records come to about a third of the raw bytes; keep one well below the budget.
  const uint64_t share = std::max<uint64_t>(options.memory_bytes / 16, 1);
  partitions = std::clamp<size_t>(std::bit_ceil(options.expected_bytes / share + 1), 16, 1024);
  partition_bits = static_cast<unsigned>(std::bit_width(partitions) - 1);
}

uint64_t SegmentBuild::range_size(uint64_t count) const {
  return std::max<uint64_t>(65536, (count + partitions - 1) / partitions);
}

BlockColumns::BlockColumns(SegmentWriter& files, const ChainReader* older) : files_(files), notes_(files) {
  if (older == nullptr || older->info().blocks == 0) return;
  first_block_ = older->info().blocks;
  first_transaction_ = older->info().transactions;
  const BlockRow tip = older->block(first_block_ - 1);
  tip_height_ = tip.height;
  chain_digest_ = tip.chain_digest;
  order_time_ = tip.order_time;
}

Status BlockColumns::open() {
  JINDO_DO(files_.open(blocks_, "blocks"));
  JINDO_DO(files_.open(tx_id_, "tx_id"));
  JINDO_DO(files_.open(tx_block_, "tx_block"));
  return notes_.open();
}

Status BlockColumns::add_block(BlockRow row, const std::vector<chain::BlockNote>& notes,
                               const std::vector<uint8_t>& note_bytes) {
  if (row.height > kHeightMax)
    return base::bad_input("block " + std::to_string(row.height) + ": expected a height of at most " +
                           std::to_string(kHeightMax));
  if (row.time < 0 || row.time > kTimeMax)
    return base::bad_input("block " + std::to_string(row.height) + ": its time is " + std::to_string(row.time) +
                           "; expected seconds from 1970 to the end of 9999. Are they milliseconds?");
  order_time_ = blocks_.count() == 0 && first_block_ == 0 ? row.time : std::max(order_time_, row.time);
  chain_digest_ = chain_digest_after(chain_digest_, row.digest);
  tip_height_ = row.height;
  row.order_time = order_time_;
  row.chain_digest = chain_digest_;
  JINDO_DO(blocks_.append(row));
  return notes_.add(notes, note_bytes, row.first_transaction, row.digest);
}

Status BlockColumns::close_blocks() { return files_.close(blocks_, tx_id_, tx_block_); }

Status TransactionIndex::open() {
  JINDO_DO(files_.open(buckets_, "tx_bucket"));
  return files_.open(entries_, "tx_entry");
}
Status TransactionIndex::add(const std::vector<IndexEntry>& entries) {
  for (const IndexEntry& entry : entries) JINDO_DO(bucket_writer_.entry(entry.prefix));
  return entries_.append(std::span<const IndexEntry>(entries));
}
Status TransactionIndex::close() {
  JINDO_DO(bucket_writer_.finish());
  return files_.close(buckets_, entries_);
}
void TransactionIndex::sort(std::vector<IndexEntry>& entries) {
  std::sort(entries.begin(), entries.end(), [](const IndexEntry& a, const IndexEntry& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : a.number < b.number;
  });
}

Status AddressTable::open() {
  JINDO_DO(files_.open(keys_, "address_key"));
  return files_.open(buckets_, "address_bucket");
}
Status AddressTable::close() {
  JINDO_DO(bucket_writer_.finish());
  return files_.close(keys_, buckets_);
}
}  // namespace jindo::ledger
