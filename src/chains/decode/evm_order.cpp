// Sorting, joining, and what stands twice.
#include "decode/evm_order.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_map>
#include <unordered_set>

#include "base/hex.h"
#include "decode/evm_logs.h"

namespace jindo::decode {
namespace {
using base::bad_input;
using base::Hash256;
using base::Status;

bool no_hash(const Hash256& hash) { return hash == Hash256{}; }

struct HashOfId {
  size_t operator()(const Hash256& hash) const {
    size_t out = 0;
    std::memcpy(&out, hash.data(), sizeof out);
    return out;
  }
};

// Transactions by hash: an open table of their numbers, half full at most.
class IdTable {
 public:
  static constexpr size_t kNowhere = SIZE_MAX;
  explicit IdTable(const std::vector<EvmTransactionRow>& txs) : txs_(txs) {}
  // The first transaction of this hash that is in the table already; else it is added, and kNowhere comes back.
  size_t add(size_t number) {
    if (slots_.size() < 2 * txs_.size()) slots_.assign(std::bit_ceil(2 * txs_.size() + 2), 0);
    size_t at = slot_of(txs_[number].hash);
    for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1))
      if (txs_[slots_[at] - 1].hash == txs_[number].hash) return slots_[at] - 1;
    slots_[at] = static_cast<uint32_t>(number + 1);
    return kNowhere;
  }
  size_t find(const Hash256& hash) const {
    if (slots_.empty()) return kNowhere;
    for (size_t at = slot_of(hash); slots_[at] != 0; at = (at + 1) & (slots_.size() - 1))
      if (txs_[slots_[at] - 1].hash == hash) return slots_[at] - 1;
    return kNowhere;
  }

 private:
  size_t slot_of(const Hash256& hash) const { return HashOfId()(hash) & (slots_.size() - 1); }
  const std::vector<EvmTransactionRow>& txs_;
  std::vector<uint32_t> slots_;
};

// Exports are in order nearly always; std::stable_sort would copy every row to find out.
template <class Rows, class Less>
void sort_rows(Rows& rows, Less less) {
  if (!std::is_sorted(rows.begin(), rows.end(), less)) std::stable_sort(rows.begin(), rows.end(), less);
}

bool same_move(const EvmTraceRow& a, const EvmTraceRow& b) {
  return a.type == b.type && a.moves_value == b.moves_value && a.failed == b.failed && a.has_from == b.has_from &&
         a.has_to == b.has_to && a.from == b.from && a.to == b.to && a.value == b.value;
}

class Orderer {
 public:
  Orderer(uint64_t height, EvmBlockRows& rows, chain::AccountBlock& out, EvmBlockNotes& notes, EvmOrder& order)
      : height_(height), rows_(rows), out_(out), notes_(notes), order_(order), ids_(rows.transactions) {}

  Status run() {
    out_ = {};
    out_.height = height_;
    order_ = {};
    JINDO_DO(block_fields());
    JINDO_DO(order_transactions());
    JINDO_DO(count_transactions());
    JINDO_DO(apply_receipts());
    JINDO_DO(order_traces());
    JINDO_DO(order_block_level());
    JINDO_DO(transfers_of_logs());
    JINDO_DO(order_token_transfers());
    return order_logs();
  }

