// What the files of Etherscan and its sisters have in common: names of columns, the coin in a header, the 5,000-row
// cut.
#pragma once

#include <string>

#include "exports/account_rows.h"
#include "exports/row_cells.h"

namespace jindo::exports {

struct EtherscanColumns {
  explicit EtherscanColumns(const Table& table);
  int hash, block, time, from, to;
};
// Of a row: a fault where one is not what it should be. Without a block column the block is unknown.
TablePlace etherscan_place(const EtherscanColumns& columns, RowCells& row, const Table& table);
// "BNB" of a header "Value_IN(BNB)" (normal_name) as written; "" without.
std::string coin_of_header(const std::vector<std::string>& names, const std::vector<std::string>& written,
                           std::string_view prefix);
int column_with_prefix(const std::vector<std::string>& names, std::string_view prefix);
// The column of what a transaction's coins are worth: TxnFee(ETH), not TxnFee(USD).
int fee_column(const std::vector<std::string>& names);
// Says it where a file has exactly as many rows as the explorer gives at most.
void note_cut(const Table& table, uint64_t rows_max, Reading& out);

}  // namespace jindo::exports
