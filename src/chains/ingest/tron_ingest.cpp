// GraphSense's Tron tables, sorted and joined by block, to the rows that EVM chains have.
#include <cstring>
#include <unordered_map>

#include "base/file.h"
#include "base/hex.h"
#include "base/row_stream.h"
#include "decode/evm_block.h"
#include "decode/tron_export.h"
#include "ingest/account_append.h"
#include "ingest/evm_notes.h"
#include "ingest/formats.h"
#include "ingest/writer.h"
#include "ledger/ledger.h"

namespace jindo::ingest {
namespace {
using base::Status;
using decode::EvmTransactionRow;

struct ByHash {
  EvmTransactionRow row;
  friend bool operator<(const ByHash& a, const ByHash& b) { return a.row.hash < b.row.hash; }
};
struct HashOf {
  size_t operator()(const base::Hash256& hash) const {
    size_t out = 0;
    std::memcpy(&out, hash.data() + 8, sizeof out);
    return out;
  }
};

// All tables, sorted by block; fees joined to their transactions by hash.
class TronSource {
 public:
  TronSource(const std::string& temporary, size_t memory)
      : temporary_(temporary),
        by_hash_(temporary, memory / 6),
        fees_(temporary, memory / 12),
        blocks_(temporary, memory / 16),
        transactions_(temporary, memory / 6),
        transfers_(temporary, memory / 6),
        traces_(temporary, memory / 6),
        logs_(temporary, memory / 6) {}

  Status read_files(const std::vector<decode::TronFile>& files, bool partial, base::Progress& progress) {
    decode::TronSinks sinks;
    sinks.leave_out_cut_amounts = partial;
    sinks.places = &places_;
    rows_.places = &places_;
    const auto seen = [&](uint64_t block) -> Status {
      height_max_ = std::max(height_max_, block);
      return {};
    };
    sinks.block = [&](const decode::EvmBlockRow& row) -> Status {
      JINDO_DO(seen(row.block));
      return blocks_.sorter().add(row);
    };
    sinks.transaction = [&](const EvmTransactionRow& row) -> Status {
      JINDO_DO(seen(row.block));
      return by_hash_.sorter().add({row});
    };
    sinks.fee = [&](const decode::TronFeeRow& row) { return fees_.sorter().add(row); };
    sinks.trace = [&](const decode::TronTraceRow& row) -> Status {
      JINDO_DO(seen(row.trace.block));
      return traces_.sorter().add(row);
    };
    sinks.token_transfer = [&](const decode::EvmTokenTransferRow& row) -> Status {
      JINDO_DO(seen(row.block));
      return transfers_.sorter().add(row);
    };
    sinks.log = [&](const decode::EvmLogRow& row) -> Status {
      JINDO_DO(seen(row.block));
      return logs_.sorter().add(row);
    };
    uint64_t bytes_before = 0, rows = 0, sequence = 0;
    sinks.progress = [&](uint64_t bytes, uint64_t more) { progress.update(bytes_before + bytes, rows += more); };
    for (const decode::TronFile& file : files) {
      JINDO_DO(decode::read_tron_file(file, temporary_, sequence, sinks, notes_));
      JINDO_TRY(const uint64_t size, base::file_size(file.path));
      bytes_before += size;
    }
    JINDO_DO(by_hash_.sorter().finish());
    JINDO_DO(fees_.sorter().finish());
    JINDO_DO(join_fees());
    JINDO_DO(blocks_.sorter().finish());
    JINDO_DO(transactions_.sorter().finish());
    JINDO_DO(transfers_.sorter().finish());
    JINDO_DO(logs_.sorter().finish());
    return traces_.sorter().finish();
  }

