// What fuzz targets share: the input as text, and as a file for readers that map files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/file.h"
#include "support/temporary_folder.h"

namespace jindo::tests {
inline std::string_view as_text(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}
inline std::string input_file(const char* name, std::string_view bytes) {
  static const TemporaryFolder folder;
  const std::string path = folder / name;
  CHECK(base::make_folders(folder.path()).ok());
  auto writer = base::FileWriter::create(path);
  CHECK(writer.ok());
  CHECK(writer->append(base::as_bytes(bytes)).ok());
  CHECK(writer->close(false).ok());
  return path;
}
}  // namespace jindo::tests
