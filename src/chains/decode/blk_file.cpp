// Records of a blk file, found by magic and length and read through the obfuscation.
#include "decode/blk_file.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "base/hex.h"
#include "decode/bitcoin_block.h"

namespace jindo::decode {
namespace {
using base::bad_input;

base::Result<XorKey> read_xor_key(const std::string& folder) {
  XorKey key{};
  const std::string path = (folder.empty() ? "." : folder) + "/xor.dat";
  if (!base::exists(path)) return key;
  JINDO_TRY(const std::string bytes, base::read_file(path, 64));
  if (bytes.size() != key.size()) {
    return bad_input(path + ": " + std::to_string(bytes.size()) + " bytes; expected the 8-byte obfuscation key");
  }
  std::memcpy(key.data(), bytes.data(), key.size());
  return key;
}
}  // namespace

base::Result<BlkFile> BlkFile::open(const std::string& path, const chain::Network& network, const XorKey& key) {
  BlkFile out;
  JINDO_TRY(out.file_, base::MappedFile::open(path, base::MappedFile::Access::kSequential));
  out.path_ = path;
  out.key_ = key;
  JINDO_DO(out.index(network));
  return out;
}

void BlkFile::read(uint64_t offset, size_t size, std::vector<uint8_t>& out) const {
  const base::Bytes bytes = file_.bytes();
  CHECK(offset + size <= bytes.size());
  out.resize(size);
  std::memcpy(out.data(), bytes.data() + offset, size);
  uint64_t word = 0;
  std::memcpy(&word, key_.data(), 8);
  if (word == 0) return;
  const unsigned turn = static_cast<unsigned>(offset % 8) * 8;  // little endian: byte i of the key is bits 8i…
  if (turn != 0) word = (word >> turn) | (word << (64 - turn));
  size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    uint64_t part = 0;
    std::memcpy(&part, out.data() + at, 8);
    part ^= word;
    std::memcpy(out.data() + at, &part, 8);
  }
  for (; at < size; ++at, word >>= 8) out[at] ^= static_cast<uint8_t>(word);
}

base::Status BlkFile::index(const chain::Network& network) {
  const base::Bytes bytes = file_.bytes();
  std::vector<uint8_t> head;
  for (uint64_t at = 0; at < bytes.size();) {
    if (bytes.size() - at >= 8) read(at, 8, head);
    if (bytes.size() - at < 8 || !std::equal(network.magic.begin(), network.magic.end(), head.begin())) {
      // What follows the last block is preallocated and zero, on disk (so not zero once "de-obfuscated").
      const base::Bytes rest = bytes.subspan(at);
      if (std::all_of(rest.begin(), rest.end(), [](uint8_t b) { return b == 0; })) return {};
      const size_t seen = std::min<size_t>(4, rest.size());
      std::vector<uint8_t> found;
      read(at, seen, found);
      return bad_input(path_ + ": offset " + std::to_string(at) + ": expected " + std::string(network.name) +
                       "'s message start " + base::to_hex(network.magic) + ", found " + base::to_hex(found) +
                       "; is it another network's file, or is its xor.dat missing?");
    }
    uint32_t size = 0;
    std::memcpy(&size, head.data() + 4, 4);
    if (size < kBlockHeaderBytes || size > kBlockBytesMax) {
      return bad_input(path_ + ": offset " + std::to_string(at + 4) + ": a block of " + std::to_string(size) +
                       " bytes; expected " + std::to_string(kBlockHeaderBytes) + " to " +
                       std::to_string(kBlockBytesMax));
    }
    if (bytes.size() - at - 8 < size) {
      return bad_input(path_ + ": offset " + std::to_string(at) + ": truncated: the record says " +
                       std::to_string(size) + " bytes, " + std::to_string(bytes.size() - at - 8) + " are left");
    }
    records_.push_back({at + 8, size});
    at += 8 + size;
  }
  return {};
}

base::Result<BlkFolder> find_blk_files(const std::vector<std::string>& inputs) {
  BlkFolder out;
  std::string key_folder;
  for (const std::string& input : inputs) {
    if (!base::is_folder(input)) {
      out.paths.push_back(input);
      key_folder = std::filesystem::path(input).parent_path().string();
      continue;
    }
    key_folder = input;
    JINDO_TRY(const auto names, base::list_folder(input));
    size_t found = 0;
    for (const std::string& name : names) {
      if (name.size() > 7 && name.substr(0, 3) == "blk" && name.substr(name.size() - 4) == ".dat") {
        out.paths.push_back(input + "/" + name);
        ++found;
      }
    }
    if (found == 0) return bad_input(input + ": no blk*.dat file in this folder");
  }
  JINDO_TRY(out.key, read_xor_key(key_folder));
  return out;
}
}  // namespace jindo::decode