 private:
  base::Error fail(const std::string& what) const {
    return bad_input("block " + std::to_string(height_) + ": " + what);
  }
  // Two rows that cannot both be: named by file and line.
  template <class Row>
  base::Error conflict(const std::string& what, const Row& a, const Row& b) const {
    std::string places;
    if (rows_.places != nullptr)
      places = ": " + rows_.places->where(a.sequence) + " and " + rows_.places->where(b.sequence);
    return fail(what + places);
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
    if (no_hash(hash)) return {};
    if (!no_hash(out_.hash) && out_.hash != hash)
      return fail("two block hashes: 0x" + base::to_hex(out_.hash) + " and 0x" + base::to_hex(hash));
    out_.hash = hash;
    return {};
  }
  Status block_fields() {
    for (const auto& row : rows_.blocks) {
      const EvmBlockRow& first = rows_.blocks.front();
      if (row.hash != first.hash || row.parent != first.parent || row.time != first.time ||
          row.transactions != first.transactions)
        return conflict("two rows of this block that differ", first, row);
      if (&row != &first) ++notes_.rows_again;
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
    for (const auto& row : rows_.withdrawals) JINDO_DO(merge_time(row.time));
    if (!have_time_) return fail("no table tells its time; add the export's transactions or blocks");
    return {};
  }

  // By index. Without a transactions table, transactions are taken from the token transfers and events, in log order,
  // and from the traces, by index.
  Status order_transactions() {
    auto& txs = rows_.transactions;
    sort_rows(txs, [](const auto& a, const auto& b) { return a.index < b.index; });
    const auto same = [](const EvmTransactionRow& a, const EvmTransactionRow& b) {
      return a.from == b.from && a.creates == b.creates && (a.creates || a.to == b.to) && a.value == b.value &&
             a.mint == b.mint;
    };
    size_t kept = txs.empty() ? 0 : 1;
    for (size_t i = 1; i < txs.size(); ++i) {
      if (txs[i].index == txs[kept - 1].index) {
        if (txs[i].hash != txs[kept - 1].hash || !same(txs[i], txs[kept - 1]))
          return conflict("two transactions with index " + std::to_string(txs[i].index), txs[kept - 1], txs[i]);
        ++notes_.rows_again;
        if (txs[i].has_fee && !txs[kept - 1].has_fee) txs[kept - 1] = txs[i];  // the fuller row stays
        continue;
      }
      if (kept != i) txs[kept] = txs[i];
      ++kept;
    }
    txs.resize(kept);
    if (txs.empty()) {
      order_.synthetic = true;
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
    std::vector<std::pair<uint64_t, Hash256>> seen;
    for (const auto& transfer : rows_.token_transfers) seen.emplace_back(transfer.log_index, transfer.transaction);
    for (const auto& log : rows_.logs) seen.emplace_back(log.log_index, log.transaction);
    sort_rows(seen, [](const auto& a, const auto& b) { return a.first < b.first; });
    std::unordered_set<Hash256, HashOfId> known;
    for (const auto& [log, hash] : seen) {
      if (!known.insert(hash).second) continue;
      EvmTransactionRow tx;
      tx.hash = hash;
      tx.index = static_cast<uint32_t>(rows_.transactions.size());
      rows_.transactions.push_back(tx);
    }
  }

  // One hash stands at one index; the block's row says how many there are.
  Status count_transactions() {
    const auto& txs = rows_.transactions;
    for (size_t i = 0; txs.size() > 1 && i < txs.size(); ++i) {  // of one alone, the first look finds it
      if (no_hash(txs[i].hash)) continue;
      const size_t other = ids_.add(i);
      if (other != kNowhere)
        return conflict("transaction 0x" + base::to_hex(txs[i].hash) + " stands at index " +
                            std::to_string(txs[other].index) + " and at index " + std::to_string(txs[i].index),
                        txs[other], txs[i]);
    }
    if (order_.synthetic && !rows_.has_transactions) return {};
    if (rows_.blocks.empty() || rows_.blocks.front().transactions == kCountUnknown) return {};
    const uint64_t stated = rows_.blocks.front().transactions, held = order_.synthetic ? 0 : txs.size();
    if (stated == held) return {};
    if (rows_.whole || held > stated)
      return fail("has " + std::to_string(held) + " transactions; its blocks row says " + std::to_string(stated) +
                  " (an export of some transactions only is taken with --partial)");
    notes_.transactions_lacking += stated - held;
    return {};
  }

  static constexpr size_t kNowhere = IdTable::kNowhere;
  // Receipts and logs come in the order of their transactions nearly always: look from the last one found on.
  size_t find_transaction(const Hash256& hash) {
    const auto& txs = rows_.transactions;
    if (hint_ < txs.size() && txs[hint_].hash == hash) return hint_;
    if (hint_ + 1 < txs.size() && txs[hint_ + 1].hash == hash) return ++hint_;
    const size_t found = ids_.find(hash);
    if (found != kNowhere) hint_ = found;
    return found;
  }

  Status apply_receipts() {
    if (rows_.receipts.size() > 1) receipt_of_.assign(rows_.transactions.size(), nullptr);
    for (const auto& receipt : rows_.receipts) {
      const size_t found = find_transaction(receipt.transaction);
      if (found == kNowhere) {
        if (order_.synthetic) continue;
        return fail("a receipt names transaction 0x" + base::to_hex(receipt.transaction) +
                    ", which the transactions lack");
      }
      if (receipt_of_.empty()) return apply(receipt, rows_.transactions[found]);
      if (const EvmReceiptRow* before = receipt_of_[found]) {
        if (before->status != receipt.status || before->gas_used != receipt.gas_used ||
            before->gas_price != receipt.gas_price || before->l1_fee != receipt.l1_fee ||
            before->blob_fee != receipt.blob_fee || before->contract != receipt.contract)
          return conflict("two receipts of transaction 0x" + base::to_hex(receipt.transaction) + " that differ",
                          *before, receipt);
        ++notes_.rows_again;
        continue;
      }
      receipt_of_[found] = &receipt;
      JINDO_DO(apply(receipt, rows_.transactions[found]));
    }
    return {};
  }
  Status apply(const EvmReceiptRow& receipt, EvmTransactionRow& tx) {
    if (receipt.status != kStatusUnknown) tx.status = receipt.status;
    const base::Uint256 price = receipt.has_price ? receipt.gas_price : tx.gas_price;
    tx.gas_price = price;
    const auto cost = gas_cost(receipt.gas_used, price);
    if (!cost || add_overflows(*cost, receipt.l1_fee, tx.fee)) return fail("a fee of 2^256 and more");
    tx.has_fee = true;
    if (receipt.has_blob_fee) {
      tx.blob_fee = receipt.blob_fee;
      tx.has_blob_fee = true;
    }
    if (receipt.has_operator_fee) ++notes_.operator_fees_unknown;
    if (tx.creates && receipt.has_contract) {
      tx.to = receipt.contract;
      tx.has_to = true;
    }
    return {};
  }

  // By path; a transaction and a path name one call.
  Status order_traces() {
    auto& traces = rows_.traces;
    const auto path_order = [](const EvmTraceRow& a, const EvmTraceRow& b) {
      const int order = std::memcmp(a.path.data(), b.path.data(), std::min(a.path_size, b.path_size));
      return order != 0 ? order : a.path_size - b.path_size;
    };
    sort_rows(traces, [&](const EvmTraceRow& a, const EvmTraceRow& b) {
      return a.index != b.index ? a.index < b.index : path_order(a, b) < 0;
    });
    // Block-level traces stand last; take them out.
    const auto first = std::find_if(traces.begin(), traces.end(), [](const auto& t) { return t.index == UINT32_MAX; });
    order_.block_traces.assign(first, traces.end());
    traces.erase(first, traces.end());
    size_t kept = 0, group = 0;  // where the rows of one path begin among those kept
    for (size_t i = 0; i < traces.size(); ++i) {
      if (kept == group || traces[group].index != traces[i].index || path_order(traces[group], traces[i]) != 0)
        group = kept;
      const EvmTraceRow* before = nullptr;
      for (size_t k = group; k < kept && before == nullptr; ++k)
        if (traces[k].cut_path == traces[i].cut_path) before = &traces[k];
      if (before == nullptr) {
        if (kept != i) traces[kept] = traces[i];
        ++kept;
        continue;
      }
      if (!same_move(*before, traces[i]))
        return conflict(
            "two traces of one call that differ, in the transaction of index " + std::to_string(traces[i].index),
            *before, traces[i]);
      ++notes_.rows_again;
    }
    traces.resize(kept);
    return {};
  }

  // Rewards, genesis and withdrawals. A withdrawal is named by its index; without one, and for the others, rows that
  // are alike are as many payments as one file has of them: a miner may be paid alike for two uncles.
  Status order_block_level() {
    auto& all = order_.block_traces;
    all.insert(all.end(), rows_.withdrawals.begin(), rows_.withdrawals.end());
    if (all.size() < 2) return {};
    std::vector<EvmTraceRow> kept;
    std::unordered_map<uint64_t, size_t> by_id;
    struct Alike {
      size_t row;                                    // the first kept
      size_t held = 1;                               // how many are kept
      std::unordered_map<uint32_t, size_t> of_file;  // how many each file has
    };
    std::unordered_multimap<uint64_t, Alike> alike;
    for (const EvmTraceRow& row : all) {
      if (row.id != EvmTraceRow::kNoId) {
        const auto added = by_id.emplace(row.id, kept.size());
        if (added.second) {
          kept.push_back(row);
        } else if (!same_move(kept[added.first->second], row)) {
          return conflict("two withdrawals of index " + std::to_string(row.id), kept[added.first->second], row);
        } else {
          ++notes_.rows_again;
        }
        continue;
      }
      const uint64_t key = row.value.low() * 0x9e3779b97f4a7c15ULL ^ base::xxh3(row.to);
      const auto range = alike.equal_range(key);
      auto found = std::find_if(range.first, range.second,
                                [&](const auto& entry) { return same_move(kept[entry.second.row], row); });
      if (found == range.second) {
        Alike entry{kept.size(), 1, {}};
        entry.of_file[row.file] = 1;
        alike.emplace(key, std::move(entry));
        kept.push_back(row);
        continue;
      }
      if (++found->second.of_file[row.file] <= found->second.held) {
        ++notes_.rows_again;
        continue;
      }
      ++found->second.held;
      kept.push_back(row);
    }
    all = std::move(kept);
    return {};
  }

  // A Transfer among the events is a movement where no token_transfers row stands for it. It is no note in any case.
  Status transfers_of_logs() {
    auto& logs = rows_.logs;
    if (std::none_of(logs.begin(), logs.end(), [](const EvmLogRow& log) { return is_transfer(log); })) return {};
    const auto by_log = [](const auto& a, const auto& b) { return a.log_index < b.log_index; };
    sort_rows(rows_.token_transfers, by_log);
    const auto row_of = [&](const EvmTokenTransferRow& transfer) -> const EvmTokenTransferRow* {
      const auto& rows = rows_.token_transfers;
      const auto found = std::lower_bound(rows.begin(), rows.end(), transfer, by_log);
      return found != rows.end() && found->log_index == transfer.log_index ? &*found : nullptr;
    };
    std::vector<EvmTokenTransferRow> made;
    std::unordered_set<uint64_t> seen;
    for (const EvmLogRow& log : logs) {
      if (!is_transfer(log) || log.part != 0) continue;
      const std::span<const Hash256> topics(log.topic.data(), log.topics);
      const TransferShape shape = transfer_shape(topics, log.data_size);
      EvmTokenTransferRow transfer;
      transfer.log_index = log.log_index;
      const EvmTokenTransferRow* row = row_of(transfer);
      if (shape == TransferShape::kOther || (shape == TransferShape::kNft && row == nullptr)) {
        if (seen.insert(log.log_index).second)
          ++(shape == TransferShape::kNft ? notes_.nft_transfers : notes_.odd_transfers);
        continue;
      }
      transfer.block = height_;
      transfer.sequence = log.sequence;
      transfer.time = log.time;
      transfer.transaction = log.transaction;
      transfer.token = log.contract;
      take_transfer(topics, base::Bytes(log.data).first(log.data_size), transfer.from, transfer.to, transfer.value);
      if (row == nullptr) {
        if (seen.insert(log.log_index).second) ++notes_.transfers_from_logs;
        made.push_back(transfer);
      } else if (!same_transfer(*row, transfer)) {
        return fail("the token transfer with log index " + std::to_string(log.log_index) +
                    " differs from the event of that index");
      }
    }
    rows_.token_transfers.insert(rows_.token_transfers.end(), made.begin(), made.end());
    logs.erase(std::remove_if(logs.begin(), logs.end(), [](const EvmLogRow& log) { return is_transfer(log); }),
               logs.end());
    return {};
  }
  static bool is_transfer(const EvmLogRow& log) { return log.topics > 0 && log.topic[0] == transfer_topic(); }
  static bool same_transfer(const EvmTokenTransferRow& a, const EvmTokenTransferRow& b) {
    return a.transaction == b.transaction && a.token == b.token && a.from == b.from && a.to == b.to &&
           a.value == b.value;
  }

  Status order_token_transfers() {
    auto& transfers = rows_.token_transfers;
    sort_rows(transfers, [](const auto& a, const auto& b) { return a.log_index < b.log_index; });
    hint_ = 0;
    order_.tokens_of.resize(rows_.transactions.size());
    for (size_t i = 0; i < transfers.size(); ++i) {
      if (i > 0 && transfers[i].log_index == transfers[i - 1].log_index) {
        if (!same_transfer(transfers[i], transfers[i - 1]))
          return conflict("two token transfers with log index " + std::to_string(transfers[i].log_index),
                          transfers[i - 1], transfers[i]);
        ++notes_.rows_again;
        continue;
      }
      const size_t found = find_transaction(transfers[i].transaction);
      if (found == kNowhere)
        return fail("a token transfer names transaction 0x" + base::to_hex(transfers[i].transaction) +
                    ", which the transactions lack");
      order_.tokens_of[found].push_back(i);
    }
    return {};
  }

  // By log and part.
  Status order_logs() {
    auto& logs = rows_.logs;
    sort_rows(logs, [](const auto& a, const auto& b) {
      return std::tie(a.log_index, a.sequence, a.part) < std::tie(b.log_index, b.sequence, b.part);
    });
    hint_ = 0;
    order_.logs_of.resize(rows_.transactions.size());
    size_t first = 0;  // of this log index
    for (size_t i = 0; i < logs.size();) {
      size_t end = i + 1;
      while (end < logs.size() && logs[end].sequence == logs[i].sequence) ++end;
      const bool again = i > 0 && logs[i].log_index == logs[i - 1].log_index;
      if (!again) first = i;
      if (again) {
        for (size_t part = 0; i + part < end; ++part)
          if (!same_event(logs[first + part], logs[i + part]))
            return conflict("two events with log index " + std::to_string(logs[i].log_index), logs[first], logs[i]);
        ++notes_.rows_again;
      }
      const size_t found = again ? 0 : find_transaction(logs[i].transaction);
      if (found == kNowhere) {
        if (!order_.synthetic)
          return fail("an event names transaction 0x" + base::to_hex(logs[i].transaction) +
                      ", which the transactions lack");
      } else if (!again) {
        order_.logs_of[found].push_back(i);
      }
      i = end;
    }
    return {};
  }
  static bool same_event(const EvmLogRow& a, const EvmLogRow& b) {
    return a.log_index == b.log_index && a.transaction == b.transaction && a.contract == b.contract &&
           a.part == b.part && a.data_size == b.data_size && a.topics == b.topics && a.topic == b.topic &&
           a.data == b.data;
  }

  uint64_t height_;
  EvmBlockRows& rows_;
  chain::AccountBlock& out_;
  EvmBlockNotes& notes_;
  EvmOrder& order_;
  bool have_time_ = false;
  size_t hint_ = 0;
  IdTable ids_;
  std::vector<const EvmReceiptRow*> receipt_of_;
};
}  // namespace

Status order_evm_rows(uint64_t height, EvmBlockRows& rows, chain::AccountBlock& out, EvmBlockNotes& notes,
                      EvmOrder& order) {
  return Orderer(height, rows, out, notes, order).run();
}
}  // namespace jindo::decode
