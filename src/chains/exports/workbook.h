// Workbook: the sheets of an XLSX file (ECMA-376 part 1, SpreadsheetML) as tables. Text cells are their text; numbers
// are the file's own digits, or a time where the cell's style is one (1900 and 1904 calendars); formulas are their last
// value. A number of a sheet is a double: what has more than 15 digits is rounded already. Limits: zip_file.h; 1,000
// sheets, 4,096 columns, 4 million texts; no entities, no network.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exports/table.h"
#include "exports/zip_file.h"

namespace jindo::exports {

class Workbook {
 public:
  // `bytes` outlives the workbook. Error: no XLSX file, or a broken one.
  static base::Result<Workbook> open(const std::string& name, std::string_view bytes);
  const std::vector<std::string>& sheets() const { return names_; }  // in the file's order
  base::Result<Table> sheet(size_t index) const;                     // lives on its own

 private:
  explicit Workbook(ZipFile zip) : zip_(std::move(zip)) {}
  base::Status read_book();
  base::Status read_texts();
  base::Status read_styles();
  ZipFile zip_;
  std::string name_;
  std::vector<std::string> names_, paths_;
  std::shared_ptr<std::vector<std::string>> texts_ = std::make_shared<std::vector<std::string>>();
  std::shared_ptr<std::vector<bool>> style_is_time_ = std::make_shared<std::vector<bool>>();
  bool from_1904_ = false;
};

}  // namespace jindo::exports
