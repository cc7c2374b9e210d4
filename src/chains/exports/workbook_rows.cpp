// <row r="7"><c r="B7" t="s" s="3"><v>12</v></c>…: cells stand where their reference says, in between they are empty.
#include "exports/workbook_rows.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "base/clock.h"
#include "base/uint256.h"
#include "exports/workbook_xml.h"

namespace jindo::exports {
namespace {
constexpr size_t kSheetColumnsMax = 4096;
constexpr size_t kNoColumn = SIZE_MAX;

// "AB12": column 27.
size_t column_of(std::string_view reference) {
  size_t out = 0, letters = 0;
  for (; letters < reference.size() && reference[letters] >= 'A' && reference[letters] <= 'Z' && letters < 4; ++letters)
    out = out * 26 + static_cast<size_t>(reference[letters] - 'A') + 1;
  return letters == 0 ? kNoColumn : out - 1;
}
uint64_t whole_or(std::string_view text, uint64_t fallback) {
  const auto value = base::parse_decimal(text);
  return value && value->fits_u64() ? value->low() : fallback;
}

class SheetRows final : public RowSource {
 public:
  SheetRows(std::string name, std::string xml, std::shared_ptr<const std::vector<std::string>> texts,
            std::shared_ptr<const std::vector<bool>> style_is_time, bool from_1904)
      : name_(std::move(name)),
        xml_(std::move(xml)),
        texts_(std::move(texts)),
        style_is_time_(std::move(style_is_time)),
        from_1904_(from_1904) {}
  base::Result<bool> next(std::vector<std::string_view>& cells) override;
  uint64_t row() const override { return row_; }
  std::string place() const override { return name_ + ": row " + std::to_string(row_); }
  CellKind kind(size_t cell) const override { return cell < kinds_.size() ? kinds_[cell] : CellKind::kText; }
  base::Status rewind() override {
    walk_.reset();
    row_ = 0;
    return {};
  }

 private:
  base::Status read_cell(const XmlStep& begin);
  base::Status set_cell(size_t column, const std::string& type, uint64_t style, std::string value);
  std::string name_, xml_;
  std::shared_ptr<const std::vector<std::string>> texts_;
  std::shared_ptr<const std::vector<bool>> style_is_time_;
  bool from_1904_;
  std::optional<XmlWalk> walk_;
  uint64_t row_ = 0;
  std::vector<std::string> values_;
  std::vector<CellKind> kinds_;
};

base::Result<bool> SheetRows::next(std::vector<std::string_view>& cells) {
  if (!walk_) {
    JINDO_TRY(XmlWalk walk, XmlWalk::open(name_, xml_));
    walk_.emplace(std::move(walk));
  }
  bool in_row = false;
  for (XmlStep step;;) {
    JINDO_TRY(const bool more, walk_->next(step));
    if (!more) return false;
    if (step.kind == XmlStep::Kind::kBegin && step.name == "row") {
      in_row = true;
      row_ = whole_or(step.attribute("r"), row_ + 1);
      values_.clear();
      kinds_.clear();
    } else if (step.kind == XmlStep::Kind::kBegin && step.name == "c" && in_row) {
      JINDO_DO(read_cell(step));
    } else if (step.kind == XmlStep::Kind::kEnd && step.name == "row") {
      cells.assign(values_.begin(), values_.end());
      return true;
    }
  }
}

base::Status SheetRows::read_cell(const XmlStep& begin) {
  size_t column = column_of(begin.attribute("r"));
  if (column == kNoColumn) column = values_.size();
  const std::string type = begin.attribute("t");
  const uint64_t style = whole_or(begin.attribute("s"), UINT64_MAX);
  std::string value;
  bool wanted = false, phonetic = false;
  for (XmlStep step;;) {
    JINDO_TRY(const bool more, walk_->next(step));
    if (!more || (step.kind == XmlStep::Kind::kEnd && step.name == "c")) break;
    if (step.kind == XmlStep::Kind::kText) {
      if (wanted && !phonetic) value += step.text;
      continue;
    }
    const bool begins = step.kind == XmlStep::Kind::kBegin;
    if (step.name == "v" || step.name == "t") wanted = begins;
    if (step.name == "rPh") phonetic = begins;
  }
  return set_cell(column, type, style, std::move(value));
}

base::Status SheetRows::set_cell(size_t column, const std::string& type, uint64_t style, std::string value) {
  if (column >= kSheetColumnsMax)
    return base::bad_input(place() + ": more than " + std::to_string(kSheetColumnsMax) + " columns (limit)");
  CellKind kind = CellKind::kText;
  if (type == "s") {
    const uint64_t index = whole_or(value, UINT64_MAX);
    if (index >= texts_->size())
      return base::bad_input(place() + ": text number '" + value + "' of " + std::to_string(texts_->size()));
    value = (*texts_)[index];
  } else if (type.empty() || type == "n") {
    kind = CellKind::kDouble;
    if (!value.empty() && style < style_is_time_->size() && (*style_is_time_)[style]) {
      if (auto time = sheet_time(value, from_1904_)) {
        value = *time;
        kind = CellKind::kTime;
      }
    }
  } else if (type == "b") {
    kind = CellKind::kBoolean;
    value = value == "1" ? "true" : "false";
  }
  if (values_.size() <= column) {
    values_.resize(column + 1);
    kinds_.resize(column + 1, CellKind::kText);
  }
  values_[column] = std::move(value);
  kinds_[column] = kind;
  return {};
}
}  // namespace

std::optional<std::string> sheet_time(std::string_view days, bool from_1904) {
  double value = 0;
  const auto [end, error] = std::from_chars(days.data(), days.data() + days.size(), value);
  constexpr double kDaysMax = 2'958'466;  // the year 10000
  if (error != std::errc() || end != days.data() + days.size() || !(value >= 0) || value >= kDaysMax)
    return std::nullopt;
  // Excel's 1900 calendar has a 29 February 1900 that never was: from then on day 0 is 1899-12-30.
  const int64_t day_zero = from_1904 ? -24'107 : -25'569;
  const auto seconds = static_cast<int64_t>(std::llround(value * 86'400));
  std::string out = base::format_time(day_zero * 86'400 + seconds);
  out[10] = ' ';
  out.pop_back();
  return out;
}

std::unique_ptr<RowSource> make_sheet_rows(std::string name, std::string xml,
                                           std::shared_ptr<const std::vector<std::string>> texts,
                                           std::shared_ptr<const std::vector<bool>> style_is_time, bool from_1904) {
  return std::make_unique<SheetRows>(std::move(name), std::move(xml), std::move(texts), std::move(style_is_time),
                                     from_1904);
}
}  // namespace jindo::exports
