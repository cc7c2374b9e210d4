// EVM tables joined by block: streamed where rows are in order, read as a whole and sorted otherwise.
#include "decode/ethereum_etl.h"

#include "base/file.h"
#include "ingest/account_append.h"
#include "ingest/evm_notes.h"
#include "ingest/evm_source.h"
#include "ingest/formats.h"
#include "ingest/writer.h"

namespace jindo::ingest {
namespace {
using base::Status;
using decode::EvmTable;

base::Result<IngestSummary> append_sorted(ledger::LedgerWriter& writer, const chain::Network& network, SortedEvm& rows,
                                          AccountSource& source, uint64_t bytes_total, base::Progress& progress) {
  IngestSummary summary;
  source.next = [&](chain::AccountBlock& block) { return rows.next(block); };
  source.height_max = rows.height_max();
  JINDO_DO(append_account_blocks(writer, network, source, bytes_total, progress, summary));
  take_evm_notes(rows.notes(), rows.read_notes(), summary);
  return summary;
}
}  // namespace

base::Result<IngestSummary> ingest_ethereum_etl(const std::string& folder, const chain::Network& network,
                                                const std::vector<std::string>& inputs, const IngestOptions& options) {
  JINDO_DO(check_chain("ethereum-etl", network));
  std::vector<decode::EvmFile> files;
  std::vector<std::string> not_read;
  uint64_t bytes_total = 0;
  for (const std::string& input : inputs) {
    JINDO_TRY(const auto found, decode::find_evm_files(input));
    for (const decode::EvmFile& file : found.tables) {
      JINDO_TRY(const uint64_t size, base::file_size(file.path));
      bytes_total += size;
      files.push_back(file);
    }
    not_read.insert(not_read.end(), found.not_read.begin(), found.not_read.end());
  }
  base::Progress progress(options.progress, "reading tables", "rows", bytes_total);
  JINDO_TRY(ledger::LedgerWriter writer, open_writer(folder, options, progress));
  AccountSource source;
  source.name = inputs.front();
  EvmBasis basis;
  basis.network = &network;
  basis.whole = !options.partial;
  basis.scratch = writer.temporary_folder();
  basis.memory_bytes = options.memory_bytes / 3;
  for (const decode::EvmFile& file : files) basis.has_transactions |= file.table == EvmTable::kTransactions;
  {  // Most exports are in order: stream them.
    IngestSummary summary;
    StreamedEvm rows(files, basis);
    source.next = [&](chain::AccountBlock& block) { return rows.next(block); };
    source.bytes_done = [&] { return rows.bytes_done(); };
    const Status appended = append_account_blocks(writer, network, source, bytes_total, progress, summary);
    if (appended.ok()) {
      take_evm_notes(rows.notes(), rows.read_notes(), summary);
      name_unread(not_read, summary);
      return summary;
    }
    if (appended.error().kind == base::ErrorKind::kMachine) return appended.error();
    // Whatever else went wrong may come of rows that stand out of order further on: sorted input has the last word.
  }
  source.bytes_done = nullptr;
  SortedEvm rows(basis);
  progress.phase("reading tables");
  JINDO_DO(rows.read_tables(files, progress));
  JINDO_TRY(IngestSummary summary, append_sorted(writer, network, rows, source, bytes_total, progress));
  name_unread(not_read, summary);
  return summary;
}

base::Result<IngestSummary> ingest_evm_json(const std::string& folder, const chain::Network& network,
                                            const std::vector<std::string>& inputs, const IngestOptions& options) {
  JINDO_DO(check_chain("evm-json", network));
  std::vector<std::string> files, not_read;
  for (const std::string& input : inputs) {
    if (!base::is_folder(input)) {
      files.push_back(input);
      continue;
    }
    JINDO_TRY(const auto names, base::list_folder(input));
    for (const std::string& name : names) {
      std::string plain = name;
      for (const char* packed : {".gz", ".zst"})
        if (plain.ends_with(packed)) plain.resize(plain.rfind('.'));
      const bool json = plain.ends_with(".json") || plain.ends_with(".jsonl") || plain.ends_with(".ndjson");
      (json ? files : not_read).push_back(input + "/" + name);
    }
  }
  if (files.empty()) return base::bad_input(inputs.front() + ": no .json or .jsonl here");
  JINDO_TRY(const uint64_t bytes_total, total_size(files));
  base::Progress progress(options.progress, "reading answers", "rows", bytes_total);
  JINDO_TRY(ledger::LedgerWriter writer, open_writer(folder, options, progress));
  AccountSource source;
  source.name = inputs.front();
  EvmBasis basis;
  basis.network = &network;
  basis.whole = !options.partial;
  basis.scratch = writer.temporary_folder();
  basis.memory_bytes = options.memory_bytes / 3;
  SortedEvm rows(basis);
  JINDO_DO(rows.read_answers(files, progress));
  JINDO_TRY(IngestSummary summary, append_sorted(writer, network, rows, source, bytes_total, progress));
  name_unread(not_read, summary);
  return summary;
}
}  // namespace jindo::ingest
