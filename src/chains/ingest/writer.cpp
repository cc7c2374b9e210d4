// What every format's ingest begins and ends with.
#include "ingest/writer.h"

namespace jindo::ingest {
base::Result<ledger::LedgerWriter> open_writer(const std::string& folder, const IngestOptions& options,
                                               base::Progress& progress) {
  ledger::WriterOptions writer;
  writer.memory_bytes = options.memory_bytes / 8 * 5;  // the rest is the decoders'
  writer.threads = options.threads;
  writer.durable = options.durable;
  writer.phase = [&progress](const char* phase) { progress.phase(phase); };
  return ledger::LedgerWriter::open(folder, writer);
}

base::Result<uint64_t> total_size(const std::vector<std::string>& paths) {
  uint64_t total = 0;
  for (const std::string& path : paths) {
    JINDO_TRY(const uint64_t size, base::file_size(path));
    total += size;
  }
  return total;
}

ledger::ChainInfo info_of(const ledger::LedgerWriter& writer, const chain::Network& network) {
  const ledger::LedgerChain* chain = writer.find(network);
  return chain != nullptr ? chain->reader().info() : ledger::ChainInfo{};
}

void count_growth(const ledger::ChainInfo& before, const ledger::LedgerWriter& writer, const chain::Network& network,
                  IngestSummary& summary) {
  const ledger::ChainInfo after = info_of(writer, network);
  const auto grown = [](uint64_t now, uint64_t then) { return now > then ? now - then : 0; };
  summary.transactions_added = grown(after.transactions, before.transactions);
  summary.items_added =
      grown(after.inputs + after.outputs + after.movements, before.inputs + before.outputs + before.movements);
}
}  // namespace jindo::ingest
