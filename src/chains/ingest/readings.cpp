// Reconciled blocks appended like any others; what the files cover goes into the same commit.
#include "ingest/readings.h"

#include <algorithm>

#include "ingest/account_append.h"
#include "ingest/writer.h"
#include "ledger/block_places.h"

namespace jindo::ingest {
namespace {
using base::bad_input;
using base::Status;

constexpr size_t kContradictionsShown = 20;

std::string words(const exports::UnknownSet& unknown) {
  std::string out;
  for (const std::string_view name : unknown.names()) out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

void add_notes(std::span<const exports::Reading> readings, const exports::Reconciled& reconciled,
               IngestSummary& summary) {
  for (const exports::Reading& reading : readings) {
    std::string text = reading.file + ": read as " + reading.format;
    if (!reading.unknown.empty()) text += "; it does not tell: " + words(reading.unknown);
    summary.notes.push_back(text);
    for (const exports::Refusal& refusal : reading.refusals) {
      summary.notes.push_back(reading.file + (refusal.row > 0 ? ":" + std::to_string(refusal.row) : "") + ": " +
                              std::to_string(refusal.count) + " rows left out: " + refusal.why);
    }
    for (const std::string& note : reading.notes) summary.notes.push_back(reading.file + ": " + note);
  }
  for (const exports::Waiting& waiting : reconciled.waiting) {
    summary.notes.push_back(std::to_string(waiting.rows) + " rows are not in the ledger, first " +
                            exports::place_of(readings, waiting.first) + ": " + waiting.why);
  }
  if (reconciled.heights_are_times)
    summary.notes.push_back("some rows have no block number: unix seconds stand for all heights");
}

Status append_accounts(ledger::LedgerWriter& writer, const chain::Network& network,
                       std::vector<chain::AccountBlock>& blocks, const ledger::Coverage& coverage,
                       const std::string& name, base::Progress& progress, IngestSummary& summary) {
  size_t next = 0;
  AccountSource source;
  source.name = name;
  source.height_max = blocks.back().height;
  source.coverage = coverage;
  source.next = [&](chain::AccountBlock& out) -> base::Result<bool> {
    if (next == blocks.size()) return false;
    out = std::move(blocks[next++]);
    return true;
  };
  return append_account_blocks(writer, network, source, 0, progress, summary);
}

Status append_utxo_blocks(ledger::LedgerWriter& writer, const chain::Network& network,
                          const std::vector<chain::UtxoBlock>& blocks, const ledger::Coverage& coverage,
                          const std::string& name, IngestSummary& summary) {
  const ledger::LedgerChain* chain = writer.find(network);
  const ledger::ChainInfo before = info_of(writer, network);
  size_t first = 0;
  while (chain != nullptr && first < blocks.size() && blocks[first].height <= before.tip_height) {
    const chain::UtxoBlock& block = blocks[first];
    const uint64_t number = ledger::blocks_below(*chain->utxo, block.height);
    const bool held = number < before.blocks && chain->utxo->block(number).height == block.height &&
                      chain->utxo->block(number).digest == chain::block_digest(block);
    if (!held) {
      return bad_input(name + ": block " + std::to_string(block.height) +
                       " is not the ledger's, which reaches height " + std::to_string(before.tip_height) +
                       "; files that come one after another belong together: jindo evidence add");
    }
    ++summary.blocks_known;
    ++first;
  }
  if (first == blocks.size()) return {};
  ledger::LedgerWriter::Append append;
  append.partial = true;
  append.coverage = coverage;
  append.where = [&](uint64_t) { return name; };
  JINDO_DO(writer.append_utxo(network, append, [&](ledger::UtxoBuilder& builder) -> Status {
    for (size_t i = first; i < blocks.size(); ++i) {
      JINDO_DO(builder.add(blocks[i]));
      ++summary.blocks_added;
      for (const chain::UtxoInput& in : blocks[i].inputs) summary.external_inputs += in.external ? 1 : 0;
    }
    return {};
  }));
  count_growth(before, writer, network, summary);
  return {};
}

// How many of the ledger's first blocks the files tell again, the same.
template <class Block>
size_t same_blocks(const ledger::LedgerWriter& writer, const chain::Network& network,
                   const std::vector<Block>& blocks) {
  const ledger::LedgerChain* chain = writer.find(network);
  if (chain == nullptr) return 0;
  const ledger::ChainReader& reader = chain->reader();
  const size_t most = std::min<size_t>(blocks.size(), reader.info().blocks);
  size_t same = 0;
  while (same < most && reader.block(same).digest == chain::block_digest(blocks[same])) ++same;
  return same;
}

template <class Builder, class Block, class Run>
Status replace_blocks(ledger::LedgerWriter& writer, const chain::Network& network, const std::vector<Block>& blocks,
                      ledger::LedgerWriter::Append& append, IngestSummary& summary, Run run) {
  const ledger::ChainInfo before = info_of(writer, network);
  const size_t same = same_blocks(writer, network, blocks);
  summary.blocks_known = same;
  summary.blocks_reverted = before.blocks - same;
  append.keep_blocks = same;
  if (same == blocks.size()) {
    if (before.blocks > same) JINDO_DO(writer.rollback(network, blocks.back().height));
    return writer.replace_coverage(network, append.coverage);
  }
  JINDO_DO(run([&](Builder& builder) -> Status {
    for (size_t i = same; i < blocks.size(); ++i) {
      JINDO_DO(builder.add(blocks[i]));
      ++summary.blocks_added;
    }
    return {};
  }));
  count_growth(before, writer, network, summary);
  return {};
}

// Of one address: from its first to its last row.
void add_history(const exports::Reading& reading, ledger::Coverage& out) {
  if (reading.holder.empty()) return;
  ledger::CoverageHistory history{reading.holder, INT64_MAX, INT64_MIN, reading.holder_whole};
  const auto seen = [&](const std::optional<int64_t>& time) {
    if (!time) return;
    history.first_time = std::min(history.first_time, *time);
    history.last_time = std::max(history.last_time, *time);
  };
  for (const exports::Movement& movement : reading.movements) seen(movement.time);
  for (const exports::Transaction& transaction : reading.transactions) seen(transaction.time);
  if (history.first_time > history.last_time) return;
  ledger::Coverage one;
  one.histories.push_back(history);
  ledger::add_coverage(out, one);
}
}  // namespace

ledger::Coverage coverage_of(const chain::Network& network, std::span<const exports::Reading> readings,
                             const exports::Reconciled& reconciled) {
  ledger::Coverage out;
  out.heights_are_times = reconciled.heights_are_times;
  for (const std::string_view name : reconciled.unknown.names()) out.unknown.emplace_back(name);
  for (const exports::Reading& reading : readings) {
    if (!reading.chain.empty() && reading.chain != network.name) continue;
    ledger::CoverageSource source;
    source.digest = reading.digest;
    source.format = reading.format;
    source.rows = reading.rows;
    source.movements = reading.movements.size() + reading.transactions.size();
    for (const std::string_view name : reading.unknown.names()) source.unknown.emplace_back(name);
    source.name = reading.file.substr(reading.file.rfind('/') + 1);
    ledger::Coverage one;
    one.sources.push_back(source);
    ledger::add_coverage(out, one);
    add_history(reading, out);
  }
  return out;
}

Status check_reconciled(const exports::Reconciled& reconciled, std::span<const exports::Reading> readings) {
  if (!reconciled.contradictions.empty()) {
    std::string text = "the files contradict each other:";
    for (size_t i = 0; i < std::min(reconciled.contradictions.size(), kContradictionsShown); ++i)
      text += "\n  " + exports::describe(readings, reconciled.contradictions[i]);
    if (reconciled.contradictions.size() > kContradictionsShown)
      text += "\n  and " + std::to_string(reconciled.contradictions.size() - kContradictionsShown) + " more";
    return bad_input(text);
  }
  if (!reconciled.account.empty() || !reconciled.utxo.empty()) return {};
  std::string text = "nothing in these files can stand in a ledger";
  for (const exports::Waiting& waiting : reconciled.waiting) {
    text += "\n  " + std::to_string(waiting.rows) + " rows, first " + exports::place_of(readings, waiting.first) +
            ": " + waiting.why;
  }
  for (const exports::Reading& reading : readings)
    for (const exports::Refusal& refusal : reading.refusals) text += "\n  " + reading.file + ": " + refusal.why;
  return bad_input(text);
}

base::Result<IngestSummary> replace_by_readings(ledger::LedgerWriter& writer, const chain::Network& network,
                                                std::span<const exports::Reading> readings,
                                                const exports::Reconciled& reconciled) {
  IngestSummary summary;
  add_notes(readings, reconciled, summary);
  ledger::LedgerWriter::Append append;
  append.partial = true;
  append.coverage = coverage_of(network, readings, reconciled);
  append.coverage_replaces = true;
  append.where = [](uint64_t) { return std::string("the files together"); };
  if (network.model == chain::LedgerModel::kUtxo) {
    JINDO_DO(replace_blocks<ledger::UtxoBuilder>(
        writer, network, reconciled.utxo, append, summary,
        [&](const auto& feed) { return writer.append_utxo(network, append, feed); }));
  } else {
    JINDO_DO(replace_blocks<ledger::AccountBuilder>(
        writer, network, reconciled.account, append, summary,
        [&](const auto& feed) { return writer.append_account(network, append, feed); }));
  }
  return summary;
}

base::Result<IngestSummary> ingest_readings(const std::string& folder, const chain::Network& network,
                                            std::span<const exports::Reading> readings, const IngestOptions& options) {
  if (readings.size() > ledger::kCoverageSourcesMax)
    return base::wrong_use("more than " + std::to_string(ledger::kCoverageSourcesMax) + " files at once");
  base::Progress progress(options.progress, "reading rows", "movements", 0);
  JINDO_TRY(ledger::LedgerWriter writer, open_writer(folder, options, progress));
  const ledger::LedgerChain* chain = writer.find(network);
  exports::ReconcileOptions how;
  if (chain != nullptr && chain->utxo)
    how.ledger_holds = [chain](const chain::TxId& id) { return chain->utxo->find_transaction(id).has_value(); };
  JINDO_TRY(exports::Reconciled reconciled, exports::reconcile(network, readings, how));
  JINDO_DO(check_reconciled(reconciled, readings));
  IngestSummary summary;
  add_notes(readings, reconciled, summary);
  const ledger::Coverage coverage = coverage_of(network, readings, reconciled);
  const std::string name = readings.size() == 1 ? readings.front().file : "the files together";
  if (network.model == chain::LedgerModel::kUtxo) {
    JINDO_DO(append_utxo_blocks(writer, network, reconciled.utxo, coverage, name, summary));
  } else {
    JINDO_DO(append_accounts(writer, network, reconciled.account, coverage, name, progress, summary));
  }
  return summary;
}
}  // namespace jindo::ingest
