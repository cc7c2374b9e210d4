// What exporters write for "no value": ClickHouse and MySQL \N, pandas nan and <NA>, Python None, SQL clients NULL.
#pragma once

#include <string_view>

namespace jindo::decode {

inline bool is_null_cell(std::string_view cell) {
  if (cell.empty()) return true;
  if (cell.size() > 6 || (cell[0] >= '0' && cell[0] <= '9')) return false;
  switch (cell[0]) {
    case '\\':
      return cell == "\\N";
    case 'N':
      return cell == "NULL" || cell == "None" || cell == "NaN" || cell == "N/A";
    case 'n':
      return cell == "null" || cell == "nan" || cell == "none";
    case '<':
      return cell == "<NA>" || cell == "<null>";
    default:
      return false;
  }
}

}  // namespace jindo::decode
