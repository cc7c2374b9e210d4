// The SEGMENT file as text, and its columns mapped.
#include "ledger/columns.h"

#include <charconv>
#include <sstream>

#include "base/hash.h"
#include "ledger/format.h"

namespace jindo::ledger {
namespace {
using base::bad_input;
constexpr size_t kSegmentFileBytesMax = 1 << 20;

std::string hex64(uint64_t value) {
  char out[17];
  std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(value));
  return out;
}
const char* model_name(chain::LedgerModel model) { return model == chain::LedgerModel::kUtxo ? "utxo" : "account"; }
}  // namespace

std::string seal(const std::string& body) { return body + "end " + hex64(base::xxh3(base::as_bytes(body))) + "\n"; }

base::Result<std::string> unseal(const std::string& path, const std::string& text) {
  const size_t end = text.rfind("end ");
  if (end == std::string::npos || (end > 0 && text[end - 1] != '\n'))
    return bad_input(path + ": damaged: no 'end' line");
  std::string body = text.substr(0, end);
  if (text.substr(end) != "end " + hex64(base::xxh3(base::as_bytes(body))) + "\n") {
    return bad_input(path + ": damaged: its checksum does not match; restore the ledger from a copy, or ingest anew");
  }
  return body;
}

base::Status SegmentWriter::finish(chain::LedgerModel model) {
  std::string body = "jindo-segment " + std::to_string(kSegmentVersion) + "\nmodel " + model_name(model) + "\n";
  for (const ColumnInfo& column : columns_) {
    body += "column " + column.name + " " + std::to_string(column.element_bytes) + " " + std::to_string(column.count) +
            " " + hex64(column.checksum) + "\n";
  }
  return base::replace_file(folder_ + "/SEGMENT", seal(body));
}

base::Result<std::vector<ColumnInfo>> parse_segment_file(const std::string& path, const std::string& text,
                                                         chain::LedgerModel model) {
  JINDO_TRY(const std::string body, unseal(path, text));
  std::istringstream in(body);
  std::string word;
  int version = 0;
  if (!(in >> word >> version) || word != "jindo-segment") return bad_input(path + ": expected 'jindo-segment' first");
  if (version > kSegmentVersion) {
    return bad_input(path + ": format version " + std::to_string(version) + "; this jindo reads up to " +
                     std::to_string(kSegmentVersion) + ": use a newer one");
  }
  std::string name;
  if (!(in >> word >> name) || word != "model" || name != model_name(model))
    return bad_input(path + ": expected model " + model_name(model));
  std::vector<ColumnInfo> out;
  while (in >> word) {
    ColumnInfo column;
    std::string digits;
    if (word != "column" || !(in >> column.name >> column.element_bytes >> column.count >> digits)) {
      return bad_input(path + ": expected 'column NAME BYTES COUNT CHECKSUM'");
    }
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), column.checksum, 16);
    if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() ||
        column.name.find('/') != std::string::npos || column.element_bytes == 0 || column.element_bytes > 4096 ||
        column.count > (uint64_t{1} << 48)) {
      return bad_input(path + ": column '" + column.name + "' is not well formed");
    }
    out.push_back(column);
  }
  return out;
}

base::Result<SegmentFiles> SegmentFiles::open(const std::string& folder, chain::LedgerModel model) {
  SegmentFiles out;
  out.folder_ = folder;
  const std::string path = folder + "/SEGMENT";
  JINDO_TRY(const std::string text, base::read_file(path, kSegmentFileBytesMax));
  JINDO_TRY(out.columns_, parse_segment_file(path, text, model));
  for (const ColumnInfo& column : out.columns_) {
    const std::string file = folder + "/" + column.name + ".col";
    JINDO_TRY(base::MappedFile mapped, base::MappedFile::open(file));
    if (mapped.bytes().size() != column.element_bytes * column.count) {
      return bad_input(file + ": " + std::to_string(mapped.bytes().size()) + " bytes; the SEGMENT file says " +
                       std::to_string(column.element_bytes * column.count));
    }
    out.files_[column.name] = std::move(mapped);
  }
  return out;
}

base::Result<base::Bytes> SegmentFiles::raw_column(const std::string& name, uint64_t element_bytes) const {
  for (const ColumnInfo& column : columns_) {
    if (column.name != name) continue;
    if (column.element_bytes != element_bytes)
      return bad_input(folder_ + ": column " + name + " has elements of another size");
    return files_.at(name).bytes();
  }
  return bad_input(folder_ + ": column " + name + " is missing");
}

base::Status SegmentFiles::verify_checksums() const {
  for (const ColumnInfo& column : columns_) {
    const base::MappedFile& file = files_.at(column.name);
    if (base::xxh3(file.bytes()) != column.checksum) {
      return base::answer_no(folder_ + "/" + column.name + ".col: its checksum does not match; the file is damaged");
    }
    file.drop_before(file.bytes().size());
  }
  return {};
}
}  // namespace jindo::ledger
