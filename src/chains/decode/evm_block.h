// One EVM block's rows, from whatever tables the export had, to a chain::AccountBlock: movements in ledger order.
//   in a block: genesis and DAO-fork transfers, transactions by index, block rewards and withdrawals;
//   in a transaction: the gas fee (blobs' with it), what is minted to the sender (an OP-stack deposit), native value
//   (the top call and internal calls in execution order), tokens by log.
// A transaction's value comes from its traces where it has any, from the transaction row otherwise: never both.
// Tokens move by token_transfers, and by a Transfer event of the logs where no such row stands for it: never both.
// A wrapped coin in WETH9's manner logs Deposit and Withdrawal where others log a Transfer: where the coin moved by
// just that amount between the same two, the token is minted to, or burnt from, that address at the log's place. What
// reverted moves nothing (a failed call takes its children with it). A failed transaction pays its fee only.
// The same row twice (overlapping files) counts once; two rows that contradict each other are an error naming both.
#pragma once

#include <vector>

#include "base/result.h"
#include "chain/block.h"
#include "decode/evm_rows.h"
#include "decode/row_places.h"

namespace jindo::decode {

struct EvmBlockRows {
  std::vector<EvmBlockRow> blocks;
  std::vector<EvmTransactionRow> transactions;
  std::vector<EvmReceiptRow> receipts;
  std::vector<EvmTokenTransferRow> token_transfers;
  std::vector<EvmTraceRow> traces;
  std::vector<EvmLogRow> logs;
  std::vector<EvmTraceRow> withdrawals;  // as rewards: block-level, to and value set

  const chain::Network* network = nullptr;  // for rules that differ between chains; null: such rules are left out
  const RowPlaces* places = nullptr;        // where rows stand; null: not known
  bool whole = true;                        // a block's row and its transactions must agree in number
  bool has_transactions = false;            // the input has a transactions table
};
struct EvmBlockNotes {
  uint64_t fees_unknown = 0;           // transactions whose gas used the export does not tell: no fee in the ledger
  uint64_t status_unknown = 0;         // neither receipt status nor trace: taken as done
  uint64_t blob_fees_unknown = 0;      // of transactions with blobs
  uint64_t operator_fees_unknown = 0;  // OP stack since Isthmus, where not zero
  uint64_t odd_transactions = 0;       // of types whose payments are not known here
  uint64_t nft_transfers = 0;          // of NFTs, told by their event; not movements, unless token_transfers has them
  uint64_t odd_transfers = 0;          // events named Transfer that are no token's
  uint64_t transfers_from_logs = 0;    // movements that no token_transfers row stands for
  uint64_t transactions_lacking = 0;   // that blocks' rows count and the input lacks; only where !whole
  uint64_t selfdestructs_unknown = 0;  // in the contract's own favour, on a chain whose rule is not known
  uint64_t rows_again = 0;             // the same row twice: counted once
};
// `height` names the block in errors. Rows are all of that block, in file order; they are reordered in place.
base::Status assemble_evm_block(uint64_t height, EvmBlockRows& rows, chain::AccountBlock& out, EvmBlockNotes& notes);

}  // namespace jindo::decode
