// Header variants: BittyTax src/bittytax/conv/parsers/etherscan.py and its sisters, privatefolio's file imports.
#include "exports/etherscan_columns.h"

#include <algorithm>

#include "exports/table.h"

namespace jindo::exports {

EtherscanColumns::EtherscanColumns(const Table& table)
    : hash(table.column({"txhash", "transaction hash"})),
      block(table.column({"blockno", "block"})),
      // UnixTimestamp first: Harmony's explorer writes the month where DateTime should have the minute.
      time(table.column({"unixtimestamp", "datetime (utc)", "datetime"})),
      from(table.column("from")),
      to(table.column("to")) {}

TablePlace etherscan_place(const EtherscanColumns& columns, RowCells& row, const Table& table) {
  TablePlace out;
  out.row = table.row();
  out.transaction = row.hash(columns.hash);
  out.block = row.number_or_none(columns.block);
  out.time = row.time_or_none(columns.time);
  return out;
}

int column_with_prefix(const std::vector<std::string>& names, std::string_view prefix) {
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const std::string& name) { return name.starts_with(prefix); });
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

std::string coin_of_header(const std::vector<std::string>& names, const std::vector<std::string>& written,
                           std::string_view prefix) {
  const int column = column_with_prefix(names, prefix);
  if (column < 0) return "";
  const std::string& name = written[static_cast<size_t>(column)];
  const size_t open = name.find('('), close = name.find(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return "";
  return std::string(trimmed(std::string_view(name).substr(open + 1, close - open - 1)));
}

int fee_column(const std::vector<std::string>& names) {
  for (size_t i = 0; i < names.size(); ++i)
    if ((names[i].starts_with("txnfee(") || names[i] == "txnfee") && names[i] != "txnfee(usd)")
      return static_cast<int>(i);
  return -1;
}

void note_cut(const Table& table, uint64_t rows_max, Reading& out) {
  if (table.rows() == rows_max)
    out.notes.push_back(std::to_string(rows_max) + " rows, the most that this explorer gives: there may be more");
}
}  // namespace jindo::exports
