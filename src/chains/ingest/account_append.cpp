// Appending account blocks: the stream is read up to the first block that the ledger does not hold, then built from
// there.
#include "ingest/account_append.h"

#include "ingest/writer.h"
#include "ledger/block_places.h"

namespace jindo::ingest {
namespace {
using base::bad_input;
using base::Status;
const base::Hash256 kNoHash{};

// A block that follows another by height hangs on it by hash, where both are known.
Status check_link(const AccountSource& source, const chain::Network& network, uint64_t height,
                  const base::Hash256& hash, const chain::AccountBlock& block, const char* of) {
  if (block.height != height + 1 || hash == kNoHash || block.previous == kNoHash || block.previous == hash) return {};
  return bad_input(source.name + ": block " + std::to_string(block.height) + " does not follow " + of + " block " +
                   std::to_string(height) + ": its parent_hash is " + chain::format_hash(network, block.previous) +
                   ", that block's hash is " + chain::format_hash(network, hash) +
                   "; the two are of different branches: export that range again from one node");
}

base::Result<bool> next_block(AccountSource& source, chain::AccountBlock& out) {
  auto more = source.next(out);
  // What is wrong with a block as a whole names no file itself.
  if (more.ok() || more.error().message.rfind("block ", 0) != 0) return more;
  return base::Error{more.error().kind, source.name + ": " + more.error().message};
}

// Compares a block at or below the ledger's tip with the ledger's at its place, block number `number`. True: the ledger
// holds it. False: it begins another branch, which may replace the ledger's. Errors: it contradicts the ledger.
base::Result<bool> ledger_holds(const ledger::AccountStore& store, uint64_t number, const chain::AccountBlock& block,
                                const AccountSource& source) {
  const ledger::ChainInfo& info = store.info();
  const std::string named = source.name + ": block " + std::to_string(block.height);
  const std::string advice =
      source.coverage.empty()
          ? "; to replace the ledger's blocks from there on: jindo ledger rollback --to " +
                std::to_string(block.height == 0 ? 0 : block.height - 1) +
                ", then ingest all exports of that range together"
          : "; files that come one after another belong together: jindo evidence add, then jindo evidence build";
  const bool held = number < info.blocks && store.block(number).height == block.height;
  if (held && store.block(number).digest == chain::block_digest(block)) return true;
  const base::Hash256 ledger_hash = held ? store.block(number).hash : kNoHash;
  if (block.hash == kNoHash || ledger_hash == kNoHash || block.hash == ledger_hash) {
    return bad_input(named +
                     (held ? " differs from the ledger's"
                           : " is not in the ledger, which reaches beyond it to " + std::to_string(info.tip_height)) +
                     advice);
  }
  // Another branch. It must reach at least as far, and hang on what stays.
  if (!source.height_max) return base::wrong_use(kReadFirst);
  if (*source.height_max < info.tip_height) {
    return bad_input(named + " is of another branch, which ends at height " + std::to_string(*source.height_max) +
                     " while the ledger reaches " + std::to_string(info.tip_height) + advice);
  }
  if (number > 0 && block.previous != kNoHash) {
    const ledger::BlockRow before = store.block(number - 1);
    if (before.height + 1 == block.height && before.hash != kNoHash && before.hash != block.previous)
      return bad_input(named + " does not follow the ledger's block before it");
  }
  return false;
}

// Reads up to the first block that the ledger does not hold, into `block`: how many of the ledger's blocks stay below
// it; nullopt: the input holds none.
base::Result<std::optional<uint64_t>> find_first_new(const ledger::AccountStore* store, AccountSource& source,
                                                     chain::AccountBlock& block, IngestSummary& summary) {
  using Keep = std::optional<uint64_t>;
  for (;;) {
    JINDO_TRY(const bool more, next_block(source, block));
    if (!more) return Keep();
    if (store == nullptr) return Keep(0);
    if (block.height > store->info().tip_height) return Keep(store->info().blocks);
    const uint64_t number = ledger::blocks_below(*store, block.height);
    JINDO_TRY(const bool held, ledger_holds(*store, number, block, source));
    if (!held) return Keep(number);
    ++summary.blocks_known;
  }
}
}  // namespace

Status append_account_blocks(ledger::LedgerWriter& writer, const chain::Network& network, AccountSource& source,
                             uint64_t bytes_total, base::Progress& progress, IngestSummary& summary) {
  const ledger::LedgerChain* chain = writer.find(network);
  const ledger::ChainInfo before = info_of(writer, network);
  chain::AccountBlock block;
  JINDO_TRY(const std::optional<uint64_t> keep,
            find_first_new(chain != nullptr ? chain->account.get() : nullptr, source, block, summary));
  if (!keep) return {};
  ledger::LedgerWriter::Append append;
  append.keep_blocks = *keep;
  append.expected_bytes = bytes_total;
  append.coverage = source.coverage;
  append.unique_ids = true;
  progress.phase("ingesting blocks");
  const Status appended = writer.append_account(network, append, [&](ledger::AccountBuilder& builder) -> Status {
    uint64_t movements = 0;
    uint64_t height = 0;
    base::Hash256 hash = kNoHash;
    if (*keep > 0) {
      const ledger::BlockRow tip = chain->account->block(*keep - 1);
      height = tip.height;
      hash = tip.hash;
    }
    const char* of = "the ledger's";
    for (bool more = true; more;) {
      JINDO_DO(check_link(source, network, height, hash, block, of));
      height = block.height;
      hash = block.hash;
      of = "its";
      const Status added = builder.add(block);
      if (!added.ok()) return base::Error{added.error().kind, source.name + ": " + added.error().message};
      ++summary.blocks_added;
      movements += block.movements.size();
      progress.update(source.bytes_done ? source.bytes_done() : 0, movements);
      JINDO_TRY(more, next_block(source, block));
    }
    return {};
  });
  if (!appended.ok()) {
    const bool named = appended.error().message.rfind("transaction ", 0) != 0;
    return named ? appended : base::Error{appended.error().kind, source.name + ": " + appended.error().message};
  }
  summary.blocks_reverted = before.blocks - *keep;
  count_growth(before, writer, network, summary);
  return {};
}
}  // namespace jindo::ingest
