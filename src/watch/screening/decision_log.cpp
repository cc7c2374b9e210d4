// The decision log: records chained in memory as they come, written together by the first caller of settle().
#include "screening/decision_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "base/clock.h"
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
base::Hash256 chained(base::Sha256& hash, const base::Hash256& before, std::string_view body) {
  hash.update(before);
  hash.update(base::as_bytes(body));
  return hash.finish();
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

// What is in front of every record; false where the line is none.
bool read_record(std::string_view body, LogRecord& out) {
  uint64_t ms = 0;
  const size_t kind = body.find(",\"kind\":\"");
  if (!number_at(body, "{\"number\":", out.number) || !number_at(body, ",\"at\":", ms) ||
      kind == std::string_view::npos)
    return false;
  const size_t begin = kind + 9;
  out.at_ms = static_cast<int64_t>(ms);
  out.kind = std::string(body.substr(begin, body.find('"', begin) - begin));
  return true;
}
// Where the hash begins; npos where the line does not end as a record does.
size_t hash_field_of(std::string_view line) {
  const size_t at = line.rfind(kHashField);
  return at != std::string_view::npos && line.size() == at + kHashField.size() + 64 + 2 &&
                 line.substr(line.size() - 2) == "\"}"
             ? at
             : std::string_view::npos;
}

struct Scan {
  LogState state;
  std::string last_file;
  uint64_t last_file_bytes = 0;  // of whole lines
};
base::Status scan_file(const std::string& path, bool last, const std::function<Status(const LogRecord&)>& take,
                       Scan& out) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return base::machine_failed(path + ": cannot be opened");
  out.last_file_bytes = 0;
  base::Sha256 hash;
  std::string line;
  for (uint64_t n = 1; std::getline(in, line); ++n) {
    const auto wrong = [&](const std::string& what) {
      return base::bad_input(path + ":" + std::to_string(n) + ": " + what);
    };
    if (in.eof()) {  // no line end: cut off
      if (!last) return wrong("the line is cut off, and records follow");
      out.state.torn_bytes = line.size();
      break;
    }
    const size_t at = hash_field_of(line);
    base::Hash256 said{};
    LogRecord record;
    if (at == std::string::npos || !base::from_hex(std::string_view(line).substr(at + kHashField.size(), 64), said) ||
        !read_record(std::string_view(line.data(), at), record))
      return wrong("not a record");
    if (record.number != out.state.records + 1)
      return wrong("record " + std::to_string(record.number) + ", expected " + std::to_string(out.state.records + 1));
    if (chained(hash, out.state.head, std::string_view(line.data(), at)) != said)
      return wrong("record " + std::to_string(record.number) +
                   " does not follow from the one before it: it, or one before it, was changed");
    out.state.head = said;
    ++out.state.records;
    out.last_file_bytes += line.size() + 1;
    if (take) {
      record.text = std::move(line);
      JINDO_DO(take(record));
    }
  }
  return {};
}
base::Result<Scan> scan(const std::string& folder, const std::function<Status(const LogRecord&)>& take) {
  Scan out;
  JINDO_TRY(const auto files, files_of(folder));
  for (const std::string& file : files) {
    const std::string path = folder + "/" + file;
    if (file != file_name(out.state.records + 1))
      return base::bad_input(path + ": expected " + file_name(out.state.records + 1) + "; records are missing");
    out.last_file = file;
    JINDO_DO(scan_file(path, file == files.back(), take, out));
  }
  return out;
}
// Where the last file begins: number and hash of the record before it, by the last line of the file before.
base::Result<LogState> state_before(const std::string& path) {
  LogState out;
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return base::machine_failed(path + ": cannot be opened");
  const auto size = static_cast<uint64_t>(in.tellg());
  std::string tail(std::min<uint64_t>(size, kLogLineBytesMax + 1024), '\0');
  in.seekg(static_cast<std::streamoff>(size - tail.size()));
  in.read(tail.data(), static_cast<std::streamsize>(tail.size()));
  LogRecord record;
  if (tail.empty() || tail.back() != '\n')
    return base::bad_input(path + ": the last line is cut off, and records follow");
  tail.pop_back();
  const size_t begin = tail.rfind('\n') + 1;  // npos + 1: 0
  const std::string_view line = std::string_view(tail).substr(begin);
  const size_t at = hash_field_of(line);
  if (at == std::string::npos || !base::from_hex(line.substr(at + kHashField.size(), 64), out.head) ||
      !read_record(line.substr(0, at), record))
    return base::bad_input(path + ": the last line is not a record");
  out.records = record.number;
  return out;
}
}  // namespace

base::Result<std::unique_ptr<DecisionLog>> DecisionLog::open(const std::string& folder, const Options& options) {
  std::unique_ptr<DecisionLog> out(new DecisionLog());
  out->folder_ = folder;
  out->options_ = options;
  JINDO_DO(base::make_folders(folder));
  JINDO_TRY(out->lock_, base::FileLock::take(folder + "/LOCK"));
  JINDO_TRY(const auto files, files_of(folder));
  if (files.empty()) {
    JINDO_DO(out->next_file(1));
    return out;
  }
  Scan found;
  if (files.size() > 1) {
    JINDO_TRY(found.state, state_before(folder + "/" + files[files.size() - 2]));
  }
  const std::string path = folder + "/" + files.back();
  if (files.back() != file_name(found.state.records + 1))
    return base::bad_input(path + ": expected " + file_name(found.state.records + 1) + "; records are missing");
  JINDO_DO(scan_file(path, true, {}, found));
  out->last_ = found.state.records;
  out->settled_ = found.state.records;
  out->head_ = found.state.head;
  out->file_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (out->file_ < 0) return base::machine_failed(path + ": " + std::strerror(errno));
  if (::ftruncate(out->file_, static_cast<off_t>(found.last_file_bytes)) != 0)
    return base::machine_failed(path + ": " + std::strerror(errno));
  out->file_bytes_ = found.last_file_bytes;
  return out;
}
DecisionLog::~DecisionLog() {
  (void)settle(last());
  (void)sync();
  if (file_ >= 0) ::close(file_);
}

