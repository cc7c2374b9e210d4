// ethereum-etl's tables: which columns each has, and a row's cells to a record (blockchain-etl/ethereum-etl,
// docs/schema.md; ethereum-etl-airflow, schemas of BigQuery's crypto_ethereum).
#pragma once

#include <functional>

#include "base/result.h"
#include "decode/evm_cells.h"
#include "decode/row_places.h"

namespace jindo::decode {

enum class EvmTable { kBlocks, kTransactions, kReceipts, kTokenTransfers, kTraces, kLogs, kWithdrawals, kGethTraces };

// What reading leaves out, for the command to name.
struct EvmReadNotes {
  uint64_t removed_logs = 0;  // of blocks that the chain dropped, as the node says
  uint64_t outside_evm = 0;   // Arbitrum's transfers before and after a call
  uint64_t untold_ends = 0;   // SELFDESTRUCT without value or heir, as callTracer wrote it before geth 1.9.21
};

// Where rows go. Those left empty take none: the rows are passed over.
struct EvmSinks {
  std::function<base::Status(const EvmBlockRow&)> block;
  std::function<base::Status(const EvmTransactionRow&)> transaction;
  std::function<base::Status(const EvmReceiptRow&)> receipt;
  std::function<base::Status(const EvmTokenTransferRow&)> token_transfer;
  std::function<base::Status(const EvmTraceRow&)> trace;
  std::function<base::Status(const EvmLogRow&)> log;
  std::function<base::Status(const EvmTraceRow&)> withdrawal;
  std::function<base::Status(const EvmHashedTrace&)> hashed_trace;  // empty: such a trace is an error
  std::function<void(uint64_t bytes_done, uint64_t rows)> progress;
  uint32_t file = 0;            // number of the file being read, for EvmTraceRow::file
  RowPlaces* places = nullptr;  // filled where it is wanted
  EvmReadNotes* notes = nullptr;
};

const Columns& columns_of(EvmTable table);  // of kGethTraces: none, it has no columns
base::Status read_evm_row(EvmTable table, const EvmCells& row, uint64_t sequence, const EvmSinks& sinks);

}  // namespace jindo::decode
