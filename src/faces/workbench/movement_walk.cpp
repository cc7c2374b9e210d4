// The walk over an account's holdings and over a UTXO chain's outputs and inputs; a heap or two lists, merged.
#include "workbench/movement_walk.h"

#include <algorithm>
#include <queue>

namespace jindo::workbench {
namespace {
using chain::AddressKey;
using ledger::kNoNumber;
constexpr int64_t kDisorderSeconds = 3 * 3600;  // by how much a block's time may lie before an earlier one's (BIP 113)
constexpr size_t kChunk = 4096;

// The first block whose running maximum of time is at least `time`.
uint64_t block_from(const ledger::ChainReader& reader, int64_t time) {
  uint64_t low = 0, high = reader.info().blocks;
  while (low < high) {
    const uint64_t middle = (low + high) / 2;
    if (reader.block(middle).order_time < time)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}
int64_t later(int64_t time, int64_t seconds) { return time > INT64_MAX - seconds ? INT64_MAX : time + seconds; }

// Blocks that may hold what lies between two times, and the transactions whose own time must still be looked at.
struct Window {
  uint64_t first_block = 0, end_block = 0;
  uint64_t sure_from = 0, sure_to = UINT64_MAX;  // transactions that are inside for sure
};
Window window_of(const ledger::ChainReader& reader, const Filter& filter) {
  Window out;
  const uint64_t blocks = reader.info().blocks;
  const auto transaction = [&](uint64_t block) {
    return block < blocks ? reader.block(block).first_transaction : UINT64_MAX;
  };
  out.first_block = filter.from_time == INT64_MIN ? 0 : block_from(reader, filter.from_time);
  out.end_block =
      filter.until_time == INT64_MAX ? blocks : block_from(reader, later(filter.until_time, kDisorderSeconds + 1));
  out.sure_from =
      filter.from_time == INT64_MIN ? 0 : transaction(block_from(reader, later(filter.from_time, kDisorderSeconds)));
  out.sure_to = filter.until_time == INT64_MAX ? UINT64_MAX : transaction(block_from(reader, filter.until_time));
  return out;
}

class Walk : public MovementWalk {
 public:
  Walk(const ledger::ChainReader& reader, const Filter& filter, bool newest_first)
      : reader_(reader), filter_(filter), newest_(newest_first), window_(window_of(reader, filter)) {}
  uint64_t examined() const override { return examined_; }
  bool at_end() const override { return end_; }

 protected:
  bool in_time(uint64_t transaction) const {
    if (transaction >= window_.sure_from && transaction < window_.sure_to) return true;
    const int64_t time = reader_.block(reader_.block_of_transaction(transaction)).time;
    return time >= filter_.from_time && time <= filter_.until_time;
  }
  bool amount_fits(const base::Uint256& amount) const {
    return (!filter_.amount_min || amount >= *filter_.amount_min) &&
           (!filter_.amount_max || amount <= *filter_.amount_max);
  }
  const ledger::ChainReader& reader_;
  const Filter filter_;
  const bool newest_;
  const Window window_;
  uint64_t examined_ = 0;
  bool end_ = false;
};

class AccountWalk : public Walk {
 public:
  AccountWalk(const ledger::AccountStore& store, const ledger::AddressHandle& handle, const Filter& filter, bool newest,
              std::optional<uint64_t> after)
      : Walk(store, filter, newest), store_(store) {
    if (filter.asset) {
      if (const auto one = store.find_holding(handle.key, *filter.asset)) holdings_.push_back(*one);
    } else {
      holdings_ = store.holdings_of(handle);
    }
    counterparty_rows_.resize(store.segments());
    if (filter.counterparty)
      if (const auto other = store.find_address(*filter.counterparty))
        for (const ledger::HoldingHandle& holding : store.holdings_of(*other))
          for (uint32_t s = 0; s < store.segments(); ++s)
            if (holding.rows[s] != kNoNumber) counterparty_rows_[s].push_back(holding.rows[s]);
    const uint64_t blocks = store.info().blocks;
    from_ = window_.first_block < blocks ? store.block(window_.first_block).first_movement : store.info().movements;
    to_ = window_.end_block < blocks ? store.block(window_.end_block).first_movement : store.info().movements;
    if (after) (newest ? to_ : from_) = newest ? std::min(to_, *after) : std::max(from_, *after + 1);
    segment_ = newest ? store.segments() : 0;
    last_ = newest ? to_ : from_ == 0 ? kNoNumber : from_ - 1;
  }
  bool next(Moved& out, uint64_t examine_max) override {
    while (examined_ < examine_max) {
      while (heap_.empty()) {
        if (newest_ ? segment_ == 0 : segment_ == store_.segments()) {
          end_ = true;
          return false;
        }
        fill(newest_ ? --segment_ : segment_++);
      }
      const auto [number, row] = take();
      ++examined_;
      last_ = number;
      // The cheap looks first: most movements fall to the filter, and keys of addresses lie far apart.
      ledger::Movement m;
      store_.movement(number, m);
      out.in = m.from != row;
      if (out.in ? !filter_.in : !filter_.out) continue;
      const uint64_t other = out.in ? m.from : m.to;
      if (filter_.counterparty && !is_counterparty(m.segment, other)) continue;
      out.amount = store_.amount(number);
      if (!amount_fits(out.amount)) continue;
      if (!in_time(m.transaction)) continue;
      out.fee = m.kind == chain::MovementKind::kFee;
      out.counterparty = other != kNoNumber ? store_.holding_address(m.segment, other) : AddressKey{};
      out.transaction = m.transaction;
      out.place = number;
      out.asset = store_.asset(m.segment, m.asset);
      return true;
    }
    return false;
  }
  std::string cursor() const override { return write_place(chain::LedgerModel::kAccount, {last_, 0, 0}); }

 private:
  struct Place {
    uint64_t number;
    uint64_t row;                    // the holding, in the segment
    std::span<const uint64_t> list;  // those still to come, this one at its near end
  };
  bool is_counterparty(uint32_t segment, uint64_t row) const {
    const auto& rows = counterparty_rows_[segment];
    return row != kNoNumber && std::find(rows.begin(), rows.end(), row) != rows.end();
  }
  void fill(uint32_t segment) {
    for (const ledger::HoldingHandle& holding : holdings_) {
      const auto all = store_.movements_of(holding, segment);
      const auto begin = std::lower_bound(all.begin(), all.end(), from_);
      const auto end = std::lower_bound(begin, all.end(), to_);
      if (begin == end) continue;
      const std::span<const uint64_t> list(&*begin, static_cast<size_t>(end - begin));
      push({newest_ ? list.back() : list.front(), holding.rows[segment], list});
    }
  }
  bool behind(const Place& a, const Place& b) const { return newest_ ? a.number < b.number : a.number > b.number; }
  void push(Place place) {
    heap_.push_back(place);
    std::push_heap(heap_.begin(), heap_.end(), [this](const Place& a, const Place& b) { return behind(a, b); });
  }
  std::pair<uint64_t, uint64_t> take() {
    if (heap_.size() == 1) {  // one asset moves: no heap
      Place& only = heap_.front();
      const std::pair<uint64_t, uint64_t> number(only.number, only.row);
      only.list = newest_ ? only.list.first(only.list.size() - 1) : only.list.subspan(1);
      if (only.list.empty())
        heap_.clear();
      else
        only.number = newest_ ? only.list.back() : only.list.front();
      return number;
    }
    std::pop_heap(heap_.begin(), heap_.end(), [this](const Place& a, const Place& b) { return behind(a, b); });
    Place place = heap_.back();
    heap_.pop_back();
    const std::pair<uint64_t, uint64_t> number(place.number, place.row);
    place.list = newest_ ? place.list.first(place.list.size() - 1) : place.list.subspan(1);
    if (!place.list.empty()) push({newest_ ? place.list.back() : place.list.front(), place.row, place.list});
    return number;
  }
  const ledger::AccountStore& store_;
  std::vector<ledger::HoldingHandle> holdings_;
  std::vector<std::vector<uint64_t>> counterparty_rows_;  // its holdings, by segment
  std::vector<Place> heap_;
  uint64_t from_ = 0, to_ = 0, last_ = 0;
  uint32_t segment_ = 0;
};

class UtxoWalk : public Walk {
 public:
  struct Ends {
    uint64_t output = 0, input = 0;  // the next to look at; against the order: one behind it
  };
  UtxoWalk(const ledger::UtxoStore& store, const ledger::AddressHandle& handle, const Filter& filter, bool newest,
           std::optional<Ends> at)
      : Walk(store, filter, newest), store_(store), handle_(handle) {
    const uint64_t blocks = store.info().blocks;
    const auto ends = [&](uint64_t block) {
      return block < blocks ? Ends{store.block(block).first_output, store.block(block).first_input}
                            : Ends{store.info().outputs, store.info().inputs};
    };
    from_ = ends(window_.first_block);
    to_ = ends(window_.end_block);
    at_ = newest ? to_ : from_;
    if (at)
      at_ = newest ? Ends{std::min(at->output, to_.output), std::min(at->input, to_.input)}
                   : Ends{std::max(at->output, from_.output), std::max(at->input, from_.input)};
    fetched_ = at_;
    if (!filter.in) done_in_ = true;
    if (!filter.out) done_out_ = true;
    if (filter.asset && !(*filter.asset == chain::native_asset())) done_in_ = done_out_ = true;
  }
  bool next(Moved& out, uint64_t examine_max) override {
    while (examined_ < examine_max) {
      fetch();
      if (r_ == received_.size() && s_ == sent_.size()) {
        end_ = true;
        return false;
      }
      const uint64_t tx_in = r_ < received_.size() ? store_.transaction_of_output(received_[r_]) : kNoNumber;
      const uint64_t tx_out = s_ < sent_.size() ? store_.transaction_of_input(sent_[s_]) : kNoNumber;
      // In ledger order a transaction spends before it pays; against it, it pays before it spends.
      const bool spend = tx_in == kNoNumber || (tx_out != kNoNumber && (newest_ ? tx_out > tx_in : tx_out <= tx_in));
      ++examined_;
      out.in = !spend;
      out.fee = false;
      out.asset = chain::native_asset();
      out.counterparty = {};
      if (spend) {
        out.place = sent_[s_++];
        out.transaction = tx_out;
        at_.input = newest_ ? out.place : out.place + 1;
      } else {
        out.place = received_[r_++];
        out.transaction = tx_in;
        at_.output = newest_ ? out.place : out.place + 1;
      }
      if (!in_time(out.transaction)) continue;
      if (spend) {
        ledger::UtxoTransactionView view;
        store_.transaction(out.transaction, view);
        out.amount = base::Uint256(view.in_value[out.place - view.first_input]);
      } else {
        out.amount = base::Uint256(store_.output_value(out.place));
      }
      if (!amount_fits(out.amount)) continue;
      if (filter_.counterparty && !deals_with(out)) continue;
      return true;
    }
    return false;
  }
  std::string cursor() const override { return write_place(chain::LedgerModel::kUtxo, {0, at_.output, at_.input}); }

 private:
  bool deals_with(const Moved& moved) const {
    ledger::UtxoTransactionView view;
    store_.transaction(moved.transaction, view);
    if (moved.in) {
      for (uint64_t i = 0; i < view.in_output.size(); ++i)
        if (store_.input_address(view.first_input + i) == *filter_.counterparty) return true;
    } else {
      for (uint64_t o = 0; o < view.out_value.size(); ++o)
        if (store_.output_address(view.first_output + o) == *filter_.counterparty) return true;
    }
    return false;
  }
  void fetch() {
    if (r_ == received_.size() && !done_in_) {
      received_ = newest_ ? store_.received_before(handle_, fetched_.output, kChunk)
                          : store_.received(handle_, fetched_.output, kChunk);
      r_ = 0;
      done_in_ = !keep(received_, from_.output, to_.output, fetched_.output);
    }
    if (s_ == sent_.size() && !done_out_) {
      sent_ =
          newest_ ? store_.sent_before(handle_, fetched_.input, kChunk) : store_.sent(handle_, fetched_.input, kChunk);
      s_ = 0;
      done_out_ = !keep(sent_, from_.input, to_.input, fetched_.input);
    }
  }
  // Cuts what lies outside; whether there may be more.
  bool keep(std::vector<uint64_t>& list, uint64_t from, uint64_t to, uint64_t& fetched) const {
    const bool full = list.size() == kChunk;
    if (!list.empty()) fetched = newest_ ? list.back() : list.back() + 1;
    const size_t before = list.size();
    while (!list.empty() && (newest_ ? list.back() < from : list.back() >= to)) list.pop_back();
    return full && list.size() == before;
  }
  const ledger::UtxoStore& store_;
  const ledger::AddressHandle handle_;
  Ends from_, to_, at_, fetched_;
  std::vector<uint64_t> received_, sent_;
  size_t r_ = 0, s_ = 0;
  bool done_in_ = false, done_out_ = false;
};

std::optional<uint64_t> number_at(std::string_view text) {
  const auto number = base::parse_decimal(text);
  return number && number->fits_u64() ? std::optional<uint64_t>(number->low()) : std::nullopt;
}
}  // namespace

base::Result<std::unique_ptr<MovementWalk>> MovementWalk::start(const ledger::LedgerChain& chain,
                                                                const ledger::AddressHandle& handle,
                                                                const Filter& filter, bool newest_first,
                                                                const std::string& cursor) {
  const chain::LedgerModel model = chain.network->model;
  const auto place = cursor.empty() ? std::nullopt : parse_place(model, cursor);
  if (!cursor.empty() && !place) return base::wrong_use("'cursor': expected what the page before gave");
  if (chain.account) {
    std::optional<uint64_t> after;
    if (place && place->movement != kNoNumber) after = place->movement;
    return std::unique_ptr<MovementWalk>(new AccountWalk(*chain.account, handle, filter, newest_first, after));
  }
  std::optional<UtxoWalk::Ends> at;
  if (place) at = UtxoWalk::Ends{place->output, place->input};
  return std::unique_ptr<MovementWalk>(new UtxoWalk(*chain.utxo, handle, filter, newest_first, at));
}
std::string write_place(chain::LedgerModel model, const WalkPlace& place) {
  return model == chain::LedgerModel::kAccount ? "m" + std::to_string(place.movement)
                                               : "o" + std::to_string(place.output) + "i" + std::to_string(place.input);
}
std::optional<WalkPlace> parse_place(chain::LedgerModel model, const std::string& text) {
  const std::string_view all = text;
  if (model == chain::LedgerModel::kAccount) {
    const auto movement = all.substr(0, 1) == "m" ? number_at(all.substr(1)) : std::nullopt;
    return movement ? std::optional<WalkPlace>({*movement, 0, 0}) : std::nullopt;
  }
  const size_t middle = all.find('i');
  if (all.substr(0, 1) != "o" || middle == std::string_view::npos) return std::nullopt;
  const auto output = number_at(all.substr(1, middle - 1)), input = number_at(all.substr(middle + 1));
  if (!output || !input) return std::nullopt;
  return WalkPlace{0, *output, *input};
}

uint64_t movement_count(const ledger::LedgerChain& chain, const ledger::AddressHandle& handle) {
  if (chain.utxo) return chain.utxo->received_count(handle) + chain.utxo->sent_count(handle);
  uint64_t out = 0;
  for (const ledger::HoldingHandle& holding : chain.account->holdings_of(handle))
    for (uint32_t s = 0; s < chain.account->segments(); ++s) out += chain.account->movements_of(holding, s).size();
  return out;
}
}  // namespace jindo::workbench
