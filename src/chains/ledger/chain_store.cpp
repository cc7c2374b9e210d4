// A segment's columns that both models have, mapped and checked.
#include "ledger/chain_store.h"

#include <bit>

#include "ledger/hash_index.h"

namespace jindo::ledger {
base::Status SegmentBase::open_base(const std::string& folder, chain::LedgerModel model) {
  JINDO_TRY(files, SegmentFiles::open(folder, model));
  JINDO_TRY(blocks, files.column<BlockRow>("blocks"));
  JINDO_TRY(tx_id, files.column<chain::TxId>("tx_id"));
  JINDO_TRY(tx_block, files.column<uint32_t>("tx_block"));
  JINDO_TRY(index_bucket, files.column<uint64_t>("tx_bucket"));
  JINDO_TRY(index_entry, files.column<IndexEntry>("tx_entry"));
  JINDO_TRY(address_key, files.column<chain::AddressKey>("address_key"));
  JINDO_TRY(address_bucket, files.column<uint64_t>("address_bucket"));
  if (blocks.empty()) return damaged("a segment without blocks");
  if (tx_block.size() != tx_id.size()) return damaged("tx_block and tx_id differ in length");
  const auto whole = [](std::span<const uint64_t> buckets, size_t entries) {
    return buckets.size() >= 2 && std::has_single_bit(buckets.size() - 1) && buckets.back() == entries;
  };
  if (!whole(index_bucket, index_entry.size()) || !whole(address_bucket, address_key.size()))
    return damaged("an index is not whole");
  JINDO_DO(notes.open(files));
  first_transaction = blocks.front().first_transaction;
  return {};
}

void SegmentBase::add_base(ChainInfo& info) const {
  info.blocks += blocks.size();
  info.transactions += tx_id.size();
  const BlockRow& tip = blocks.back();
  info.tip_height = tip.height;
  info.tip_time = tip.time;
  info.tip_hash = tip.hash;
  info.digest = tip.chain_digest;
  info.work = tip.work;
  info.notes += notes.rows.size();
  if (!notes.sum.empty()) info.note_digest = add_note_sums(info.note_digest, notes.sum[0]);
}

uint64_t SegmentBase::find_row(const chain::AddressKey& key, uint64_t hash) const {
  const EntryRange range = bucket_range(address_bucket, hash);
  for (uint64_t row = range.begin; row < range.end; ++row) {
    if (address_key[row] == key) return row;
  }
  return kNoNumber;
}
}  // namespace jindo::ledger
