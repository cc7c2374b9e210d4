// An EVM block's rows to movements, transaction by transaction.
#include "decode/evm_block.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "base/hex.h"

namespace jindo::decode {
namespace {
using base::bad_input;
using base::Hash256;
using base::Status;
using chain::AddressKey;

AddressKey account(const Account20& bytes) { return chain::make_key(chain::AddressKind::kAccount, bytes); }
bool is_zero(const Hash256& hash) { return hash == Hash256{}; }
bool is_zero(const Account20& address) { return address == Account20{}; }

struct HashOf {
  size_t operator()(const Hash256& hash) const {
    size_t out = 0;
    std::memcpy(&out, hash.data(), sizeof out);
    return out;
  }
};

// Exports are in order nearly always; std::stable_sort would copy every row to find out.
template <class Rows, class Less>
void sort_rows(Rows& rows, Less less) {
  if (!std::is_sorted(rows.begin(), rows.end(), less)) std::stable_sort(rows.begin(), rows.end(), less);
}

class Assembler {
 public:
  Assembler(uint64_t height, EvmBlockRows& rows, chain::AccountBlock& out, EvmBlockNotes& notes)
      : height_(height), rows_(rows), out_(out), notes_(notes) {}

  Status run() {
    out_ = {};
    out_.height = height_;
    JINDO_DO(block_fields());
    JINDO_DO(order_transactions());
    JINDO_DO(apply_receipts());
    order_traces();
    JINDO_DO(order_token_transfers());
    JINDO_DO(order_logs());
    block_level(true);
    for (size_t i = 0; i < rows_.transactions.size(); ++i) JINDO_DO(transaction(i));
    block_level(false);
    if (next_trace_ != rows_.traces.size()) {
      return fail("a trace names transaction index " + std::to_string(rows_.traces[next_trace_].index) +
                  ", which the transactions of this block lack");
    }
    return {};
  }

 private:
  base::Error fail(const std::string& what) const {
    return bad_input("block " + std::to_string(height_) + ": " + what);
  }

  Status merge_time(int64_t time) {
    if (time == kTimeUnknown) return {};
    if (have_time_ && out_.time != time)
      return fail("two block times: " + std::to_string(out_.time) + " and " + std::to_string(time));
    out_.time = time;
    have_time_ = true;
    return {};
  }
  Status merge_hash(const Hash256& hash) {
    if (is_zero(hash)) return {};
    if (!is_zero(out_.hash) && out_.hash != hash) {
      return fail("two block hashes: 0x" + base::to_hex(out_.hash) + " and 0x" + base::to_hex(hash));
    }
    out_.hash = hash;
    return {};
  }
  Status block_fields() {
    for (const auto& row : rows_.blocks) {
      JINDO_DO(merge_time(row.time));
      JINDO_DO(merge_hash(row.hash));
      out_.previous = row.parent;
    }
    for (const auto& row : rows_.transactions) {
      JINDO_DO(merge_time(row.time));
      JINDO_DO(merge_hash(row.block_hash));
    }
    for (const auto& row : rows_.token_transfers) {
      JINDO_DO(merge_time(row.time));
      JINDO_DO(merge_hash(row.block_hash));
    }
    for (const auto& row : rows_.traces) JINDO_DO(merge_time(row.time));
    for (const auto& row : rows_.logs) JINDO_DO(merge_time(row.time));
    if (!have_time_) return fail("no table tells its time; add the export's transactions or blocks");
    return {};
  }

