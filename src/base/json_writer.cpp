#include "base/json_writer.h"

#include <cstdio>

#include "base/check.h"

namespace jindo::base {
std::string json_escape(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
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
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          char code[8];
          std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
          out += code;
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

void JsonWriter::flush() {
  if (!buffer_.empty()) sink_(buffer_);
  buffer_.clear();
}
void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (stack_.empty()) return;
  if (stack_.back() == 'f') raw(compact_ || !pretty_ ? ", " : ",");
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
  if (stack_.empty()) raw("\n");
}
void JsonWriter::key(std::string_view name) {
  separate();
  raw(json_escape(name));
  raw(": ");
  after_key_ = true;
}
void JsonWriter::string(std::string_view value) {
  separate();
  raw(json_escape(value));
}
void JsonWriter::number(int64_t value) {
  separate();
  raw(std::to_string(value));
}
void JsonWriter::number(uint64_t value) {
  separate();
  raw(std::to_string(value));
}
void JsonWriter::boolean(bool value) {
  separate();
  raw(value ? "true" : "false");
}
}  // namespace jindo::base
