// An answer as rows of named cells, from CSV or a JSON array of objects; or a trace result.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/uint256.h"

namespace jindo::exercise {

struct TracedValue {  // a holding or a terminal of a trace result
  std::string incident, stolen_asset, chain, asset, address;
  base::Uint128 origin = 0;
  std::string stolen_chain;  // "" in results of before
};
struct Answer {
  bool is_trace = false;
  std::string policy;
  std::vector<TracedValue> values;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> places;  // of the rows, for errors
  // The column's index; SIZE_MAX when it is not there.
  size_t column(const char* name) const;
};
base::Result<Answer> read_answer(const std::string& path);
base::Result<Answer> parse_answer(const std::string& name, const std::string& text);
// An address as the chain's users write it, from any spelling; the error names the place.
base::Result<std::string> canonical_address(const std::string& chain, const std::string& text,
                                            const std::string& place);

}  // namespace jindo::exercise
