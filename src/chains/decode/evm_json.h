// Reader of what EVM nodes answer over JSON-RPC, one answer a line: eth_getBlockByNumber with whole transactions,
// eth_getBlockReceipts, trace_block (OpenEthereum's form, which Erigon, Nethermind, Reth and Anvil give too). A line is
// the bare result or the whole answer ({"jsonrpc": …, "result": …}); what it is shows by its content. Rows become those
// of ethereum-etl's tables. Limits: 64 MiB a line.
#pragma once

#include "decode/ethereum_etl.h"

namespace jindo::decode {

// The error says file and line.
base::Status read_evm_json_file(const std::string& path, uint64_t& sequence, const EvmSinks& sinks);
// One line in memory.
base::Status read_evm_json_line(std::string_view line, uint64_t& sequence, const EvmSinks& sinks);

}  // namespace jindo::decode
