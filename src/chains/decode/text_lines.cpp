// Lines of a mapped file, one at a time.
#include "decode/text_lines.h"

#include <cstring>

namespace jindo::decode {
base::Result<TextLines> TextLines::open(const std::string& path, const std::string& scratch) {
  JINDO_TRY(InputFile file, InputFile::open(path, scratch));
  return of(std::move(file), path);
}

TextLines TextLines::of(InputFile file, const std::string& path) {
  TextLines out;
  out.file_ = std::move(file);
  out.path_ = path;
  const base::Bytes bytes = out.file_.bytes();
  if (bytes.size() >= 3 && std::memcmp(bytes.data(), "\xef\xbb\xbf", 3) == 0) out.at_ = 3;  // UTF-8's byte order mark
  return out;
}

base::Result<bool> TextLines::next(std::string_view& line) {
  const base::Bytes bytes = file_.bytes();
  if (at_ >= bytes.size()) return false;
  constexpr size_t kDropEvery = size_t{16} << 20;
  if (at_ - dropped_ > kDropEvery) {
    file_.drop_before(at_);
    dropped_ = at_;
  }
  ++line_number_;
  const char* begin = reinterpret_cast<const char*>(bytes.data()) + at_;
  const size_t left = bytes.size() - at_;
  const size_t window = left < kLineBytesMax + 1 ? left : kLineBytesMax + 1;
  const void* end = std::memchr(begin, '\n', window);
  if (end == nullptr && window > kLineBytesMax) {
    return base::bad_input(place() + ": a line of more than " + std::to_string(kLineBytesMax >> 20) + " MiB (limit)");
  }
  size_t size = end == nullptr ? left : static_cast<size_t>(static_cast<const char*>(end) - begin);
  at_ += end == nullptr ? size : size + 1;
  if (size > 0 && begin[size - 1] == '\r') --size;
  line = {begin, size};
  return true;
}
}  // namespace jindo::decode
