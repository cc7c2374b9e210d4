// Cells of CSV, split in place.
#include "decode/csv.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace jindo::decode {
namespace {
constexpr size_t kColumnsMax = 4096;
constexpr size_t kCellBytesMax = size_t{16} << 20;
constexpr size_t kRowBytesMax = size_t{64} << 20;
using base::bad_input;

// The first delimiter or line end at or behind `at`, before `stop`; eight bytes at a time. The zero-byte test is
// Mycroft's (exact for the lowest match, which is the one taken).
size_t find_cell_end(const char* data, size_t at, size_t stop, char delimiter) {
  constexpr uint64_t kOnes = 0x0101010101010101ULL, kHigh = 0x8080808080808080ULL;
  constexpr uint64_t kLines = kOnes * '\n';
  const uint64_t commas = kOnes * static_cast<unsigned char>(delimiter);
  for (; at + 8 <= stop; at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, data + at, 8);
    const uint64_t comma = word ^ commas, line = word ^ kLines;
    const uint64_t found = (((comma - kOnes) & ~comma) | ((line - kOnes) & ~line)) & kHigh;
    if (found != 0) return at + static_cast<size_t>(std::countr_zero(found)) / 8;
  }
  while (at < stop && data[at] != delimiter && data[at] != '\n') ++at;
  return at;
}
}  // namespace

base::Result<CsvReader> CsvReader::open(const std::string& path, const std::vector<std::string>& wanted,
                                        const std::vector<std::string>& optional, const std::string& scratch) {
  JINDO_TRY(InputFile file, InputFile::open(path, scratch));
  return of(std::move(file), path, wanted, optional);
}

base::Result<CsvReader> CsvReader::of(InputFile file, const std::string& path, const std::vector<std::string>& wanted,
                                      const std::vector<std::string>& optional) {
  CsvReader out;
  out.file_ = std::move(file);
  out.path_ = path;
  out.bytes_ = out.file_.bytes();
  JINDO_DO(out.read_header(wanted, optional));
  return out;
}

base::Result<CsvReader> CsvReader::from_text(std::string name, base::Bytes text, const std::vector<std::string>& wanted,
                                             const std::vector<std::string>& optional) {
  CsvReader out;
  out.path_ = std::move(name);
  out.bytes_ = text;
  JINDO_DO(out.read_header(wanted, optional));
  return out;
}

base::Status CsvReader::read_header(const std::vector<std::string>& wanted, const std::vector<std::string>& optional) {
  present_.assign(wanted.size(), false);
  cells_.assign(wanted.size(), {});
  if (bytes_.size() >= 3 && std::memcmp(bytes_.data(), "\xef\xbb\xbf", 3) == 0) at_ = 3;
  if (at_ >= bytes_.size()) return {};
  JINDO_DO(read_row(row_));
  columns_ = row_.size();
  slot_.assign(columns_, -1);
  for (size_t c = 0; c < columns_; ++c) {
    const auto found = std::find(wanted.begin(), wanted.end(), row_[c]);
    if (found == wanted.end()) continue;
    const auto slot = static_cast<size_t>(found - wanted.begin());
    if (present_[slot]) return bad_input(path_ + ":1: column '" + *found + "' stands twice in the header");
    present_[slot] = true;
    slot_[c] = static_cast<int>(slot);
  }
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (present_[i] || std::find(optional.begin(), optional.end(), wanted[i]) != optional.end()) continue;
    std::string header;
    for (const std::string_view name : row_) {
      header += (header.empty() ? "" : ",") + std::string(name.substr(0, 40));
      if (header.size() > 300) {
        header += ",…";
        break;
      }
    }
    // One cell that holds what separates elsewhere: said, not guessed, for cells may hold it too.
    const bool one = row_.size() == 1 && row_[0].find_first_of(";\t|") != std::string_view::npos;
    return bad_input(path_ + ":1: column '" + wanted[i] + "' is missing; the header is: " + header +
                     (one ? "; expected commas between the columns" : ""));
  }
  return {};
}

bool CsvReader::skip_empty_lines() {
  for (;;) {
    if (at_ >= bytes_.size()) return false;
    constexpr size_t kDropEvery = size_t{16} << 20;
    if (at_ - dropped_ > kDropEvery) {
      file_.drop_before(at_);
      dropped_ = at_;
    }
    row_line_ = line_;
    if (bytes_[at_] == '\n' || (bytes_[at_] == '\r' && at_ + 1 < bytes_.size() && bytes_[at_ + 1] == '\n')) {
      at_ += bytes_[at_] == '\r' ? 2 : 1;
      ++line_;
      continue;  // an empty line is no row
    }
    return true;
  }
}