  // By index; the same row twice (overlapping files) counts once. Without a transactions table, transactions are taken
  // from the token transfers, in log order, and from the traces, by index.
  Status order_transactions() {
    auto& txs = rows_.transactions;
    sort_rows(txs, [](const auto& a, const auto& b) { return a.index < b.index; });
    for (size_t i = 1; i < txs.size();) {
      if (txs[i].index != txs[i - 1].index) {
        ++i;
        continue;
      }
      if (txs[i].hash != txs[i - 1].hash) return fail("two transactions with index " + std::to_string(txs[i].index));
      txs.erase(txs.begin() + static_cast<ptrdiff_t>(i));
    }
    if (txs.empty()) {
      synthetic_ = true;
      for (const auto& trace : rows_.traces) add_synthetic_by_index(trace);
      if (txs.empty()) add_synthetic_by_log();
      sort_rows(txs, [](const auto& a, const auto& b) { return a.index < b.index; });
    }
    return {};
  }
  void add_synthetic_by_index(const EvmTraceRow& trace) {
    if (trace.index == UINT32_MAX) return;
    for (const auto& tx : rows_.transactions) {
      if (tx.index == trace.index) return;
    }
    EvmTransactionRow tx;
    tx.index = trace.index;
    rows_.transactions.push_back(tx);
  }
  void add_synthetic_by_log() {
    auto transfers = rows_.token_transfers;
    sort_rows(transfers, [](const auto& a, const auto& b) { return a.log_index < b.log_index; });
    for (const auto& transfer : transfers) {
      const bool known = std::any_of(rows_.transactions.begin(), rows_.transactions.end(),
                                     [&](const auto& tx) { return tx.hash == transfer.transaction; });
      if (known) continue;
      EvmTransactionRow tx;
      tx.hash = transfer.transaction;
      tx.index = static_cast<uint32_t>(rows_.transactions.size());
      rows_.transactions.push_back(tx);
    }
  }

  static constexpr size_t kNowhere = SIZE_MAX;
  // Receipts and logs come in the order of their transactions nearly always: look from the last one found on; a table
  // is made only when that fails.
  size_t find_transaction(const Hash256& hash) {
    const auto& txs = rows_.transactions;
    for (; hint_ < txs.size(); ++hint_) {
      if (txs[hint_].hash == hash) return hint_;
    }
    if (by_hash_.empty()) {
      by_hash_.reserve(txs.size());
      for (size_t i = 0; i < txs.size(); ++i) {
        if (!is_zero(txs[i].hash)) by_hash_[txs[i].hash] = i;
      }
    }
    const auto found = by_hash_.find(hash);
    hint_ = found == by_hash_.end() ? 0 : found->second;
    return found == by_hash_.end() ? kNowhere : found->second;
  }

  Status apply_receipts() {
    for (const auto& receipt : rows_.receipts) {
      const size_t found = find_transaction(receipt.transaction);
      if (found == kNowhere) {
        if (synthetic_) continue;
        return fail("a receipt names transaction 0x" + base::to_hex(receipt.transaction) +
                    ", which the transactions lack");
      }
      EvmTransactionRow& tx = rows_.transactions[found];
      if (receipt.status != kStatusUnknown) tx.status = receipt.status;
      const base::Uint256 price = receipt.has_price ? receipt.gas_price : tx.gas_price;
      tx.gas_price = price;
      tx.fee = base::mul_div(receipt.gas_used, price, 1).quotient;
      if (add_overflows(tx.fee, receipt.l1_fee, tx.fee)) return fail("a fee of 2^256 and more");
      tx.has_fee = true;
      if (tx.creates && receipt.has_contract) {
        tx.to = receipt.contract;
        tx.has_to = true;
      }
    }
    return {};
  }

  void order_traces() {
    sort_rows(rows_.traces, [](const EvmTraceRow& a, const EvmTraceRow& b) {
      if (a.index != b.index) return a.index < b.index;
      const int order = std::memcmp(a.path.data(), b.path.data(), std::min(a.path_size, b.path_size));
      return order != 0 ? order < 0 : a.path_size < b.path_size;
    });
    // Block-level traces stand last; take them out.
    const auto first =
        std::find_if(rows_.traces.begin(), rows_.traces.end(), [](const auto& t) { return t.index == UINT32_MAX; });
    block_traces_.assign(first, rows_.traces.end());
    rows_.traces.erase(first, rows_.traces.end());
    block_traces_.insert(block_traces_.end(), rows_.withdrawals.begin(), rows_.withdrawals.end());
  }

