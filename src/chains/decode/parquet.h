// ParquetTable: a Parquet file's rows, one at a time, as cells of text like a CSV's. Columns by name. Whole numbers are
// decimal digits (a DECIMAL's zero fraction and a DOUBLE below 2^53 are taken off exactly; a DOUBLE beyond says that it
// is one, so that no reader takes it for an amount), times unix seconds, bytes "0x" and hexadecimal digits, lists their
// elements with commas between, lists of records JSON. The file is opened by its handle: whatever its name is, it is
// never a pattern, and folders named key=value add no columns.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jindo::decode {

class ParquetTable {
 public:
  virtual ~ParquetTable() = default;
  // `wanted` names columns; column i is wanted[i]. A missing one is an error unless it is in `optional`; it then reads
  // as empty, as a null does.
  static base::Result<std::unique_ptr<ParquetTable>> open(const std::string& path,
                                                          const std::vector<std::string>& wanted,
                                                          const std::vector<std::string>& optional,
                                                          size_t memory_bytes);
  virtual base::Result<bool> next() = 0;                        // false at the end
  virtual std::string_view cell(size_t column) const = 0;       // of the row last read; valid until the next
  virtual uint64_t row() const = 0;                             // its number, from 1
  virtual const std::vector<std::string>& columns() const = 0;  // all that the file has
};
bool is_parquet(const std::string& path);  // by its first four bytes

}  // namespace jindo::decode
