// Readers of ethereum-etl's tables, CSV, JSON (a row a line, or an array of rows) or Parquet, packed or not (what
// `ethereumetl export_*` and `stream` write; BigQuery's public dataset has the same columns). Each row goes to the
// sink; an error names file, line, column and what was expected.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "decode/evm_tables.h"

namespace jindo::decode {

struct EvmFile {
  EvmTable table;
  std::string path;
};
struct EvmFiles {
  std::vector<EvmFile> tables;
  std::vector<std::string> not_read;  // files of the folder that are no table that is read
};
// Files of a folder (searched below it too) by the table's name in the file's name, or else in that of the folder it
// stands in: transactions.csv, token_transfers_00000000_00099999.csv.gz, traces/date=2024-01-01/part-0.parquet … A
// folder without any is an error that says so.
base::Result<EvmFiles> find_evm_files(const std::string& input);

struct EvmReadOptions {
  std::string scratch;  // where packed files are unpacked
  size_t memory_bytes = size_t{256} << 20;
};
// `sequence` goes on from file to file.
base::Status read_evm_file(const EvmFile& file, const EvmReadOptions& options, uint64_t& sequence,
                           const EvmSinks& sinks);
// Whether a blocks file may hold withdrawals, found faster than by reading it: packed files and Parquet may.
bool may_hold_withdrawals(const std::string& path);
// What an unread file would have been: "x.txt (12 lines)", or its bytes where it is no text.
std::string describe_unread(const std::string& path);

}  // namespace jindo::decode
