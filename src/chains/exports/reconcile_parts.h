// The passes of reconcile.h, one after another: rows of one transaction become one (merge), transactions find their
// block and their place in it (placing). For files of this room only.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "exports/reconcile.h"

namespace jindo::exports {

// A movement's row with identifiers as keys.
struct Row {
  Witness witness;
  uint64_t order = 0;         // in its file, turned over where the file's blocks fall
  bool time_is_weak = false;  // first seen, or cut: any other file's time is better
  Part part = Part::kNative;
  chain::AddressKey asset, from, to;
  base::Uint256 amount;
  const Movement* told = nullptr;
  // A transaction's own value and an inner call's are one kind here: some files do not tell them apart.
  Part kind() const { return part == Part::kNative ? Part::kInternal : part; }
  bool same_content(const Row& other) const {
    return kind() == other.kind() && amount == other.amount && asset == other.asset && from == other.from &&
           to == other.to;
  }
};
// One movement, and who attests it.
struct MergedMovement {
  Row row;  // the first that tells it
  std::optional<uint64_t> log;
  std::optional<std::vector<uint32_t>> path;
  std::vector<Witness> witnesses;
};
// Movements by what they say. Each file takes a movement once: equal rows of one file are several movements.
class ByContent {
 public:
  void add(const Row& row, size_t movement) { lists_[key(row)].movements.push_back(movement); }
  // The first movement with the row's content that the row's file has not taken, and takes it. `free(movement)` false:
  // passed over for good.
  template <class Free>
  std::optional<size_t> take(const Row& row, std::vector<uint32_t>& taken_by, Free free) {
    const auto found = lists_.find(key(row));
    if (found == lists_.end()) return std::nullopt;
    List& list = found->second;
    const uint32_t file = row.witness.reading + 1;
    if (list.file != file) list.next = 0;
    list.file = file;
    for (; list.next < list.movements.size(); ++list.next) {
      const size_t at = list.movements[list.next];
      if (taken_by[at] == file || !free(at)) continue;
      taken_by[at] = file;
      return at;
    }
    return std::nullopt;
  }

 private:
  using Key = std::tuple<Part, chain::AddressKey, chain::AddressKey, chain::AddressKey, base::Uint256>;
  struct List {
    std::vector<size_t> movements;
    size_t next = 0;    // those before it are taken by `file`, or not free
    uint32_t file = 0;  // reading + 1
  };
  static Key key(const Row& row) { return {row.kind(), row.asset, row.from, row.to, row.amount}; }
  std::map<Key, List> lists_;
};
// When and where a transaction stands, as far as its rows tell.
struct Placed {
  chain::TxId id{};
  std::optional<uint64_t> block;
  std::optional<int64_t> time;
  std::optional<uint32_t> index;
  uint32_t first_reading = 0;  // the first file that tells it without a place: its order there decides
  uint64_t first_order = 0;
  Witness witness;  // of the first row
};
struct MergedTransaction : Placed {
  std::vector<MergedMovement> movements;                                 // in the order in which they run
  std::vector<const Said*> said;                                         // in order of position
  std::vector<std::pair<chain::AddressKey, chain::AddressKey>> created;  // contract, creator
  uint64_t gas_price = 0;
};
// Addresses and assets repeat: each text is parsed once.
class Keys {
 public:
  explicit Keys(const chain::Network& network) : network_(network) {}
  base::Result<chain::AddressKey> address(const std::string& text);
  base::Result<chain::AddressKey> asset(const std::string& text);

 private:
  const chain::Network& network_;
  std::unordered_map<std::string, chain::AddressKey> addresses_;
};

constexpr size_t kContradictionsMax = 1000;
void contradict(Reconciled& out, std::string about, const Witness& one, std::string one_says, const Witness& other,
                std::string other_says);
void wait(Reconciled& out, const std::string& why, const Witness& first, uint64_t rows);

// What two rows say of one thing: fills `known` or contradicts.
template <class Value, class Text>
void agree(Reconciled& out, std::optional<Value>& known, Witness& known_by, const std::optional<Value>& told,
           const Witness& by, const std::string& about, Text text) {
  if (!told) return;
  if (!known) {
    known = told;
    known_by = by;
  } else if (*known != *told) {
    contradict(out, about, known_by, text(*known), by, text(*told));
  }
}

// Rows of one transaction, readings one after another, to its movements; sorts them (merge_rows.cpp).
MergedTransaction merge_rows(const chain::Network& network, std::vector<Row>& rows, Reconciled& out);

// What transactions say and which contracts they made, added to those that are merged already (account_notes.cpp).
base::Status add_notes(const chain::Network& network, std::span<const Reading> readings,
                       const std::vector<uint32_t>& order, Keys& keys,
                       std::map<chain::TxId, MergedTransaction*>& transactions, Reconciled& out);
// And written into a block behind its transactions.
base::Status write_notes(const MergedTransaction& tx, uint32_t transaction, Keys& keys, chain::AccountBlock& block);

// Transactions to the blocks in which they stand, by height: sets `block` and `time` of each, decides
// `heights_are_times`, orders none. Those that no file gives a block or a time wait (placing.cpp).
std::map<uint64_t, std::vector<Placed*>> place_in_blocks(const std::vector<Placed*>& transactions, Reconciled& out);
// Known places first, then by file; numbers those that have none behind them.
void order_by_place(std::vector<Placed*>& transactions);

base::Status reconcile_utxo(const chain::Network& network, std::span<const Reading> readings,
                            const std::vector<uint32_t>& order, const ReconcileOptions& options, Reconciled& out);
base::Status reconcile_account(const chain::Network& network, std::span<const Reading> readings,
                               const std::vector<uint32_t>& order, Reconciled& out);
// Whether the rows of a file run from the newest to the oldest.
bool runs_backwards(const Reading& reading);

}  // namespace jindo::exports