  base::Result<bool> next(chain::AccountBlock& out) {
    uint64_t height = UINT64_MAX;
    JINDO_DO(lowest(blocks_, height, [](const auto& row) { return row.block; }));
    JINDO_DO(lowest(transactions_, height, [](const auto& row) { return row.block; }));
    JINDO_DO(lowest(transfers_, height, [](const auto& row) { return row.block; }));
    JINDO_DO(lowest(traces_, height, [](const auto& row) { return row.trace.block; }));
    JINDO_DO(lowest(logs_, height, [](const auto& row) { return row.block; }));
    if (height == UINT64_MAX) return false;
    const auto is_block = [&](const auto& row) { return row.block == height; };
    JINDO_DO(take(blocks_, rows_.blocks, is_block));
    JINDO_DO(take(transactions_, rows_.transactions, is_block));
    JINDO_DO(take(transfers_, rows_.token_transfers, is_block));
    JINDO_DO(take(logs_, rows_.logs, is_block));
    JINDO_DO(take(traces_, internal_, [&](const auto& row) { return row.trace.block == height; }));
    JINDO_DO(place_traces(height));
    JINDO_DO(decode::assemble_evm_block(height, rows_, out, block_notes_));
    // The genesis block pays out of nowhere: java-tron names the zero address.
    for (chain::AccountMovement& movement : out.movements) {
      if (movement.kind == chain::MovementKind::kTransfer && movement.from == kZero) movement.from = {};
    }
    return true;
  }
  uint64_t height_max() const { return height_max_; }
  void take_notes(IngestSummary& summary) const {
    summary.fees_unknown = block_notes_.fees_unknown;
    summary.status_unknown = block_notes_.status_unknown;
    const auto note = [&](uint64_t count, const char* text) {
      if (count > 0) summary.notes.push_back(std::to_string(count) + text);
    };
    note(block_notes_.fees_unknown, " transactions have no row in tx_fee: their fees are not in the ledger");
    note(block_notes_.status_unknown, " transactions have no status in this export: they are taken as done");
    note(notes_.without_recipient,
         " transactions name a value and no recipient (freezing, voting, contract creation): it is not in the ledger");
    note(notes_.cut_amounts,
         " internal calls have an amount that the exporter cut to 32 bits: they are not in the ledger");
    note(notes_.trc10, " movements of TRC-10 tokens are not read");
    note(block_notes_.rows_again, " rows stand twice or more in this input: each counts once");
    note(block_notes_.nft_transfers, " transfers of NFTs (TRC-721) are not read as movements");
    note(block_notes_.odd_transfers, " events are named Transfer and are no token's: they are not read as movements");
  }

 private:
  // Both in order of hash.
  Status join_fees() {
    for (;;) {
      JINDO_TRY(const ByHash* tx, by_hash_.peek());
      if (tx == nullptr) return {};
      EvmTransactionRow row = tx->row;
      uint64_t fee_place = 0;
      JINDO_DO(by_hash_.pop());
      for (;;) {
        JINDO_TRY(const decode::TronFeeRow* fee, fees_.peek());
        if (fee == nullptr || row.hash < fee->transaction) break;
        if (fee->transaction == row.hash) {
          if (row.has_fee && row.fee != fee->fee)
            return base::bad_input("two fees of transaction " + base::to_hex(row.hash) + " that differ: " +
                                   places_.where(fee_place) + " and " + places_.where(fee->sequence));
          row.fee = fee->fee;
          row.has_fee = true;
          fee_place = fee->sequence;
        }
        JINDO_DO(fees_.pop());
      }
      JINDO_DO(transactions_.sorter().add(row));
    }
  }
  template <class Rows, class BlockOf>
  static Status lowest(Rows& rows, uint64_t& height, BlockOf block_of) {
    JINDO_TRY(const auto* row, rows.peek());
    if (row != nullptr) height = std::min(height, block_of(*row));
    return {};
  }
  template <class Rows, class Out, class Belongs>
  static Status take(Rows& rows, Out& out, Belongs belongs) {
    out.clear();
    for (;;) {
      JINDO_TRY(const auto* row, rows.peek());
      if (row == nullptr || !belongs(*row)) return {};
      out.push_back(*row);
      JINDO_DO(rows.pop());
    }
  }
  // Internal calls by their transaction's hash to its index; its own call is put before them, as EVM traces have it.
  Status place_traces(uint64_t height) {
    rows_.traces.clear();
    rows_.receipts.clear();
    rows_.withdrawals.clear();
    if (internal_.empty()) return {};
    std::unordered_map<base::Hash256, size_t, HashOf> by_hash;
    for (size_t i = 0; i < rows_.transactions.size(); ++i) by_hash[rows_.transactions[i].hash] = i;
    const bool synthetic = rows_.transactions.empty();
    std::unordered_map<base::Hash256, bool, HashOf> opened;
    for (const decode::TronTraceRow& row : internal_) {
      auto found = by_hash.find(row.transaction);
      if (found == by_hash.end()) {
        if (!synthetic)
          return base::bad_input("block " + std::to_string(height) + ": a trace names transaction " +
                                 base::to_hex(row.transaction) + ", which the transactions lack");
        EvmTransactionRow tx;  // an export of traces alone
        tx.block = height;
        tx.hash = row.transaction;
        tx.index = row.trace.index;
        tx.status = decode::kStatusDone;
        tx.time = decode::kTimeUnknown;
        rows_.transactions.push_back(tx);
        found = by_hash.emplace(row.transaction, rows_.transactions.size() - 1).first;
      }
      const EvmTransactionRow& tx = rows_.transactions[found->second];
      if (!opened[row.transaction] && !synthetic) {
        decode::EvmTraceRow top;
        top.block = height;
        top.index = tx.index;
        top.moves_value = true;
        top.has_from = true;
        top.has_to = tx.has_to;
        top.from = tx.from;
        top.to = tx.to;
        top.value = tx.value;
        rows_.traces.push_back(top);
      }
      opened[row.transaction] = true;
      decode::EvmTraceRow trace = row.trace;
      trace.index = tx.index;
      rows_.traces.push_back(trace);
    }
    return {};
  }

