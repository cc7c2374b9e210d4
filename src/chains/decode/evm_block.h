// One EVM block's rows, from whatever tables the export had, to a chain::AccountBlock: movements in ledger order.
//   in a block: genesis and DAO-fork transfers, transactions by index, block rewards and withdrawals;
//   in a transaction: the gas fee, native value (the top call and internal calls in execution order), tokens by log.
// A transaction's value comes from its traces where it has any, from the transaction row otherwise: never both.
// A wrapped coin in WETH9's manner logs Deposit and Withdrawal where others log a Transfer: where the coin moved by
// just that amount between the same two, the token is minted to, or burnt from, that address at the log's place. What
// reverted moves nothing (a failed call takes its children with it). A failed transaction pays its fee only.
#pragma once

#include <vector>

#include "base/result.h"
#include "chain/block.h"
#include "decode/evm_rows.h"

namespace jindo::decode {

struct EvmBlockRows {
  std::vector<EvmBlockRow> blocks;
  std::vector<EvmTransactionRow> transactions;
  std::vector<EvmReceiptRow> receipts;
  std::vector<EvmTokenTransferRow> token_transfers;
  std::vector<EvmTraceRow> traces;
  std::vector<EvmLogRow> logs;
  std::vector<EvmTraceRow> withdrawals;  // as rewards: block-level, to and value set
};
struct EvmBlockNotes {
  uint64_t fees_unknown = 0;    // transactions whose gas used the export does not tell: no fee in the ledger
  uint64_t status_unknown = 0;  // neither receipt status nor trace: taken as done
};
// `height` names the block in errors. Rows are all of that block, in file order; they are reordered in place.
base::Status assemble_evm_block(uint64_t height, EvmBlockRows& rows, chain::AccountBlock& out, EvmBlockNotes& notes);

}  // namespace jindo::decode
