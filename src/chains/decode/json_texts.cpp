// Where a JSON text ends: at its line's end, nearly always; else where its brackets are closed.
#include "decode/json_texts.h"

namespace jindo::decode {
namespace {
// Depth of brackets behind a text read so far, strings left out.
class Depth {
 public:
  void read(std::string_view text) {
    for (const char c : text) {
      if (escaped_) {
        escaped_ = false;
      } else if (in_string_) {
        if (c == '\\') escaped_ = true;
        if (c == '"') in_string_ = false;
      } else if (c == '"') {
        in_string_ = true;
      } else if (c == '{' || c == '[') {
        ++open_;
      } else if (c == '}' || c == ']') {
        --open_;
      }
    }
  }
  bool closed() const { return open_ <= 0; }

 private:
  int64_t open_ = 0;
  bool in_string_ = false, escaped_ = false;
};
// Long lines that end as they began are whole: to look through them would cost more than to parse them.
constexpr size_t kLongLine = 4096;
}  // namespace

base::Result<JsonTexts> JsonTexts::open(const std::string& path, const std::string& scratch) {
  JINDO_TRY(InputFile file, InputFile::open(path, scratch));
  return of(std::move(file), path);
}

JsonTexts JsonTexts::of(InputFile file, const std::string& path) {
  JsonTexts out;
  out.lines_ = TextLines::of(std::move(file), path);
  return out;
}

base::Result<bool> JsonTexts::next(std::string_view& text) {
  constexpr const char* kBlank = " \t";
  std::string_view line;
  for (;;) {
    JINDO_TRY(const bool more, lines_.next(line));
    if (!more) return false;
    const size_t begin = line.find_first_not_of(kBlank);
    if (begin == std::string_view::npos) continue;
    line = line.substr(begin, line.find_last_not_of(kBlank) + 1 - begin);
    break;
  }
  first_line_ = lines_.line_number();
  text = line;
  if (line.front() != '{' && line.front() != '[') return true;  // no JSON: the parser says so
  const char closing = line.front() == '{' ? '}' : ']';
  if (line.size() > kLongLine && line.back() == closing) return true;
  Depth depth;
  depth.read(line);
  const char* begin = line.data();
  while (!depth.closed()) {
    JINDO_TRY(const bool more, lines_.next(line));
    if (!more) return base::bad_input(place() + ": the JSON text that begins here is not closed: the file is cut");
    depth.read(line);
    text = {begin, static_cast<size_t>(line.data() + line.size() - begin)};
    if (text.size() > kLineBytesMax)
      return base::bad_input(place() + ": a JSON text of more than " + std::to_string(kLineBytesMax >> 20) +
                             " MiB (limit); write one a line");
  }
  return true;
}
}  // namespace jindo::decode
