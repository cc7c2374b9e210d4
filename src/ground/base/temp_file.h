// TempFile: a nameless file for spilled data, gone with the process however it ends. Sequential write, then read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace jindo::base {
class TempFile {
 public:
  static Result<TempFile> create(const std::string& folder);
  TempFile() = default;
  ~TempFile();
  TempFile(TempFile&& other) noexcept;
  TempFile& operator=(TempFile&& other) noexcept;
  Status write(const void* data, size_t size);
  Result<size_t> read(void* data, size_t size);  // fewer bytes only at the end
  Status rewind();
  // What was written so far, for reading; it outlives this object.
  Result<MappedFile> mapped() const;

 private:
  std::string folder_;
  int fd_ = -1;
};
}  // namespace jindo::base
