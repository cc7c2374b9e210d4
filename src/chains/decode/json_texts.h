// JsonTexts: a file's JSON texts one at a time: a line each, as exports write them, or spread over lines, as people's
// tools print them. Packed files and UTF-16 are read too (decode/input_file.h). Limits: 64 MiB a text.
#pragma once

#include <string>
#include <string_view>

#include "decode/text_lines.h"

namespace jindo::decode {

class JsonTexts {
 public:
  static base::Result<JsonTexts> open(const std::string& path, const std::string& scratch = "");
  static JsonTexts of(InputFile file, const std::string& path);
  base::Result<bool> next(std::string_view& text);      // false at the end
  uint64_t line_number() const { return first_line_; }  // where the text begins
  uint64_t bytes_done() const { return lines_.bytes_done(); }
  std::string place() const { return lines_.path() + ":" + std::to_string(first_line_); }

 private:
  TextLines lines_;
  uint64_t first_line_ = 0;
};

}  // namespace jindo::decode
