// Archives and UTF-16 to a nameless file of UTF-8. zlib's and libzstd's streams end here.
#include "decode/input_file.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/temp_file.h"

namespace jindo::decode {
namespace {
using base::bad_input;
using base::Bytes;
using base::Status;
constexpr size_t kChunk = size_t{256} << 10;

// What comes out of an archive, counted against the limits.
class Unpacked {
 public:
  Unpacked(const std::string& path, uint64_t packed) : path_(path), packed_(packed) {}
  Status create(const std::string& scratch) {
    JINDO_TRY(file_, base::TempFile::create(scratch));
    return {};
  }
  Status add(const void* data, size_t size) {
    if (total_ == 0 && size >= 4 && packed_kind({static_cast<const uint8_t*>(data), size}) != nullptr)
      return bad_input(path_ + ": an archive in an archive; unpack it once, and give what comes out");
    total_ += size;
    if (total_ > kUnpackedBytesMax || total_ > kUnpackedFreeBytes + packed_ * kUnpackedRatioMax)
      return bad_input(path_ + ": unpacks to more than " +
                       (total_ > kUnpackedBytesMax ? std::to_string(kUnpackedBytesMax >> 40) + " TiB"
                                                   : std::to_string(kUnpackedRatioMax) + " times its size and " +
                                                         std::to_string(kUnpackedFreeBytes >> 20) + " MiB") +
                       " (limit); unpack it by hand if it is meant");
    return file_.write(data, size);
  }
  base::Result<base::MappedFile> mapped() const { return file_.mapped(); }
  static const char* packed_kind(Bytes bytes) {
    const auto begins = [&](std::initializer_list<uint8_t> with) {
      return bytes.size() >= with.size() && std::equal(with.begin(), with.end(), bytes.begin());
    };
    if (begins({0x1f, 0x8b})) return "gzip";
    if (begins({0x28, 0xb5, 0x2f, 0xfd})) return "zstd";
    if (bytes.size() >= 4 && (bytes[0] & 0xf0) == 0x50 && bytes[1] == 0x2a && bytes[2] == 0x4d && bytes[3] == 0x18)
      return "zstd";  // a skippable frame first
    return nullptr;
  }

 private:
  const std::string& path_;
  uint64_t packed_;
  uint64_t total_ = 0;
  base::TempFile file_;
};

base::Error torn(const std::string& path) {
  return bad_input(path + ": the archive is torn: it ends before its end is written; copy it again");
}
base::Error damaged(const std::string& path, uint64_t offset, const char* what) {
  return bad_input(path + ": offset " + std::to_string(offset) + ": the archive is damaged: " + what);
}

Status unpack_gzip(const std::string& path, Bytes in, Unpacked& out) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return base::machine_failed(path + ": zlib cannot begin");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
  std::vector<uint8_t> buffer(kChunk);
  size_t at = 0;
  while (at < in.size()) {
    // Members follow one another; behind the last, zeros are padding, as gzip itself takes them.
    if (stream.total_in == 0 &&
        std::all_of(in.begin() + static_cast<ptrdiff_t>(at), in.end(), [](uint8_t b) { return b == 0; }))
      return {};
    const size_t offered = std::min(in.size() - at, size_t{1} << 30);
    stream.next_in = const_cast<uint8_t*>(in.data() + at);  // NOLINT: zlib reads through it only
    stream.avail_in = static_cast<uInt>(offered);
    int code = Z_OK;
    while (code == Z_OK) {
      stream.next_out = buffer.data();
      stream.avail_out = static_cast<uInt>(buffer.size());
      code = inflate(&stream, Z_NO_FLUSH);
      if (code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR)
        JINDO_DO(out.add(buffer.data(), buffer.size() - stream.avail_out));
      if (code == Z_OK && stream.avail_in == 0 && stream.avail_out > 0) break;
    }
    at += offered - stream.avail_in;
    if (code == Z_STREAM_END) {
      inflateReset(&stream);
      continue;
    }
    if (code != Z_OK && code != Z_BUF_ERROR)
      return damaged(path, at, stream.msg != nullptr ? stream.msg : "no deflate stream");
    if (at >= in.size()) return torn(path);
  }
  return stream.total_in == 0 ? Status() : torn(path);
}

Status unpack_zstd(const std::string& path, Bytes in, Unpacked& out) {
  const std::unique_ptr<ZSTD_DStream, size_t (*)(ZSTD_DStream*)> stream(ZSTD_createDStream(), ZSTD_freeDStream);
  if (stream == nullptr) return base::machine_failed(path + ": libzstd cannot begin");
  std::vector<uint8_t> buffer(kChunk);
  ZSTD_inBuffer from{in.data(), in.size(), 0};
  size_t left = 0;  // 0: a frame has ended
  for (;;) {
    ZSTD_outBuffer to{buffer.data(), buffer.size(), 0};
    const size_t before = from.pos;
    left = ZSTD_decompressStream(stream.get(), &to, &from);
    if (ZSTD_isError(left) != 0) return damaged(path, from.pos, ZSTD_getErrorName(left));
    JINDO_DO(out.add(buffer.data(), to.pos));
    if (from.pos == from.size && to.pos < to.size) break;
    if (from.pos == before && to.pos == 0) break;
  }
  return left == 0 && from.pos == from.size ? Status() : Status(torn(path));
}

void add_utf8(uint32_t point, std::string& out) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80 | (point >> shift & 0x3f)); };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xc0 | point >> 6);
    tail(0);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xe0 | point >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | point >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

