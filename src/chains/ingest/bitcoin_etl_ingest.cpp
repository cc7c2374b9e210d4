// bitcoin-etl's lines in any order: their places are sorted into ledger order, then each is parsed at its place.
#include <optional>
#include <unordered_map>

#include "base/external_sort.h"
#include "base/hex.h"
#include "decode/bitcoin_etl.h"
#include "decode/text_lines.h"
#include "ingest/block_tree.h"
#include "ingest/etl_block.h"
#include "ingest/formats.h"
#include "ingest/pruned.h"
#include "ingest/writer.h"
#include "ledger/block_places.h"

namespace jindo::ingest {
namespace {
using base::bad_input;
using base::Status;

// Where a transaction's line is; sorted into ledger order.
struct LinePlace {
  uint64_t height = 0;
  uint64_t index = 0;  // in the block; the line's number where the export has no index
  uint64_t offset = 0;
  uint64_t line = 0;
  uint32_t length = 0;
  uint32_t file = 0;
  friend bool operator<(const LinePlace& a, const LinePlace& b) {
    if (a.height != b.height) return a.height < b.height;
    if (a.index != b.index) return a.index < b.index;
    return std::tie(a.file, a.line) < std::tie(b.file, b.line);
  }
};

class EtlSource {
 public:
  EtlSource(const chain::Network& network, const IngestOptions& options, const std::string& temporary)
      : options_(options), temporary_(temporary), parser_(network), places_(temporary, options.memory_bytes / 4) {}

  Status read_files(const std::vector<std::string>& inputs, base::Progress& progress) {
    uint64_t bytes_before = 0;
    for (const std::string& path : inputs) {
      JINDO_TRY(decode::TextLines opened, decode::TextLines::open(path, temporary_));
      const auto file = static_cast<uint32_t>(files_.size());
      files_.push_back(std::move(opened));
      decode::TextLines& lines = files_.back();
      std::string_view line;
      for (;;) {
        JINDO_TRY(const bool more, lines.next(line));
        if (!more) break;
        if (line.empty()) continue;
        const Status status = is_block(line) ? add_block(line, lines) : add_transaction(line, file, lines);
        if (!status.ok()) return base::Error{status.error().kind, lines.place() + ": " + status.error().message};
        progress.update(bytes_before + lines.bytes_done(), places_.count());
      }
      bytes_before += lines.bytes_done();
    }
    if (places_.count() == 0) return bad_input(inputs.front() + ": no transactions; expected bitcoin-etl's JSON lines");
    return places_.finish();
  }
  uint64_t height_max() const { return height_max_; }

  // The next block in order of height; false at the end.
  base::Result<bool> next(chain::UtxoBlock& out) {
    JINDO_TRY(const LinePlace* first, places_.peek());
    if (first == nullptr) return false;
    out = {};
    out.height = first->height;
    rows_.clear();
    for (;;) {
      JINDO_TRY(const LinePlace* at, places_.peek());
      if (at == nullptr || at->height != out.height) break;
      const LinePlace here = *at;
      JINDO_DO(places_.pop());
      EtlRow& row = rows_.emplace_back();
      row.place = place(here);
      const decode::TextLines& file = files_[here.file];
      const std::string_view line{reinterpret_cast<const char*>(file.data()) + here.offset, here.length};
      const Status status = parser_.parse_transaction(line, row.transaction);
      if (!status.ok()) return base::Error{status.error().kind, row.place + ": " + status.error().message};
    }
    bool ordered = false;
    JINDO_DO(order_etl_block(rows_, rows_again_, ordered));
    blocks_ordered_ += ordered ? 1 : 0;
    place_ = rows_.front().place;
    for (const EtlRow& row : rows_) {
      const Status status = take(row.transaction, out);
      if (!status.ok()) return base::Error{status.error().kind, row.place + ": " + status.error().message};
    }
    const auto stated = blocks_.find(out.height);
    if (stated != blocks_.end()) {
      if (stated->second.hash != out.hash)
        return bad_input(place_ + ": block " + std::to_string(out.height) + " has another hash in the blocks file");
      if (options_.partial && out.transactions.size() < stated->second.transaction_count) {
        transactions_lacking_ += stated->second.transaction_count - out.transactions.size();
      } else if (stated->second.transaction_count != out.transactions.size()) {
        return bad_input(place_ + ": block " + std::to_string(out.height) + " has " +
                         std::to_string(out.transactions.size()) + " transactions; its blocks row says " +
                         std::to_string(stated->second.transaction_count));
      }
    }
    return true;
  }
  const std::string& last_place() const { return place_; }
  void take_notes(IngestSummary& summary) const {
    const auto note = [&](uint64_t count, const char* text) {
      if (count > 0) summary.notes.push_back(std::to_string(count) + text);
    };
    note(rows_again_, " rows stand twice or more in this input: each counts once");
    note(
        blocks_ordered_,
        " blocks' transactions have no index here: each stands behind what it spends, else by identifier; their order in "
        "the block is not known");
    note(transactions_lacking_, " transactions that blocks' rows count are not in this input (--partial)");
  }
  // Decides for each input whether its output is held (by the ledger or by the files); partial exports only.
  static void mark_external(chain::UtxoBlock& block, const EtlSource& source, const ledger::ChainReader* ledger) {
    for (chain::UtxoInput& in : block.inputs)
      in.external =
          source.identifiers_.count(in.previous) == 0 && (ledger == nullptr || !ledger->find_transaction(in.previous));
  }

