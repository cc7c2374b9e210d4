// EVM tables joined by block: streamed where rows are in order, read as a whole and sorted otherwise.
#include <atomic>

#include "base/file.h"
#include "base/row_stream.h"
#include "decode/ethereum_etl.h"
#include "decode/evm_block.h"
#include "decode/evm_json.h"
#include "ingest/account_append.h"
#include "ingest/formats.h"
#include "ingest/writer.h"

namespace jindo::ingest {
namespace {
using base::Status;
using decode::EvmTable;

// The tables' rows, each in order of blocks, handed out a block at a time.
class EvmSource {
 public:
  virtual ~EvmSource() = default;
  base::Result<bool> next(chain::AccountBlock& out) {
    uint64_t height = UINT64_MAX;
    JINDO_DO(lowest(*blocks_, height));
    JINDO_DO(lowest(*transactions_, height));
    JINDO_DO(lowest(*receipts_, height));
    JINDO_DO(lowest(*transfers_, height));
    JINDO_DO(lowest(*traces_, height));
    JINDO_DO(lowest(*logs_, height));
    JINDO_DO(lowest(*withdrawals_, height));
    if (height == UINT64_MAX) return false;
    JINDO_DO(take(*blocks_, height, rows_.blocks));
    JINDO_DO(take(*transactions_, height, rows_.transactions));
    JINDO_DO(take(*receipts_, height, rows_.receipts));
    JINDO_DO(take(*transfers_, height, rows_.token_transfers));
    JINDO_DO(take(*traces_, height, rows_.traces));
    JINDO_DO(take(*logs_, height, rows_.logs));
    JINDO_DO(take(*withdrawals_, height, rows_.withdrawals));
    JINDO_DO(decode::assemble_evm_block(height, rows_, out, notes_));
    return true;
  }
  const decode::EvmBlockNotes& notes() const { return notes_; }

 protected:
  template <class Row>
  using Rows = std::unique_ptr<base::RowSource<Row>>;
  Rows<decode::EvmBlockRow> blocks_;
  Rows<decode::EvmTransactionRow> transactions_;
  Rows<decode::EvmReceiptRow> receipts_;
  Rows<decode::EvmTokenTransferRow> transfers_;
  Rows<decode::EvmTraceRow> traces_;
  Rows<decode::EvmLogRow> logs_;
  Rows<decode::EvmTraceRow> withdrawals_;

 private:
  template <class Row>
  static Status lowest(base::RowSource<Row>& rows, uint64_t& height) {
    JINDO_TRY(const Row* row, rows.peek());
    if (row != nullptr) height = std::min(height, row->block);
    return {};
  }
  template <class Row>
  static Status take(base::RowSource<Row>& rows, uint64_t height, std::vector<Row>& out) {
    out.clear();
    for (;;) {
      JINDO_TRY(const Row* row, rows.peek());
      if (row == nullptr || row->block != height) return {};
      out.push_back(*row);
      JINDO_DO(rows.pop());
    }
  }
  decode::EvmBlockRows rows_;
  decode::EvmBlockNotes notes_;
};

// Straight from the files, a thread a table; for exports in order of blocks, without withdrawals (which stand in the
// rows of another table).
class StreamedEvm : public EvmSource {
 public:
  explicit StreamedEvm(const std::vector<decode::EvmFile>& files) {
    blocks_ = stream<decode::EvmBlockRow>(files, EvmTable::kBlocks, &decode::EvmSinks::block);
    transactions_ = stream<decode::EvmTransactionRow>(files, EvmTable::kTransactions, &decode::EvmSinks::transaction);
    receipts_ = stream<decode::EvmReceiptRow>(files, EvmTable::kReceipts, &decode::EvmSinks::receipt);
    transfers_ =
        stream<decode::EvmTokenTransferRow>(files, EvmTable::kTokenTransfers, &decode::EvmSinks::token_transfer);
    traces_ = stream<decode::EvmTraceRow>(files, EvmTable::kTraces, &decode::EvmSinks::trace);
    logs_ = stream<decode::EvmLogRow>(files, EvmTable::kLogs, &decode::EvmSinks::log);
    withdrawals_ = std::make_unique<base::RowStream<decode::EvmTraceRow>>();
  }
  uint64_t bytes_done() const { return bytes_done_; }  // of all tables together
  ~StreamedEvm() override {                            // the threads count into bytes_done_: they end before it does
    blocks_.reset();
    transactions_.reset();
    receipts_.reset();
    transfers_.reset();
    traces_.reset();
    logs_.reset();
  }
  StreamedEvm(const StreamedEvm&) = delete;
  StreamedEvm& operator=(const StreamedEvm&) = delete;

