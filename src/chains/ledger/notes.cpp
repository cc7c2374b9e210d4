// Notes to columns and back, and the digest that names them.
#include "ledger/notes.h"

#include <algorithm>

namespace jindo::ledger {
base::Hash256 Note::topic(uint32_t index) const {
  if (index == 0) return topic0;
  base::Hash256 out{};
  if (index < topics && rest.size() >= size_t{32} * index)
    std::copy_n(rest.begin() + static_cast<ptrdiff_t>(32 * (index - 1)), 32, out.begin());
  return out;
}

base::Status NoteColumns::open(const SegmentFiles& files) {
  if (!files.has("note")) return {};
  JINDO_TRY(rows, files.column<NoteRow>("note"));
  JINDO_TRY(bytes, files.column<uint8_t>("note_bytes"));
  JINDO_TRY(topic, files.column<base::Hash256>("note_topic"));
  JINDO_TRY(contract, files.column<chain::AddressKey>("note_contract"));
  JINDO_TRY(sum, files.column<base::Hash256>("note_sum"));
  const auto bad = [&](const char* what) { return base::bad_input(files.folder() + ": damaged: " + what); };
  if (sum.size() != 1) return bad("note_sum is not one value");
  if (!rows.empty() && rows.back().first_byte + rows.back().bytes != bytes.size())
    return bad("notes do not cover their bytes");
  return {};
}

Note NoteColumns::read(const NoteRow& row) const {
  Note out;
  out.transaction = row.transaction;
  out.position = row.position;
  out.kind = row.kind;
  out.cut = row.cut != 0;
  out.topics = row.topics;
  if (row.contract < contract.size()) out.contract = contract[row.contract];
  if (row.topic < topic.size()) out.topic0 = topic[row.topic];
  if (row.first_byte <= bytes.size() && row.bytes <= bytes.size() - row.first_byte)
    out.rest = bytes.subspan(row.first_byte, row.bytes);
  // A row that says more topics than bytes is damaged; what is read of it stays inside.
  if (out.topics > 1 && out.rest.size() < size_t{32} * (out.topics - 1)) out.topics = 1;
  return out;
}

std::span<const NoteRow> NoteColumns::of(uint64_t first_transaction, uint64_t end_transaction) const {
  const auto before = [](const NoteRow& row, uint64_t wanted) { return row.transaction < wanted; };
  const auto begin = std::lower_bound(rows.begin(), rows.end(), first_transaction, before);
  const auto end = std::lower_bound(begin, rows.end(), end_transaction, before);
  return {begin, end};
}

uint32_t NoteColumns::find_topic(const base::Hash256& hash) const {
  const auto found = std::find(topic.begin(), topic.end(), hash);
  return found == topic.end() ? UINT32_MAX : static_cast<uint32_t>(found - topic.begin());
}

void NoteColumns::scan_events(std::span<const base::Hash256> topics,
                              const std::function<void(const Note&)>& seen) const {
  std::vector<bool> wanted(topic.size(), false);
  bool any = false;
  for (const base::Hash256& each : topics) {
    const uint32_t number = find_topic(each);
    if (number != UINT32_MAX) any = wanted[number] = true;
  }
  if (!any) return;
  for (const NoteRow& row : rows)
    if (row.topic < wanted.size() && wanted[row.topic]) seen(read(row));
}

void NoteColumns::scan(chain::NoteKind kind, const std::function<void(const Note&)>& seen) const {
  for (const NoteRow& row : rows)
    if (row.kind == kind) seen(read(row));
}

base::Status NoteWriter::open() {
  JINDO_DO(files_.open(rows_, "note"));
  return files_.open(bytes_, "note_bytes");
}

base::Status NoteWriter::add(const std::vector<chain::BlockNote>& notes, const std::vector<uint8_t>& note_bytes,
                             uint64_t first_transaction, const base::Hash256& block_digest) {
  sum_ = add_note_sums(sum_, note_digest_of(block_digest, notes, note_bytes));
  for (const chain::BlockNote& note : notes) {
    NoteRow row;
    row.transaction = first_transaction + note.transaction;
    row.position = note.position;
    row.kind = note.kind;
    row.topics = note.topics;
    row.cut = note.cut ? 1 : 0;
    base::Bytes content = base::Bytes(note_bytes).subspan(note.first_byte, note.bytes);
    if (note.topics > 0) {
      base::Hash256 first{};
      std::copy_n(content.begin(), 32, first.begin());
      content = content.subspan(32);
      const auto added = topic_of_.emplace(first, static_cast<uint32_t>(topics_.size()));
      if (added.second) topics_.push_back(first);
      row.topic = added.first->second;
    }
    if (!note.contract.is_none()) {
      const auto added = contract_of_.emplace(note.contract, static_cast<uint32_t>(contracts_.size()));
      if (added.second) contracts_.push_back(note.contract);
      row.contract = added.first->second;
    }
    row.first_byte = bytes_.count();
    row.bytes = static_cast<uint32_t>(content.size());
    JINDO_DO(bytes_.append(content));
    JINDO_DO(rows_.append(row));
  }
  return {};
}

base::Status NoteWriter::finish() {
  JINDO_DO(files_.close(rows_, bytes_));
  JINDO_DO(files_.write<base::Hash256>("note_topic", topics_));
  JINDO_DO(files_.write<chain::AddressKey>("note_contract", contracts_));
  return files_.write<base::Hash256>("note_sum", {&sum_, 1});
}

base::Hash256 note_digest_of(const base::Hash256& block_digest, const std::vector<chain::BlockNote>& notes,
                             const std::vector<uint8_t>& note_bytes) {
  if (notes.empty()) return {};
  base::Sha256 sum;
  sum.update(block_digest);
  for (const chain::BlockNote& note : notes) {
    sum.update_value(note.transaction);
    sum.update_value(note.position);
    sum.update_value(note.kind);
    sum.update_value(note.topics);
    sum.update_value(note.contract);
    sum.update_value(note.bytes);
    sum.update(base::Bytes(note_bytes).subspan(note.first_byte, note.bytes));
  }
  return sum.finish();
}

base::Hash256 add_note_sums(const base::Hash256& a, const base::Hash256& b) {
  base::Uint256 x, y;
  std::memcpy(&x, a.data(), sizeof x);
  std::memcpy(&y, b.data(), sizeof y);
  add_overflows(x, y, x);
  base::Hash256 out;
  std::memcpy(out.data(), &x, sizeof out);
  return out;
}

void read_notes(const NoteColumns& columns, uint64_t first_transaction, uint64_t end_transaction,
                std::vector<chain::BlockNote>& notes, std::vector<uint8_t>& note_bytes) {
  for (const NoteRow& row : columns.of(first_transaction, end_transaction)) {
    const Note note = columns.read(row);
    chain::BlockNote out;
    out.transaction = static_cast<uint32_t>(row.transaction - first_transaction);
    out.position = row.position;
    out.kind = row.kind;
    out.topics = static_cast<uint8_t>(note.topics);
    out.cut = note.cut;
    out.contract = note.contract;
    out.first_byte = static_cast<uint32_t>(note_bytes.size());
    if (note.topics > 0) note_bytes.insert(note_bytes.end(), note.topic0.begin(), note.topic0.end());
    note_bytes.insert(note_bytes.end(), note.rest.begin(), note.rest.end());
    out.bytes = static_cast<uint32_t>(note_bytes.size()) - out.first_byte;
    notes.push_back(out);
  }
}
}  // namespace jindo::ledger
