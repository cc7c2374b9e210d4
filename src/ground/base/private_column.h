// PrivateColumn<T>: an array that begins as a file's content, mapped, and is changed and extended in memory only: pages
// that are written become the process's own (copy on write), the file stays as it is. Opening costs nothing however
// large the file; changing costs the pages touched. Address space for `capacity` elements is reserved once, so elements
// never move. Movable; not thread safe for writing.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "base/result.h"

namespace jindo::base {

template <class T>
class PrivateColumn {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  PrivateColumn() = default;
  ~PrivateColumn() {
    if (data_ != nullptr) ::munmap(data_, reserved_);
  }
  PrivateColumn(PrivateColumn&& other) noexcept { *this = std::move(other); }
  PrivateColumn& operator=(PrivateColumn&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(reserved_, other.reserved_);
    std::swap(writable_, other.writable_);
    return *this;
  }

  // An empty column with room for `capacity` elements.
  static Result<PrivateColumn> create(size_t capacity) {
    PrivateColumn out;
    out.reserved_ = pages(std::max<size_t>(capacity, 1) * sizeof(T));
    void* at = ::mmap(nullptr, out.reserved_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) return machine_failed("cannot reserve address space: " + std::string(std::strerror(errno)));
    out.data_ = static_cast<T*>(at);
    return out;
  }
  // The column of `count` elements that the file holds.
  static Result<PrivateColumn> open(const std::string& path, size_t count, size_t capacity) {
    JINDO_TRY(PrivateColumn out, create(std::max(count, capacity)));
    if (count == 0) return out;
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return bad_input(path + ": " + std::strerror(errno));
    const size_t bytes = pages(count * sizeof(T));
    void* at = ::mmap(out.data_, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd, 0);
    const int code = errno;
    ::close(fd);
    if (at == MAP_FAILED) return machine_failed(path + ": cannot map: " + std::strerror(code));
    out.size_ = count;
    out.writable_ = bytes;
    return out;
  }

  size_t size() const { return size_; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  std::span<const T> span() const { return {data_, size_}; }
  T* data() { return data_; }
  // New elements are zero.
  Status resize(size_t count) {
    const size_t bytes = count * sizeof(T);
    if (bytes > writable_) {
      constexpr size_t kStep = size_t{4} << 20;
      const size_t wanted = std::min(reserved_, pages(bytes + std::min(bytes / 2, size_t{64} << 20) + kStep));
      if (wanted < bytes) return machine_failed("more elements than a column has room for (limit)");
      if (::mprotect(reinterpret_cast<char*>(data_) + writable_, wanted - writable_, PROT_READ | PROT_WRITE) != 0)
        return machine_failed("out of memory: " + std::string(std::strerror(errno)));
      writable_ = wanted;
    }
    if (count < size_) std::memset(static_cast<void*>(data_ + count), 0, (size_ - count) * sizeof(T));
    size_ = count;
    return {};
  }

 private:
  static size_t pages(size_t bytes) { return (bytes + 4095) / 4096 * 4096; }
  T* data_ = nullptr;
  size_t size_ = 0;
  size_t reserved_ = 0;  // bytes
  size_t writable_ = 0;  // bytes
};

}  // namespace jindo::base
