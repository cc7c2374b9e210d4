// Texts escaped, eight plain bytes at a time; brackets, commas and line ends by a stack of levels.
#include "base/json_writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "base/check.h"

namespace jindo::base {
namespace {
// How many bytes of well-formed UTF-8 begin here (RFC 3629); 0 for none.
size_t utf8_length(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto tail = [&](size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const unsigned first = byte(at);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return tail(at + 1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned second = byte(at + 1);
    if (!tail(at + 1) || !tail(at + 2) || (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f))
      return 0;
    return 3;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned second = byte(at + 1);
    if (!tail(at + 1) || !tail(at + 2) || !tail(at + 3) || (first == 0xf0 && second < 0x90) ||
        (first == 0xf4 && second > 0x8f))
      return 0;
    return 4;
  }
  return 0;
}
// Whether a byte is written as it is in a JSON text.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> out{};
  for (size_t c = 0x20; c < 0x80; ++c) out[c] = c != '"' && c != '\\';
  return out;
}();
// How many bytes from `at` on are written as they are, eight at a time: none below 0x20, none above 0x7f, no quote, no
// backslash. (A borrow may mark a byte behind a marked one; the first marked is right.)
size_t plain_run(std::string_view text, size_t at) {
  static_assert(std::endian::native == std::endian::little);
  constexpr uint64_t kOnes = 0x0101010101010101, kHigh = 0x8080808080808080;
  size_t i = at;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    const auto zero = [](uint64_t w) { return (w - kOnes) & ~w & kHigh; };
    const uint64_t marked =
        (word | (word - kOnes * 0x20) | zero(word ^ kOnes * '"') | zero(word ^ kOnes * '\\')) & kHigh;
    if (marked != 0) return i - at + static_cast<size_t>(std::countr_zero(marked)) / 8;
  }
  while (i < text.size() && kPlain[static_cast<unsigned char>(text[i])]) ++i;
  return i - at;
}
}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (kPlain[c]) {
      const size_t run = plain_run(text, i);
      out.append(text, i, run);
      i += run;
      continue;
    }
    if (c >= 0x80) {
      const size_t length = utf8_length(text, i);
      if (length == 0)
        out += "\\ufffd";  // JSON is UTF-8 (RFC 8259): what is none is replaced
      else
        out.append(text, i, length);
      i += std::max<size_t>(length, 1);
      continue;
    }
    ++i;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default: {
        char code[8];
        std::snprintf(code, sizeof code, "\\u%04x", unsigned{c});
        out += code;
      }
    }
  }
  out += '"';
}
std::string json_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_json_text(out, text);
  return out;
}

void JsonWriter::flush() {
  if (out_ != &buffer_) return;
  if (!buffer_.empty()) sink_(buffer_);
  buffer_.clear();
}
void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (stack_.empty()) return;
  if (stack_.back() == 'f') raw(compact_ && pretty_ ? ", " : ",");
  stack_.back() = 'f';
  if (pretty_ && !compact_) raw("\n" + std::string(stack_.size() * 2, ' '));
}
void JsonWriter::open(char bracket) {
  separate();
  raw(std::string_view(&bracket, 1));
  stack_.push_back('e');
}
void JsonWriter::close(char bracket) {
  CHECK(!stack_.empty());
  const bool filled = stack_.back() == 'f';
  stack_.pop_back();
  if (filled && pretty_ && !compact_) raw("\n" + std::string(stack_.size() * 2, ' '));
  raw(std::string_view(&bracket, 1));
  if (stack_.empty() && pretty_) raw("\n");
}
void JsonWriter::key(std::string_view name) {
  separate();
  append_json_text(*out_, name);
  raw(pretty_ ? ": " : ":");
  after_key_ = true;
}
void JsonWriter::string(std::string_view value) {
  separate();
  append_json_text(*out_, value);
  raw("");
}
void JsonWriter::number(int64_t value) {
  separate();
  char text[24];
  raw({text, static_cast<size_t>(std::to_chars(text, text + sizeof text, value).ptr - text)});
}
void JsonWriter::number(uint64_t value) {
  separate();
  char text[24];
  raw({text, static_cast<size_t>(std::to_chars(text, text + sizeof text, value).ptr - text)});
}
void JsonWriter::json(std::string_view value) {
  separate();
  raw(value);
}
void JsonWriter::boolean(bool value) {
  separate();
  raw(value ? "true" : "false");
}
}  // namespace jindo::base
