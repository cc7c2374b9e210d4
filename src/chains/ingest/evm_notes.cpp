// Counts to sentences.
#include "ingest/evm_notes.h"

#include "decode/ethereum_etl.h"

namespace jindo::ingest {
void take_evm_notes(const decode::EvmBlockNotes& notes, const decode::EvmReadNotes& read, IngestSummary& summary) {
  summary.fees_unknown = notes.fees_unknown;
  summary.status_unknown = notes.status_unknown;
  const auto note = [&](uint64_t count, const char* text) {
    if (count > 0) summary.notes.push_back(std::to_string(count) + text);
  };
  note(notes.fees_unknown, " transactions have no receipt in this export: their gas fees are not in the ledger");
  note(notes.status_unknown, " transactions have neither status nor trace in this export: they are taken as done");
  note(notes.rows_again, " rows stand twice or more in this input: each counts once");
  note(notes.blob_fees_unknown,
       " transactions carry blobs and have no blob_gas_price and blob_gas_used here: their blob fees are not in the "
       "ledger");
  note(notes.operator_fees_unknown,
       " transactions paid an operator fee (OP stack), which is not computed: it is not in the ledger");
  note(notes.odd_transactions,
       " transactions are of types whose payments are not known: only their value and gas are in the ledger");
  note(notes.transfers_from_logs, " token transfers are taken from the logs: no token_transfers row stands for them");
  note(notes.nft_transfers, " transfers of NFTs (ERC-721) are not read as movements");
  note(notes.odd_transfers, " events are named Transfer and are no token's: they are not read as movements");
  note(notes.transactions_lacking, " transactions that blocks' rows count are not in this input (--partial)");
  note(
      notes.selfdestructs_unknown,
      " contracts destroyed themselves in their own favour; whether the coin is gone is not known of this chain, and it "
      "is taken as kept");
  note(read.removed_logs, " events are of blocks that the chain dropped (removed): they are left out");
  note(
      read.untold_ends,
      " contracts destroyed themselves, and the node's tracer tells not what they left to whom: it is not in the ledger");
  note(read.outside_evm, " transfers outside the EVM (Arbitrum's before and after calls) are not read");
}

void name_unread(const std::vector<std::string>& paths, IngestSummary& summary) {
  constexpr size_t kNamedMax = 10;
  for (size_t i = 0; i < paths.size() && i < kNamedMax; ++i)
    summary.notes.push_back(decode::describe_unread(paths[i]) + " is no table that is read: left out");
  if (paths.size() > kNamedMax)
    summary.notes.push_back(std::to_string(paths.size() - kNamedMax) +
                            " more files are no table that is read: left out");
}
}  // namespace jindo::ingest