Status DecisionLog::next_file(uint64_t first) {
  const std::string path = folder_ + "/" + file_name(first);
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
  if (failed_.load(std::memory_order_relaxed)) JINDO_DO(settle(last()));  // else what waits would grow and grow
  char number[24], at[24];
  const std::string_view at_text(at, static_cast<size_t>(std::to_chars(at, at + sizeof at, base::unix_ms()).ptr - at));
  const std::lock_guard<std::mutex> guard(mutex_);
  const size_t begin = waiting_.size();
  waiting_ += "{\"number\":";
  waiting_.append(number, static_cast<size_t>(std::to_chars(number, number + sizeof number, last_ + 1).ptr - number));
  waiting_ += ",\"at\":";
  waiting_ += at_text;
  waiting_ += ",\"kind\":\"";
  waiting_ += kind;
  waiting_ += "\",";
  waiting_ += fields;
  head_ = chained(hash_, head_, std::string_view(waiting_).substr(begin));
  waiting_ += kHashField;
  waiting_ += base::to_hex(head_);
  waiting_ += "\"}\n";
  return ++last_;
}

Status DecisionLog::settle(uint64_t number) {
  if (settled_.load(std::memory_order_acquire) >= number) return {};
  const std::lock_guard<std::mutex> writer(write_mutex_);
  const uint64_t settled = settled_.load(std::memory_order_relaxed);
  if (settled >= number) return {};
  // append() then tries first, so that what waits does not grow without end.
  const auto failed = [this](Status why) {
    failed_ = true;
    return why;
  };
  if (broken_) return failed(base::machine_failed(folder_ + ": an earlier write failed and could not be taken back"));
  if (file_bytes_ >= kLogFileBytes) {
    if (Status next = next_file(settled + 1); !next.ok()) return failed(std::move(next));
  }
  uint64_t last = 0;
  writing_.clear();
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    writing_.swap(waiting_);
    last = last_;
  }
  if (const Status wrote = write(writing_); !wrote.ok()) {
    const std::lock_guard<std::mutex> guard(mutex_);
    waiting_.insert(0, writing_);
    return failed(wrote);
  }
  file_bytes_ += writing_.size();
  dirty_ = true;
  // On the disk before settle() returns to anybody who waits for it.
  if (options_.sync_each && ::fdatasync(file_) != 0) {
    broken_ = true;
    return failed(base::machine_failed(folder_ + ": the decision could not be kept: " + std::strerror(errno)));
  }
  settled_.store(last, std::memory_order_release);
  failed_ = false;
  return {};
}
// All of it, or nothing.
Status DecisionLog::write(std::string_view lines) {
  for (size_t done = 0; done < lines.size();) {
    const ssize_t wrote = ::write(file_, lines.data() + done, lines.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      const std::string why = std::strerror(errno);
      if (done > 0 && ::ftruncate(file_, static_cast<off_t>(file_bytes_)) != 0) broken_ = true;
      return base::machine_failed(folder_ + ": the decision could not be kept: " + why);
    }
    done += static_cast<size_t>(wrote);
  }
  return {};
}

Status DecisionLog::sync() {
  int file = -1;
  {
    const std::lock_guard<std::mutex> writer(write_mutex_);
    if (file_ < 0 || !dirty_.exchange(false)) return {};
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

base::Result<LogState> read_decisions(const std::string& folder, const std::function<Status(const LogRecord&)>& take) {
  if (!base::is_folder(folder)) return base::bad_input(folder + ": no decision log there");
  JINDO_TRY(const Scan found, scan(folder, take));
  return found.state;
}

base::Result<std::vector<uint64_t>> decision_files(const std::string& folder) {
  JINDO_TRY(const auto files, files_of(folder));
  std::vector<uint64_t> out;
  for (const std::string& file : files) {
    uint64_t first = 0;
    std::from_chars(file.data(), file.data() + 12, first);
    out.push_back(first);
  }
  return out;
}
Status read_decisions_from(const std::string& folder, uint64_t first, uint64_t last,
                           const std::function<Status(const LogRecord&)>& take) {
  JINDO_TRY(const auto files, decision_files(folder));
  auto file = std::upper_bound(files.begin(), files.end(), first);
  if (file != files.begin()) --file;
  for (; file != files.end(); ++file) {
    const std::string path = folder + "/" + file_name(*file);
    std::ifstream in(path, std::ios::binary);
    if (!in) return base::machine_failed(path + ": cannot be opened");
    for (std::string line; std::getline(in, line) && !in.eof();) {  // the last line may be half there yet
      LogRecord record;
      if (!read_record(line, record)) return base::bad_input(path + ": a line is not a record");
      if (record.number < first) continue;
      if (record.number > last) return {};
      record.text = std::move(line);
      JINDO_DO(take(record));
    }
  }
  return {};
}
}  // namespace jindo::screening
