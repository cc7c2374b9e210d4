// Readers of ethereum-etl's tables, CSV or JSON lines (what `ethereumetl export_*` and `stream` write; BigQuery's
// public dataset has the same columns). Each row goes to the sink; an error names file, line, column and what was
// expected.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "decode/evm_rows.h"

namespace jindo::decode {

enum class EvmTable { kBlocks, kTransactions, kReceipts, kTokenTransfers, kTraces, kLogs };
struct EvmFile {
  EvmTable table;
  std::string path;
  bool json = false;
};
// Files of a folder (searched below it too) by the table's name in the file's name: transactions.csv,
// token_transfers_00000000_00099999.csv, expected_traces.json … A folder without any is an error that says so.
base::Result<std::vector<EvmFile>> find_evm_files(const std::string& folder);

struct EvmSinks {
  std::function<base::Status(const EvmBlockRow&)> block;
  std::function<base::Status(const EvmTransactionRow&)> transaction;
  std::function<base::Status(const EvmReceiptRow&)> receipt;
  std::function<base::Status(const EvmTokenTransferRow&)> token_transfer;
  std::function<base::Status(const EvmTraceRow&)> trace;
  std::function<base::Status(const EvmLogRow&)> log;  // may be empty: then logs are passed over
  std::function<base::Status(uint64_t block, uint64_t sequence, const Account20& to, const base::Uint256& wei)>
      withdrawal;
  std::function<void(uint64_t bytes_done, uint64_t rows)> progress;
};
// `sequence` goes on from file to file.
base::Status read_evm_file(const EvmFile& file, uint64_t& sequence, const EvmSinks& sinks);

}  // namespace jindo::decode
