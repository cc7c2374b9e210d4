#include "ingest/account_append.h"

namespace jindo::ingest {
namespace {
using base::bad_input;
using base::Status;
const base::Hash256 kNoHash{};
}  // namespace

Status append_account_blocks(ledger::LedgerWriter& writer, const chain::Network& network, AccountSource& source,
                             uint64_t bytes_total, base::Progress& progress, IngestSummary& summary) {
  const ledger::LedgerChain* chain = writer.find(network);
  const ledger::AccountStore* store = chain != nullptr ? chain->account.get() : nullptr;
  // What is wrong with a block as a whole names no file itself.
  const auto next = [&](chain::AccountBlock& into) -> base::Result<bool> {
    auto more = source.next(into);
    if (more.ok() || more.error().message.rfind("block ", 0) != 0) return more;
    return base::Error{more.error().kind, source.name + ": " + more.error().message};
  };
  const ledger::ChainInfo before = info_of(writer, network);
  chain::AccountBlock block;
  uint64_t keep = before.blocks;
  bool pending = false;
  for (;;) {
    JINDO_TRY(pending, next(block));
    if (!pending || store == nullptr || block.height > before.tip_height) break;
    uint64_t low = 0;
    uint64_t high = before.blocks;
    while (low < high) {
      const uint64_t middle = (low + high) / 2;
      if (store->block(middle).height < block.height)
        low = middle + 1;
      else
        high = middle;
    }
    const std::string named = source.name + ": block " + std::to_string(block.height);
    const std::string advice = "; to replace the ledger's blocks from there on: jindo ledger rollback --to " +
                               std::to_string(block.height == 0 ? 0 : block.height - 1) +
                               ", then ingest all exports of that range together";
    const bool held = low < before.blocks && store->block(low).height == block.height;
    if (held && store->block(low).digest == chain::block_digest(block)) {
      ++summary.blocks_known;
      continue;
    }
    const base::Hash256 ledger_hash = held ? store->block(low).hash : kNoHash;
    if (block.hash == kNoHash || ledger_hash == kNoHash || block.hash == ledger_hash) {
      return bad_input(
          named +
          (held ? " differs from the ledger's"
                : " is not in the ledger, which reaches beyond it to " + std::to_string(before.tip_height)) +
          advice);
    }
    // Another branch. It must reach at least as far, and hang on what stays.
    if (!source.height_max) return base::wrong_use(kReadFirst);
    if (*source.height_max < before.tip_height) {
      return bad_input(named + " is of another branch, which ends at height " + std::to_string(*source.height_max) +
                       " while the ledger reaches " + std::to_string(before.tip_height) + advice);
    }
    if (low > 0 && block.previous != kNoHash && store->block(low - 1).height + 1 == block.height &&
        store->block(low - 1).hash != kNoHash && store->block(low - 1).hash != block.previous) {
      return bad_input(named + " does not follow the ledger's block before it");
    }
    keep = low;
    break;
  }
  if (!pending) return {};
  ledger::LedgerWriter::Append append;
  append.keep_blocks = keep;
  append.expected_bytes = bytes_total;
  progress.phase("ingesting blocks");
  JINDO_DO(writer.append_account(network, append, [&](ledger::AccountBuilder& builder) -> Status {
    uint64_t movements = 0;
    do {
      const Status added = builder.add(block);
      if (!added.ok()) return base::Error{added.error().kind, source.name + ": " + added.error().message};
      ++summary.blocks_added;
      movements += block.movements.size();
      progress.update(source.bytes_done ? source.bytes_done() : 0, movements);
      JINDO_TRY(pending, next(block));
    } while (pending);
    return {};
  }));
  summary.blocks_taken_back = before.blocks - keep;
  count_growth(before, writer, network, summary);
  return {};
}
}  // namespace jindo::ingest
