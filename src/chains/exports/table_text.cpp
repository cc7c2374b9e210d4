// Tables of text: the encoding and the delimiter are found out from the first lines.
#include <algorithm>
#include <map>

#include "decode/csv.h"
#include "exports/table.h"

namespace jindo::exports {
namespace {
constexpr size_t kSampleBytes = size_t{64} << 10;
constexpr size_t kSampleRows = 25;
constexpr size_t kUtf16BytesMax = size_t{512} << 20;

class TextRows final : public RowSource {
 public:
  TextRows(std::string name, std::string_view text, char delimiter)
      : name_(std::move(name)), text_(text), delimiter_(delimiter), reader_(start()) {}
  base::Result<bool> next(std::vector<std::string_view>& cells) override {
    JINDO_TRY(const bool more, reader_.next_row());
    if (more) cells.assign(reader_.row().begin(), reader_.row().end());
    return more;
  }
  uint64_t row() const override { return reader_.line_number() + skipped_lines_; }
  std::string place() const override { return name_ + ":" + std::to_string(row()); }
  CellKind kind(size_t) const override { return CellKind::kText; }
  base::Status rewind() override {
    reader_ = start();
    return {};
  }
  void own(std::string text) {
    owned_ = std::move(text);
    text_ = owned_;
    reader_ = start();
  }

 private:
  // Excel's first line "sep=;" is no row.
  decode::CsvReader start() {
    std::string_view text = text_;
    skipped_lines_ = 0;
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (text.starts_with("sep=") && text.substr(0, 16).find('\n') != std::string_view::npos) {
      text.remove_prefix(text.find('\n') + 1);
      skipped_lines_ = 1;
    }
    return decode::CsvReader::rows(name_, base::as_bytes(text), delimiter_);
  }
  std::string name_, owned_;
  std::string_view text_;
  char delimiter_;
  uint64_t skipped_lines_ = 0;
  decode::CsvReader reader_;
};

// How well a delimiter fits: rows that have the commonest number of cells, times the cells that it makes of them.
size_t fit(std::string_view text, char delimiter) {
  decode::CsvReader reader = decode::CsvReader::rows("", base::as_bytes(text), delimiter);
  std::map<size_t, size_t> counts;
  for (size_t rows = 0; rows < kSampleRows; ++rows) {
    const auto more = reader.next_row();
    if (!more.ok() || !*more) break;
    ++counts[reader.row().size()];
  }
  size_t best = 0;
  for (const auto& [cells, rows] : counts) best = std::max(best, rows * (cells - 1));
  return best;
}

void append_utf8(std::string& out, uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xc0 | point >> 6);
    out += static_cast<char>(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xe0 | point >> 12);
    out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (point & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | point >> 18);
    out += static_cast<char>(0x80 | (point >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (point & 0x3f));
  }
}

// Zeros on one side only of the first pairs of bytes: Latin text in UTF-16. 0: neither, else 'l' or 'b'.
char utf16_order(std::string_view text) {
  if (text.starts_with("\xff\xfe")) return 'l';
  if (text.starts_with("\xfe\xff")) return 'b';
  const size_t size = std::min<size_t>(text.size(), 256) & ~size_t{1};
  size_t even = 0, odd = 0;
  for (size_t i = 0; i < size; ++i) (i % 2 == 0 ? even : odd) += text[i] == '\0' ? 1 : 0;
  if (size >= 8 && odd * 10 >= size / 2 * 9 && even == 0) return 'l';
  if (size >= 8 && even * 10 >= size / 2 * 9 && odd == 0) return 'b';
  return 0;
}
}  // namespace

bool is_utf16(std::string_view text) { return utf16_order(text) != 0; }

base::Result<std::string> utf16_to_utf8(const std::string& name, std::string_view text) {
  if (text.size() > kUtf16BytesMax)
    return base::bad_input(name + ": UTF-16 text of more than " + std::to_string(kUtf16BytesMax >> 20) +
                           " MiB (limit); save it as UTF-8");
  const bool little = utf16_order(text) == 'l';
  const auto unit = [&](size_t at) {
    const auto first = static_cast<unsigned char>(text[at]), second = static_cast<unsigned char>(text[at + 1]);
    return static_cast<uint32_t>(little ? first | second << 8 : first << 8 | second);
  };
  std::string out;
  out.reserve(text.size() / 2);
  for (size_t at = 0; at + 2 <= text.size(); at += 2) {
    uint32_t point = unit(at);
    if (point == 0xfeff && at == 0) continue;
    if (point >= 0xd800 && point < 0xdc00 && at + 4 <= text.size() && (unit(at + 2) & 0xfc00) == 0xdc00) {
      point = 0x10000 + ((point - 0xd800) << 10) + (unit(at + 2) - 0xdc00);
      at += 2;
    } else if (point >= 0xd800 && point < 0xe000) {
      point = 0xfffd;
    }
    append_utf8(out, point);
  }
  return out;
}

char find_delimiter(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (text.starts_with("sep=") && text.size() > 5 && (text[5] == '\r' || text[5] == '\n')) return text[4];
  const size_t whole = text.size();
  text = text.substr(0, kSampleBytes);
  if (text.size() < whole) text = text.substr(0, text.rfind('\n'));  // no half row
  char best = ',';
  size_t best_fit = 0;
  for (const char delimiter : {',', '\t', ';', '|'}) {
    const size_t found = fit(text, delimiter);
    if (found <= best_fit) continue;
    best_fit = found;
    best = delimiter;
  }
  return best;
}

base::Result<Table> Table::from_text(std::string name, std::string_view text) {
  if (!is_utf16(text)) {
    return from_source(std::make_unique<TextRows>(std::move(name), text, find_delimiter(text)));
  }
  JINDO_TRY(std::string converted, utf16_to_utf8(name, text));
  const char delimiter = find_delimiter(converted);
  auto rows = std::make_unique<TextRows>(std::move(name), std::string_view(), delimiter);
  rows->own(std::move(converted));
  return from_source(std::move(rows));
}
}  // namespace jindo::exports
