// AssetTable: decimals of tokens that a file does not tell, as the user gives them: --assets FILE.csv
// (chain,address,symbol,decimals) and --decimals CONTRACT=N.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace jindo::exports {

class AssetTable {
 public:
  // Rows whose `kind` is given and not "token" are passed over. Error: names file, line, column.
  base::Status read(const std::string& path);
  base::Status add(std::string_view text);  // "CONTRACT=N", on every chain
  std::optional<int> decimals(const std::string& chain, const std::string& contract) const;
  std::map<std::string, int> all_decimals(const std::string& chain) const;  // by contract; what add() told first
  // Contracts by symbol, of one chain; a symbol of two contracts is left out.
  std::map<std::string, std::string> contracts_by_symbol(const std::string& chain) const;

 private:
  struct Row {
    std::string symbol;
    int decimals = 0;
  };
  std::map<std::string, std::map<std::string, Row>> chains_;  // by chain, then contract in canonical form
  std::map<std::string, int> anywhere_;
};

}  // namespace jindo::exports
