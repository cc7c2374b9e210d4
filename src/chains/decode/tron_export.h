// Readers of GraphSense's Tron export: JSON lines with base64 bytes, addresses of 20 bytes without Tron's 0x41, amounts
// in sun (docs/formats/inputs.md). Rows become those of EVM chains, for the same assembly of blocks. What differs: the
// transaction's own call is no trace; fees stand in a table by transaction hash alone; token transfers are read from
// logs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "decode/evm_rows.h"
#include "decode/row_places.h"

namespace jindo::decode {

enum class TronTable { kBlocks, kTransactions, kFees, kTraces, kLogs };
struct TronFile {
  TronTable table;
  std::string path;
};
struct TronFiles {
  std::vector<TronFile> tables;
  std::vector<std::string> not_read;  // files of the folder that are no table that is read
};
// Files of a folder by the table's name in the file's name: blocks.json, transactions.json.gz, tx_fee.json,
// traces.json, logs.json. A folder without any is an error that says so.
base::Result<TronFiles> find_tron_files(const std::string& input);

struct TronFeeRow {
  base::Hash256 transaction{};
  base::Uint256 fee;
  uint64_t sequence = 0;
  friend bool operator<(const TronFeeRow& a, const TronFeeRow& b) {
    return std::tie(a.transaction, a.sequence) < std::tie(b.transaction, b.sequence);
  }
};
struct TronTraceRow {
  base::Hash256 transaction{};
  EvmTraceRow trace;  // its index is the transaction's, as the export has it
  friend bool operator<(const TronTraceRow& a, const TronTraceRow& b) { return a.trace < b.trace; }
};
struct TronNotes {
  uint64_t without_recipient = 0;  // value that a transaction names with no recipient: freezing, voting, creating
  uint64_t trc10 = 0;              // movements of TRC-10 tokens, which are not read
  uint64_t cut_amounts = 0;        // negative amounts: the exporter cut them to 32 bits; left out when asked
};
struct TronSinks {
  bool leave_out_cut_amounts = false;  // else they are an error
  std::function<base::Status(const EvmBlockRow&)> block;
  std::function<base::Status(const EvmTransactionRow&)> transaction;
  std::function<base::Status(const TronFeeRow&)> fee;
  std::function<base::Status(const TronTraceRow&)> trace;
  std::function<base::Status(const EvmTokenTransferRow&)> token_transfer;
  std::function<base::Status(const EvmLogRow&)> log;  // may be empty: then events are passed over
  std::function<void(uint64_t bytes_done, uint64_t rows)> progress;
  RowPlaces* places = nullptr;  // filled where it is wanted
};
base::Status read_tron_file(const TronFile& file, const std::string& scratch, uint64_t& sequence,
                            const TronSinks& sinks, TronNotes& notes);
// The same from lines in memory; errors name `name`.
base::Status read_tron_line(TronTable table, std::string_view line, uint64_t sequence, const TronSinks& sinks,
                            TronNotes& notes);

}  // namespace jindo::decode
