// ColumnMap: a table whose header nobody knows, read by what its user says of its columns (docs/formats/exports.md,
// "Column map"; a YAML file, --columns). Limits: 1 MiB, 100 words a list, 1,000 named assets.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exports/format.h"

namespace jindo::exports {

struct AmountForm {
  bool whole = true;               // whole units; false: base units
  std::optional<int> decimals;     // of the asset; none: the coin's own, tokens' by --decimals or the table's column
  char point = '.';                // decimal point
  std::string thousands = ",";     // characters that stand between thousands
  std::vector<std::string> strip;  // words around the number: "ETH", "$"
};

class ColumnMap {
 public:
  // What a table may tell, by the names of the map's `columns`.
  enum class Field : uint8_t {
    kTransaction,
    kBlock,
    kTime,
    kIndex,
    kLog,
    kFrom,
    kTo,
    kAsset,
    kAmount,
    kDecimals,
    kFee,
    kKind,
    kFailed,
    kChain,
    kTokenId,
  };
  static constexpr size_t kFields = 15;
  enum class Kind : uint8_t { kFee, kValue, kInternal, kToken, kSkip };

  // Error: names file and line.
  static base::Result<ColumnMap> read(const std::string& path);
  static base::Result<ColumnMap> parse(const std::string& name, const std::string& yaml);

  std::string chain, sheet;
  size_t header_row = 0;                   // from 1, as a person counts rows that are not blank; 0: the first
  std::vector<std::string> columns;        // by Field; "" not told. The file's own words, matched as normal_name
  std::map<Field, std::string> constants;  // from, to, asset, transaction
  std::string time_format, zone;           // "" found out; "" not told
  AmountForm amount, fee;
  std::map<std::string, Kind> kinds;          // by normal_name of the cell
  std::vector<std::string> failed;            // cells that say that the row did not happen
  std::map<std::string, std::string> assets;  // name as the file writes it -> "coin" or a contract
};

// Reads a file by the map, whatever its own header would be recognised as.
base::Result<Reading> read_mapped(const std::string& path, const ColumnMap& map, const ReadOptions& options);

}  // namespace jindo::exports
