// Reader of what EVM nodes answer over JSON-RPC, told apart by content, in any order:
//   eth_getBlockBy… with whole transactions, eth_getTransactionBy…; eth_getBlockReceipts, eth_getTransactionReceipt;
//   eth_getLogs; trace_block, trace_transaction (OpenEthereum's form, which Erigon, Nethermind, Reth and Anvil give
//   too); debug_traceBlockBy… with callTracer, trace_replayBlockTransactions: these know their transactions by hash
//   only.
// A text is the bare result, the whole answer ({"jsonrpc": …, "result": …}) or a batch of answers, on a line or spread
// over lines. An answer that is an error, or null, is an error that says what the node said. Rows become those of
// ethereum-etl's tables. Limits: 64 MiB a text.
#pragma once

#include <string>

#include "base/result.h"
#include "decode/evm_tables.h"

namespace jindo::decode {

// The error says file and line.
base::Status read_evm_json_file(const std::string& path, const std::string& scratch, uint64_t& sequence,
                                const EvmSinks& sinks);
// One text in memory.
base::Status read_evm_json_line(std::string_view text, uint64_t& sequence, const EvmSinks& sinks);

}  // namespace jindo::decode
