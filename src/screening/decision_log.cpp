#include "screening/decision_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "base/hex.h"

namespace jindo::screening {
namespace {
using base::Status;
constexpr std::string_view kHashField = ",\"hash\":\"";

std::string file_name(uint64_t first) {
  char text[40];
  std::snprintf(text, sizeof text, "%012llu.jsonl", static_cast<unsigned long long>(first));
  return text;
}
base::Hash256 chained(const base::Hash256& before, std::string_view body) {
  base::Sha256 hash;
  hash.update(before);
  hash.update(base::as_bytes(body));
  return hash.finish();
}
int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}
base::Result<std::vector<std::string>> files_of(const std::string& folder) {
  std::vector<std::string> out;
  JINDO_TRY(const auto found, base::list_folder(folder));
  for (const std::string& name : found)
    if (name.size() == 18 && name.compare(12, 6, ".jsonl") == 0) out.push_back(name);
  std::sort(out.begin(), out.end());
  return out;
}
// A number field of a line that this program wrote.
bool number_at(std::string_view line, std::string_view name, uint64_t& out) {
  const size_t at = line.find(name);
  if (at == std::string_view::npos) return false;
  out = 0;
  size_t i = at + name.size();
  if (i >= line.size() || line[i] < '0' || line[i] > '9') return false;
  for (; i < line.size() && line[i] >= '0' && line[i] <= '9'; ++i)
    out = out * 10 + static_cast<uint64_t>(line[i] - '0');
  return true;
}

struct Scan {
  LogState state;
  std::string last_file;
  uint64_t last_file_bytes = 0;  // of whole lines
};
base::Result<Scan> scan(const std::string& folder, const std::function<Status(const LogRecord&)>& take) {
  Scan out;
  JINDO_TRY(const auto files, files_of(folder));
  for (size_t f = 0; f < files.size(); ++f) {
    const std::string path = folder + "/" + files[f];
    if (files[f] != file_name(out.state.records + 1))
      return base::bad_input(path + ": expected " + file_name(out.state.records + 1) + "; records are missing");
    std::ifstream in(path, std::ios::binary);
    if (!in) return base::machine_failed(path + ": cannot be opened");
    out.last_file = files[f];
    out.last_file_bytes = 0;
    std::string line;
    for (uint64_t n = 1; std::getline(in, line); ++n) {
      const auto wrong = [&](const std::string& what) {
        return base::bad_input(path + ":" + std::to_string(n) + ": " + what);
      };
      if (in.eof()) {  // no line end: cut off
        if (f + 1 != files.size()) return wrong("the line is cut off, and records follow");
        out.state.torn_bytes = line.size();
        break;
      }
      const size_t at = line.rfind(kHashField);
      if (at == std::string::npos || line.size() != at + kHashField.size() + 64 + 2 ||
          line.compare(line.size() - 2, 2, "\"}") != 0)
        return wrong("not a record");
      const std::string_view body(line.data(), at);
      base::Hash256 said{};
      if (!base::from_hex(std::string_view(line).substr(at + kHashField.size(), 64), said))
        return wrong("not a record");
      LogRecord record;
      uint64_t ms = 0;
      if (!number_at(body, "{\"number\":", record.number) || !number_at(body, ",\"at\":", ms))
        return wrong("not a record");
      if (record.number != out.state.records + 1)
        return wrong("record " + std::to_string(record.number) + ", expected " + std::to_string(out.state.records + 1));
      if (chained(out.state.head, body) != said)
        return wrong("record " + std::to_string(record.number) +
                     " does not follow from the one before it: it, or one before it, was changed");
      record.at_ms = static_cast<int64_t>(ms);
      const size_t kind = body.find(",\"kind\":\"");
      if (kind == std::string_view::npos) return wrong("not a record");
      const size_t begin = kind + 9;
      record.kind = std::string(body.substr(begin, body.find('"', begin) - begin));
      out.state.head = said;
      ++out.state.records;
      out.last_file_bytes += line.size() + 1;
      if (take) {
        record.text = std::move(line);
        JINDO_DO(take(record));
      }
    }
  }
  return out;
}
}  // namespace

