// Comma-separated values (RFC 4180): a header line, quoted cells with "" for a quote and line ends inside. Columns are
// found by name. Cells are views into the mapped file (or a scratch buffer where quotes had to be undone), valid until
// the next row. Packed files and UTF-16 are read too (decode/input_file.h). Limits: 4096 columns, 16 MiB a cell, 64 MiB
// a row.
// Files of others' making are read row by row (`rows`): any delimiter, rows of any length, and a quote inside a quoted
// cell that nobody doubled is a character, unless a delimiter or the line's end stands behind it.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "decode/input_file.h"

namespace jindo::decode {

class CsvReader {
 public:
  // `wanted` names columns; column i of the reader is wanted[i]. A missing column is an error unless it is in
  // `optional`; it then reads as empty. An empty file has no rows and no error. `scratch`: where a packed file is
  // unpacked.
  static base::Result<CsvReader> open(const std::string& path, const std::vector<std::string>& wanted,
                                      const std::vector<std::string>& optional, const std::string& scratch = "");
  static base::Result<CsvReader> of(InputFile file, const std::string& path, const std::vector<std::string>& wanted,
                                    const std::vector<std::string>& optional);
  static base::Result<CsvReader> from_text(std::string name, base::Bytes text, const std::vector<std::string>& wanted,
                                           const std::vector<std::string>& optional);
  // Rows as they stand, the first one too, from `text`, which outlives the reader.
  static CsvReader rows(std::string name, base::Bytes text, char delimiter);
  base::Result<bool> next();                                         // false at the end
  base::Result<bool> next_row();                                     // of a reader from rows(); false at the end
  const std::vector<std::string_view>& row() const { return row_; }  // of next_row
  std::string_view cell(size_t column) const { return cells_[column]; }
  bool has(size_t column) const { return present_[column]; }
  uint64_t line_number() const { return row_line_; }
  std::string place() const { return path_ + ":" + std::to_string(row_line_); }
  uint64_t bytes_done() const { return at_; }
  uint64_t size() const { return bytes_.size(); }

 private:
  base::Status read_header(const std::vector<std::string>& wanted, const std::vector<std::string>& optional);
  base::Status read_row(std::vector<std::string_view>& row);
  bool skip_empty_lines();  // false at the end
  bool closes_cell(size_t quote) const;
  base::Status quoted_cell(std::string_view& out);
  std::string path_;
  InputFile file_;
  base::Bytes bytes_;
  char delimiter_ = ',';
  bool lenient_ = false;
  size_t at_ = 0;
  size_t dropped_ = 0;
  uint64_t line_ = 1;      // of the byte at at_
  uint64_t row_line_ = 0;  // where the current row began
  size_t columns_ = 0;
  std::vector<int> slot_;  // file column -> wanted column, -1 ignored
  std::vector<bool> present_;
  std::vector<std::string_view> cells_;
  std::vector<std::string_view> row_;
  std::deque<std::string> scratch_;
  size_t scratch_used_ = 0;
};

}  // namespace jindo::decode