 private:
  std::string place(const LinePlace& at) const { return files_[at.file].path() + ":" + std::to_string(at.line); }
  static bool is_block(std::string_view line) {
    // A block row states its transaction_count and no outputs; strings in transactions hold hexadecimal only.
    return line.find("\"transaction_count\"") != std::string_view::npos &&
           line.find("\"outputs\"") == std::string_view::npos;
  }
  Status add_block(std::string_view line, const decode::TextLines& lines) {
    StatedBlock block;
    JINDO_DO(parser_.parse_block(line, block));
    block.place = lines.place();
    const auto added = blocks_.emplace(block.height, block);
    if (added.second) return {};
    const StatedBlock& before = added.first->second;
    if (before.hash != block.hash || before.transaction_count != block.transaction_count)
      return bad_input("two blocks of height " + std::to_string(block.height) + " (" + before.place + " is the other)");
    ++rows_again_;
    return {};
  }
  Status add_transaction(std::string_view line, uint32_t file, const decode::TextLines& lines) {
    JINDO_DO(parser_.parse_transaction(line, transaction_));
    LinePlace at;
    at.height = transaction_.block_height;
    at.line = lines.line_number();
    at.index = transaction_.has_index ? transaction_.index : at.line;
    at.offset = static_cast<uint64_t>(reinterpret_cast<const uint8_t*>(line.data()) - lines.data());
    at.length = static_cast<uint32_t>(line.size());
    at.file = file;
    height_max_ = std::max(height_max_, at.height);
    if (options_.partial && !transaction_.coinbase) {
      // Without the outputs before the export nothing else would see that a transaction stands in two blocks.
      const auto added = identifiers_.emplace(transaction_.id, at);
      if (!added.second && added.first->second.height != at.height)
        return bad_input("transaction " + base::to_hex_reversed(transaction_.id) + " stands in block " +
                         std::to_string(added.first->second.height) + " (" + place(added.first->second) +
                         ") and in block " + std::to_string(at.height) + "; expected one");
    } else if (options_.partial) {
      identifiers_.emplace(transaction_.id, at);
    }
    return places_.add(at);
  }

  Status take(const decode::BitcoinEtlTransaction& tx, chain::UtxoBlock& out) const {
    if (out.transactions.empty()) {
      out.hash = tx.block_hash;
      out.time = tx.block_time;
    } else if (out.hash != tx.block_hash || out.time != tx.block_time) {
      return bad_input("another block_hash or block_timestamp than block " + std::to_string(out.height) +
                       "'s first transaction; "
                       "expected one block a height");
    }
    if (!options_.partial) {
      if (tx.coinbase != out.transactions.empty())
        return bad_input(
            "expected one coinbase, and first in its block (for an export of some transactions only, there is "
            "--partial)");
      if (tx.has_index && tx.index != out.transactions.size()) {
        return bad_input("transaction index " + std::to_string(tx.index) + "; expected " +
                         std::to_string(out.transactions.size()) + ": the export lacks a transaction of block " +
                         std::to_string(out.height));
      }
    }
    chain::UtxoTransaction row;
    row.id = tx.id;
    row.first_input = static_cast<uint32_t>(out.inputs.size());
    row.first_output = static_cast<uint32_t>(out.outputs.size());
    row.inputs = static_cast<uint32_t>(tx.inputs.size());
    row.outputs = static_cast<uint32_t>(tx.outputs.size());
    row.form = tx.form;
    row.virtual_size = tx.virtual_size;
    out.inputs.insert(out.inputs.end(), tx.inputs.begin(), tx.inputs.end());
    out.outputs.insert(out.outputs.end(), tx.outputs.begin(), tx.outputs.end());
    for (const auto& [output, script] : tx.data_scripts)
      chain::add_output_note(out, static_cast<uint32_t>(out.transactions.size()), output, script);
    out.transactions.push_back(row);
    return {};
  }