CsvReader CsvReader::rows(std::string name, base::Bytes text, char delimiter) {
  CsvReader out;
  out.path_ = std::move(name);
  out.bytes_ = text;
  out.delimiter_ = delimiter;
  out.lenient_ = true;
  if (text.size() >= 3 && std::memcmp(text.data(), "\xef\xbb\xbf", 3) == 0) out.at_ = 3;
  return out;
}

base::Result<bool> CsvReader::next_row() {
  if (!skip_empty_lines()) return false;
  JINDO_DO(read_row(row_));
  return true;
}

base::Result<bool> CsvReader::next() {
  if (!skip_empty_lines()) return false;
  JINDO_DO(read_row(row_));
  if (row_.size() != columns_) {
    return bad_input(place() + ": " + std::to_string(row_.size()) + " cells; expected " + std::to_string(columns_) +
                     ", as in the header");
  }
  for (size_t c = 0; c < columns_; ++c) {
    if (slot_[c] >= 0) cells_[static_cast<size_t>(slot_[c])] = row_[c];
  }
  return true;
}

base::Status CsvReader::read_row(std::vector<std::string_view>& row) {
  row.clear();
  scratch_used_ = 0;
  row_line_ = line_;
  const size_t start = at_;
  const char* data = reinterpret_cast<const char*>(bytes_.data());
  for (;;) {
    std::string_view cell;
    if (at_ < bytes_.size() && data[at_] == '"') {
      JINDO_DO(quoted_cell(cell));
    } else {
      const size_t begin = at_;
      const size_t stop = std::min(bytes_.size(), begin + kCellBytesMax + 1);
      at_ = find_cell_end(data, at_, stop, delimiter_);
      size_t end = at_;
      if (end - begin > kCellBytesMax) {
        return bad_input(place() + ": column " + std::to_string(row.size() + 1) + ": a cell of more than " +
                         std::to_string(kCellBytesMax >> 20) + " MiB (limit)");
      }
      if (end > begin && data[end - 1] == '\r' && (at_ >= bytes_.size() || data[at_] == '\n')) --end;
      cell = {data + begin, end - begin};
    }
    row.push_back(cell);
    if (row.size() > kColumnsMax)
      return bad_input(place() + ": more than " + std::to_string(kColumnsMax) + " columns (limit)");
    if (at_ - start > kRowBytesMax)
      return bad_input(place() + ": a row of more than " + std::to_string(kRowBytesMax >> 20) + " MiB (limit)");
    if (at_ >= bytes_.size()) return {};
    if (data[at_] == delimiter_) {
      ++at_;
      continue;
    }
    if (data[at_] == '\r') ++at_;
    if (at_ < bytes_.size() && data[at_] == '\n') {
      ++at_;
      ++line_;
      return {};
    }
    if (at_ >= bytes_.size()) return {};
    return bad_input(place() + ": expected a comma or the line's end behind a quoted cell");
  }
}

bool CsvReader::closes_cell(size_t quote) const {
  if (quote + 1 >= bytes_.size()) return true;
  const char behind = static_cast<char>(bytes_[quote + 1]);
  if (behind == '\r') return quote + 2 >= bytes_.size() || bytes_[quote + 2] == '\n';
  return behind == delimiter_ || behind == '\n';
}

base::Status CsvReader::quoted_cell(std::string_view& out) {
  const char* data = reinterpret_cast<const char*>(bytes_.data());
  const size_t begin = ++at_;
  const size_t stop = std::min(bytes_.size(), begin + kCellBytesMax + 1);
  bool doubled = false;
  for (;; ++at_) {
    if (at_ >= stop) {
      if (stop < bytes_.size()) {
        return bad_input(place() + ": a quoted cell of more than " + std::to_string(kCellBytesMax >> 20) +
                         " MiB (limit)");
      }
      return bad_input(place() + ": the file ends inside a quoted cell");
    }
    if (data[at_] == '\n') ++line_;
    if (data[at_] != '"') continue;
    if (at_ + 1 < bytes_.size() && data[at_ + 1] == '"') {
      doubled = true;
      ++at_;
      continue;
    }
    if (lenient_ && !closes_cell(at_)) continue;
    break;
  }
  out = {data + begin, at_ - begin};
  ++at_;
  if (!doubled) return {};
  if (scratch_used_ == scratch_.size()) scratch_.emplace_back();
  std::string& text = scratch_[scratch_used_++];
  text.clear();
  for (size_t i = 0; i < out.size(); ++i) {
    text += out[i];
    if (out[i] == '"' && i + 1 < out.size() && out[i + 1] == '"') ++i;
  }
  out = text;
  return {};
}
}  // namespace jindo::decode
