// What the two models' stores share: segments in order, block rows, transactions by identifier, addresses by key.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "ledger/columns.h"
#include "ledger/hash_index.h"
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
  uint64_t find_row(const chain::AddressKey& key, uint64_t hash) const;
};

// A ledger block number in what is held: the last row whose first_x <= number.
template <class Segment, class Member>
const Segment& segment_holding(const std::vector<Segment>& segments, Member first, uint64_t number) {
  size_t at = segments.size() - 1;
  while (at > 0 && segments[at].*first > number) --at;  // few segments, and the newest are asked most
  return segments[at];
}

template <class Segment, class Member>
void read_transaction_notes(const std::vector<Segment>& segments, Member first, uint64_t transaction,
                            std::vector<Note>& out) {
  out.clear();
  const Segment& s = segment_holding(segments, first, transaction);
  for (const NoteRow& row : s.notes.of(transaction, transaction + 1)) out.push_back(s.notes.read(row));
}
template <class Segment>
void scan_segment_events(const std::vector<Segment>& segments, std::span<const base::Hash256> topics,
                         const std::function<void(const Note&)>& seen) {
  std::vector<bool> wanted;
  for (const Segment& s : segments) {
    wanted.assign(s.notes.topic.size(), false);
    bool any = false;
    for (const base::Hash256& topic : topics) {
      const uint32_t number = s.notes.find_topic(topic);
      if (number != UINT32_MAX) any = wanted[number] = true;
    }
    if (!any) continue;
    for (const NoteRow& row : s.notes.rows)
      if (row.topic < wanted.size() && wanted[row.topic]) seen(s.notes.read(row));
  }
}

// What the index by identifier is ordered by. A hash of it, not its first bytes: identifiers of transfers may be
// anything.
inline uint64_t id_hash(const chain::TxId& id) { return base::xxh3(id); }

}  // namespace jindo::ledger
