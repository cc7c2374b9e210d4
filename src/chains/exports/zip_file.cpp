// The central directory names the entries; each is inflated under a limit and checked by its CRC-32.
#include "exports/zip_file.h"

#include <zlib.h>

#include <algorithm>

namespace jindo::exports {
namespace {
using base::bad_input;
constexpr uint64_t kEntriesMax = 10'000;
constexpr uint64_t kUnpackedMax = uint64_t{512} << 20;
constexpr uint64_t kRatioMax = 1000;
constexpr size_t kEndBytes = 22, kDirectoryBytes = 46, kLocalBytes = 30, kCommentMax = 65'535;

uint32_t little(std::string_view bytes, size_t at, size_t count) {
  uint32_t out = 0;
  for (size_t i = 0; i < count; ++i) out |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return out;
}

// The end-of-directory record: the last one that fits.
size_t find_directory_end(std::string_view bytes) {
  if (bytes.size() < kEndBytes) return std::string_view::npos;
  const size_t first = bytes.size() - std::min(bytes.size(), kEndBytes + kCommentMax);
  for (size_t at = bytes.size() - kEndBytes + 1; at-- > first;)
    if (bytes.substr(at, 4) == "PK\x05\x06") return at;
  return std::string_view::npos;
}
}  // namespace

base::Result<ZipFile> ZipFile::open(std::string name, std::string_view bytes) {
  ZipFile out;
  out.name_ = std::move(name);
  out.bytes_ = bytes;
  const size_t end = find_directory_end(bytes);
  if (end == std::string_view::npos)
    return bad_input(out.name_ + ": not a whole zip archive: its directory is missing");
  const uint64_t count = little(bytes, end + 10, 2);
  size_t at = little(bytes, end + 16, 4);
  if (count > kEntriesMax)
    return bad_input(out.name_ + ": more than " + std::to_string(kEntriesMax) + " entries in the archive (limit)");
  for (uint64_t i = 0; i < count; ++i) {
    if (at > bytes.size() || bytes.size() - at < kDirectoryBytes || bytes.substr(at, 4) != "PK\x01\x02")
      return bad_input(out.name_ + ": offset " + std::to_string(at) + ": expected entry " + std::to_string(i + 1) +
                       " of the archive's directory");
    Entry entry;
    entry.encrypted = (little(bytes, at + 8, 2) & 1) != 0;
    entry.method = little(bytes, at + 10, 2);
    entry.checksum = little(bytes, at + 16, 4);
    entry.packed = little(bytes, at + 20, 4);
    entry.size = little(bytes, at + 24, 4);
    entry.header = little(bytes, at + 42, 4);
    const size_t name_bytes = little(bytes, at + 28, 2);
    const size_t more = name_bytes + little(bytes, at + 30, 2) + little(bytes, at + 32, 2);
    if (bytes.size() - at - kDirectoryBytes < more)
      return bad_input(out.name_ + ": offset " + std::to_string(at) + ": the archive's directory is cut");
    entry.name = bytes.substr(at + kDirectoryBytes, name_bytes);
    out.entries_.push_back(std::move(entry));
    at += kDirectoryBytes + more;
  }
  return out;
}

std::vector<std::string> ZipFile::names() const {
  std::vector<std::string> out;
  for (const Entry& entry : entries_) out.push_back(entry.name);
  return out;
}

bool ZipFile::has(std::string_view name) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.name == name; });
}

base::Result<std::string> ZipFile::read(std::string_view name) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.name == name; });
  const std::string what = name_ + ": '" + std::string(name) + "' in the archive";
  if (found == entries_.end()) return bad_input(what + " is missing");
  if (found->encrypted) return bad_input(what + " is encrypted; save the file without a password");
  if (found->method != 0 && found->method != 8)
    return bad_input(what + ": compression method " + std::to_string(found->method) + "; expected 0 or 8 (deflate)");
  if (found->size > kUnpackedMax)
    return bad_input(what + ": more than " + std::to_string(kUnpackedMax >> 20) + " MiB unpacked (limit)");
  if (found->size > (found->packed + 1) * kRatioMax)
    return bad_input(what + " is packed more than " + std::to_string(kRatioMax) + " times (limit)");
  const uint64_t header = found->header;
  if (header > bytes_.size() || bytes_.size() - header < kLocalBytes || bytes_.substr(header, 4) != "PK\x03\x04")
    return bad_input(what + ": offset " + std::to_string(header) + ": expected the entry's header");
  const uint64_t data = header + kLocalBytes + little(bytes_, header + 26, 2) + little(bytes_, header + 28, 2);
  if (data > bytes_.size() || bytes_.size() - data < found->packed) return bad_input(what + " is cut");
  std::string out;
  if (found->method == 0) {
    out = bytes_.substr(data, found->packed);
  } else {
    out.resize(found->size + 1);  // one more: an entry longer than it says is seen
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return base::machine_failed(what + ": no memory to unpack it");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes_.data() + data));
    stream.avail_in = static_cast<uInt>(found->packed);
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int state = inflate(&stream, Z_FINISH);
    const uint64_t written = stream.total_out;
    inflateEnd(&stream);
    if (state != Z_STREAM_END || written != found->size) return bad_input(what + " is broken: it does not unpack");
    out.resize(written);
  }
  const uLong checksum =
      crc32(crc32(0, nullptr, 0), reinterpret_cast<const Bytef*>(out.data()), static_cast<uInt>(out.size()));
  if (out.size() != found->size || checksum != found->checksum)
    return bad_input(what + " is broken: its CRC-32 differs");
  return out;
}
}  // namespace jindo::exports
