// A bitcoin node's block files: headers first, to know the best chain; then its blocks, decoded a batch ahead.
#include <future>

#include "base/hex.h"
#include "base/parallel.h"
#include "chain/forks.h"
#include "decode/blk_file.h"
#include "ingest/block_tree.h"
#include "ingest/formats.h"
#include "ingest/pruned.h"
#include "ingest/writer.h"

namespace jindo::ingest {
namespace {
using base::Status;

struct Decoded {
  Status status;
  std::vector<chain::UtxoBlock> blocks;
};

// Decodes blocks a batch ahead of the builder, on the threads it leaves free.
class BatchDecoder {
 public:
  BatchDecoder(const std::vector<decode::BlkFile>& files, const std::vector<TreeBlock>& tree, const BestChain& chain,
               unsigned threads)
      : files_(files), tree_(tree), chain_(chain), threads_(std::max(1U, threads > 1 ? threads - 1 : 1)) {}

  // [begin, end) of chain_.blocks: about 8 MiB of raw blocks.
  size_t batch_end(size_t begin) const {
    constexpr uint64_t kBatchBytes = 8 << 20;
    uint64_t bytes = 0;
    size_t end = begin;
    while (end < chain_.blocks.size() && bytes < kBatchBytes && end - begin < 1024) bytes += record(end++).size;
    return end;
  }
  Decoded decode(size_t begin, size_t end) const {
    Decoded out;
    out.blocks.resize(end - begin);
    out.status = base::parallel_for(end - begin, threads_, [&](size_t i) -> Status {
      const decode::BlockRecord& place = record(begin + i);
      const decode::BlkFile& file = files_[tree_[chain_.blocks[begin + i]].file];
      thread_local std::vector<uint8_t> bytes;
      file.read(place.offset, place.size, bytes);
      Status status = decode::decode_block(bytes, place.offset, out.blocks[i]);
      if (!status.ok()) return base::Error{status.error().kind, file.path() + ": " + status.error().message};
      out.blocks[i].height = chain_.first_height + begin + i;
      return status;
    });
    return out;
  }
  const decode::BlockRecord& record(size_t i) const {
    const TreeBlock& block = tree_[chain_.blocks[i]];
    return files_[block.file].records()[block.record];
  }
  std::string where(size_t i) const {
    return files_[tree_[chain_.blocks[i]].file].path() + ": block at offset " + std::to_string(record(i).offset);
  }
  void release(size_t begin, size_t end) const {
    for (size_t i = begin; i < end; ++i) {
      if (i + 1 == end || tree_[chain_.blocks[i]].file != tree_[chain_.blocks[i + 1]].file)
        files_[tree_[chain_.blocks[i]].file].release();
    }
  }