  const IngestOptions& options_;
  std::string temporary_;
  decode::BitcoinEtlParser parser_;
  decode::BitcoinEtlTransaction transaction_;
  struct StatedBlock : decode::BitcoinEtlBlock {
    std::string place;
  };
  std::vector<decode::TextLines> files_;
  std::vector<EtlRow> rows_;  // of the block at hand
  std::unordered_map<uint64_t, StatedBlock> blocks_;
  std::unordered_map<chain::TxId, LinePlace, HashOfHash> identifiers_;
  base::ExternalSorter<LinePlace> places_;
  uint64_t height_max_ = 0;
  uint64_t rows_again_ = 0, blocks_ordered_ = 0, transactions_lacking_ = 0;
  std::string place_;
};

// Reads up to the first block that the ledger does not hold, into `block`: how many of the ledger's blocks stay below
// it; nullopt: the files hold none. Error: a branch that does not reach beyond the ledger's.
base::Result<std::optional<uint64_t>> find_first_new(const ledger::UtxoStore* store, EtlSource& source,
                                                     chain::UtxoBlock& block, IngestSummary& summary) {
  using Keep = std::optional<uint64_t>;
  for (;;) {
    JINDO_TRY(const bool more, source.next(block));
    if (!more) return Keep();
    if (store == nullptr) return Keep(0);
    const ledger::ChainInfo& info = store->info();
    if (block.height > info.tip_height) return Keep(info.blocks);
    const uint64_t number = ledger::blocks_below(*store, block.height);
    const bool held = number < info.blocks && store->block(number).height == block.height;
    if (held && store->block(number).hash == block.hash) {
      ++summary.blocks_known;
      continue;
    }
    if (source.height_max() <= info.tip_height) {
      return bad_input(source.last_place() + ": block " + std::to_string(block.height) +
                       " is not the ledger's, and the file ends at height " + std::to_string(source.height_max()) +
                       " while the ledger reaches " + std::to_string(info.tip_height) +
                       "; a branch must reach further to replace the ledger's. To replace it all the same: jindo "
                       "ledger rollback --to " +
                       std::to_string(block.height == 0 ? 0 : block.height - 1));
    }
    return Keep(number);
  }
}

// Adds `block` and all that follow it.
Status append_blocks(ledger::LedgerWriter& writer, const chain::Network& network, ledger::LedgerWriter::Append append,
                     const ledger::UtxoStore* store, const IngestOptions& options, EtlSource& source,
                     chain::UtxoBlock& block, base::Progress& progress, IngestSummary& summary) {
  std::vector<std::string> places;
  append.where = [&](uint64_t b) { return b < places.size() ? places[b] : std::string("?"); };
  PrunedInputs inputs(store, options.memory_bytes / 4);
  const Status appended = writer.append_utxo(network, append, [&](ledger::UtxoBuilder& builder) -> Status {
    for (bool more = true; more;) {
      places.push_back(source.last_place());
      if (options.partial) {
        EtlSource::mark_external(block, source, store);
        JINDO_DO(inputs.take(block, true));
      }
      const Status added = builder.add(block);
      if (!added.ok()) return base::Error{added.error().kind, source.last_place() + ": " + added.error().message};
      ++summary.blocks_added;
      progress.update(0, summary.blocks_added);
      JINDO_TRY(more, source.next(block));
    }
    return {};
  });
  summary.external_inputs = inputs.external();
  if (inputs.fees_unknown() > 0)
    summary.notes.push_back(
        std::to_string(inputs.fees_unknown()) +
        " transactions spend outputs from before this export whose value it does not tell: they are "
        "taken as what the outputs need at least, and the fees are not known");
  if (appended.ok()) return {};
  const bool missing =
      !append.partial && appended.error().message.find("a missing previous output") != std::string::npos;
  return base::Error{appended.error().kind,
                     appended.error().message +
                         (missing ? "; an export that begins later than the chain is taken with --partial" : "")};
}
}  // namespace

base::Result<IngestSummary> ingest_bitcoin_etl(const std::string& folder, const chain::Network& network,
                                               const std::vector<std::string>& inputs, const IngestOptions& options) {
  JINDO_DO(check_chain("bitcoin-etl", network));
  JINDO_TRY(const uint64_t bytes_total, total_size(inputs));
  base::Progress progress(options.progress, "reading lines", "transactions", bytes_total);
  JINDO_TRY(ledger::LedgerWriter writer, open_writer(folder, options, progress));
  EtlSource source(network, options, writer.temporary_folder());
  JINDO_DO(source.read_files(inputs, progress));
  IngestSummary summary;
  const ledger::LedgerChain* chain = writer.find(network);
  const ledger::UtxoStore* store = chain != nullptr ? chain->utxo.get() : nullptr;
  const ledger::ChainInfo before = info_of(writer, network);
  chain::UtxoBlock block;
  JINDO_TRY(const std::optional<uint64_t> keep, find_first_new(store, source, block, summary));
  if (!keep) {
    source.take_notes(summary);
    return summary;
  }
  ledger::LedgerWriter::Append append;
  append.keep_blocks = *keep;
  append.expected_bytes = bytes_total;
  append.partial = options.partial;
  progress.phase("ingesting blocks");
  JINDO_DO(append_blocks(writer, network, append, store, options, source, block, progress, summary));
  summary.blocks_reverted = before.blocks - *keep;
  source.take_notes(summary);
  if (summary.external_inputs > 0) {
    summary.notes.push_back(
        std::to_string(summary.external_inputs) +
        " inputs spend outputs from before this partial ledger; value and owner are as the export states them");
  }
  count_growth(before, writer, network, summary);
  return summary;
}
}  // namespace jindo::ingest
