// An EVM block's rows to movements, transaction by transaction.
#include "decode/evm_block.h"

#include <algorithm>
#include <cstring>

#include "base/hex.h"
#include "chain/forks.h"
#include "decode/evm_logs.h"
#include "decode/evm_order.h"

namespace jindo::decode {
namespace {
using base::bad_input;
using base::Hash256;
using base::Status;
using chain::AddressKey;

AddressKey account(const Account20& bytes) { return chain::make_key(chain::AddressKind::kAccount, bytes); }
bool is_zero(const Account20& address) { return address == Account20{}; }

class Assembler {
 public:
  Assembler(uint64_t height, EvmBlockRows& rows, chain::AccountBlock& out, EvmBlockNotes& notes)
      : height_(height), rows_(rows), out_(out), notes_(notes) {}

  Status run() {
    JINDO_DO(order_evm_rows(height_, rows_, out_, notes_, order_));
    block_level(true);
    for (size_t i = 0; i < rows_.transactions.size(); ++i) JINDO_DO(transaction(i));
    block_level(false);
    if (next_trace_ != rows_.traces.size())
      return fail("a trace names transaction index " + std::to_string(rows_.traces[next_trace_].index) +
                  ", which the transactions of this block lack");
    if (out_.note_bytes.size() > UINT32_MAX) return fail("more than 4 GiB of events (limit)");
    return {};
  }