 private:
  template <class Row, class Member>
  std::unique_ptr<base::RowSource<Row>> stream(const std::vector<decode::EvmFile>& files, EvmTable table,
                                               Member member) {
    auto out = std::make_unique<base::RowStream<Row>>();
    std::vector<decode::EvmFile> mine;
    for (const decode::EvmFile& file : files)
      if (file.table == table) mine.push_back(file);
    if (mine.empty()) return out;
    out->start([this, mine, member](const auto& sink) -> Status {
      decode::EvmSinks sinks;
      sinks.*member = sink;
      sinks.withdrawal = [](uint64_t, uint64_t, const decode::Account20&, const base::Uint256&) -> Status {
        return base::wrong_use(kReadFirst);
      };
      uint64_t seen = 0;  // of the file at hand
      sinks.progress = [&](uint64_t bytes, uint64_t) {
        bytes_done_ += bytes - std::min(bytes, seen);
        seen = bytes;
      };
      uint64_t sequence = 0;
      for (const decode::EvmFile& file : mine) {
        seen = 0;
        JINDO_DO(decode::read_evm_file(file, sequence, sinks));
      }
      return {};
    });
    return out;
  }
  std::atomic<uint64_t> bytes_done_{0};
};

// Read as a whole and sorted first.
class SortedEvm : public EvmSource {
 public:
  SortedEvm(const std::string& temporary, size_t memory_bytes) {
    sorted(blocks_, temporary, memory_bytes / 16);
    sorted(transactions_, temporary, memory_bytes / 6);
    sorted(receipts_, temporary, memory_bytes / 10);
    sorted(transfers_, temporary, memory_bytes / 6);
    sorted(traces_, temporary, memory_bytes / 6);
    sorted(logs_, temporary, memory_bytes / 6);
    sorted(withdrawals_, temporary, memory_bytes / 16);
  }
  // `read`: of a file's rows to the sinks.
  template <class File>
  Status read_files(const std::vector<File>& files,
                    Status (*read)(const File&, uint64_t& sequence, const decode::EvmSinks& sinks),
                    base::Progress& progress) {
    decode::EvmSinks sinks;
    sinks.block = [&](const decode::EvmBlockRow& row) { return add(blocks_, row); };
    sinks.transaction = [&](const decode::EvmTransactionRow& row) { return add(transactions_, row); };
    sinks.receipt = [&](const decode::EvmReceiptRow& row) { return add(receipts_, row); };
    sinks.token_transfer = [&](const decode::EvmTokenTransferRow& row) { return add(transfers_, row); };
    sinks.trace = [&](const decode::EvmTraceRow& row) { return add(traces_, row); };
    sinks.log = [&](const decode::EvmLogRow& row) { return add(logs_, row); };
    uint64_t withdrawal = 0;
    sinks.withdrawal = [&](uint64_t block, uint64_t, const decode::Account20& to, const base::Uint256& wei) {
      return add(withdrawals_, decode::withdrawal_row(block, withdrawal++, to, wei));
    };
    uint64_t bytes_before = 0, rows = 0, sequence = 0;
    sinks.progress = [&](uint64_t bytes, uint64_t more) { progress.update(bytes_before + bytes, rows += more); };
    for (const File& file : files) {
      JINDO_DO(read(file, sequence, sinks));
      JINDO_TRY(const uint64_t size, base::file_size(path_of(file)));
      bytes_before += size;
    }
    JINDO_DO(sorter(blocks_).finish());
    JINDO_DO(sorter(transactions_).finish());
    JINDO_DO(sorter(receipts_).finish());
    JINDO_DO(sorter(transfers_).finish());
    JINDO_DO(sorter(traces_).finish());
    JINDO_DO(sorter(logs_).finish());
    return sorter(withdrawals_).finish();
  }
  uint64_t height_max() const { return height_max_; }

