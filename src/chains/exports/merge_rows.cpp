// Rows of one transaction to its movements: files one after another, each row joined to a movement that it may be, or
// a movement of its own.
#include <algorithm>

#include "exports/reconcile_parts.h"

namespace jindo::exports {
namespace {
std::string text_of(const std::optional<uint64_t>& number) { return number ? std::to_string(*number) : "?"; }

std::string told(const chain::Network& network, const Row& row) {
  return base::to_decimal(row.amount) + " of " + chain::format_asset(network, row.asset) + " from " +
         (row.from.is_none() ? "nobody" : chain::format_address(network, row.from)) + " to " +
         (row.to.is_none() ? "nobody" : chain::format_address(network, row.to));
}

bool has_place(const MergedMovement& movement) { return movement.log || movement.path; }
bool has_place(const Row& row) { return row.told->log || row.told->path; }
// Only one fee and one value of its own does a transaction have: the part is the place.
bool single(Part part) { return part == Part::kFee || part == Part::kNative; }

class Merge {
 public:
  Merge(const chain::Network& network, const std::vector<Row>& rows, Reconciled& out)
      : network_(network), rows_(rows), out_(out) {}

  std::vector<MergedMovement> run() {
    for (size_t begin = 0; begin < rows_.size();) {
      size_t end = begin;
      while (end < rows_.size() && rows_[end].witness.reading == rows_[begin].witness.reading) ++end;
      // Rows whose place is known already come first, so that none without a place takes a movement from them.
      for (size_t i = begin; i < end; ++i)
        if (has_place(rows_[i]) || single(rows_[i].part)) add(rows_[i]);
      for (size_t i = begin; i < end; ++i)
        if (!has_place(rows_[i]) && !single(rows_[i].part)) add(rows_[i]);
      begin = end;
    }
    std::stable_sort(movements_.begin(), movements_.end(), runs_before);
    return std::move(movements_);
  }

 private:
  using Place = std::tuple<Part, std::optional<uint64_t>, std::optional<std::vector<uint32_t>>>;

  void add(const Row& row) {
    const std::optional<size_t> at = find(row);
    if (!at) {
      add_new(row);
      return;
    }
    MergedMovement& movement = movements_[*at];
    if (!movement.row.same_content(row)) {
      contradict(out_, about(movement), movement.row.witness, told(network_, movement.row), row.witness,
                 told(network_, row));
      return;
    }
    taken_by_[*at] = row.witness.reading + 1;
    if (row.part == Part::kNative && !is_native(*at)) {  // told as an inner call's before
      movement.row.part = Part::kNative;
      by_place_.emplace(place(row), *at);
    }
    if (has_place(row) && !has_place(movement)) {
      movement.log = row.told->log;
      movement.path = row.told->path;
      by_place_.emplace(place(row), *at);
    }
    movement.witnesses.push_back(row.witness);
  }
  void add_new(const Row& row) {
    const size_t at = movements_.size();
    movements_.push_back({row, row.told->log, row.told->path, {row.witness}});
    taken_by_.push_back(row.witness.reading + 1);
    if (has_place(row) || single(row.part)) by_place_.emplace(place(row), at);
    if (row.part != Part::kFee) any_.add(row, at);
    if (!has_place(row) && !single(row.part)) without_place_.add(row, at);
  }

  // The movement that the row tells again, or contradicts.
  std::optional<size_t> find(const Row& row) {
    if (single(row.part) || has_place(row)) {
      const auto there = by_place_.find(place(row));
      if (there != by_place_.end()) return there->second;
      if (row.part == Part::kFee) return std::nullopt;
      if (row.part == Part::kNative) return any_.take(row, taken_by_, [&](size_t at) { return !is_native(at); });
      return without_place_.take(row, taken_by_, [&](size_t at) { return !has_place(movements_[at]); });
    }
    return any_.take(row, taken_by_, [](size_t) { return true; });
  }
  bool is_native(size_t at) const { return movements_[at].row.part == Part::kNative; }
  static Place place(const Row& row) {
    if (single(row.part)) return {row.part, std::nullopt, std::nullopt};
    return {row.part, row.told->log, row.told->path};
  }

  std::string about(const MergedMovement& movement) const {
    const std::string tx = "transaction " + movement.row.told->transaction + ": ";
    if (movement.row.part == Part::kFee) return tx + "its fee";
    if (movement.row.part == Part::kNative) return tx + "its own value";
    return tx + (movement.log ? "log " + text_of(movement.log) : std::string("an inner call"));
  }

  // Fee, own value, inner calls by path, tokens by log; what has no place behind what has one, in its file's order.
  static bool runs_before(const MergedMovement& a, const MergedMovement& b) {
    if (a.row.part != b.row.part) return a.row.part < b.row.part;
    if (has_place(a) != has_place(b)) return has_place(a);
    if (a.path && b.path && *a.path != *b.path) return *a.path < *b.path;
    if (a.log && b.log && *a.log != *b.log) return *a.log < *b.log;
    return false;  // as they came: file by file, each in its order
  }

  const chain::Network& network_;
  const std::vector<Row>& rows_;
  Reconciled& out_;
  std::vector<MergedMovement> movements_;
  std::vector<uint32_t> taken_by_;  // the last reading + 1 that tells the movement
  std::map<Place, size_t> by_place_;
  ByContent any_, without_place_;
};
}  // namespace

MergedTransaction merge_rows(const chain::Network& network, std::vector<Row>& rows, Reconciled& out) {
  for (size_t begin = 0; begin < rows.size();) {
    size_t end = begin;
    while (end < rows.size() && rows[end].witness.reading == rows[begin].witness.reading) ++end;
    std::stable_sort(rows.begin() + static_cast<ptrdiff_t>(begin), rows.begin() + static_cast<ptrdiff_t>(end),
                     [](const Row& a, const Row& b) { return a.order < b.order; });
    begin = end;
  }
  MergedTransaction tx;
  tx.witness = rows.front().witness;
  tx.first_reading = rows.front().witness.reading;
  tx.first_order = rows.front().order;
  Witness block_by, time_by, index_by;
  const std::string about = "transaction " + rows.front().told->transaction + ": ";
  const auto number = [](const auto& value) { return std::to_string(value); };
  for (const Row& row : rows) {
    agree(out, tx.block, block_by, row.told->block, row.witness, about + "its block", number);
    if (!row.time_is_weak) agree(out, tx.time, time_by, row.told->time, row.witness, about + "its time", number);
    agree(out, tx.index, index_by, row.told->index, row.witness, about + "its place in the block", number);
  }
  for (const Row& row : rows) {
    if (!tx.time) tx.time = row.told->time;
    if (tx.gas_price == 0) tx.gas_price = row.told->gas_price;
  }
  tx.movements = Merge(network, rows, out).run();
  return tx;
}
}  // namespace jindo::exports