 private:
  const std::vector<decode::BlkFile>& files_;
  const std::vector<TreeBlock>& tree_;
  const BestChain& chain_;
  unsigned threads_;
};

// Files and the headers of all their blocks.
struct Headers {
  std::vector<decode::BlkFile> files;
  std::vector<TreeBlock> tree;
  std::string describe(uint32_t i) const {
    const decode::BlkFile& file = files[tree[i].file];
    return "block " + base::to_hex_reversed(tree[i].header.hash) + " (" + file.path() + ": offset " +
           std::to_string(file.records()[tree[i].record].offset) + ")";
  }
};
base::Result<Headers> read_headers(const decode::BlkFolder& found, const chain::Network& network) {
  Headers out;
  std::vector<uint8_t> header;
  for (const std::string& path : found.paths) {
    JINDO_TRY(decode::BlkFile file, decode::BlkFile::open(path, network, found.key));
    file.drop_torn();
    for (uint32_t r = 0; r < file.records().size(); ++r) {
      file.read(file.records()[r].offset, decode::kBlockHeaderBytes, header);
      out.tree.push_back({decode::decode_block_header(header), static_cast<uint32_t>(out.files.size()), r});
      if (const chain::OtherChain* other = chain::other_chain_of(network, out.tree.back().header.hash))
        return base::bad_input(path + ": offset " + std::to_string(file.records()[r].offset) + ": block " +
                               std::to_string(other->height) + " is " + std::string(other->name) +
                               "'s first own; its files carry " + std::string(network.name) +
                               "'s message start, and its coins are others: they are not read");
    }
    file.release();
    out.files.push_back(std::move(file));
  }
  return out;
}

// What the files themselves are like, beside their blocks.
void note_files(const Headers& headers, const chain::Network& network, IngestSummary& summary) {
  uint64_t gaps = 0;
  for (const decode::BlkFile& file : headers.files) {
    gaps += file.zero_gaps();
    if (file.junk_bytes() > 0)
      summary.notes.push_back(file.path() + ": " + std::to_string(file.junk_bytes()) +
                              " bytes between records are of no record: passed over");
    if (!file.torn().empty())
      summary.notes.push_back(file.path() + ": the last record is not a whole block yet (" + file.torn() +
                              "): left out; the node is writing it, or was killed");
  }
  if (gaps > 0) summary.notes.push_back(std::to_string(gaps) + " runs of zeros between records are passed over");
  if (!headers.files.empty() && headers.files.front().magic() != network.magic)
    summary.notes.push_back("a custom signet, message start " + base::to_hex(headers.files.front().magic()));
}

// A custom signet is told by its genesis block, or by hanging on the ledger's blocks; its files are of one signet.
Status check_magic(const Headers& headers, const chain::Network& network, bool ledger_has_chain) {
  bool custom = false, genesis = false;
  for (const decode::BlkFile& file : headers.files) {
    custom |= file.magic() != network.magic;
    if (file.magic() != headers.files.front().magic())
      return base::bad_input(file.path() + ": message start " + base::to_hex(file.magic()) + "; " +
                             headers.files.front().path() + " has " + base::to_hex(headers.files.front().magic()) +
                             ": they are of two networks");
  }
  if (!custom || ledger_has_chain) return {};
  const std::string_view begin = network.caip2.substr(network.caip2.find(':') + 1);
  for (const TreeBlock& block : headers.tree)
    genesis |= base::to_hex_reversed(block.header.hash).substr(0, begin.size()) == begin;
  if (genesis) return {};
  return base::bad_input(headers.files.front().path() + ": message start " +
                         base::to_hex(headers.files.front().magic()) + " is not " + std::string(network.name) +
                         "'s, and its genesis block is not here; a custom signet is read from its first block on");
}

// Counts what is left out. Error: no block connects to the ledger, or to another.
Status summarise(const Headers& headers, const BestChain& best, IngestSummary& summary) {
  summary.blocks_known = best.known;
  summary.blocks_stale = best.stale;
  summary.blocks_unconnected = best.unconnected;
  if (best.unconnected == 0) return {};
  const auto first = static_cast<uint32_t>(best.first_unconnected);
  const std::string note = headers.describe(first) + " follows " +
                           base::to_hex_reversed(headers.tree[first].header.previous) +
                           ", which neither the files nor the ledger hold";
  if (best.blocks.empty() && best.known == 0)
    return base::bad_input("no block connects: " + note + "; a pruned node's blocks are taken with --partial");
  summary.notes.push_back(std::to_string(best.unconnected) + " blocks were left out: " + note);
  return {};
}

using TakeBlock = std::function<Status(chain::UtxoBlock&)>;
// Adds the best chain's blocks, one batch decoded ahead. `take`, if given, sees each first.
Status add_blocks(const BatchDecoder& decoder, size_t count, const TakeBlock& take, base::Progress& progress,
                  ledger::UtxoBuilder& builder) {
  uint64_t bytes_done = 0;
  size_t begin = 0;
  size_t end = decoder.batch_end(0);
  auto ahead = std::async(std::launch::async, [&decoder, begin, end] { return decoder.decode(begin, end); });
  while (begin < count) {
    Decoded batch = ahead.get();
    const size_t next_end = decoder.batch_end(end);
    if (batch.status.ok() && end < count) {
      ahead = std::async(std::launch::async, [&decoder, end, next_end] { return decoder.decode(end, next_end); });
    }
    JINDO_DO(batch.status);
    for (size_t i = 0; i < batch.blocks.size(); ++i) {
      if (take) JINDO_DO(take(batch.blocks[i]));
      JINDO_DO(builder.add(batch.blocks[i]));
      bytes_done += decoder.record(begin + i).size;
    }
    decoder.release(begin, end);
    progress.update(bytes_done, end);
    begin = end;
    end = next_end;
  }
  return {};
}

// Of a pruned node: a block's own height, where its parent is nowhere.
HeightOf height_from_coinbase(const Headers& headers) {
  return [&headers](uint32_t i) -> std::optional<uint64_t> {
    const TreeBlock& block = headers.tree[i];
    const decode::BlockRecord& place = headers.files[block.file].records()[block.record];
    std::vector<uint8_t> bytes;
    headers.files[block.file].read(place.offset, place.size, bytes);
    const auto height = decode::coinbase_height(bytes);
    return height && *height <= chain::kHeightMax ? height : std::nullopt;
  };
}

TakeBlock pruned_block(PrunedInputs& inputs, const BatchDecoder& decoder, const chain::Network& network,
                       uint64_t first_height) {
  return [&inputs, &decoder, &network, first_height](chain::UtxoBlock& block) -> Status {
    constexpr uint64_t kOrderedSince = 556767;
    if (network.name == "bitcoin" && block.height >= kOrderedSince && ordered_by_identifier(block))
      return base::bad_input(decoder.where(block.height - first_height) + ": block " + std::to_string(block.height) +
                             " has its transactions in order of their identifiers: it is Bitcoin Cash's or Bitcoin "
                             "SV's; their files carry bitcoin's message start, and their coins are others");
    const Status taken = inputs.take(block);
    if (taken.ok()) return taken;
    return base::Error{taken.error().kind, decoder.where(block.height - first_height) + ": " + taken.error().message};
  };
}
}  // namespace

base::Result<IngestSummary> ingest_blk(const std::string& folder, const chain::Network& network,
                                       const std::vector<std::string>& inputs, const IngestOptions& options) {
  JINDO_DO(check_chain("blk", network));
  JINDO_TRY(const decode::BlkFolder found, decode::find_blk_files(inputs));
  JINDO_TRY(const uint64_t bytes_total, total_size(found.paths));
  base::Progress progress(options.progress, "reading headers", "blocks", bytes_total);
  JINDO_TRY(const Headers headers, read_headers(found, network));
  JINDO_TRY(ledger::LedgerWriter writer, open_writer(folder, options, progress));
  const ledger::LedgerChain* chain = writer.find(network);
  JINDO_DO(check_magic(headers, network, chain != nullptr));
  JINDO_TRY(const BestChain best, find_best_chain(headers.tree, chain != nullptr ? &chain->reader() : nullptr,
                                                  options.partial ? height_from_coinbase(headers) : nullptr));
  const ledger::ChainInfo before = info_of(writer, network);
  IngestSummary summary;
  note_files(headers, network, summary);
  JINDO_DO(summarise(headers, best, summary));
  if (best.blocks.empty()) return summary;
  const BatchDecoder decoder(headers.files, headers.tree, best, options.threads);
  PrunedInputs pruned(chain != nullptr ? chain->utxo.get() : nullptr, options.memory_bytes / 2);
  const TakeBlock take = options.partial ? pruned_block(pruned, decoder, network, best.first_height) : TakeBlock();
  ledger::LedgerWriter::Append append;
  append.keep_blocks = best.keep_blocks;
  append.expected_bytes = bytes_total;
  append.partial = options.partial;
  append.where = [&](uint64_t block) { return decoder.where(block); };
  progress.phase("ingesting blocks");
  JINDO_DO(writer.append_utxo(network, append, [&](ledger::UtxoBuilder& builder) {
    return add_blocks(decoder, best.blocks.size(), take, progress, builder);
  }));
  summary.blocks_added = best.blocks.size();
  summary.blocks_reverted = before.blocks - std::min(before.blocks, best.keep_blocks);
  summary.external_inputs = pruned.external();
  if (options.partial && before.blocks == 0 && best.first_height > 0)
    summary.notes.push_back("the blocks before " + std::to_string(best.first_height) +
                            " are not here (pruned); heights are the coinbases'");
  if (pruned.external() > 0)
    summary.notes.push_back(
        std::to_string(pruned.external()) +
        " inputs spend outputs from before these blocks: they are taken as clean, without an owner, "
        "worth what the outputs need at least; fees of their transactions are not known");
  count_growth(before, writer, network, summary);
  return summary;
}
}  // namespace jindo::ingest
