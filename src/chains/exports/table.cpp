// A table is a source of rows and a header: the header is looked for in the first rows, the rest are data.
#include "exports/table.h"

#include <algorithm>

namespace jindo::exports {
namespace {
constexpr size_t kHeadCellBytes = 4096;

bool is_blank_row(const std::vector<std::string_view>& cells) {
  return std::all_of(cells.begin(), cells.end(), [](std::string_view cell) { return trimmed(cell).empty(); });
}
}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kNoBreak = "\xc2\xa0", kMark = "\xef\xbb\xbf";
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  for (;;) {
    if (text.empty()) return text;
    if (blank(text.front()))
      text.remove_prefix(1);
    else if (blank(text.back()))
      text.remove_suffix(1);
    else if (text.starts_with(kNoBreak))
      text.remove_prefix(2);
    else if (text.ends_with(kNoBreak))
      text.remove_suffix(2);
    else if (text.starts_with(kMark))
      text.remove_prefix(3);
    else
      return text;
  }
}

std::string normal_name(std::string_view name) {
  name = trimmed(name);
  while (name.size() >= 2 && (name.front() == '"' || name.front() == '\'') && name.back() == name.front())
    name = trimmed(name.substr(1, name.size() - 2));
  const size_t price = name.find(" @ $");
  if (price != std::string_view::npos && price > 0) name = trimmed(name.substr(0, price));
  std::string out;
  for (const char c : name) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower == ' ' && !out.empty() && out.back() == ' ') continue;
    out += lower;
  }
  return out;
}

base::Result<Table> Table::from_source(std::unique_ptr<RowSource> source) {
  Table out;
  out.source_ = std::move(source);
  if (out.source_->has_own_header()) {
    out.set_header(out.source_->own_header());
    return out;
  }
  JINDO_DO(out.read_head());
  if (!out.head_.empty()) JINDO_DO(out.use_header(0));
  return out;
}

void Table::set_header(const std::vector<std::string>& names) {
  written_header_ = names;
  header_.clear();
  for (const std::string& name : names) header_.push_back(normal_name(name));
}

base::Status Table::read_head() {
  for (uint64_t place = 1; head_.size() < kHeadRows; ++place) {
    JINDO_TRY(const bool more, source_->next(cells_));
    if (!more) break;
    if (is_blank_row(cells_)) continue;
    std::vector<std::string> row;
    for (const std::string_view cell : cells_) row.emplace_back(cell.substr(0, kHeadCellBytes));
    head_.push_back(std::move(row));
    head_places_.push_back(place);
  }
  return {};
}

base::Status Table::use_header(size_t row) {
  if (row >= head_.size()) return base::wrong_use(source_->place() + ": there is no row " + std::to_string(row + 1));
  set_header(head_[row]);
  JINDO_DO(source_->rewind());
  for (uint64_t i = 0; i < head_places_[row]; ++i) {
    JINDO_TRY(const bool more, source_->next(cells_));
    if (!more) break;
  }
  cells_.clear();
  rows_ = 0;
  return {};
}

base::Result<bool> Table::find_header(std::initializer_list<std::string_view> names) {
  for (size_t row = 0; row < head_.size(); ++row) {
    std::vector<std::string> normal;
    for (const std::string& name : head_[row]) normal.push_back(normal_name(name));
    const bool all = std::all_of(names.begin(), names.end(), [&](std::string_view name) {
      return std::find(normal.begin(), normal.end(), name) != normal.end();
    });
    if (!all) continue;
    JINDO_DO(use_header(row));
    return true;
  }
  return false;
}

int Table::column(std::string_view name) const {
  const auto found = std::find(header_.begin(), header_.end(), name);
  return found == header_.end() ? -1 : static_cast<int>(found - header_.begin());
}

int Table::column(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names)
    if (const int found = column(name); found >= 0) return found;
  return -1;
}

base::Result<bool> Table::next() {
  for (;;) {
    JINDO_TRY(const bool more, source_->next(cells_));
    if (!more) {
      cells_.clear();
      return false;
    }
    if (!source_->has_own_header() && is_blank_row(cells_)) continue;
    ++rows_;
    return true;
  }
}

std::string_view Table::cell(int column) const {
  if (column < 0 || static_cast<size_t>(column) >= cells_.size()) return {};
  return trimmed(cells_[static_cast<size_t>(column)]);
}

CellKind Table::kind(int column) const {
  return column < 0 ? CellKind::kText : source_->kind(static_cast<size_t>(column));
}
}  // namespace jindo::exports
