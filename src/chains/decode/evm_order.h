// The rows of one EVM block put in order and joined: each kind by its place in the block, the same row twice taken out,
// receipts applied to their transactions, events and token transfers found by transaction. What contradicts is an error
// that names the block and, where they are known, both rows' files and lines.
#pragma once

#include <vector>

#include "base/result.h"
#include "decode/evm_block.h"

namespace jindo::decode {

struct EvmOrder {
  bool synthetic = false;                      // no transactions table: made of traces or token transfers
  std::vector<EvmTraceRow> block_traces;       // of no transaction: rewards, genesis, withdrawals
  std::vector<std::vector<size_t>> tokens_of;  // by transaction: into rows.token_transfers, by log
  std::vector<std::vector<size_t>> logs_of;    // by transaction: into rows.logs, the first part of each, by log
};
base::Status order_evm_rows(uint64_t height, EvmBlockRows& rows, chain::AccountBlock& out, EvmBlockNotes& notes,
                            EvmOrder& order);

}  // namespace jindo::decode
