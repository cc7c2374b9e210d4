// InputFile: a text file that a person holds, as UTF-8 in memory, whatever it was wrapped in. Told by its first bytes,
// never by its name: gzip (RFC 1952, several members one after another too) and Zstandard (RFC 8878, frames likewise)
// are unpacked, UTF-16 with a byte order mark (what spreadsheets save as "Unicode text") is converted; all into a
// nameless temporary file. Anything else is mapped as it is. A torn or damaged archive is an error.
// Limits: unpacked, 1 TiB, and at most 64 MiB more than 256 times the packed size (a bomb's ratio; gzip's own greatest
// is 1,032); no archive in an archive.
#pragma once

#include <string>

#include "base/file.h"

namespace jindo::decode {

constexpr uint64_t kUnpackedBytesMax = uint64_t{1} << 40;
constexpr uint64_t kUnpackedRatioMax = 256;
constexpr uint64_t kUnpackedFreeBytes = uint64_t{64} << 20;

class InputFile {
 public:
  // `scratch`: the folder for the temporary file; "": the system's.
  static base::Result<InputFile> open(const std::string& path, const std::string& scratch);
  base::Bytes bytes() const { return file_.bytes(); }
  void drop_before(size_t offset) const { file_.drop_before(offset); }

 private:
  base::MappedFile file_;
};

}  // namespace jindo::decode
