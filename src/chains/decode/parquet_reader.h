// ParquetReader: any Parquet file, row by row, every cell as exact text (docs/formats/exports.md, "Parquet"): integers
// and decimals by their digits, binary as 0x…, times as "2025-02-21 14:16:11" in UTC, lists and structs as JSON,
// doubles by their shortest text and marked as such: what a double says is not an exact amount. Read through DuckDB,
// whose library is opened when the first file is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jindo::decode {

enum class ParquetKind : uint8_t { kText, kInteger, kDecimal, kDouble, kBinary, kTime, kBoolean, kNested };
struct ParquetColumn {
  std::string name;
  std::string type;  // DuckDB's word: "DECIMAL(38,9)"
  ParquetKind kind = ParquetKind::kText;
};

class ParquetReader {
 public:
  static base::Result<ParquetReader> open(const std::string& path, size_t memory_bytes);
  // The same with the columns' SQL expressions given: "a, CAST(b AS VARCHAR)". All have to be text.
  static base::Result<ParquetReader> select(const std::string& path, size_t memory_bytes,
                                            const std::string& expressions, size_t count);
  static base::Result<std::vector<ParquetColumn>> describe(const std::string& path, size_t memory_bytes);
  ParquetReader(ParquetReader&&) noexcept;
  ParquetReader& operator=(ParquetReader&&) noexcept;
  ~ParquetReader();

  const std::vector<ParquetColumn>& columns() const { return columns_; }  // empty after select()
  base::Result<bool> next();                                              // false at the end
  std::optional<std::string_view> cell(size_t column) const;              // nullopt: null; valid until the next row
  uint64_t row() const { return row_; }                                   // from 1

 private:
  struct Rows;
  ParquetReader();
  std::vector<ParquetColumn> columns_;
  std::unique_ptr<Rows> rows_;
  std::string path_;
  uint64_t row_ = 0;
};

}  // namespace jindo::decode
