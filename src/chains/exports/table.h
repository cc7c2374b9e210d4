// Table: rows whose columns are found by name, of whatever the file is: text with any delimiter (comma, tab, semicolon,
// bar), Parquet, a workbook's sheet. Names are normalised (normal_name), cells are the file's own text. A row may have
// fewer or more cells than the header: cell() is "" beyond a row's end, and is_torn() says whether a column is missing.
// Limits: 4096 columns, 16 MiB a cell, 64 MiB a row (decode/csv.h); UTF-16 text and sheets: 512 MiB unpacked.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jindo::exports {

// What a cell was before it was text. kDouble (Parquet, and numbers of a workbook): not exact beyond 15 digits.
enum class CellKind : uint8_t { kText, kInteger, kDecimal, kDouble, kBinary, kTime, kBoolean, kNested };

// Where a table's rows come from.
class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual base::Result<bool> next(std::vector<std::string_view>& cells) = 0;  // valid until the next call
  virtual uint64_t row() const = 0;                                           // line, record, row of the sheet; from 1
  virtual std::string place() const = 0;                                      // "file.csv:7"
  virtual CellKind kind(size_t cell) const = 0;
  virtual base::Status rewind() = 0;
  virtual bool has_own_header() const { return false; }  // Parquet: names beside the rows
  virtual std::vector<std::string> own_header() const { return {}; }
};

class Table {
 public:
  static constexpr size_t kHeadRows = 40;

  // Text as bytes that outlive the table (UTF-8 or UTF-16); the delimiter is found out.
  static base::Result<Table> from_text(std::string name, std::string_view text);
  static base::Result<Table> from_source(std::unique_ptr<RowSource> source);

  // Names as normalised; the first row of a text or a sheet that is not blank, until another is said to be it.
  const std::vector<std::string>& header() const { return header_; }
  const std::vector<std::string>& written_header() const { return written_header_; }
  // The first rows as they stand, the header's too (not of Parquet); blank ones are left out.
  const std::vector<std::vector<std::string>>& head() const { return head_; }
  // Makes row `row` of head() the header. The next row is the one behind it.
  base::Status use_header(size_t row);
  // The first row of head() that has all of these (normalised) names, as header. False: there is none.
  base::Result<bool> find_header(std::initializer_list<std::string_view> names);

  int column(std::string_view normal_name) const;  // -1: none
  // The first of these that is there.
  int column(std::initializer_list<std::string_view> normal_names) const;

  base::Result<bool> next();                // the next row that is not blank; false at the end
  std::string_view cell(int column) const;  // without outer blanks; "" for -1 and beyond the row's end
  CellKind kind(int column) const;
  size_t cells() const { return cells_.size(); }
  const std::vector<std::string_view>& row_cells() const { return cells_; }
  bool is_torn(int column) const { return column >= 0 && static_cast<size_t>(column) >= cells_.size(); }
  uint64_t row() const { return source_->row(); }
  uint64_t rows() const { return rows_; }  // data rows seen
  std::string place() const { return source_->place(); }

 private:
  base::Status read_head();
  void set_header(const std::vector<std::string>& names);
  std::unique_ptr<RowSource> source_;
  std::vector<std::string> header_, written_header_;
  std::vector<std::vector<std::string>> head_;
  std::vector<uint64_t> head_places_;  // how many rows of the source end with this one
  std::vector<std::string_view> cells_;
  uint64_t rows_ = 0;
};

// "Value_IN(ETH)" -> "value_in(eth)", "CurrentValue @ $2264.03/Eth" -> "currentvalue": lower case (ASCII), without a
// byte order mark, outer quotes and blanks, and what follows " @ $".
std::string normal_name(std::string_view name);
std::string_view trimmed(std::string_view text);  // without outer blanks, non-breaking ones too
// UTF-16 with or without a byte order mark, as UTF-8; nullopt: it is none.
bool is_utf16(std::string_view text);
base::Result<std::string> utf16_to_utf8(const std::string& name, std::string_view text);
char find_delimiter(std::string_view text);

}  // namespace jindo::exports
