// DecisionLog: what was asked and answered, with the versions it rests on; append-only, each record chained to the one
// before it by SHA-256. docs/formats/decisions.md has the bytes. append() gives a record its number and its place in
// the chain; settle() puts it, with all others that wait, into the file (not only in this process) in one write: an
// answer leaves after that, so kill -9 loses nothing that was acknowledged. It is on the disk after at most the sync
// interval, or before settle() returns where the log was opened so. Thread safe; append() never waits for the disk.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/hash.h"
#include "base/result.h"

namespace jindo::screening {

inline constexpr uint64_t kLogFileBytes = uint64_t{64} << 20;  // then the next file begins
inline constexpr size_t kLogLineBytesMax = size_t{8} << 20;

struct LogRecord {
  uint64_t number = 0;  // from 1
  int64_t at_ms = 0;    // when it was written, unix milliseconds
  std::string kind;     // "decision", "batch", "state"
  std::string text;     // the whole line, JSON
};

class DecisionLog {
 public:
  struct Options {
    bool sync_each = false;  // to the disk before settle() returns
  };
  // Makes the folder; one process at a time. A last line that a crash cut off was never acknowledged and is taken off;
  // anything else of the last file that does not fit is an error. Files before it: read_decisions().
  static base::Result<std::unique_ptr<DecisionLog>> open(const std::string& folder, const Options& options);
  ~DecisionLog();
  // `fields`: JSON fields without braces, as "\"verdict\":\"hold\"". The record's number.
  base::Result<uint64_t> append(std::string_view kind, std::string_view fields);
  // The record, and all before it, are in the file. On failure they wait on, and are written with the next ones: a
  // record may stand in the log though its answer was refused, never the other way round.
  base::Status settle(uint64_t number);
  base::Status sync();
  uint64_t last() const;

 private:
  DecisionLog() = default;
  base::Status next_file(uint64_t first);
  base::Status write(std::string_view lines);
  std::string folder_;
  Options options_;
  base::FileLock lock_;
  mutable std::mutex mutex_;  // of what append() changes
  std::string waiting_;       // lines that are in no file yet
  uint64_t last_ = 0;
  base::Hash256 head_{};
  base::Sha256 hash_;
  std::mutex write_mutex_;  // of the file; taken before mutex_
  std::string writing_;
  int file_ = -1;
  uint64_t file_bytes_ = 0;
  bool broken_ = false;  // a failed write could not be taken back: nothing more is accepted
  std::atomic<uint64_t> settled_{0};
  std::atomic<bool> failed_{false}, dirty_{false};
};

struct LogState {
  uint64_t records = 0;
  base::Hash256 head{};
  uint64_t torn_bytes = 0;  // behind the last whole line: of a crash, never acknowledged
};
// Every record in order, chain checked. The error names file and line: changed, missing, out of order.
base::Result<LogState> read_decisions(const std::string& folder,
                                      const std::function<base::Status(const LogRecord&)>& take);

// The same of some records, first to last, of a log that may be written at this moment: the chain is not checked.
base::Status read_decisions_from(const std::string& folder, uint64_t first, uint64_t last,
                                 const std::function<base::Status(const LogRecord&)>& take);
// The first records of the log's files, ascending: where reading can begin.
base::Result<std::vector<uint64_t>> decision_files(const std::string& folder);

}  // namespace jindo::screening
