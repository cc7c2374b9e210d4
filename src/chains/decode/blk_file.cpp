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
  CHECK(offset <= bytes.size() && size <= bytes.size() - offset);
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
  magic_ = network.magic;
  for (uint64_t at = 0; at < bytes.size();) {
    if (bytes.size() - at >= 8) read(at, 8, head);
    if (at == 0 && network.any_magic && bytes.size() >= 8) std::copy_n(head.begin(), 4, magic_.begin());
    if (bytes.size() - at < 8 || !std::equal(magic_.begin(), magic_.end(), head.begin())) {
      // What the node preallocated is zero on disk (so not zero once "de-obfuscated").
      const base::Bytes rest = bytes.subspan(at);
      const auto end = std::find_if(rest.begin(), rest.end(), [](uint8_t b) { return b != 0; });
      if (end == rest.end()) return {};
      if (end != rest.begin()) {
        at += static_cast<uint64_t>(end - rest.begin());
        ++zero_gaps_;
        continue;
      }
      const uint64_t next = records_.empty() ? UINT64_MAX : next_record(at + 1);
      if (next == UINT64_MAX) return no_record(network, at);
      junk_bytes_ += next - at;
      at = next;
      continue;
    }
    // A head alone before a record: reindexing left 8 bytes (Bitcoin Core issue 21379).
    if (is_magic(at + 8)) {
      junk_bytes_ += 8;
      at += 8;
      continue;
    }
    uint32_t size = 0;
    std::memcpy(&size, head.data() + 4, 4);
    if (size < kBlockHeaderBytes || size > kBlockBytesMax) {
      // A record's head that was written half, at the end of what was written.
      const base::Bytes rest = bytes.subspan(at + 8);
      if (size == 0 && std::all_of(rest.begin(), rest.end(), [](uint8_t b) { return b == 0; })) {
        torn_ = "offset " + std::to_string(at) + ": a record without its length";
        return {};
      }
      return bad_input(path_ + ": offset " + std::to_string(at + 4) + ": a block of " + std::to_string(size) +
                       " bytes; expected " + std::to_string(kBlockHeaderBytes) + " to " +
                       std::to_string(kBlockBytesMax));
    }
    if (bytes.size() - at - 8 < size) {
      torn_ = "offset " + std::to_string(at) + ": truncated: the record says " + std::to_string(size) + " bytes, " +
              std::to_string(bytes.size() - at - 8) + " are left";
      return {};
    }
    records_.push_back({at + 8, size});
    at += 8 + size;
  }
  return {};
}

bool BlkFile::is_magic(uint64_t at) const {
  if (file_.bytes().size() < 8 || at > file_.bytes().size() - 8) return false;
  std::vector<uint8_t> head;
  read(at, 4, head);
  return std::equal(magic_.begin(), magic_.end(), head.begin());
}

// The next record behind junk: one of a length that a block has, and that ends where another begins, where zeros stand,
// or at the file's end.
uint64_t BlkFile::next_record(uint64_t at) const {
  const uint64_t file_size = file_.bytes().size();
  std::vector<uint8_t> head;
  for (; file_size >= 8 && at <= file_size - 8; ++at) {
    if (!is_magic(at)) continue;
    read(at + 4, 4, head);
    uint32_t size = 0;
    std::memcpy(&size, head.data(), 4);
    if (size < kBlockHeaderBytes || size > kBlockBytesMax || size > file_size - at - 8) continue;
    const uint64_t end = at + 8 + size;
    if (end == file_size || is_magic(end) || file_.bytes()[end] == 0) return at;
  }
  return UINT64_MAX;
}

base::Error BlkFile::no_record(const chain::Network& network, uint64_t at) const {
  std::vector<uint8_t> found;
  read(at, std::min<size_t>(4, file_.bytes().size() - at), found);
  return bad_input(path_ + ": offset " + std::to_string(at) + ": expected " + std::string(network.name) +
                   "'s message start " + base::to_hex(magic_) + ", found " + base::to_hex(found) +
                   "; is it another network's file, or is its xor.dat missing?");
}

void BlkFile::drop_torn() {
  if (records_.empty()) return;
  const BlockRecord last = records_.back();
  // A block ends with its last transaction's lock time, often zero, behind a script or a witness: eight zeros on disk
  // are what was never written. Other blocks that are not whole are damaged, and an error where they are decoded.
  const base::Bytes end = file_.bytes().subspan(last.offset + last.size - 8, 8);
  if (std::any_of(end.begin(), end.end(), [](uint8_t b) { return b != 0; })) return;
  std::vector<uint8_t> bytes;
  read(last.offset, last.size, bytes);
  chain::UtxoBlock block;
  if (decode_block(bytes, last.offset, block).ok()) return;
  torn_ = "offset " + std::to_string(last.offset) + ": " + std::to_string(last.size) + " bytes, whose end is zeros";
  records_.pop_back();
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
