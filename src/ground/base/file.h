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
// Writes path.new, syncs it, renames it over path, syncs the folder: after a crash either the old or the new is there.
Status replace_file(const std::string& path, std::string_view content);
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