  std::string temporary_;
  decode::RowPlaces places_;
  base::SortedRows<ByHash> by_hash_;
  base::SortedRows<decode::TronFeeRow> fees_;
  base::SortedRows<decode::EvmBlockRow> blocks_;
  base::SortedRows<EvmTransactionRow> transactions_;
  base::SortedRows<decode::EvmTokenTransferRow> transfers_;
  base::SortedRows<decode::TronTraceRow> traces_;
  base::SortedRows<decode::EvmLogRow> logs_;
  std::vector<decode::TronTraceRow> internal_;
  decode::EvmBlockRows rows_;
  decode::EvmBlockNotes block_notes_;
  decode::TronNotes notes_;
  uint64_t height_max_ = 0;
  const chain::AddressKey kZero = chain::make_key(chain::AddressKind::kAccount, decode::Account20{});
};
}  // namespace

base::Result<IngestSummary> ingest_graphsense_tron(const std::string& folder, const chain::Network& network,
                                                   const std::vector<std::string>& inputs,
                                                   const IngestOptions& options) {
  JINDO_DO(check_chain("graphsense-tron", network));
  std::vector<decode::TronFile> files;
  std::vector<std::string> not_read;
  uint64_t bytes_total = 0;
  for (const std::string& input : inputs) {
    JINDO_TRY(const auto found, decode::find_tron_files(input));
    not_read.insert(not_read.end(), found.not_read.begin(), found.not_read.end());
    for (const decode::TronFile& file : found.tables) {
      JINDO_TRY(const uint64_t size, base::file_size(file.path));
      bytes_total += size;
      files.push_back(file);
    }
  }
  base::Progress progress(options.progress, "reading tables", "rows", bytes_total);
  JINDO_TRY(ledger::LedgerWriter writer, open_writer(folder, options, progress));
  IngestSummary summary;
  TronSource rows(writer.temporary_folder(), options.memory_bytes / 3);
  JINDO_DO(rows.read_files(files, options.partial, progress));
  AccountSource source;
  source.name = inputs.front();
  source.next = [&](chain::AccountBlock& block) { return rows.next(block); };
  source.height_max = rows.height_max();
  JINDO_DO(append_account_blocks(writer, network, source, bytes_total, progress, summary));
  rows.take_notes(summary);
  name_unread(not_read, summary);
  return summary;
}
}  // namespace jindo::ingest