// Behind the byte order mark (RFC 2781).
Status convert_utf16(const std::string& path, Bytes in, bool big_endian, base::TempFile& out) {
  if (in.size() % 2 != 0) return bad_input(path + ": UTF-16 text of an odd number of bytes: the file is cut");
  const auto unit = [&](size_t at) {
    const uint32_t first = in[at], second = in[at + 1];
    return big_endian ? first << 8 | second : second << 8 | first;
  };
  std::string text;
  for (size_t at = 2; at < in.size(); at += 2) {
    uint32_t point = unit(at);
    if (point >= 0xd800 && point < 0xe000) {
      const uint32_t low = at + 4 <= in.size() ? unit(at + 2) : 0;
      if (point >= 0xdc00 || low < 0xdc00 || low >= 0xe000)
        return bad_input(path + ": offset " + std::to_string(at) + ": half a character; expected UTF-16");
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
      at += 2;
    }
    add_utf8(point, text);
    if (text.size() < kChunk) continue;
    JINDO_DO(out.write(text.data(), text.size()));
    text.clear();
  }
  return out.write(text.data(), text.size());
}
}  // namespace

base::Result<InputFile> InputFile::open(const std::string& path, const std::string& scratch) {
  InputFile out;
  JINDO_TRY(out.file_, base::MappedFile::open(path, base::MappedFile::Access::kSequential));
  const std::string folder = scratch.empty() ? std::filesystem::temp_directory_path().string() : scratch;
  if (const char* kind = Unpacked::packed_kind(out.file_.bytes())) {
    Unpacked unpacked(path, out.file_.bytes().size());
    JINDO_DO(unpacked.create(folder));
    if (std::strcmp(kind, "gzip") == 0) {
      JINDO_DO(unpack_gzip(path, out.file_.bytes(), unpacked));
    } else {
      JINDO_DO(unpack_zstd(path, out.file_.bytes(), unpacked));
    }
    JINDO_TRY(out.file_, unpacked.mapped());
  }
  const Bytes bytes = out.file_.bytes();
  const bool little = bytes.size() >= 2 && bytes[0] == 0xff && bytes[1] == 0xfe;
  if (little || (bytes.size() >= 2 && bytes[0] == 0xfe && bytes[1] == 0xff)) {
    JINDO_TRY(base::TempFile text, base::TempFile::create(folder));
    JINDO_DO(convert_utf16(path, bytes, !little, text));
    JINDO_TRY(out.file_, text.mapped());
  }
  return out;
}
}  // namespace jindo::decode
