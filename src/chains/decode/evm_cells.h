// One row of an ethereum-etl table as cells of text, by the column's place in `Columns::wanted`, with what a cell may
// be: each reading says in its error which column, what was expected and what was found. A cell that means "no value"
// (null_cell.h) is absent.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "chain/block.h"
#include "decode/evm_rows.h"
#include "decode/null_cell.h"

namespace jindo::decode {

struct Columns {
  std::vector<std::string> wanted;
  std::vector<std::string> optional;
};

class EvmCells {
 public:
  explicit EvmCells(const Columns& columns) : columns_(columns), cells_(columns.wanted.size()) {}
  std::vector<std::string_view>& cells() { return cells_; }
  std::string_view cell(size_t column) const { return cells_[column]; }
  bool has(size_t column) const {
    const std::string_view text = cells_[column];
    if (text.empty()) return false;
    return text.size() > 6 || (text[0] >= '0' && text[0] <= '9') || !is_null_cell(text);  // nearly always by the first
  }

  base::Error wrong(size_t column, const char* expected) const;
  base::Result<uint64_t> u64(size_t column) const;
  base::Result<uint64_t> block(size_t column) const {  // a block number within chain::kHeightMax
    auto out = u64(column);
    if (out.ok() && *out > chain::kHeightMax) return wrong(column, "a block number of at most 2^48");
    return out;
  }
  base::Result<uint32_t> u32(size_t column) const;  // below 2^32-1
  base::Result<base::Uint256> amount(size_t column) const;
  base::Status hash(size_t column, base::Hash256& out) const;
  base::Status address(size_t column, Account20& out) const;
  base::Status optional_address(size_t column, Account20& out, bool& has_it) const {
    has_it = has(column);
    return has_it ? address(column, out) : base::Status();
  }
  base::Status bytes(size_t column, std::vector<uint8_t>& out) const;
  // An event's topics: up to four hashes with commas between; JSON's brackets and quotes around them are taken too.
  base::Status topics(size_t column, std::vector<base::Hash256>& out) const;
  // Unix seconds, or a date and time as BigQuery and databases write it: "2016-06-23 08:12:42 UTC".
  base::Result<int64_t> time(size_t column) const;
  // trace_address: numbers with commas between.
  base::Status path(size_t column, EvmTraceRow& out) const;

 private:
  const Columns& columns_;
  std::vector<std::string_view> cells_;
};

}  // namespace jindo::decode
