// The list of files: read, changed, written as a whole. A content is copied and synced before the list names it.
#include "evidence/evidence_folder.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/clock.h"
#include "base/hex.h"
#include "base/json_writer.h"
#include "decode/json_fields.h"

namespace jindo::evidence {
namespace {
using base::bad_input;
using base::Status;
constexpr size_t kListBytesMax = size_t{256} << 20;

std::string list_path(const std::string& folder) { return folder + "/EVIDENCE.json"; }

base::Result<int64_t> time_of(const decode::JsonFields& fields, const char* name) {
  if (!fields.has(name)) return int64_t{0};
  JINDO_TRY(const std::string_view text, fields.text(name));
  const auto time = base::parse_time(text);
  if (!time) return bad_input(std::string(name) + " is no time");
  return *time;
}

base::Result<EvidenceFile> parse_file(const decode::JsonFields& fields) {
  EvidenceFile out;
  JINDO_TRY(const std::string_view digest, fields.text("sha256"));
  if (digest.size() != 64 || !base::from_hex(digest, out.digest)) return bad_input("'sha256' is no SHA-256");
  JINDO_TRY(const std::string_view name, fields.text("name"));
  out.name = name;
  // A folder may come from somebody else, and files are linked by these names.
  if (name.empty() || name == "." || name == ".." || name.find_first_of(std::string_view("/\0", 2)) != name.npos)
    return bad_input("'name' is no file's name: it may have no folder in it");
  JINDO_TRY(out.size, fields.u64("size"));
  JINDO_TRY(out.added, time_of(fields, "added"));
  JINDO_TRY(out.removed, time_of(fields, "removed"));
  out.removed_reason = fields.text_or_empty("removed_reason");
  out.given.chain = fields.text_or_empty("chain");
  out.given.from = fields.text_or_empty("from");
  out.given.note = fields.text_or_empty("note");
  out.given.columns = fields.text_or_empty("columns");
  out.given.contract = fields.text_or_empty("contract");
  out.given.transaction = fields.text_or_empty("transaction");
  if (fields.has("block")) {
    JINDO_TRY(out.given.block, fields.u64("block"));
  }
  if (fields.has("decimals")) {
    JINDO_TRY(const simdjson::dom::object decimals, fields.object("decimals"));
    for (const auto& [token, value] : decimals) {
      uint64_t number = 0;
      if (value.get(number) != simdjson::SUCCESS || number > 255) return bad_input("'decimals' are 0 to 255");
      out.given.decimals[std::string(token)] = static_cast<int>(number);
    }
  }
  return out;
}

void write_file_entry(base::JsonWriter& json, const EvidenceFile& file) {
  json.field("sha256", base::to_hex(file.digest));
  json.field("name", file.name);
  json.field("size", file.size);
  json.field("added", base::format_time(file.added));
  if (!file.given.chain.empty()) json.field("chain", file.given.chain);
  if (!file.given.from.empty()) json.field("from", file.given.from);
  if (!file.given.note.empty()) json.field("note", file.given.note);
  if (!file.given.columns.empty()) json.field("columns", file.given.columns);
  if (!file.given.contract.empty()) json.field("contract", file.given.contract);
  if (!file.given.transaction.empty()) json.field("transaction", file.given.transaction);
  if (file.given.block) json.field("block", *file.given.block);
  if (!file.given.decimals.empty()) {
    json.object("decimals", [&] {
      for (const auto& [token, decimals] : file.given.decimals) json.field(token, static_cast<uint64_t>(decimals));
    });
  }
  if (file.removed == 0) return;
  json.field("removed", base::format_time(file.removed));
  if (!file.removed_reason.empty()) json.field("removed_reason", file.removed_reason);
}

// Copies and hashes in one pass: what is kept is what was hashed.
base::Result<base::Hash256> copy_file(const std::string& from, const std::string& to, uint64_t& size) {
  JINDO_TRY(const base::MappedFile source, base::MappedFile::open(from, base::MappedFile::Access::kSequential));
  JINDO_TRY(base::FileWriter writer, base::FileWriter::create(to));
  base::Sha256 hash;
  constexpr size_t kPortion = size_t{4} << 20;
  const base::Bytes bytes = source.bytes();
  for (size_t at = 0; at < bytes.size(); at += kPortion) {
    const base::Bytes portion = bytes.subspan(at, std::min(kPortion, bytes.size() - at));
    hash.update(portion);
    JINDO_DO(writer.append(portion));
    source.drop_before(at);
  }
  size = bytes.size();
  JINDO_DO(writer.close(true));
  return hash.finish();
}

Status check_text(const char* what, const std::string& text) {
  if (text.size() <= kTextMax) return {};
  return base::wrong_use(std::string(what) + " has " + std::to_string(text.size()) + " bytes; at most " +
                         std::to_string(kTextMax));
}
}  // namespace

base::Result<EvidenceFolder> EvidenceFolder::open(const std::string& folder) {
  EvidenceFolder out;
  out.folder_ = folder;
  if (!base::exists(list_path(folder)))
    return bad_input(folder + ": no evidence here; `jindo evidence add --case " + folder + " FILE` begins one");
  JINDO_DO(out.load());
  return out;
}

base::Result<EvidenceFolder> EvidenceFolder::open_to_change(const std::string& folder) {
  EvidenceFolder out;
  out.folder_ = folder;
  JINDO_DO(base::make_folders(folder + "/files"));
  JINDO_TRY(out.lock_, base::FileLock::take(folder + "/LOCK"));
  if (base::exists(list_path(folder))) JINDO_DO(out.load());
  return out;
}

std::string EvidenceFolder::path_of(const EvidenceFile& file) const {
  return folder_ + "/files/" + base::to_hex(file.digest);
}

Status EvidenceFolder::check_content(const EvidenceFile& file) const {
  JINDO_TRY(const base::MappedFile content,
            base::MappedFile::open(path_of(file), base::MappedFile::Access::kSequential));
  if (base::sha256(content.bytes()) == file.digest) return {};
  return bad_input(path_of(file) + ": is not what came as " + file.name +
                   ": its SHA-256 is another; put the content back, or take the file out of the set");
}

Status EvidenceFolder::load() {
  const std::string path = list_path(folder_);
  JINDO_TRY(const std::string text, base::read_file(path, kListBytesMax));
  std::string padded;
  decode::quote_long_integers(text, padded);
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  const auto parsed = parser.parse(padded.data(), padded.size() - simdjson::SIMDJSON_PADDING, false).get(element);
  simdjson::dom::object object;
  if (parsed != simdjson::SUCCESS || element.get(object) != simdjson::SUCCESS)
    return bad_input(path + ": expected a JSON object with the case's files");
  const decode::JsonFields fields(object);
  const auto version = fields.u64("version");
  if (!version.ok() || *version != 1) return bad_input(path + ": version is not 1: use a newer jindo");
  const auto list = fields.array("files");
  if (!list.ok()) return bad_input(path + ": " + list.error().message);
  for (const simdjson::dom::element entry : *list) {
    simdjson::dom::object row;
    if (entry.get(row) != simdjson::SUCCESS) return bad_input(path + ": 'files' holds objects");
    auto file = parse_file(decode::JsonFields(row));
    if (!file.ok())
      return bad_input(path + ": file " + std::to_string(files_.size() + 1) + ": " + file.error().message);
    if (files_.size() == kFilesMax) return bad_input(path + ": more than " + std::to_string(kFilesMax) + " files");
    files_.push_back(std::move(*file));
  }
  return {};
}

Status EvidenceFolder::save() const {
  std::string text;
  {
    base::JsonWriter json(text, true);
    json.begin_object();
    json.field("version", uint64_t{1});
    json.array("files", [&] {
      for (const EvidenceFile& file : files_) json.object([&] { write_file_entry(json, file); });
    });
    json.end_object();
  }
  return base::replace_file(list_path(folder_), text);
}

base::Result<bool> EvidenceFolder::add(const std::string& path, const Given& given, int64_t now) {
  EvidenceFile file;
  file.name = std::filesystem::path(path).filename().string();
  file.added = now;
  file.given = given;
  JINDO_DO(check_text("the file's name", file.name));
  JINDO_DO(check_text("--from", given.from));
  JINDO_DO(check_text("--note", given.note));
  if (base::is_folder(path)) return bad_input(path + ": is a folder; name its files");
  const std::string part = folder_ + "/files/incoming";  // one writer: the lock is held
  JINDO_TRY(file.digest, copy_file(path, part, file.size));
  for (EvidenceFile& known : files_) {
    if (known.digest != file.digest) continue;
    JINDO_DO(base::remove_all(part));
    if (known.removed == 0) return false;
    known.removed = 0;
    known.removed_reason.clear();
    return true;
  }
  if (files_.size() == kFilesMax)
    return base::wrong_use(folder_ + ": has " + std::to_string(kFilesMax) + " files already, the most there may be");
  ::chmod(part.c_str(), 0444);
  if (std::rename(part.c_str(), path_of(file).c_str()) != 0)
    return base::machine_failed(path_of(file) + ": cannot be named");
  JINDO_DO(base::sync_folder(folder_ + "/files"));
  files_.push_back(std::move(file));
  return true;
}

Status EvidenceFolder::remove(const std::string& which, const std::string& reason, int64_t now) {
  JINDO_DO(check_text("--reason", reason));
  std::vector<EvidenceFile*> found;
  for (EvidenceFile& file : files_) {
    const std::string digest = base::to_hex(file.digest);
    if (file.removed != 0) continue;
    if (file.name == which || (which.size() >= 8 && digest.compare(0, which.size(), which) == 0))
      found.push_back(&file);
  }
  if (found.empty()) return bad_input(folder_ + ": no file '" + which + "' in the set; `jindo evidence list` has them");
  if (found.size() > 1)
    return base::wrong_use("'" + which + "' names " + std::to_string(found.size()) + " files; name one by its SHA-256");
  found.front()->removed = now;
  found.front()->removed_reason = reason;
  return {};
}
}  // namespace jindo::evidence
