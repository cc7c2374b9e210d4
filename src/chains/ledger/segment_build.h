// What the builds of both models go by: where the segment is written, how finely records are partitioned, and the
// columns that a segment of either model has, each written in one place: blocks, transactions by identifier, addresses
// by key, offsets into lists. One thread each.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "ledger/build_options.h"
#include "ledger/columns.h"
#include "ledger/format.h"
#include "ledger/grouping.h"
#include "ledger/hash_index.h"
#include "ledger/notes.h"
#include "ledger/reader.h"
#include "ledger/spill.h"

namespace jindo::ledger {

// SHA-256(digest of the chain before, digest of the block).
base::Hash256 chain_digest_after(const base::Hash256& before, const base::Hash256& block_digest);

struct SegmentBuild {
  explicit SegmentBuild(const BuildOptions& build_options);
  // By the leading bits of a record's hash.
  size_t partition_of(uint64_t hash) const { return static_cast<size_t>(hash >> (64 - partition_bits)); }
  // How many rows of `count` go to each of at most `partitions` ranges.
  uint64_t range_size(uint64_t count) const;
  // At most one `share`-th of the memory is held.
  template <class Record>
  PartitionedSpill<Record> spill(size_t parts, size_t share) const {
    return PartitionedSpill<Record>(options.temporary_folder, parts, options.memory_bytes / share);
  }
  void phase(const char* name) const {
    if (options.phase) options.phase(name);
  }
  // References of one partition that are held in memory while it is grouped.
  size_t references_max() const { return std::max<size_t>(options.memory_bytes / 64, 4096); }

  BuildOptions options;
  SegmentWriter files;
  size_t partitions = 16;
  unsigned partition_bits = 4;
};

// blocks, tx_id, tx_block and the notes. Numbers, digests and running times go on from the chain that the segment
// continues.
class BlockColumns {
 public:
  // What a block may say: a sum of a few of either never overflows.
  static constexpr uint64_t kHeightMax = uint64_t{1} << 48;
  static constexpr int64_t kTimeMax = 253'402'300'799;  // 9999-12-31T23:59:59Z

  // `older` may be null: the segment is the chain's first.
  BlockColumns(SegmentWriter& files, const ChainReader* older);
  base::Status open();

  // A row with what both models' blocks state; the caller adds what its model counts.
  template <class Block>
  BlockRow row_of(const Block& block, const base::Hash256& digest) const {
    BlockRow row;
    row.height = block.height;
    row.time = block.time;
    row.first_transaction = next_transaction();
    row.hash = block.hash;
    row.digest = digest;
    return row;
  }
  // Completes the row (order_time, chain_digest) and appends it with its notes.
  base::Status add_block(BlockRow row, const std::vector<chain::BlockNote>& notes,
                         const std::vector<uint8_t>& note_bytes);
  // A transaction of the block added last.
  base::Status add_transaction(const chain::TxId& id) {
    JINDO_DO(tx_id_.append(id));
    return tx_block_.append(static_cast<uint32_t>(blocks_.count() - 1));
  }
  base::Status close_blocks();
  base::Status close_notes() { return notes_.finish(); }

  uint64_t blocks() const { return blocks_.count(); }       // of this segment
  uint64_t transactions() const { return tx_id_.count(); }  // of this segment
  uint64_t first_transaction() const { return first_transaction_; }
  uint64_t next_transaction() const { return first_transaction_ + tx_id_.count(); }
  const std::optional<uint64_t>& tip_height() const { return tip_height_; }

 private:
  SegmentWriter& files_;
  NoteWriter notes_;
  ColumnWriter<BlockRow> blocks_;
  ColumnWriter<chain::TxId> tx_id_;
  ColumnWriter<uint32_t> tx_block_;
  uint64_t first_block_ = 0, first_transaction_ = 0;
  std::optional<uint64_t> tip_height_;  // none while the chain has no block
  base::Hash256 chain_digest_{};
  int64_t order_time_ = 0;
};

// tx_bucket and tx_entry: transactions by identifier. Entries come in order of prefix, then number.
class TransactionIndex {
 public:
  TransactionIndex(SegmentWriter& files, uint64_t transactions)
      : files_(files), bucket_writer_(buckets_, bucket_bits(transactions)) {}
  base::Status open();
  base::Status add(const std::vector<IndexEntry>& entries);
  base::Status close();
  static void sort(std::vector<IndexEntry>& entries);

 private:
  SegmentWriter& files_;
  ColumnWriter<uint64_t> buckets_;
  ColumnWriter<IndexEntry> entries_;
  BucketWriter bucket_writer_;
};

// address_key and address_bucket: addresses by key. They come in order of hash.
class AddressTable {
 public:
  AddressTable(SegmentWriter& files, uint64_t expected)
      : files_(files), bucket_writer_(buckets_, bucket_bits(expected)) {}
  base::Status open();
  base::Status add(const Group& group) {
    JINDO_DO(bucket_writer_.entry(group.hash));
    return keys_.append(group.key);
  }
  base::Status close();
  uint64_t count() const { return keys_.count(); }

 private:
  SegmentWriter& files_;
  ColumnWriter<chain::AddressKey> keys_;
  ColumnWriter<uint64_t> buckets_;
  BucketWriter bucket_writer_;
};

// Where each row's part of a list begins, one more than rows; rows come in order and may have an empty part.
class OffsetColumn {
 public:
  base::Status open(SegmentWriter& files, const std::string& name) { return files.open(column_, name); }
  // Every row up to this one that has no beginning yet begins at `at`; with the number of rows: where the last one
  // ends.
  base::Status begin(uint64_t row, uint64_t at) {
    for (; next_ <= row; ++next_) JINDO_DO(column_.append(at));
    return {};
  }
  base::Status close(SegmentWriter& files) { return files.close(column_); }

 private:
  ColumnWriter<uint64_t> column_;
  uint64_t next_ = 0;
};

}  // namespace jindo::ledger
