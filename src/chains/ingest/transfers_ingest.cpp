// Transfers: streamed where rows are in order, read as a whole and sorted otherwise.
#include <atomic>
#include <unordered_map>

#include "base/file.h"
#include "base/row_stream.h"
#include "decode/transfers.h"
#include "ingest/account_append.h"
#include "ingest/block_tree.h"
#include "ingest/formats.h"
#include "ingest/writer.h"

namespace jindo::ingest {
namespace {
using base::bad_input;
using base::Status;

// Rows in ledger order to blocks. The same row twice (overlapping files) counts once; what contradicts names both rows.
class TransferSource {
 public:
  TransferSource(base::RowSource<decode::TransferRow>& rows, const std::vector<std::string>& files)
      : rows_(rows), files_(files) {}
  uint64_t rows_again() const { return rows_again_; }

  base::Result<bool> next(chain::AccountBlock& out) {
    JINDO_TRY(const decode::TransferRow* first, rows_.peek());
    if (first == nullptr) return false;
    out = {};
    out.height = first->block;
    out.time = first->time;
    first_ = *first;
    indexes_.clear();
    for (;;) {
      JINDO_TRY(const decode::TransferRow* row, rows_.peek());
      if (row == nullptr || row->block != out.height) return true;
      if (row->time != out.time)
        return both(first_, *row,
                    "two block times of block " + std::to_string(out.height) + ", " + std::to_string(out.time) +
                        " and " + std::to_string(row->time));
      JINDO_DO(take(*row, out));
      JINDO_DO(rows_.pop());
    }
  }

 private:
  Status take(const decode::TransferRow& row, chain::AccountBlock& out) {
    if (out.transactions.empty() || out.transactions.back().index != row.transaction_index) {
      const auto added = indexes_.emplace(row.transaction, row);
      if (!added.second)
        return both(added.first->second, row,
                    "one transaction_hash at index " + std::to_string(added.first->second.transaction_index) +
                        " and at index " + std::to_string(row.transaction_index) + " of block " +
                        std::to_string(out.height) + "; expected one place");
      chain::AccountTransaction tx;
      tx.id = row.transaction;
      tx.index = static_cast<uint32_t>(row.transaction_index);
      tx.first_movement = static_cast<uint32_t>(out.movements.size());
      out.transactions.push_back(tx);
    } else if (out.transactions.back().id != row.transaction) {
      return both(last_, row,
                  "two transaction_hashes with transaction_index " + std::to_string(row.transaction_index) +
                      " of block " + std::to_string(out.height) + "; expected one");
    } else if ((last_.kind == chain::MovementKind::kFee) == (row.kind == chain::MovementKind::kFee) &&
               last_.position == row.position) {
      if (last_.kind == row.kind && last_.asset == row.asset && last_.from == row.from && last_.to == row.to &&
          last_.amount == row.amount) {
        ++rows_again_;
        return {};
      }
      return both(last_, row,
                  "position " + std::to_string(row.position) +
                      " stands twice in this transaction, with different movements; expected an order");
    }
    last_ = row;
    out.movements.push_back({row.kind, row.asset, row.from, row.to, row.amount});
    ++out.transactions.back().movements;
    return {};
  }
  std::string where(const decode::TransferRow& row) const { return files_[row.file] + ":" + std::to_string(row.line); }
  base::Error both(const decode::TransferRow& a, const decode::TransferRow& b, const std::string& what) const {
    return bad_input(where(b) + ": " + what + " (" + where(a) + " is the other)");
  }
  base::RowSource<decode::TransferRow>& rows_;
  const std::vector<std::string>& files_;
  decode::TransferRow first_, last_;
  std::unordered_map<chain::TxId, decode::TransferRow, HashOfHash> indexes_;  // of the block at hand
  uint64_t rows_again_ = 0;
};

using Row = decode::TransferRow;

// Reads all inputs, one after another, into the sink.
Status read_inputs(const chain::Network& network, const std::vector<std::string>& inputs, const IngestOptions& options,
                   const std::string& scratch, const std::function<void(uint64_t bytes, uint64_t rows)>& progress,
                   const std::function<Status(const Row&)>& sink) {
  uint64_t bytes_before = 0, read = 0;
  for (uint32_t file = 0; file < inputs.size(); ++file) {
    const auto numbered = [&](const Row& row) {
      Row out = row;
      out.file = file;
      return sink(out);
    };
    JINDO_DO(decode::read_transfers(network, inputs[file], options.memory_bytes / 12, scratch, numbered,
                                    [&](uint64_t bytes, uint64_t more) {
                                      read += more;
                                      progress(bytes_before + bytes, read);
                                    }));
    JINDO_TRY(const uint64_t size, base::file_size(inputs[file]));
    bytes_before += size;
  }
  return {};
}
void take_transfer_notes(const TransferSource& rows, IngestSummary& summary) {
  if (rows.rows_again() > 0)
    summary.notes.push_back(std::to_string(rows.rows_again()) + " rows stand twice or more: each counts once");
}
}  // namespace

base::Result<IngestSummary> ingest_transfers(const std::string& folder, const chain::Network& network,
                                             const std::vector<std::string>& inputs, const IngestOptions& options) {
  JINDO_DO(check_chain("transfers", network));
  JINDO_TRY(const uint64_t bytes_total, total_size(inputs));
  base::Progress progress(options.progress, "reading rows", "movements", bytes_total);
  JINDO_TRY(ledger::LedgerWriter writer, open_writer(folder, options, progress));
  AccountSource source;
  source.name = inputs.front();
  {  // Most exports are in order: stream them.
    IngestSummary summary;
    std::atomic<uint64_t> bytes_done{0};
    base::RowStream<Row> stream;
    stream.start([&](const auto& sink) {
      return read_inputs(
          network, inputs, options, writer.temporary_folder(), [&](uint64_t bytes, uint64_t) { bytes_done = bytes; },
          sink);
    });
    source.bytes_done = [&] { return bytes_done.load(); };
    TransferSource ordered(stream, inputs);
    source.next = [&](chain::AccountBlock& block) { return ordered.next(block); };
    const Status appended = append_account_blocks(writer, network, source, bytes_total, progress, summary);
    if (appended.ok()) {
      take_transfer_notes(ordered, summary);
      return summary;
    }
    if (appended.error().kind == base::ErrorKind::kMachine) return appended.error();
    // Whatever else went wrong may come of rows that stand out of order further on: sorted input has the last word.
  }
  source.bytes_done = nullptr;
  IngestSummary summary;
  base::SortedRows<Row> rows(writer.temporary_folder(), options.memory_bytes / 4);
  uint64_t height_max = 0;
  progress.phase("reading rows");
  const auto show = [&](uint64_t bytes, uint64_t read) { progress.update(bytes, read); };
  JINDO_DO(read_inputs(network, inputs, options, writer.temporary_folder(), show, [&](const Row& row) -> Status {
    height_max = std::max(height_max, row.block);
    return rows.sorter().add(row);
  }));
  JINDO_DO(rows.sorter().finish());
  TransferSource ordered(rows, inputs);
  source.next = [&](chain::AccountBlock& block) { return ordered.next(block); };
  source.height_max = height_max;
  JINDO_DO(append_account_blocks(writer, network, source, bytes_total, progress, summary));
  take_transfer_notes(ordered, summary);
  return summary;
}
}  // namespace jindo::ingest
