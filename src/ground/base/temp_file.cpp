// Nameless files: the system frees them with their last handle.
#include "base/temp_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace jindo::base {
namespace {
Error temporary_failed(const std::string& what, const std::string& folder) {
  return machine_failed(folder + ": cannot " + what + " a temporary file: " + std::strerror(errno));
}
}  // namespace

Result<TempFile> TempFile::create(const std::string& folder) {
  TempFile out;
  out.folder_ = folder;
  std::string name = folder + "/spill-XXXXXX";
  out.fd_ = ::mkostemp(name.data(), O_CLOEXEC);
  if (out.fd_ < 0) return temporary_failed("create", folder);
  ::unlink(name.c_str());
  return out;
}
TempFile::~TempFile() {
  if (fd_ >= 0) ::close(fd_);
}
TempFile::TempFile(TempFile&& other) noexcept { *this = std::move(other); }
TempFile& TempFile::operator=(TempFile&& other) noexcept {
  std::swap(folder_, other.folder_);
  std::swap(fd_, other.fd_);
  return *this;
}
Status TempFile::write(const void* data, size_t size) {
  const auto* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t count = ::write(fd_, at, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return temporary_failed("write", folder_);
    at += count;
    size -= static_cast<size_t>(count);
  }
  return {};
}
Result<size_t> TempFile::read(void* data, size_t size) {
  auto* at = static_cast<char*>(data);
  size_t done = 0;
  while (done < size) {
    const ssize_t count = ::read(fd_, at + done, size - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return temporary_failed("read", folder_);
    if (count == 0) break;
    done += static_cast<size_t>(count);
  }
  return done;
}
Result<MappedFile> TempFile::mapped() const {
  return MappedFile::of_descriptor(fd_, folder_ + ": a temporary file", MappedFile::Access::kSequential);
}
Status TempFile::rewind() {
  if (::lseek(fd_, 0, SEEK_SET) != 0) return temporary_failed("rewind", folder_);
  return {};
}
}  // namespace jindo::base
