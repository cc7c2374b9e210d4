// What the two models' stores share: segments in order, block rows, transactions by identifier, addresses by key.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/columns.h"
#include "ledger/notes.h"
#include "ledger/reader.h"

namespace jindo::ledger {

struct SegmentBase {
  SegmentFiles files;
  uint64_t first_block = 0;
  uint64_t first_transaction = 0;
  std::span<const BlockRow> blocks;
  std::span<const chain::TxId> tx_id;
  std::span<const uint32_t> tx_block;
  std::span<const uint64_t> index_bucket;
  std::span<const IndexEntry> index_entry;
  std::span<const chain::AddressKey> address_key;
  std::span<const uint64_t> address_bucket;
  NoteColumns notes;
  base::Status open_base(const std::string& folder, chain::LedgerModel model);
  uint64_t end_block() const { return first_block + blocks.size(); }
  uint64_t find_row(const chain::AddressKey& key, uint64_t hash) const;
  base::Error damaged(const char* what) const { return base::bad_input(files.folder() + ": damaged: " + what); }
  // Adds what a segment of either model holds to what the chain holds in the segments before it.
  void add_base(ChainInfo& info) const;
};

// A ledger block number in what is held: the last row whose first_x <= number.
template <class Segment, class Member>
const Segment& segment_holding(const std::vector<Segment>& segments, Member first, uint64_t number) {
  size_t at = segments.size() - 1;
  while (at > 0 && segments[at].*first > number) --at;  // few segments, and the newest are asked most
  return segments[at];
}

// What the index by identifier is ordered by. A hash of it, not its first bytes: identifiers of transfers may be
// anything.
inline uint64_t id_hash(const chain::TxId& id) { return base::xxh3(id); }

// A store of segments in order: what a reader of either model answers alike. Segment, beside what SegmentBase has:
// open(folder), follows(info): whether it begins where those before it end, add_to(info), rows(): in its main columns.
template <class Segment, class Reader>
class SegmentedStore : public Reader {
 public:
  const std::vector<Segment>& all_segments() const { return segments_; }

  const ChainInfo& info() const override { return info_; }
  BlockRow block(uint64_t number) const override {
    const Segment& s = segment_holding(segments_, &Segment::first_block, number);
    return s.blocks[number - s.first_block];
  }
  uint64_t block_of_transaction(uint64_t transaction) const override {
    const Segment& s = holding_transaction(transaction);
    return s.first_block + s.tx_block[transaction - s.first_transaction];
  }
  chain::TxId transaction_id(uint64_t transaction) const override {
    const Segment& s = holding_transaction(transaction);
    return s.tx_id[transaction - s.first_transaction];
  }
  std::optional<AddressHandle> find_address(const chain::AddressKey& key) const override {
    AddressHandle out{key, {}};
    const uint64_t hash = chain::hash_key(key);
    bool any = false;
    for (const Segment& s : segments_) {
      out.rows.push_back(s.find_row(key, hash));
      any |= out.rows.back() != kNoNumber;
    }
    if (!any) return std::nullopt;
    return out;
  }
  void notes_of(uint64_t transaction, std::vector<Note>& out) const override {
    out.clear();
    const Segment& s = holding_transaction(transaction);
    for (const NoteRow& row : s.notes.of(transaction, transaction + 1)) out.push_back(s.notes.read(row));
  }
  void scan_events(std::span<const base::Hash256> topics, const std::function<void(const Note&)>& seen) const override {
    for (const Segment& s : segments_) s.notes.scan_events(topics, seen);
  }
  void scan_notes(chain::NoteKind kind, const std::function<void(const Note&)>& seen) const override {
    for (const Segment& s : segments_) s.notes.scan(kind, seen);
  }

 protected:
  base::Status open_segments(const chain::Network& network, const std::vector<std::string>& folders) {
    info_.network = &network;
    info_.segments = folders.size();
    for (const std::string& folder : folders) {
      Segment segment;
      JINDO_DO(segment.open(folder));
      if (!segment.follows(info_)) return segment.damaged("the segment does not follow the one before it");
      segment.first_block = info_.blocks;
      segment.add_base(info_);
      segment.add_to(info_);
      segments_.push_back(std::move(segment));
    }
    return {};
  }
  const Segment& holding_transaction(uint64_t transaction) const {
    return segment_holding(segments_, &Segment::first_transaction, transaction);
  }

  std::vector<Segment> segments_;
  ChainInfo info_;
};

}  // namespace jindo::ledger