  Status order_token_transfers() {
    auto& transfers = rows_.token_transfers;
    sort_rows(transfers, [](const auto& a, const auto& b) { return a.log_index < b.log_index; });
    hint_ = 0;
    tokens_of_.resize(rows_.transactions.size());
    for (size_t i = 0; i < transfers.size(); ++i) {
      if (i > 0 && transfers[i].log_index == transfers[i - 1].log_index) {
        if (transfers[i].transaction == transfers[i - 1].transaction && transfers[i].value == transfers[i - 1].value)
          continue;
        return fail("two token transfers with log index " + std::to_string(transfers[i].log_index));
      }
      const size_t found = find_transaction(transfers[i].transaction);
      if (found == kNowhere) {
        return fail("a token transfer names transaction 0x" + base::to_hex(transfers[i].transaction) +
                    ", which the transactions lack");
      }
      tokens_of_[found].push_back(i);
    }
    return {};
  }

  // By log and part; the same event twice (overlapping files) counts once.
  Status order_logs() {
    auto& logs = rows_.logs;
    sort_rows(logs, [](const auto& a, const auto& b) {
      return std::tie(a.log_index, a.sequence, a.part) < std::tie(b.log_index, b.sequence, b.part);
    });
    hint_ = 0;
    logs_of_.resize(rows_.transactions.size());
    for (size_t i = 0; i < logs.size();) {
      size_t end = i + 1;
      while (end < logs.size() && logs[end].sequence == logs[i].sequence) ++end;
      const bool again = i > 0 && logs[i].log_index == logs[i - 1].log_index;
      if (again && logs[i].transaction != logs[i - 1].transaction)
        return fail("two events with log index " + std::to_string(logs[i].log_index));
      const size_t found = find_transaction(logs[i].transaction);
      if (found == kNowhere) {
        if (!synthetic_)
          return fail("an event names transaction 0x" + base::to_hex(logs[i].transaction) +
                      ", which the transactions lack");
      } else if (!again) {
        logs_of_[found].push_back(i);
      }
      i = end;
    }
    return {};
  }

  // The event whose parts begin at row i, as a note of the transaction begun last.
  void note_event(size_t i) {
    const EvmLogRow& log = rows_.logs[i];
    chain::BlockNote note;
    note.transaction = static_cast<uint32_t>(out_.transactions.size() - 1);
    note.position = static_cast<uint32_t>(log.log_index);
    note.topics = log.topics;
    note.cut = log.cut;
    note.contract = account(log.contract);
    note.first_byte = static_cast<uint32_t>(out_.note_bytes.size());
    for (size_t t = 0; t < log.topics; ++t)
      out_.note_bytes.insert(out_.note_bytes.end(), log.topic[t].begin(), log.topic[t].end());
    uint32_t left = log.data_size;
    for (size_t part = i; left > 0 && part < rows_.logs.size() && rows_.logs[part].sequence == log.sequence; ++part) {
      const auto size = std::min<uint32_t>(left, EvmLogRow::kPartBytes);
      const auto begin = rows_.logs[part].data.begin();
      out_.note_bytes.insert(out_.note_bytes.end(), begin, begin + size);
      left -= size;
    }
    note.bytes = static_cast<uint32_t>(out_.note_bytes.size()) - note.first_byte;
    out_.notes.push_back(note);
  }
  void note_text(const EvmTransactionRow& tx) {
    if (tx.text_size == 0) return;
    chain::BlockNote note;
    note.transaction = static_cast<uint32_t>(out_.transactions.size() - 1);
    note.kind = chain::NoteKind::kCallText;
    note.cut = tx.text_cut;
    if (tx.has_to) note.contract = account(tx.to);
    note.first_byte = static_cast<uint32_t>(out_.note_bytes.size());
    note.bytes = tx.text_size;
    out_.note_bytes.insert(out_.note_bytes.end(), tx.text.begin(), tx.text.begin() + tx.text_size);
    out_.notes.push_back(note);
  }

