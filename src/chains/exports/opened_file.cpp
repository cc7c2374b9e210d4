// The first bytes tell Parquet (PAR1), a workbook (a zip archive), JSON (a brace or a bracket); text has no zero bytes
// unless it is UTF-16.
#include "exports/opened_file.h"

#include <algorithm>

#include "base/file.h"
#include "exports/table.h"

namespace jindo::exports {

base::Result<OpenedFile> OpenedFile::open(const std::string& path) {
  if (base::is_folder(path)) return base::bad_input(path + ": a folder; name the files in it");
  OpenedFile out;
  out.path_ = path;
  JINDO_TRY(out.file_, decode::InputFile::open(path, ""));
  return out;
}

std::string_view OpenedFile::bytes() const {
  const base::Bytes bytes = file_.bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

FileKind OpenedFile::kind() const { return file_kind(bytes()); }

FileKind file_kind(std::string_view bytes) {
  if (bytes.starts_with("PAR1")) return FileKind::kParquet;
  if (bytes.starts_with("PK\x03\x04")) return FileKind::kWorkbook;
  constexpr size_t kLookBytes = size_t{64} << 10;
  std::string_view start = bytes.substr(0, kLookBytes);
  if (trimmed(start).empty() && start.size() == bytes.size()) return FileKind::kEmpty;
  if (is_utf16(start)) return FileKind::kText;
  if (start.find('\0') != std::string_view::npos) return FileKind::kBinary;
  const char first = trimmed(start).empty() ? ' ' : trimmed(start).front();
  return first == '{' || first == '[' ? FileKind::kJson : FileKind::kText;
}
}  // namespace jindo::exports
