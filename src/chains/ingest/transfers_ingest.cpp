// Transfers: streamed where rows are in order, read as a whole and sorted otherwise.
#include <atomic>

#include "base/file.h"
#include "base/row_stream.h"
#include "decode/transfers.h"
#include "ingest/account_append.h"
#include "ingest/formats.h"
#include "ingest/writer.h"

namespace jindo::ingest {
namespace {
using base::bad_input;
using base::Status;

// Rows in ledger order to blocks; what contradicts names its line.
class TransferSource {
 public:
  TransferSource(base::RowSource<decode::TransferRow>& rows, std::string name) : rows_(rows), name_(std::move(name)) {}

  base::Result<bool> next(chain::AccountBlock& out) {
    JINDO_TRY(const decode::TransferRow* first, rows_.peek());
    if (first == nullptr) return false;
    out = {};
    out.height = first->block;
    out.time = first->time;
    uint64_t position = 0;
    bool fee = false;
    for (;;) {
      JINDO_TRY(const decode::TransferRow* row, rows_.peek());
      if (row == nullptr || row->block != out.height) return true;
      if (row->time != out.time)
        return wrong(*row, "block_time " + std::to_string(row->time) + "; block " + std::to_string(out.height) +
                               " has " + std::to_string(out.time) + " in another row");
      const bool is_fee = row->kind == chain::MovementKind::kFee;
      if (out.transactions.empty() || out.transactions.back().index != row->transaction_index) {
        chain::AccountTransaction tx;
        tx.id = row->transaction;
        tx.index = static_cast<uint32_t>(row->transaction_index);
        tx.first_movement = static_cast<uint32_t>(out.movements.size());
        out.transactions.push_back(tx);
      } else if (out.transactions.back().id != row->transaction) {
        return wrong(*row, "another transaction_hash with transaction_index " + std::to_string(row->transaction_index) +
                               " of block " + std::to_string(out.height) + "; expected one");
      } else if (fee == is_fee && position == row->position) {
        return wrong(*row,
                     "position " + std::to_string(position) + " stands twice in this transaction; expected an order");
      }
      position = row->position;
      fee = is_fee;
      out.movements.push_back({row->kind, row->asset, row->from, row->to, row->amount});
      ++out.transactions.back().movements;
      JINDO_DO(rows_.pop());
    }
  }

 private:
  base::Error wrong(const decode::TransferRow& row, const std::string& what) const {
    return bad_input(name_ + ":" + std::to_string(row.line) + ": " + what);
  }
  base::RowSource<decode::TransferRow>& rows_;
  std::string name_;
};

using Row = decode::TransferRow;

// Reads all inputs, one after another, into the sink.
Status read_inputs(const chain::Network& network, const std::vector<std::string>& inputs, const IngestOptions& options,
                   const std::function<void(uint64_t bytes, uint64_t rows)>& progress,
                   const std::function<Status(const Row&)>& sink) {
  uint64_t bytes_before = 0, read = 0;
  for (const std::string& input : inputs) {
    JINDO_DO(
        decode::read_transfers(network, input, options.memory_bytes / 12, sink, [&](uint64_t bytes, uint64_t more) {
          read += more;
          progress(bytes_before + bytes, read);
        }));
    JINDO_TRY(const uint64_t size, base::file_size(input));
    bytes_before += size;
  }
  return {};
}
}  // namespace

base::Result<IngestSummary> ingest_transfers(const std::string& folder, const chain::Network& network,
                                             const std::vector<std::string>& inputs, const IngestOptions& options) {
  JINDO_DO(check_chain("transfers", network));
  JINDO_TRY(const uint64_t bytes_total, total_size(inputs));
  base::Progress progress(options.progress, "reading rows", "movements", bytes_total);
  JINDO_TRY(ledger::LedgerWriter writer, open_writer(folder, options, progress));
  const std::string name = inputs.size() == 1 ? inputs.front() : "the files together";
  AccountSource source;
  source.name = inputs.front();
  {  // Most exports are in order: stream them.
    IngestSummary summary;
    std::atomic<uint64_t> bytes_done{0};
    base::RowStream<Row> stream;
    stream.start([&](const auto& sink) {
      return read_inputs(
          network, inputs, options, [&](uint64_t bytes, uint64_t) { bytes_done = bytes; }, sink);
    });
    source.bytes_done = [&] { return bytes_done.load(); };
    TransferSource ordered(stream, name);
    source.next = [&](chain::AccountBlock& block) { return ordered.next(block); };
    const Status appended = append_account_blocks(writer, network, source, bytes_total, progress, summary);
    if (appended.ok()) return summary;
    if (appended.error().kind == base::ErrorKind::kMachine) return appended.error();
    // Whatever else went wrong may come of rows that stand out of order further on: sorted input has the last word.
  }
  source.bytes_done = nullptr;
  IngestSummary summary;
  base::SortedRows<Row> rows(writer.temporary_folder(), options.memory_bytes / 4);
  uint64_t height_max = 0;
  progress.phase("reading rows");
  const auto show = [&](uint64_t bytes, uint64_t read) { progress.update(bytes, read); };
  JINDO_DO(read_inputs(network, inputs, options, show, [&](const Row& row) -> Status {
    height_max = std::max(height_max, row.block);
    return rows.sorter().add(row);
  }));
  JINDO_DO(rows.sorter().finish());
  TransferSource ordered(rows, name);
  source.next = [&](chain::AccountBlock& block) { return ordered.next(block); };
  source.height_max = height_max;
  JINDO_DO(append_account_blocks(writer, network, source, bytes_total, progress, summary));
  return summary;
}
}  // namespace jindo::ingest
