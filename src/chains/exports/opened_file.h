// A file's bytes, mapped, and what they are: told by the bytes, never by the name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/file.h"

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
  base::MappedFile file_;
};

FileKind file_kind(std::string_view bytes);

}  // namespace jindo::exports
