// A node's blk*.dat file: records of (network magic, 32-bit length, block), zero fill at the end where the node
// preallocated, the whole obfuscated with the 8-byte key of xor.dat since Bitcoin Core 28 (PR 28052).
// Thread safe once open: readers copy blocks out.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/file.h"
#include "chain/network.h"

namespace jindo::decode {

using XorKey = std::array<uint8_t, 8>;

struct BlockRecord {
  uint64_t offset = 0;  // of the block's first byte, behind magic and length
  uint32_t size = 0;
};

class BlkFile {
 public:
  static base::Result<BlkFile> open(const std::string& path, const chain::Network& network, const XorKey& key);
  const std::string& path() const { return path_; }
  const std::vector<BlockRecord>& records() const { return records_; }
  uint64_t size() const { return file_.bytes().size(); }
  // Copies `size` bytes at `offset`, obfuscation removed. The range must lie inside the file.
  void read(uint64_t offset, size_t size, std::vector<uint8_t>& out) const;
  void release() const { file_.drop_before(file_.bytes().size()); }

 private:
  base::Status index(const chain::Network& network);
  std::string path_;
  base::MappedFile file_;
  XorKey key_{};
  std::vector<BlockRecord> records_;
};

struct BlkFolder {
  std::vector<std::string> paths;  // blk*.dat by name
  XorKey key{};
};
// A `blocks` folder, or files named one by one (xor.dat is looked for beside them).
base::Result<BlkFolder> find_blk_files(const std::vector<std::string>& inputs);

}  // namespace jindo::decode
