// A node's blk*.dat file: records of (network magic, 32-bit length, block), zeros between them and at the end where the
// node preallocated or was killed (Bitcoin Core's own reader passes over them too), the whole obfuscated with the
// 8-byte key of xor.dat since Bitcoin Core 28 (PR 28052). The last record may be torn: the node was writing it, or the
// file was copied meanwhile. It is left out, and torn() says so. Thread safe once open: readers copy blocks out.
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
  const std::string& torn() const { return torn_; }    // what is wrong with the last record; "": nothing
  uint64_t zero_gaps() const { return zero_gaps_; }    // runs of zeros between records
  uint64_t junk_bytes() const { return junk_bytes_; }  // between records, of no record; nodes leave such now and then
  // Magic of the first record: on signets it is the challenge's (BIP 325), and all records have the same.
  const std::array<uint8_t, 4>& magic() const { return magic_; }
  // Takes the last record out if zeros stand at its end, as the node preallocated them, and it is no whole block.
  void drop_torn();
  // Copies `size` bytes at `offset`, obfuscation removed. The range must lie inside the file.
  void read(uint64_t offset, size_t size, std::vector<uint8_t>& out) const;
  void release() const { file_.drop_before(file_.bytes().size()); }

 private:
  base::Status index(const chain::Network& network);
  base::Error no_record(const chain::Network& network, uint64_t at) const;
  bool is_magic(uint64_t at) const;
  uint64_t next_record(uint64_t at) const;
  std::string path_;
  base::MappedFile file_;
  XorKey key_{};
  std::vector<BlockRecord> records_;
  std::array<uint8_t, 4> magic_{};
  std::string torn_;
  uint64_t zero_gaps_ = 0, junk_bytes_ = 0;
};

struct BlkFolder {
  std::vector<std::string> paths;  // blk*.dat by name
  XorKey key{};
};
// A `blocks` folder, or files named one by one (xor.dat is looked for beside them).
base::Result<BlkFolder> find_blk_files(const std::vector<std::string>& inputs);

}  // namespace jindo::decode
