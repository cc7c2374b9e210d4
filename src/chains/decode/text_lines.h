// TextLines: a mapped text file line by line, with line numbers for errors and a limit on a line's length. Pages that
// were read are given back, so that a file of any size is read in little memory. Packed files and UTF-16 are read too
// (decode/input_file.h).
#pragma once

#include <string>
#include <string_view>

#include "decode/input_file.h"

namespace jindo::decode {

constexpr size_t kLineBytesMax = size_t{64} << 20;

class TextLines {
 public:
  static base::Result<TextLines> open(const std::string& path, const std::string& scratch = "");
  static TextLines of(InputFile file, const std::string& path);
  // The next line without its end ("\n" or "\r\n"); false at the end of the file. Errors name file and line.
  base::Result<bool> next(std::string_view& line);
  uint64_t line_number() const { return line_number_; }  // of the line last returned, from 1
  uint64_t bytes_done() const { return at_; }
  const uint8_t* data() const { return file_.bytes().data(); }  // the text's first byte; lines point behind it
  uint64_t size() const { return file_.bytes().size(); }
  const std::string& path() const { return path_; }
  std::string place() const { return path_ + ":" + std::to_string(line_number_); }

 private:
  std::string path_;
  InputFile file_;
  size_t at_ = 0;
  size_t dropped_ = 0;
  uint64_t line_number_ = 0;
};

}  // namespace jindo::decode