 private:
  base::Error fail(const std::string& what) const {
    return bad_input("block " + std::to_string(height_) + ": " + what);
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
    wad = abi_number(base::Bytes(log.data).first(32));
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
    for (const auto& trace : order_.block_traces) {
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
    if (next_trace_ < rows_.traces.size() && rows_.traces[next_trace_].index < tx.index)
      return fail("a trace names transaction index " + std::to_string(rows_.traces[next_trace_].index) +
                  ", which the transactions of this block lack");
    size_t traces_end = next_trace_;
    while (traces_end < rows_.traces.size() && rows_.traces[traces_end].index == tx.index) ++traces_end;
    const bool traced = traces_end > next_trace_;
    bool done = tx.status != kStatusFailed;
    if (tx.status == kStatusUnknown && traced && rows_.traces[next_trace_].path_size == 0)
      done = !rows_.traces[next_trace_].failed;
    if (tx.status == kStatusUnknown && !traced && !order_.synthetic) ++notes_.status_unknown;
    if (tx.odd_type) ++notes_.odd_transactions;
    begin(tx.hash, tx.index);
    out_.transactions.back().gas_price = tx.gas_price.fits_u64() ? tx.gas_price.low() : UINT64_MAX;
    note_text(tx);
    JINDO_DO(fee(tx));
    if (!tx.mint.is_zero()) move(chain::MovementKind::kTransfer, chain::native_asset(), {}, account(tx.from), tx.mint);
    if (done) JINDO_DO(effects(i, traced, traces_end));
    end();
    next_trace_ = traces_end;
    return {};
  }

  Status fee(const EvmTransactionRow& tx) {
    if (tx.type == kTypeBlob && !tx.has_blob_fee && !order_.synthetic) ++notes_.blob_fees_unknown;
    if (!tx.has_fee) {
      if (!order_.synthetic) ++notes_.fees_unknown;
      return {};
    }
    base::Uint256 whole;
    if (add_overflows(tx.fee, tx.blob_fee, whole))
      return fail("transaction 0x" + base::to_hex(tx.hash) + ": a fee of 2^256 and more");
    if (!whole.is_zero())
      move(chain::MovementKind::kFee, chain::native_asset(), account(tx.has_payer ? tx.payer : tx.from), {}, whole);
    return {};
  }

  // What a transaction that succeeded moved and said.
  Status effects(size_t i, bool traced, size_t traces_end) {
    const EvmTransactionRow& tx = rows_.transactions[i];
    if (traced) {
      internal_value(traces_end);
    } else if (tx.creates && tx.has_to) {
      create(tx.from, tx.to);
    }
    if (!traced && !tx.value.is_zero()) {
      if (!tx.has_to)
        return fail("transaction 0x" + base::to_hex(tx.hash) +
                    " creates a contract with value, and neither receipts nor traces tell its address");
      move(chain::MovementKind::kTransfer, chain::native_asset(), account(tx.from), account(tx.to), tx.value);
    }
    size_t next_log = 0;
    for (const size_t t : order_.tokens_of[i]) {
      wrapped_until(i, rows_.token_transfers[t].log_index, next_log);
      const auto& transfer = rows_.token_transfers[t];
      // By ERC-20's convention the zero address mints and burns.
      move(chain::MovementKind::kTransfer, account(transfer.token),
           is_zero(transfer.from) ? AddressKey{} : account(transfer.from),
           is_zero(transfer.to) ? AddressKey{} : account(transfer.to), transfer.value);
    }
    wrapped_until(i, UINT64_MAX, next_log);
    for (const size_t log : order_.logs_of[i]) note_event(log);
    return {};
  }

  // Mints and burns of wrapped coins logged before `log_index`.
  void wrapped_until(size_t i, uint64_t log_index, size_t& next) {
    for (; next < order_.logs_of[i].size() && rows_.logs[order_.logs_of[i][next]].log_index < log_index; ++next) {
      const EvmLogRow& log = rows_.logs[order_.logs_of[i][next]];
      Account20 who{};
      base::Uint256 wad;
      bool mints = false;
      if (!wraps(log, order_.tokens_of[i], who, wad, mints)) continue;
      move(chain::MovementKind::kTransfer, account(log.contract), mints ? AddressKey{} : account(who),
           mints ? account(who) : AddressKey{}, wad);
    }
  }

  void internal_value(size_t traces_end) {
    const EvmTraceRow* failed = nullptr;  // the outermost failed call: what lies below it moved nothing
    const size_t first_creation = out_.creations.size();
    for (; next_trace_ < traces_end; ++next_trace_) {
      const EvmTraceRow& trace = rows_.traces[next_trace_];
      const bool below = failed != nullptr && trace.path_size >= failed->path_size &&
                         std::memcmp(trace.path.data(), failed->path.data(), failed->path_size) == 0;
      if (below) continue;
      failed = trace.failed ? &trace : nullptr;
      if (!trace.failed && trace.type == EvmTraceType::kCreate && trace.has_from && trace.has_to)
        create(trace.from, trace.to);
      if (trace.failed || !trace.moves_value || trace.value.is_zero() || !trace.has_from || !trace.has_to) continue;
      AddressKey to = account(trace.to);
      // What a contract leaves to itself is gone with it.
      if (trace.type == EvmTraceType::kSuicide && trace.from == trace.to && destroys(trace.from, first_creation))
        to = {};
      move(chain::MovementKind::kTransfer, chain::native_asset(), account(trace.from), to, trace.value);
    }
  }
  // Whether SELFDESTRUCT ends the contract: before Cancun always, since then where its own transaction made it.
  bool destroys(const Account20& contract, size_t first_creation) {
    for (size_t c = first_creation; c < out_.creations.size(); ++c)
      if (out_.creations[c].contract == account(contract)) return true;
    if (rows_.network == nullptr) return false;
    const auto always = chain::selfdestruct_ends_all(*rows_.network, height_, out_.time);
    if (!always) ++notes_.selfdestructs_unknown;
    return always.value_or(false);
  }

  uint64_t height_;
  EvmBlockRows& rows_;
  chain::AccountBlock& out_;
  EvmBlockNotes& notes_;
  EvmOrder order_;
  size_t next_trace_ = 0;
};
}  // namespace

Status assemble_evm_block(uint64_t height, EvmBlockRows& rows, chain::AccountBlock& out, EvmBlockNotes& notes) {
  return Assembler(height, rows, out, notes).run();
}
}  // namespace jindo::decode
