// Cells of text to numbers, hashes, addresses, times.
#include "decode/evm_cells.h"

#include <charconv>

#include "base/hex.h"
#include "decode/time_text.h"

namespace jindo::decode {
using base::Status;

namespace {
// "0x" before hexadecimal digits; some exporters write 0X.
bool has_hex_mark(std::string_view text) {
  return text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}
}  // namespace

base::Error EvmCells::wrong(size_t column, const char* expected) const {
  std::string seen(cells_[column].substr(0, 60));
  for (char& c : seen) c = c >= 32 && c < 127 ? c : '?';
  return base::bad_input("column '" + columns_.wanted[column] + "': expected " + expected + ", found '" + seen + "'");
}
base::Result<uint64_t> EvmCells::u64(size_t column) const {
  const std::string_view text = cells_[column];
  uint64_t out = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
    return wrong(column, "an integer from 0 to 2^64-1");
  return out;
}
base::Result<uint32_t> EvmCells::u32(size_t column) const {
  JINDO_TRY(const uint64_t wide, u64(column));
  if (wide >= UINT32_MAX) return wrong(column, "an integer below 2^32-1");
  return static_cast<uint32_t>(wide);
}
base::Result<base::Uint256> EvmCells::amount(size_t column) const {
  const auto value = base::parse_decimal(cells_[column]);
  if (!value) return wrong(column, "an integer from 0 to 2^256-1");
  return *value;
}
Status EvmCells::hash(size_t column, base::Hash256& out) const {
  const std::string_view text = cells_[column];
  if (text.size() != 66 || !has_hex_mark(text) || !base::from_hex(text.substr(2), out))
    return wrong(column, "0x and 64 hexadecimal digits");
  return {};
}
Status EvmCells::address(size_t column, Account20& out) const {
  const std::string_view text = cells_[column];
  if (text.size() != 42 || !has_hex_mark(text) || !base::from_hex(text.substr(2), out))
    return wrong(column, "an address: 0x and 40 hexadecimal digits");
  return {};
}
Status EvmCells::bytes(size_t column, std::vector<uint8_t>& out) const {
  out.clear();
  if (!has(column)) return {};
  const std::string_view text = cells_[column];
  if (!has_hex_mark(text)) return wrong(column, "0x and hexadecimal digits");
  out.resize(text.size() / 2 - 1);
  if (!base::from_hex(text.substr(2), out)) return wrong(column, "0x and hexadecimal digits");
  return {};
}
Status EvmCells::topics(size_t column, std::vector<base::Hash256>& out) const {
  out.clear();
  std::string_view text = cells_[column];
  if (!has(column) || text == "[]") return {};
  if (text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  while (!text.empty()) {
    const size_t comma = text.find(',');
    std::string_view one = text.substr(0, comma);
    while (!one.empty() && (one.front() == ' ' || one.front() == '"' || one.front() == '\'')) one.remove_prefix(1);
    while (!one.empty() && (one.back() == ' ' || one.back() == '"' || one.back() == '\'')) one.remove_suffix(1);
    base::Hash256 topic;
    if (out.size() == 4 || one.size() != 66 || !has_hex_mark(one) || !base::from_hex(one.substr(2), topic))
      return wrong(column, "up to four times 0x and 64 hexadecimal digits, with commas between");
    out.push_back(topic);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return {};
}
base::Result<int64_t> EvmCells::time(size_t column) const {
  const auto seconds = u64(column);
  if (seconds.ok() && *seconds < static_cast<uint64_t>(chain::kTimeMax)) return static_cast<int64_t>(*seconds);
  if (!seconds.ok()) {
    const auto date = parse_time_text(cells_[column]);
    if (date) return *date;
  }
  return wrong(column, "unix seconds, or a whole second such as 2016-06-23 08:12:42 UTC");
}
Status EvmCells::path(size_t column, EvmTraceRow& out) const {
  if (!has(column)) return {};
  std::string_view text = cells_[column];
  if (text == "[]") return {};
  if (text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  for (size_t at = 0; at < text.size();) {
    while (at < text.size() && text[at] == ' ') ++at;
    uint32_t step = 0;
    const char* begin = text.data() + at;
    const auto parsed = std::from_chars(begin, text.data() + text.size(), step);
    if (parsed.ec != std::errc()) return wrong(column, "numbers with commas between");
    at = static_cast<size_t>(parsed.ptr - text.data());
    if (at < text.size() && text[at] != ',') return wrong(column, "numbers with commas between");
    ++at;
    add_path_step(step, out);
  }
  return {};
}
}  // namespace jindo::decode
