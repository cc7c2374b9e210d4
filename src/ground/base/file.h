// Files: mapped for reading, buffered and checksummed for writing, replaced atomically. Every failure is an Error of
// kind kMachine (or kBadInput where the file named by the user is not there) that names the path and the reason.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/result.h"

namespace jindo::base {

// Read-only mapping of a whole file. An empty file maps to an empty span. Movable; unmaps on destruction.
class MappedFile {
 public:
  enum class Access { kRandom, kSequential };
  static Result<MappedFile> open(const std::string& path, Access access = Access::kRandom);
  // Of an open file, whose handle stays the caller's; `name` stands in errors.
  static Result<MappedFile> of_descriptor(int fd, const std::string& name, Access access = Access::kRandom);
  MappedFile() = default;
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  Bytes bytes() const { return {data_, size_}; }
  void drop_before(size_t offset) const;  // gives read pages back to the kernel: keeps the resident set small

 private:
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

// Append-only writer with a buffer and a running XXH3 checksum. close() makes the bytes durable when asked.
class FileWriter {
 public:
  static Result<FileWriter> create(const std::string& path, size_t buffer_bytes = size_t{64} << 10);
  FileWriter() = default;
  ~FileWriter();
  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&& other) noexcept;
  Status append(Bytes bytes);
  Status close(bool durable);
  uint64_t size() const { return written_ + buffer_.size(); }
  uint64_t checksum() const { return checksum_.digest(); }  // valid after close

 private:
  Status flush();
  std::string path_;
  int fd_ = -1;
  std::vector<uint8_t> buffer_;
  size_t capacity_ = 0;
  uint64_t written_ = 0;
  Xxh3Stream checksum_;
};

Result<std::string> read_file(const std::string& path, size_t bytes_max);
// The content of what `path` leads to. A regular file is replaced as a whole, and keeps owner, permissions and access
// list: the new one is written and synced beside it (.NAME.new-PID-N), renamed over it, the folder synced; after a
// crash either the old or the new is there. Its last links are followed and stay; a dangling one gets its target. A
// device, pipe, socket or descriptor of this process (/dev/stdout) is written into; nothing is ever renamed over one. A
// folder is an error. Where the owner can't be kept (a stranger's file), the file's own bytes are changed instead.
Status replace_file(const std::string& path, std::string_view content);
// Removes what killed writers left of replace_file in a folder: of the file `name`, or, in a folder that is the
// caller's alone, of every file.
Status remove_unfinished(const std::string& folder, std::string_view name = {});
Status sync_folder(const std::string& path);
Status make_folders(const std::string& path);
bool exists(const std::string& path);
bool is_folder(const std::string& path);
Status remove_all(const std::string& path);
Result<std::vector<std::string>> list_folder(const std::string& path);  // names, sorted
Result<uint64_t> file_size(const std::string& path);

// An exclusive advisory lock, held while the object lives; taken by the one writer of a ledger.
class FileLock {
 public:
  static Result<FileLock> take(const std::string& path);
  FileLock() = default;
  ~FileLock();
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;

 private:
  int fd_ = -1;
};

}  // namespace jindo::base
