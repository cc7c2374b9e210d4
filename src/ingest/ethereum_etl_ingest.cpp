#include "base/external_sort.h"
#include "decode/ethereum_etl.h"
#include "decode/evm_block.h"
#include "ingest/account_append.h"

namespace jindo::ingest {
namespace {
using base::Status;

// The tables' rows, each sorted by block, handed out a block at a time.
class EvmSource {
 public:
  EvmSource(const std::string& temporary, size_t memory_bytes)
      : blocks_(temporary, memory_bytes / 16), transactions_(temporary, memory_bytes / 6), receipts_(temporary, memory_bytes / 10),
        transfers_(temporary, memory_bytes / 6), traces_(temporary, memory_bytes / 6), withdrawals_(temporary, memory_bytes / 16) {}

  Status read_files(const std::vector<decode::EvmFile>& files, base::Progress& progress) {
    decode::EvmSinks sinks;
    sinks.block = [&](const decode::EvmBlockRow& row) { return add(blocks_, row); };
    sinks.transaction = [&](const decode::EvmTransactionRow& row) { return add(transactions_, row); };
    sinks.receipt = [&](const decode::EvmReceiptRow& row) { return add(receipts_, row); };
    sinks.token_transfer = [&](const decode::EvmTokenTransferRow& row) { return add(transfers_, row); };
    sinks.trace = [&](const decode::EvmTraceRow& row) { return add(traces_, row); };
    sinks.withdrawal = [&](uint64_t block, uint64_t sequence, const decode::Account20& to, const base::Uint256& wei) {
      decode::EvmTraceRow row;
      row.block = block;
      row.sequence = sequence * 64 + withdrawals_.count() % 64;
      row.index = UINT32_MAX;
      row.type = decode::EvmTraceType::kReward;
      row.has_to = true;
      row.to = to;
      row.value = wei;
      return add(withdrawals_, row);
    };
    uint64_t bytes_before = 0, rows = 0, sequence = 0;
    sinks.progress = [&](uint64_t bytes, uint64_t more) { progress.update(bytes_before + bytes, rows += more); };
    for (const decode::EvmFile& file : files) {
      JINDO_DO(decode::read_evm_file(file, sequence, sinks));
      JINDO_TRY(const uint64_t size, base::file_size(file.path));
      bytes_before += size;
    }
    JINDO_DO(blocks_.finish());
    JINDO_DO(transactions_.finish());
    JINDO_DO(receipts_.finish());
    JINDO_DO(transfers_.finish());
    JINDO_DO(traces_.finish());
    return withdrawals_.finish();
  }
  uint64_t height_max() const { return height_max_; }
  const decode::EvmBlockNotes& notes() const { return notes_; }

  base::Result<bool> next(chain::AccountBlock& out) {
    uint64_t height = UINT64_MAX;
    JINDO_DO(lowest(blocks_, height));
    JINDO_DO(lowest(transactions_, height));
    JINDO_DO(lowest(receipts_, height));
    JINDO_DO(lowest(transfers_, height));
    JINDO_DO(lowest(traces_, height));
    JINDO_DO(lowest(withdrawals_, height));
    if (height == UINT64_MAX) return false;
    JINDO_DO(take(blocks_, height, rows_.blocks));
    JINDO_DO(take(transactions_, height, rows_.transactions));
    JINDO_DO(take(receipts_, height, rows_.receipts));
    JINDO_DO(take(transfers_, height, rows_.token_transfers));
    JINDO_DO(take(traces_, height, rows_.traces));
    JINDO_DO(take(withdrawals_, height, rows_.withdrawals));
    JINDO_DO(decode::assemble_evm_block(height, rows_, out, notes_));
    return true;
  }

 private:
  template <class Row>
  Status add(base::ExternalSorter<Row>& sorter, const Row& row) {
    if (row.block == UINT64_MAX) return base::bad_input("block number 2^64-1 (limit)");
    height_max_ = std::max(height_max_, row.block);
    return sorter.add(row);
  }
  template <class Row>
  static Status lowest(base::ExternalSorter<Row>& sorter, uint64_t& height) {
    JINDO_TRY(const Row* row, sorter.peek());
    if (row != nullptr) height = std::min(height, row->block);
    return {};
  }
  template <class Row>
  static Status take(base::ExternalSorter<Row>& sorter, uint64_t height, std::vector<Row>& out) {
    out.clear();
    for (;;) {
      JINDO_TRY(const Row* row, sorter.peek());
      if (row == nullptr || row->block != height) return {};
      out.push_back(*row);
      JINDO_DO(sorter.pop());
    }
  }
  base::ExternalSorter<decode::EvmBlockRow> blocks_;
  base::ExternalSorter<decode::EvmTransactionRow> transactions_;
  base::ExternalSorter<decode::EvmReceiptRow> receipts_;
  base::ExternalSorter<decode::EvmTokenTransferRow> transfers_;
  base::ExternalSorter<decode::EvmTraceRow> traces_;
  base::ExternalSorter<decode::EvmTraceRow> withdrawals_;
  decode::EvmBlockRows rows_;
  decode::EvmBlockNotes notes_;
  uint64_t height_max_ = 0;
};
}  // namespace

base::Result<IngestSummary> ingest_ethereum_etl(const std::string& folder, const chain::Network& network, const std::vector<std::string>& inputs, const IngestOptions& options) {
  if (network.style != chain::AddressStyle::kEvm) return base::wrong_use("format ethereum-etl is for EVM chains; " + std::string(network.name) + " is none");
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
  EvmSource rows(writer.temporary_folder(), options.memory_bytes / 2);
  JINDO_DO(rows.read_files(files, progress));
  IngestSummary summary;
  AccountSource source;
  source.next = [&](chain::AccountBlock& block) { return rows.next(block); };
  source.height_max = rows.height_max();
  source.name = inputs.front();
  const Status appended = append_account_blocks(writer, network, source, bytes_total, progress, summary);
  if (!appended.ok()) {
    const std::string& message = appended.error().message;
    return base::Error{appended.error().kind, message.rfind(source.name, 0) == 0 ? message : source.name + ": " + message};
  }
  summary.fees_unknown = rows.notes().fees_unknown;
  summary.status_unknown = rows.notes().status_unknown;
  if (summary.fees_unknown > 0) {
    summary.notes.push_back(std::to_string(summary.fees_unknown) + " transactions have no receipt in this export: their gas fees are not in the ledger");
  }
  if (summary.status_unknown > 0) {
    summary.notes.push_back(std::to_string(summary.status_unknown) + " transactions have neither status nor trace in this export: they are taken as done");
  }
  return summary;
}
}  // namespace jindo::ingest
