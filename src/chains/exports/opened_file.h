// A file's bytes, unpacked where it is gzip or Zstandard (decode/input_file.h has the limits), and what they are: told
// by the bytes, never by the name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "decode/input_file.h"

namespace jindo::exports {

enum class FileKind : uint8_t { kEmpty, kText, kJson, kParquet, kWorkbook, kBinary };

class OpenedFile {
 public:
  static base::Result<OpenedFile> open(const std::string& path);
  const std::string& path() const { return path_; }
  std::string_view bytes() const;
  FileKind kind() const;

 private:
  std::string path_;
  decode::InputFile file_;
};

FileKind file_kind(std::string_view bytes);

}  // namespace jindo::exports
