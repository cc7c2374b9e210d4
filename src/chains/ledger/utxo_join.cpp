// Which output does each input spend: by a hash join for outputs of this segment, by a look-up in the store for older
// ones.
#include <cstring>

#include "ledger/utxo_passes.h"

namespace jindo::ledger {
namespace {
using base::bad_input;
using base::Status;

Status add_match(UtxoBuild& build, const Match& match) {
  return build.matches.add((match.output - build.first_output) / build.out_range, match);
}
Status add_late(UtxoBuild& build, const Match& match) {
  uint64_t spender = 0;
  build.older->spenders(match.output, {&spender, 1});
  if (spender != kNoNumber) return build.spent_twice(match, spender);
  JINDO_DO(build.late.add(match.output / build.late_range, match));
  return build.add_foreign(match.input, match.output, build.older->output_value(match.output),
                           build.older->output_address(match.output));
}
Status find_in_older(UtxoBuild& build, const Spend& spend) {
  const auto transaction = build.older != nullptr ? build.older->find_transaction(spend.id) : std::nullopt;
  if (!transaction) return missing_output(spend, build.place());
  UtxoTransactionView view;
  build.older->transaction(*transaction, view);
  if (spend.output_index >= view.out_value.size()) return missing_output(spend, build.place());
  return add_late(build, {view.first_output + spend.output_index, spend.input, spend.transaction});
}
Status take_resolved(UtxoBuild& build) {
  JINDO_DO(build.resolved.read(0, [&](std::span<const Match> matches) -> Status {
    for (const Match& match : matches) {
      if (match.output >= build.first_output) {
        JINDO_DO(add_match(build, match));
      } else {
        JINDO_DO(add_late(build, match));
      }
    }
    return {};
  }));
  build.resolved.release(0);
  return {};
}
}  // namespace

UtxoBuild::UtxoBuild(const BuildOptions& build_options, const UtxoStore* chain)
    : SegmentBuild(build_options), older(chain) {
  if (chain != nullptr) {
    first_transaction = chain->info().transactions;
    first_input = chain->info().inputs;
    first_output = chain->info().outputs;
  }
  definitions = spill<Definition>(partitions, 12);
  spends = spill<Spend>(partitions, 12);
  keys = spill<KeyRecord>(partitions, 12);
  foreign_sources = spill<Source>(1, 32);
  resolved = spill<Match>(1, 32);
}

std::string UtxoBuild::place_of(uint64_t transaction, uint64_t input) const {
  const uint64_t t = transaction - first_transaction;
  auto blocks = base::MappedFile::open(files.path("blocks"));
  if (!blocks.ok()) return "?";
  const base::Bytes bytes = blocks->bytes();
  const std::span<const BlockRow> rows(reinterpret_cast<const BlockRow*>(bytes.data()),
                                       bytes.size() / sizeof(BlockRow));
  const auto after = std::upper_bound(rows.begin(), rows.end(), transaction, [](uint64_t wanted, const BlockRow& row) {
    return wanted < row.first_transaction;
  });
  const auto block = static_cast<uint64_t>(after - rows.begin()) - 1;
  uint64_t transactions_input = 0;
  auto firsts = base::MappedFile::open(files.path("tx_first_input"));
  if (firsts.ok()) std::memcpy(&transactions_input, firsts->bytes().data() + t * 8, 8);
  std::string out = options.where ? options.where(block) + ": " : "";
  return out + "block " + std::to_string(rows[block].height) + ", transaction " +
         std::to_string(transaction - rows[block].first_transaction) + ", input " +
         std::to_string(first_input + input - transactions_input);
}

base::Error UtxoBuild::spent_twice(const Match& match, uint64_t other) const {
  return bad_input(place_of(match.transaction, match.input) + ": spends an output that transaction number " +
                   std::to_string(other) + " of the chain spent before: an output spent twice");
}

Status join_inputs(UtxoBuild& build) {
  build.out_range = build.range_size(build.outputs);
  build.matches = build.spill<Match>(build.outputs / build.out_range + 1, 12);
  build.late_range = build.range_size(build.first_output);
  build.late = build.spill<Match>(build.first_output / build.late_range + 1, 32);
  TransactionIndex index(build.files, build.transactions);
  JINDO_DO(index.open());
  JINDO_DO(in_order<Joined>(
      build.partitions, build.options.threads,
      [&](size_t p) { return join_spends(build.definitions, build.spends, p, build.place()); },
      [&](size_t, Joined& joined) -> Status {
        for (const Match& match : joined.matches) JINDO_DO(add_match(build, match));
        for (const Spend& spend : joined.unresolved) JINDO_DO(find_in_older(build, spend));
        return index.add(joined.entries);
      }));
  JINDO_DO(index.close());
  return take_resolved(build);
}
}  // namespace jindo::ledger
