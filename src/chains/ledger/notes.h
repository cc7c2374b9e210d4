// Notes of a segment: what its transactions say beside the value they move (chain::BlockNote). NoteWriter writes the
// columns, NoteColumns maps them. Rows stand in ledger order; first topics and emitters are numbered in tables of the
// segment, so that a scan for one event reads 40 bytes a note. Segments of before these columns have no notes.
// Thread safety: columns are immutable; a writer belongs to one thread.
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "ledger/columns.h"
#include "ledger/format.h"

namespace jindo::ledger {

// One note as read. Borrows the segment's bytes.
struct Note {
  uint64_t transaction = 0;
  uint32_t position = 0;
  chain::NoteKind kind = chain::NoteKind::kEvent;
  bool cut = false;
  chain::AddressKey contract;
  uint32_t topics = 0;
  base::Hash256 topic0{};
  base::Bytes rest;                           // topics but the first, 32 bytes each, then data
  base::Hash256 topic(uint32_t index) const;  // zero where there is none
  base::Bytes data() const {
    return topics > 1 ? rest.subspan(std::min(rest.size(), size_t{32} * (topics - 1))) : rest;
  }
};

struct NoteColumns {
  std::span<const NoteRow> rows;
  std::span<const uint8_t> bytes;
  std::span<const base::Hash256> topic;
  std::span<const chain::AddressKey> contract;
  std::span<const base::Hash256> sum;  // one element: names the notes, whatever the segments (note_digest)
  base::Status open(const SegmentFiles& files);
  Note read(const NoteRow& row) const;
  // Rows of one transaction, or of a range of them.
  std::span<const NoteRow> of(uint64_t first_transaction, uint64_t end_transaction) const;
  // The number of a first topic in this segment; UINT32_MAX when it does not occur.
  uint32_t find_topic(const base::Hash256& hash) const;
  // Every event with one of these first topics, and every note of a kind, in ledger order.
  void scan_events(std::span<const base::Hash256> topics, const std::function<void(const Note&)>& seen) const;
  void scan(chain::NoteKind kind, const std::function<void(const Note&)>& seen) const;
};

class NoteWriter {
 public:
  explicit NoteWriter(SegmentWriter& files) : files_(files) {}
  base::Status open();
  // The block's notes; `first_transaction` is the block's.
  base::Status add(const std::vector<chain::BlockNote>& notes, const std::vector<uint8_t>& note_bytes,
                   uint64_t first_transaction, const base::Hash256& block_digest);
  base::Status finish();

 private:
  struct KeyHash {
    size_t operator()(const chain::AddressKey& key) const { return static_cast<size_t>(chain::hash_key(key)); }
    size_t operator()(const base::Hash256& hash) const {
      size_t out = 0;
      std::memcpy(&out, hash.data(), sizeof out);
      return out;
    }
  };
  SegmentWriter& files_;
  ColumnWriter<NoteRow> rows_;
  ColumnWriter<uint8_t> bytes_;
  std::vector<base::Hash256> topics_;
  std::vector<chain::AddressKey> contracts_;
  std::unordered_map<base::Hash256, uint32_t, KeyHash> topic_of_;
  std::unordered_map<chain::AddressKey, uint32_t, KeyHash> contract_of_;
  base::Hash256 sum_{};
};

// A block's part of the note digest; zero without notes.
base::Hash256 note_digest_of(const base::Hash256& block_digest, const std::vector<chain::BlockNote>& notes,
                             const std::vector<uint8_t>& note_bytes);
// Notes of segments together: Σ over blocks of SHA-256(block digest, notes) modulo 2^256. It does not depend on how
// blocks are cut into segments.
base::Hash256 add_note_sums(const base::Hash256& a, const base::Hash256& b);
// Appends a segment's notes of a range of transactions to a block being read back.
void read_notes(const NoteColumns& columns, uint64_t first_transaction, uint64_t end_transaction,
                std::vector<chain::BlockNote>& notes, std::vector<uint8_t>& note_bytes);

}  // namespace jindo::ledger
