// Events, calls' texts and creations of account chains: joined by transaction and place, written behind its movements.
#include <algorithm>

#include "exports/reconcile_parts.h"

namespace jindo::exports {

base::Result<chain::AddressKey> Keys::address(const std::string& text) {
  if (text.empty()) return chain::AddressKey{};
  const auto found = addresses_.find(text);
  if (found != addresses_.end()) return found->second;
  // Readings write Tron's addresses as T…: 0x and forty digits are another chain's.
  if (network_.style == chain::AddressStyle::kTron && text.rfind("0x", 0) == 0)
    return base::bad_input("'" + text + "' is an EVM chain's address, not tron's");
  JINDO_TRY(const chain::AddressKey key, chain::parse_address(network_, text));
  addresses_.emplace(text, key);
  return key;
}

base::Result<chain::AddressKey> Keys::asset(const std::string& text) {
  return text.empty() ? base::Result<chain::AddressKey>(chain::native_asset()) : address(text);
}

namespace {
bool same_note(const Said& a, const Said& b) {
  return a.topics == b.topics && a.cut == b.cut && a.contract == b.contract && a.bytes == b.bytes;
}
std::string note_text(const Said& said) {
  return "an event of " + said.contract + " with " + std::to_string(said.bytes.size()) + " bytes";
}

// The transaction that a row speaks of; null: no file moves value in it, and what it says is of no use to a trace.
base::Result<MergedTransaction*> find_transaction(const chain::Network& network, const Reading& reading, uint64_t row,
                                                  const std::string& transaction,
                                                  const std::map<chain::TxId, MergedTransaction*>& transactions) {
  chain::TxId id{};
  if (!chain::parse_hash(network, transaction, id)) {
    return base::bad_input(reading.file + ":" + std::to_string(row) + ": '" + transaction +
                           "' is no transaction's hash; expected 64 hex digits");
  }
  const auto found = transactions.find(id);
  return found != transactions.end() ? found->second : nullptr;
}

// Where the movements' files tell less of a transaction than a note does.
void fill_place(MergedTransaction& tx, const Said& said) {
  if (!tx.block) tx.block = said.block;
  if (!tx.time) tx.time = said.time;
  if (!tx.index) tx.index = said.index;
}
}  // namespace

base::Status add_notes(const chain::Network& network, std::span<const Reading> readings,
                       const std::vector<uint32_t>& order, Keys& keys,
                       std::map<chain::TxId, MergedTransaction*>& transactions, Reconciled& out) {
  using Place = std::tuple<const MergedTransaction*, chain::NoteKind, uint32_t>;
  std::map<Place, std::pair<const Said*, Witness>> known;
  for (const uint32_t number : order) {
    const Reading& reading = readings[number];
    for (const Said& said : reading.said) {
      JINDO_TRY(MergedTransaction * tx, find_transaction(network, reading, said.row, said.transaction, transactions));
      if (tx == nullptr) continue;
      fill_place(*tx, said);
      const Witness by{number, said.row};
      const auto added = known.emplace(Place{tx, said.kind, said.position}, std::make_pair(&said, by));
      if (added.second) {
        tx->said.push_back(&said);
      } else if (!same_note(*added.first->second.first, said)) {
        contradict(out, "transaction " + said.transaction + ": log " + std::to_string(said.position),
                   added.first->second.second, note_text(*added.first->second.first), by, note_text(said));
      }
    }
    for (const Created& created : reading.created) {
      JINDO_TRY(MergedTransaction * tx,
                find_transaction(network, reading, created.row, created.transaction, transactions));
      if (tx == nullptr) continue;
      JINDO_TRY(const chain::AddressKey contract, keys.address(created.contract));
      JINDO_TRY(const chain::AddressKey creator, keys.address(created.creator));
      const auto one = std::make_pair(contract, creator);
      if (std::find(tx->created.begin(), tx->created.end(), one) == tx->created.end()) tx->created.push_back(one);
    }
  }
  for (auto& [id, tx] : transactions) {
    std::sort(tx->said.begin(), tx->said.end(), [](const Said* a, const Said* b) {
      return std::tie(a->kind, a->position) < std::tie(b->kind, b->position);
    });
    std::sort(tx->created.begin(), tx->created.end());
  }
  return {};
}

base::Status write_notes(const MergedTransaction& tx, uint32_t transaction, Keys& keys, chain::AccountBlock& block) {
  for (const Said* said : tx.said) {
    chain::BlockNote note;
    note.transaction = transaction;
    note.position = said->position;
    note.kind = said->kind;
    note.topics = said->topics;
    note.cut = said->cut || said->bytes.size() > size_t{32} * said->topics + chain::kNoteBytesMax;
    JINDO_TRY(note.contract, keys.address(said->contract));
    note.first_byte = static_cast<uint32_t>(block.note_bytes.size());
    const size_t bytes = std::min<size_t>(said->bytes.size(), size_t{32} * said->topics + chain::kNoteBytesMax);
    note.bytes = static_cast<uint32_t>(bytes);
    block.note_bytes.insert(block.note_bytes.end(), said->bytes.begin(),
                            said->bytes.begin() + static_cast<ptrdiff_t>(bytes));
    block.notes.push_back(note);
  }
  for (const auto& [contract, creator] : tx.created) block.creations.push_back({transaction, contract, creator});
  return {};
}
}  // namespace jindo::exports
