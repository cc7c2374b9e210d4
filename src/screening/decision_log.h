// DecisionLog: what was asked and answered, with the versions it rests on; append-only, each record chained to the one
// before it by SHA-256. docs/formats/decisions.md has the bytes. A record is in the file (not only in this process)
// before append() returns, so kill -9 loses nothing that was acknowledged; it is on the disk after at most the sync
// interval, or before append() returns where the log was opened so. Thread safe.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/hash.h"
#include "base/result.h"

namespace jindo::screening {

inline constexpr uint64_t kLogFileBytes = uint64_t{64} << 20;  // then the next file begins
inline constexpr size_t kLogLineBytesMax = size_t{8} << 20;

struct LogRecord {
  uint64_t number = 0;  // from 1
  int64_t at_ms = 0;    // when it was written, unix milliseconds
  std::string kind;     // "decision", "batch", "state", "note"
  std::string text;     // the whole line, JSON
};

class DecisionLog {
 public:
  struct Options {
    bool sync_each = false;  // to the disk before append() returns
  };
  // Makes the folder; one process at a time. A last line that a crash cut off was never acknowledged and is taken off;
  // anything else that does not fit is an error.
  static base::Result<std::unique_ptr<DecisionLog>> open(const std::string& folder, const Options& options);
  ~DecisionLog();
  // `fields`: JSON fields without braces, as "\"verdict\":\"hold\"". The record's number. On failure nothing is kept.
  base::Result<uint64_t> append(std::string_view kind, std::string_view fields);
  base::Status sync();
  uint64_t last() const;
  base::Hash256 head() const;

 private:
  DecisionLog() = default;
  base::Status next_file();
  std::string folder_;
  Options options_;
  base::FileLock lock_;
  mutable std::mutex mutex_;
  int file_ = -1;
  uint64_t file_bytes_ = 0;
  uint64_t last_ = 0;
  base::Hash256 head_{};
  bool dirty_ = false;
  bool broken_ = false;  // a failed write could not be taken back: nothing more is accepted
};

struct LogState {
  uint64_t records = 0;
  base::Hash256 head{};
  uint64_t torn_bytes = 0;  // behind the last whole line: of a crash, never acknowledged
};
// Every record in order, chain checked. The error names file and line: changed, missing, out of order.
base::Result<LogState> read_decisions(const std::string& folder,
                                      const std::function<base::Status(const LogRecord&)>& take);

}  // namespace jindo::screening
