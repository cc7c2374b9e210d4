// ZipFile: the entries of a zip archive in memory (APPNOTE 6.3: stored and deflated entries, no encryption, no Zip64),
// as far as workbooks need it. Limits: 10,000 entries; an entry unpacked 512 MiB and 1,000 times its packed size.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jindo::exports {

class ZipFile {
 public:
  // `bytes` outlives the archive. Error: no zip archive, or a broken one.
  static base::Result<ZipFile> open(std::string name, std::string_view bytes);
  std::vector<std::string> names() const;
  bool has(std::string_view name) const;
  base::Result<std::string> read(std::string_view name) const;  // unpacked; its checksum is checked

 private:
  struct Entry {
    std::string name;
    uint32_t method = 0, checksum = 0;
    uint64_t packed = 0, size = 0, header = 0;
    bool encrypted = false;
  };
  std::string name_;
  std::string_view bytes_;
  std::vector<Entry> entries_;
};

}  // namespace jindo::exports
