// Rows of seven kinds, each in order of blocks, taken a block at a time.
#include "ingest/evm_source.h"

#include <algorithm>

#include "base/file.h"
#include "base/hex.h"
#include "decode/evm_json.h"

namespace jindo::ingest {
using base::Status;
using decode::EvmTable;

namespace {
template <class Row>
Status lowest_block(base::RowSource<Row>& rows, uint64_t& height) {
  JINDO_TRY(const Row* row, rows.peek());
  if (row != nullptr) height = std::min(height, row->block);
  return {};
}
template <class Row>
Status take_block(base::RowSource<Row>& rows, uint64_t height, std::vector<Row>& out) {
  out.clear();
  for (;;) {
    JINDO_TRY(const Row* row, rows.peek());
    if (row == nullptr || row->block != height) return {};
    out.push_back(*row);
    JINDO_DO(rows.pop());
  }
}
template <class Row>
base::ExternalSorter<Row>& sorter_of(std::unique_ptr<base::RowSource<Row>>& rows) {
  return static_cast<base::SortedRows<Row>&>(*rows).sorter();
}
template <class Row>
void make_sorted(std::unique_ptr<base::RowSource<Row>>& rows, const std::string& folder, size_t bytes) {
  rows = std::make_unique<base::SortedRows<Row>>(folder, bytes);
}
const std::string& path_of(const decode::EvmFile& file) { return file.path; }
const std::string& path_of(const std::string& file) { return file; }
}  // namespace

EvmSource::EvmSource(const EvmBasis& basis) : basis_(basis) {
  rows_.network = basis.network;
  rows_.whole = basis.whole;
  rows_.has_transactions = basis.has_transactions;
}

base::Result<bool> EvmSource::next(chain::AccountBlock& out) {
  uint64_t height = UINT64_MAX;
  JINDO_DO(lowest_block(*blocks_, height));
  JINDO_DO(lowest_block(*transactions_, height));
  JINDO_DO(lowest_block(*receipts_, height));
  JINDO_DO(lowest_block(*transfers_, height));
  JINDO_DO(lowest_block(*traces_, height));
  JINDO_DO(lowest_block(*logs_, height));
  JINDO_DO(lowest_block(*withdrawals_, height));
  if (height == UINT64_MAX) return false;
  JINDO_DO(take_block(*blocks_, height, rows_.blocks));
  JINDO_DO(take_block(*transactions_, height, rows_.transactions));
  JINDO_DO(take_block(*receipts_, height, rows_.receipts));
  JINDO_DO(take_block(*transfers_, height, rows_.token_transfers));
  JINDO_DO(take_block(*traces_, height, rows_.traces));
  JINDO_DO(take_block(*logs_, height, rows_.logs));
  JINDO_DO(take_block(*withdrawals_, height, rows_.withdrawals));
  JINDO_DO(decode::assemble_evm_block(height, rows_, out, notes_));
  return true;
}

StreamedEvm::StreamedEvm(const std::vector<decode::EvmFile>& files, const EvmBasis& basis) : EvmSource(basis) {
  using decode::EvmSinks;
  blocks_ = stream<decode::EvmBlockRow>(files, {EvmTable::kBlocks}, &EvmSinks::block);
  transactions_ = stream<decode::EvmTransactionRow>(files, {EvmTable::kTransactions}, &EvmSinks::transaction);
  receipts_ = stream<decode::EvmReceiptRow>(files, {EvmTable::kReceipts}, &EvmSinks::receipt);
  transfers_ = stream<decode::EvmTokenTransferRow>(files, {EvmTable::kTokenTransfers}, &EvmSinks::token_transfer);
  traces_ = stream<decode::EvmTraceRow>(files, {EvmTable::kTraces, EvmTable::kGethTraces}, &EvmSinks::trace);
  logs_ = stream<decode::EvmLogRow>(files, {EvmTable::kLogs}, &EvmSinks::log);
  // Withdrawals stand in the blocks' rows: those files are read a second time, where they may hold any.
  std::vector<decode::EvmFile> paid;
  for (const decode::EvmFile& file : files)
    if (file.table == EvmTable::kWithdrawals ||
        (file.table == EvmTable::kBlocks && decode::may_hold_withdrawals(file.path)))
      paid.push_back(file);
  withdrawals_ = stream<decode::EvmTraceRow>(paid, {EvmTable::kBlocks, EvmTable::kWithdrawals}, &EvmSinks::withdrawal);
}
StreamedEvm::~StreamedEvm() {  // the threads count into bytes_done_: they end before it does
  blocks_.reset();
  transactions_.reset();
  receipts_.reset();
  transfers_.reset();
  traces_.reset();
  logs_.reset();
  withdrawals_.reset();
}

template <class Row, class Member>
std::unique_ptr<base::RowSource<Row>> StreamedEvm::stream(const std::vector<decode::EvmFile>& files,
                                                          std::initializer_list<EvmTable> tables, Member member) {
  auto out = std::make_unique<base::RowStream<Row>>();
  std::vector<decode::EvmFile> mine;
  for (const decode::EvmFile& file : files)
    if (std::find(tables.begin(), tables.end(), file.table) != tables.end()) mine.push_back(file);
  if (mine.empty()) return out;
  out->start([this, mine, member](const auto& sink) -> Status {
    decode::EvmSinks sinks;
    sinks.*member = sink;
    if (sinks.trace) sinks.notes = &read_notes_;  // that thread's alone
    uint64_t seen = 0;                            // of the file at hand
    sinks.progress = [&](uint64_t bytes, uint64_t) {
      bytes_done_ += bytes - std::min(bytes, seen);
      seen = bytes;
    };
    uint64_t sequence = 0;
    for (const decode::EvmFile& file : mine) {
      seen = 0;
      ++sinks.file;
      JINDO_DO(decode::read_evm_file(file, {basis_.scratch, basis_.memory_bytes / 8}, sequence, sinks));
    }
    return {};
  });
  return out;
}

SortedEvm::SortedEvm(const EvmBasis& basis)
    : EvmSource(basis),
      hashed_(basis.scratch, basis.memory_bytes / 8),
      places_by_hash_(basis.scratch, basis.memory_bytes / 16) {
  make_sorted(blocks_, basis.scratch, basis.memory_bytes / 16);
  make_sorted(transactions_, basis.scratch, basis.memory_bytes / 6);
  make_sorted(receipts_, basis.scratch, basis.memory_bytes / 10);
  make_sorted(transfers_, basis.scratch, basis.memory_bytes / 6);
  make_sorted(traces_, basis.scratch, basis.memory_bytes / 6);
  make_sorted(logs_, basis.scratch, basis.memory_bytes / 6);
  make_sorted(withdrawals_, basis.scratch, basis.memory_bytes / 16);
  rows_.places = &places_;
}

template <class Row>
Status SortedEvm::add(Rows<Row>& rows, const Row& row) {
  height_max_ = std::max(height_max_, row.block);
  return sorter_of(rows).add(row);
}

template <class File, class Read>
Status SortedEvm::read_files(const std::vector<File>& files, base::Progress& progress, Read read) {
  decode::EvmSinks sinks;
  sinks.block = [&](const decode::EvmBlockRow& row) { return add(blocks_, row); };
  sinks.transaction = [&](const decode::EvmTransactionRow& row) -> Status {
    if (std::is_same_v<File, std::string>) JINDO_DO(places_by_hash_.add({row.hash, row.block, row.index}));
    return add(transactions_, row);
  };
  sinks.receipt = [&](const decode::EvmReceiptRow& row) { return add(receipts_, row); };
  sinks.token_transfer = [&](const decode::EvmTokenTransferRow& row) { return add(transfers_, row); };
  sinks.trace = [&](const decode::EvmTraceRow& row) { return add(traces_, row); };
  sinks.log = [&](const decode::EvmLogRow& row) { return add(logs_, row); };
  sinks.withdrawal = [&](const decode::EvmTraceRow& row) { return add(withdrawals_, row); };
  sinks.hashed_trace = [&](const decode::EvmHashedTrace& row) { return hashed_.add(row); };
  sinks.places = &places_;
  sinks.notes = &read_notes_;
  uint64_t bytes_before = 0, rows = 0, sequence = 0;
  sinks.progress = [&](uint64_t bytes, uint64_t more) { progress.update(bytes_before + bytes, rows += more); };
  for (const File& file : files) {
    ++sinks.file;
    JINDO_DO(read(file, sequence, sinks));
    JINDO_TRY(const uint64_t size, base::file_size(path_of(file)));
    bytes_before += size;
  }
  JINDO_DO(join_hashed());
  JINDO_DO(sorter_of(blocks_).finish());
  JINDO_DO(sorter_of(transactions_).finish());
  JINDO_DO(sorter_of(receipts_).finish());
  JINDO_DO(sorter_of(transfers_).finish());
  JINDO_DO(sorter_of(traces_).finish());
  JINDO_DO(sorter_of(logs_).finish());
  return sorter_of(withdrawals_).finish();
}

Status SortedEvm::read_tables(const std::vector<decode::EvmFile>& files, base::Progress& progress) {
  return read_files(files, progress,
                    [&](const decode::EvmFile& file, uint64_t& sequence, const decode::EvmSinks& sinks) {
                      return decode::read_evm_file(file, {basis_.scratch, basis_.memory_bytes / 8}, sequence, sinks);
                    });
}
Status SortedEvm::read_answers(const std::vector<std::string>& files, base::Progress& progress) {
  return read_files(files, progress, [&](const std::string& file, uint64_t& sequence, const decode::EvmSinks& sinks) {
    return decode::read_evm_json_file(file, basis_.scratch, sequence, sinks);
  });
}

// Both in order of hash.
Status SortedEvm::join_hashed() {
  JINDO_DO(hashed_.finish());
  JINDO_DO(places_by_hash_.finish());
  for (;;) {
    JINDO_TRY(const decode::EvmHashedTrace* next, hashed_.peek());
    if (next == nullptr) return {};
    for (;;) {
      JINDO_TRY(const Place* place, places_by_hash_.peek());
      if (place == nullptr || next->transaction < place->hash)
        return base::bad_input(places_.where(next->trace.sequence) + ": a trace of transaction 0x" +
                               base::to_hex(next->transaction) +
                               ", which no block of the input holds; add the blocks (eth_getBlockByNumber with whole "
                               "transactions)");
      if (place->hash == next->transaction) {
        decode::EvmTraceRow row = next->trace;
        row.block = place->block;
        row.index = place->index;
        JINDO_DO(add(traces_, row));
        break;
      }
      JINDO_DO(places_by_hash_.pop());
    }
    JINDO_DO(hashed_.pop());
  }
}
}  // namespace jindo::ingest