 private:
  static const std::string& path_of(const decode::EvmFile& file) { return file.path; }
  static const std::string& path_of(const std::string& file) { return file; }
  template <class Row>
  static void sorted(Rows<Row>& rows, const std::string& temporary, size_t bytes) {
    rows = std::make_unique<base::SortedRows<Row>>(temporary, bytes);
  }
  template <class Row>
  static base::ExternalSorter<Row>& sorter(Rows<Row>& rows) {
    return static_cast<base::SortedRows<Row>&>(*rows).sorter();
  }
  template <class Row>
  Status add(Rows<Row>& rows, const Row& row) {
    if (row.block == UINT64_MAX) return base::bad_input("block number 2^64-1 (limit)");
    height_max_ = std::max(height_max_, row.block);
    return sorter(rows).add(row);
  }
  uint64_t height_max_ = 0;
};

void take_notes(const decode::EvmBlockNotes& notes, IngestSummary& summary) {
  summary.fees_unknown = notes.fees_unknown;
  summary.status_unknown = notes.status_unknown;
  if (summary.fees_unknown > 0) {
    summary.notes.push_back(std::to_string(summary.fees_unknown) +
                            " transactions have no receipt in this export: their gas fees are not in the ledger");
  }
  if (summary.status_unknown > 0) {
    summary.notes.push_back(std::to_string(summary.status_unknown) +
                            " transactions have neither status nor trace in this export: they are taken as done");
  }
}

base::Result<IngestSummary> append_sorted(ledger::LedgerWriter& writer, const chain::Network& network, SortedEvm& rows,
                                          AccountSource& source, uint64_t bytes_total, base::Progress& progress) {
  IngestSummary summary;
  source.next = [&](chain::AccountBlock& block) { return rows.next(block); };
  source.height_max = rows.height_max();
  JINDO_DO(append_account_blocks(writer, network, source, bytes_total, progress, summary));
  take_notes(rows.notes(), summary);
  return summary;
}
}  // namespace

base::Result<IngestSummary> ingest_ethereum_etl(const std::string& folder, const chain::Network& network,
                                                const std::vector<std::string>& inputs, const IngestOptions& options) {
  JINDO_DO(check_chain("ethereum-etl", network));
  std::vector<decode::EvmFile> files;
  uint64_t bytes_total = 0;
  for (const std::string& input : inputs) {
    JINDO_TRY(const auto found, decode::find_evm_files(input));
    for (const decode::EvmFile& file : found) {
      JINDO_TRY(const uint64_t size, base::file_size(file.path));
      bytes_total += size;
      files.push_back(file);
    }
  }
  base::Progress progress(options.progress, "reading tables", "rows", bytes_total);
  JINDO_TRY(ledger::LedgerWriter writer, open_writer(folder, options, progress));
  AccountSource source;
  source.name = inputs.front();
  {  // Most exports are in order: stream them.
    IngestSummary summary;
    StreamedEvm rows(files);
    source.next = [&](chain::AccountBlock& block) { return rows.next(block); };
    source.bytes_done = [&] { return rows.bytes_done(); };
    const Status appended = append_account_blocks(writer, network, source, bytes_total, progress, summary);
    if (appended.ok()) {
      take_notes(rows.notes(), summary);
      return summary;
    }
    if (appended.error().kind == base::ErrorKind::kMachine) return appended.error();
    // Whatever else went wrong may come of rows that stand out of order further on: sorted input has the last word.
  }
  source.bytes_done = nullptr;
  SortedEvm rows(writer.temporary_folder(), options.memory_bytes / 3);
  progress.phase("reading tables");
  JINDO_DO(rows.read_files(files, decode::read_evm_file, progress));
  return append_sorted(writer, network, rows, source, bytes_total, progress);
}

base::Result<IngestSummary> ingest_evm_json(const std::string& folder, const chain::Network& network,
                                            const std::vector<std::string>& inputs, const IngestOptions& options) {
  JINDO_DO(check_chain("evm-json", network));
  uint64_t bytes_total = 0;
  std::vector<std::string> files;
  for (const std::string& input : inputs) {
    if (base::is_folder(input)) {
      JINDO_TRY(auto names, base::list_folder(input));
      std::sort(names.begin(), names.end());
      for (const std::string& name : names)
        if (name.ends_with(".json") || name.ends_with(".jsonl")) files.push_back(input + "/" + name);
    } else {
      files.push_back(input);
    }
  }
  if (files.empty()) return base::bad_input(inputs.front() + ": no .json or .jsonl here");
  for (const std::string& file : files) {
    JINDO_TRY(const uint64_t size, base::file_size(file));
    bytes_total += size;
  }
  base::Progress progress(options.progress, "reading answers", "rows", bytes_total);
  JINDO_TRY(ledger::LedgerWriter writer, open_writer(folder, options, progress));
  AccountSource source;
  source.name = inputs.front();
  SortedEvm rows(writer.temporary_folder(), options.memory_bytes / 3);
  JINDO_DO(rows.read_files(files, decode::read_evm_json_file, progress));
  return append_sorted(writer, network, rows, source, bytes_total, progress);
}
}  // namespace jindo::ingest