base::Result<std::unique_ptr<DecisionLog>> DecisionLog::open(const std::string& folder, const Options& options) {
  std::unique_ptr<DecisionLog> out(new DecisionLog());
  out->folder_ = folder;
  out->options_ = options;
  JINDO_DO(base::make_folders(folder));
  JINDO_TRY(out->lock_, base::FileLock::take(folder + "/LOCK"));
  JINDO_TRY(const Scan found, scan(folder, {}));
  out->last_ = found.state.records;
  out->head_ = found.state.head;
  if (found.last_file.empty()) {
    JINDO_DO(out->next_file());
    return out;
  }
  const std::string path = folder + "/" + found.last_file;
  out->file_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (out->file_ < 0) return base::machine_failed(path + ": " + std::strerror(errno));
  if (::ftruncate(out->file_, static_cast<off_t>(found.last_file_bytes)) != 0)
    return base::machine_failed(path + ": " + std::strerror(errno));
  out->file_bytes_ = found.last_file_bytes;
  return out;
}
DecisionLog::~DecisionLog() {
  (void)sync();
  if (file_ >= 0) ::close(file_);
}

Status DecisionLog::next_file() {
  const std::string path = folder_ + "/" + file_name(last_ + 1);
  const int next = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (next < 0) return base::machine_failed(path + ": " + std::strerror(errno));
  if (file_ >= 0) {
    (void)::fdatasync(file_);
    ::close(file_);
  }
  file_ = next;
  file_bytes_ = 0;
  return base::sync_folder(folder_);
}

base::Result<uint64_t> DecisionLog::append(std::string_view kind, std::string_view fields) {
  if (fields.size() > kLogLineBytesMax) return base::bad_input("a record of the decision log would be too long");
  const int64_t at = now_ms();
  std::string line;
  line.reserve(fields.size() + 192);
  const std::lock_guard<std::mutex> guard(mutex_);
  if (broken_) return base::machine_failed(folder_ + ": an earlier write failed and could not be taken back");
  if (file_bytes_ >= kLogFileBytes) JINDO_DO(next_file());
  line += "{\"number\":";
  line += std::to_string(last_ + 1);
  line += ",\"at\":";
  line += std::to_string(at);
  line += ",\"kind\":\"";
  line += kind;
  line += "\",";
  line += fields;
  const base::Hash256 hash = chained(head_, line);
  line += kHashField;
  line += base::to_hex(hash);
  line += "\"}\n";
  size_t done = 0;
  while (done < line.size()) {
    const ssize_t wrote = ::write(file_, line.data() + done, line.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      const std::string why = std::strerror(errno);
      if (done > 0 && ::ftruncate(file_, static_cast<off_t>(file_bytes_)) != 0) broken_ = true;
      return base::machine_failed(folder_ + ": the decision could not be kept: " + why);
    }
    done += static_cast<size_t>(wrote);
  }
  if (options_.sync_each && ::fdatasync(file_) != 0) {
    broken_ = true;
    return base::machine_failed(folder_ + ": the decision could not be kept: " + std::strerror(errno));
  }
  file_bytes_ += line.size();
  head_ = hash;
  dirty_ = true;
  return ++last_;
}

Status DecisionLog::sync() {
  int file = -1;
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (!dirty_ || file_ < 0) return {};
    dirty_ = false;
    file = ::dup(file_);
  }
  const int failed = ::fdatasync(file);
  ::close(file);
  if (failed != 0) return base::machine_failed(folder_ + ": " + std::strerror(errno));
  return {};
}
uint64_t DecisionLog::last() const {
  const std::lock_guard<std::mutex> guard(mutex_);
  return last_;
}
base::Hash256 DecisionLog::head() const {
  const std::lock_guard<std::mutex> guard(mutex_);
  return head_;
}

base::Result<LogState> read_decisions(const std::string& folder, const std::function<Status(const LogRecord&)>& take) {
  if (!base::is_folder(folder)) return base::bad_input(folder + ": no decision log there");
  JINDO_TRY(const Scan found, scan(folder, take));
  return found.state;
}
}  // namespace jindo::screening