  // A wrapped coin's event in WETH9's manner: Deposit(address indexed dst, uint256 wad), Withdrawal(address indexed
  // src, uint256 wad). True where the coin moved by that amount and the token itself logged no mint or burn.
  bool wraps(const EvmLogRow& log, const std::vector<size_t>& transfers, Account20& who, base::Uint256& wad,
             bool& mints) const {
    static const Hash256 deposit = base::keccak256(base::as_bytes("Deposit(address,uint256)"));
    static const Hash256 withdrawal = base::keccak256(base::as_bytes("Withdrawal(address,uint256)"));
    if (log.topics != 2 || log.data_size != 32 || (log.topic[0] != deposit && log.topic[0] != withdrawal)) return false;
    mints = log.topic[0] == deposit;
    std::copy(log.topic[1].begin() + 12, log.topic[1].end(), who.begin());
    for (size_t word = 0; word < 4; ++word) {
      wad.words[3 - word] = 0;
      for (size_t k = 0; k < 8; ++k) wad.words[3 - word] = wad.words[3 - word] << 8 | log.data[8 * word + k];
    }
    if (wad.is_zero()) return false;
    for (const size_t t : transfers) {
      const EvmTokenTransferRow& transfer = rows_.token_transfers[t];
      if (transfer.token == log.contract && transfer.value == wad && is_zero(mints ? transfer.from : transfer.to) &&
          (mints ? transfer.to : transfer.from) == who)
        return false;
    }
    const AddressKey contract = account(log.contract), holder = account(who);
    for (size_t m = out_.transactions.back().first_movement; m < out_.movements.size(); ++m) {
      const chain::AccountMovement& movement = out_.movements[m];
      if (movement.kind == chain::MovementKind::kTransfer && movement.asset.kind == chain::AddressKind::kNative &&
          movement.amount == wad && movement.from == (mints ? holder : contract) &&
          movement.to == (mints ? contract : holder))
        return true;
    }
    return false;
  }

  void move(chain::MovementKind kind, const AddressKey& asset, const AddressKey& from, const AddressKey& to,
            const base::Uint256& amount) {
    chain::AccountMovement movement;
    movement.kind = kind;
    movement.asset = asset;
    movement.from = from;
    movement.to = to;
    movement.amount = amount;
    out_.movements.push_back(movement);
  }
  // In the transaction begun last.
  void create(const Account20& creator, const Account20& contract) {
    out_.creations.push_back(
        {static_cast<uint32_t>(out_.transactions.size() - 1), account(contract), account(creator)});
  }
  void begin(const Hash256& hash, uint32_t index) {
    chain::AccountTransaction tx;
    tx.id = hash;
    tx.index = index;
    tx.first_movement = static_cast<uint32_t>(out_.movements.size());
    out_.transactions.push_back(tx);
  }
  void end() {
    auto& tx = out_.transactions.back();
    tx.movements = static_cast<uint32_t>(out_.movements.size()) - tx.first_movement;
  }

  // Value moved without a transaction: the DAO fork's irregular transfers and genesis before the transactions of the
  // block (EIP-779 applies it at the block's start), rewards and withdrawals behind them.
  void block_level(bool before) {
    bool open = false;
    for (const auto& trace : block_traces_) {
      const bool early = trace.type != EvmTraceType::kReward;
      if (early != before || trace.failed || !trace.has_to || trace.value.is_zero()) continue;
      if (!open) begin({}, chain::kBlockLevelIndex);
      open = true;
      move(chain::MovementKind::kTransfer, chain::native_asset(), trace.has_from ? account(trace.from) : AddressKey{},
           account(trace.to), trace.value);
    }
    if (open) end();
  }

