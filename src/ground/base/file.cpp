// Files by system calls: written durably, mapped, locked, replaced as a whole.
#include "base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace jindo::base {
namespace {
namespace fs = std::filesystem;
Error failed(const std::string& what, const std::string& path) {
  const int code = errno;
  const bool users_fault = code == ENOENT || code == EISDIR || code == ENOTDIR;
  return {users_fault ? ErrorKind::kBadInput : ErrorKind::kMachine,
          path + ": cannot " + what + ": " + std::strerror(code)};
}
}  // namespace

Result<MappedFile> MappedFile::open(const std::string& path, Access access) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return failed("open", path);
  auto out = of_descriptor(fd, path, access);
  ::close(fd);
  return out;
}
Result<MappedFile> MappedFile::of_descriptor(int fd, const std::string& name, Access access) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return failed("read", name);
  if (S_ISDIR(info.st_mode)) {
    errno = EISDIR;
    return failed("read", name);
  }
  MappedFile out;
  out.size_ = static_cast<size_t>(info.st_size);
  if (out.size_ == 0) return out;
  void* data = ::mmap(nullptr, out.size_, PROT_READ, MAP_SHARED, fd, 0);
  if (data == MAP_FAILED) {
    out.size_ = 0;
    return failed("map", name);
  }
  out.data_ = static_cast<const uint8_t*>(data);
  if (access == Access::kSequential) ::madvise(data, out.size_, MADV_SEQUENTIAL);
  return out;
}
MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<uint8_t*>(data_), size_);
}
MappedFile::MappedFile(MappedFile&& other) noexcept : data_(other.data_), size_(other.size_) {
  other.data_ = nullptr;
  other.size_ = 0;
}
MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}
void MappedFile::drop_before(size_t offset) const {
  const size_t whole = std::min(offset, size_) & ~size_t{4095};
  if (whole > 0) ::madvise(const_cast<uint8_t*>(data_), whole, MADV_DONTNEED);
}

Result<FileWriter> FileWriter::create(const std::string& path, size_t buffer_bytes) {
  FileWriter out;
  out.fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (out.fd_ < 0) return failed("create", path);
  out.path_ = path;
  out.capacity_ = buffer_bytes;
  return out;
}
FileWriter::~FileWriter() {
  if (fd_ >= 0) ::close(fd_);
}
FileWriter::FileWriter(FileWriter&& other) noexcept { *this = std::move(other); }
FileWriter& FileWriter::operator=(FileWriter&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  std::swap(buffer_, other.buffer_);
  std::swap(capacity_, other.capacity_);
  std::swap(written_, other.written_);
  std::swap(checksum_, other.checksum_);
  return *this;
}
Status FileWriter::append(Bytes bytes) {
  while (!bytes.empty()) {
    if (buffer_.capacity() < capacity_) buffer_.reserve(capacity_);
    const size_t take = std::min(bytes.size(), capacity_ - buffer_.size());
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(take));
    bytes = bytes.subspan(take);
    if (buffer_.size() == capacity_) JINDO_DO(flush());
  }
  return {};
}
Status FileWriter::flush() {
  checksum_.update(buffer_);
  size_t done = 0;
  while (done < buffer_.size()) {
    const ssize_t count = ::write(fd_, buffer_.data() + done, buffer_.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return failed("write", path_);
    done += static_cast<size_t>(count);
  }
  written_ += done;
  buffer_.clear();
  return {};
}
Status FileWriter::close(bool durable) {
  JINDO_DO(flush());
  if (durable && ::fdatasync(fd_) != 0) return failed("sync", path_);
  const int closed = ::close(fd_);
  fd_ = -1;
  std::vector<uint8_t>().swap(buffer_);
  if (closed != 0) return failed("close", path_);
  return {};
}

Result<std::string> read_file(const std::string& path, size_t bytes_max) {
  JINDO_TRY(MappedFile file, MappedFile::open(path, MappedFile::Access::kSequential));
  const Bytes bytes = file.bytes();
  if (bytes.size() > bytes_max) {
    return bad_input(path + ": " + std::to_string(bytes.size()) + " bytes; at most " + std::to_string(bytes_max) +
                     " are read");
  }
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

Status sync_folder(const std::string& path) {
  const std::string folder = path.empty() ? "." : path;
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return failed("open", folder);
  const int synced = ::fsync(fd);
  const int code = errno;
  ::close(fd);
  errno = code;
  if (synced != 0) return failed("sync", folder);
  return {};
}

Status make_folders(const std::string& path) {
  std::error_code code;
  fs::create_directories(path, code);
  if (code) return machine_failed(path + ": cannot create the folder: " + code.message());
  return {};
}
bool exists(const std::string& path) {
  std::error_code code;
  return fs::exists(path, code);
}
bool is_folder(const std::string& path) {
  std::error_code code;
  return fs::is_directory(path, code);
}
Status remove_all(const std::string& path) {
  std::error_code code;
  fs::remove_all(path, code);
  if (code) return machine_failed(path + ": cannot remove: " + code.message());
  return {};
}
Result<std::vector<std::string>> list_folder(const std::string& path) {
  std::error_code code;
  std::vector<std::string> names;
  for (fs::directory_iterator it(path, code), end; !code && it != end; it.increment(code)) {
    names.push_back(it->path().filename().string());
  }
  if (code) return bad_input(path + ": cannot list the folder: " + code.message());
  std::sort(names.begin(), names.end());
  return names;
}
Result<uint64_t> file_size(const std::string& path) {
  std::error_code code;
  const auto size = fs::file_size(path, code);
  if (code) return bad_input(path + ": cannot read: " + code.message());
  return static_cast<uint64_t>(size);
}

Result<FileLock> FileLock::take(const std::string& path) {
  FileLock out;
  out.fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (out.fd_ < 0) return failed("create the lock", path);
  if (::flock(out.fd_, LOCK_EX | LOCK_NB) != 0) {
    return machine_failed(path + ": another jindo is writing this ledger; wait for it to end");
  }
  return out;
}
FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}
FileLock::FileLock(FileLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}
}  // namespace jindo::base