  Status transaction(size_t i) {
    const EvmTransactionRow& tx = rows_.transactions[i];
    if (next_trace_ < rows_.traces.size() && rows_.traces[next_trace_].index < tx.index) {
      return fail("a trace names transaction index " + std::to_string(rows_.traces[next_trace_].index) +
                  ", which the transactions of this block lack");
    }
    size_t traces_end = next_trace_;
    while (traces_end < rows_.traces.size() && rows_.traces[traces_end].index == tx.index) ++traces_end;
    const bool traced = traces_end > next_trace_;
    bool done = tx.status != kStatusFailed;
    if (tx.status == kStatusUnknown && traced && rows_.traces[next_trace_].path_size == 0)
      done = !rows_.traces[next_trace_].failed;
    if (tx.status == kStatusUnknown && !traced && !synthetic_) ++notes_.status_unknown;
    begin(tx.hash, tx.index);
    out_.transactions.back().gas_price = tx.gas_price.fits_u64() ? tx.gas_price.low() : UINT64_MAX;
    note_text(tx);
    if (tx.has_fee) {
      if (!tx.fee.is_zero()) move(chain::MovementKind::kFee, chain::native_asset(), account(tx.from), {}, tx.fee);
    } else if (!synthetic_) {
      ++notes_.fees_unknown;
    }
    if (done) {
      if (traced) {
        internal_value(traces_end);
      } else if (tx.creates && tx.has_to) {
        create(tx.from, tx.to);
      }
      if (!traced && !tx.value.is_zero()) {
        if (!tx.has_to)
          return fail("transaction 0x" + base::to_hex(tx.hash) +
                      " creates a contract with value, and neither "
                      "receipts nor traces tell its address");
        move(chain::MovementKind::kTransfer, chain::native_asset(), account(tx.from), account(tx.to), tx.value);
      }
      size_t next_log = 0;
      for (const size_t t : tokens_of_[i]) {
        wrapped_until(i, rows_.token_transfers[t].log_index, next_log);
        const auto& transfer = rows_.token_transfers[t];
        // By ERC-20's convention the zero address mints and burns.
        move(chain::MovementKind::kTransfer, account(transfer.token),
             is_zero(transfer.from) ? AddressKey{} : account(transfer.from),
             is_zero(transfer.to) ? AddressKey{} : account(transfer.to), transfer.value);
      }
      wrapped_until(i, UINT64_MAX, next_log);
      for (const size_t log : logs_of_[i]) note_event(log);
    }
    end();
    next_trace_ = traces_end;
    return {};
  }

  // Mints and burns of wrapped coins logged before `log_index`.
  void wrapped_until(size_t i, uint64_t log_index, size_t& next) {
    for (; next < logs_of_[i].size() && rows_.logs[logs_of_[i][next]].log_index < log_index; ++next) {
      const EvmLogRow& log = rows_.logs[logs_of_[i][next]];
      Account20 who{};
      base::Uint256 wad;
      bool mints = false;
      if (!wraps(log, tokens_of_[i], who, wad, mints)) continue;
      move(chain::MovementKind::kTransfer, account(log.contract), mints ? AddressKey{} : account(who),
           mints ? account(who) : AddressKey{}, wad);
    }
  }

  void internal_value(size_t traces_end) {
    const EvmTraceRow* failed = nullptr;  // the outermost failed call: what lies below it moved nothing
    for (; next_trace_ < traces_end; ++next_trace_) {
      const EvmTraceRow& trace = rows_.traces[next_trace_];
      const bool below = failed != nullptr && trace.path_size >= failed->path_size &&
                         std::memcmp(trace.path.data(), failed->path.data(), failed->path_size) == 0;
      if (below) continue;
      failed = trace.failed ? &trace : nullptr;
      if (!trace.failed && trace.type == EvmTraceType::kCreate && trace.has_from && trace.has_to)
        create(trace.from, trace.to);
      if (trace.failed || !trace.moves_value || trace.value.is_zero() || !trace.has_from || !trace.has_to) continue;
      move(chain::MovementKind::kTransfer, chain::native_asset(), account(trace.from), account(trace.to), trace.value);
    }
  }

  uint64_t height_;
  EvmBlockRows& rows_;
  chain::AccountBlock& out_;
  EvmBlockNotes& notes_;
  bool have_time_ = false;
  bool synthetic_ = false;
  size_t hint_ = 0;
  std::unordered_map<Hash256, size_t, HashOf> by_hash_;
  std::vector<EvmTraceRow> block_traces_;
  std::vector<std::vector<size_t>> tokens_of_;
  std::vector<std::vector<size_t>> logs_of_;
  size_t next_trace_ = 0;
};
}  // namespace

Status assemble_evm_block(uint64_t height, EvmBlockRows& rows, chain::AccountBlock& out, EvmBlockNotes& notes) {
  return Assembler(height, rows, out, notes).run();
}
}  // namespace jindo::decode
