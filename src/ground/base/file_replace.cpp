// A file replaced as a whole where it is a file; written into where it is a device, a pipe, a socket or a descriptor.
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <optional>

#include "base/file.h"

namespace jindo::base {
namespace {
namespace fs = std::filesystem;

constexpr int kLinksMax = 40;          // the kernel's own limit
constexpr size_t kNameBytesMax = 200;  // of a target's name in its temporary file's, which may have 255
constexpr int kNamesTried = 1000;

constexpr std::string_view kUnfinishedMark = ".new-";

// The beginning of the temporary files' names of a file; a number of the process and one of the file follow.
std::string unfinished_prefix(std::string_view name) {
  return "." + std::string(name.substr(0, kNameBytesMax)) + std::string(kUnfinishedMark);
}
Error not_written(const std::string& what, const std::string& path, int code) {
  const bool users_fault = code == ENOENT || code == EISDIR || code == ENOTDIR || code == ELOOP;
  return {users_fault ? ErrorKind::kBadInput : ErrorKind::kMachine,
          path + ": cannot " + what + ": " + std::strerror(code)};
}
Error a_folder(const std::string& path) { return bad_input(path + ": is a folder; name a file in it"); }

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  int close() {
    const int closed = ::close(fd_);
    fd_ = -1;
    return closed;
  }

 private:
  int fd_;
};

// A reader that went away is an error of the write, never the signal that ends the process.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoPipeSignal() {
    const timespec at_once{};
    if (sigismember(&before_, SIGPIPE) == 0) (void)::sigtimedwait(&pipe_, nullptr, &at_once);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;

 private:
  sigset_t pipe_{}, before_{};
};

Status write_whole(int fd, const std::string& path, std::string_view content) {
  const NoPipeSignal quiet;
  while (!content.empty()) {
    const ssize_t count = ::write(fd, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return not_written("write", path, count == 0 ? EIO : errno);
    content.remove_prefix(static_cast<size_t>(count));
  }
  return {};
}

// The folder and the name in it; "." where a path has no folder.
struct Place {
  std::string folder, name;
  std::string path() const { return folder == "." ? name : folder == "/" ? "/" + name : folder + "/" + name; }
};
Place place_of(const std::string& path) {
  const fs::path split(path);
  Place out{split.parent_path().string(), split.filename().string()};
  if (out.folder.empty()) out.folder = ".";
  return out;
}

// Where a path leads: its last links followed. What lies in /proc leads to no path that could be written again: it
// stays itself, `into`.
struct Target {
  std::string path;
  bool into = false;
};
Result<Target> follow(const std::string& path) {
  Target out{path, false};
  for (int links = 0; links < kLinksMax; ++links) {
    struct stat info {};
    if (::lstat(out.path.c_str(), &info) != 0) {
      if (errno == ENOENT) return out;  // to be created
      return not_written("write", path, errno);
    }
    if (!S_ISLNK(info.st_mode)) return out;
    const Place place = place_of(out.path);
    struct statfs system {};
    if (::statfs(place.folder.c_str(), &system) == 0 && system.f_type == PROC_SUPER_MAGIC) {
      std::error_code code;
      const fs::path real = fs::canonical(place.folder, code);
      if (!code && real.filename() == "fd") {
        out.into = true;
        return out;
      }
    }
    std::error_code code;
    const fs::path leads = fs::read_symlink(out.path, code);
    if (code) return not_written("follow the link", out.path, code.value());
    out.path = leads.is_absolute() ? leads.string() : (fs::path(place.folder) / leads).string();
  }
  return not_written("write", path, ELOOP);
}

// /dev/stdout, /dev/fd/3, /proc/self/fd/3: the number of this process's own open descriptor.
std::optional<int> own_descriptor(const std::string& path) {
  const Place place = place_of(path);
  std::error_code code;
  const fs::path folder = fs::canonical(place.folder, code);
  if (code || folder != fs::path("/proc/" + std::to_string(::getpid()) + "/fd")) return std::nullopt;
  if (place.name.empty() || place.name.size() > 7) return std::nullopt;
  int out = 0;
  for (const char c : place.name) {
    if (c < '0' || c > '9') return std::nullopt;
    out = out * 10 + (c - '0');
  }
  return out;
}

int connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  std::copy(path.begin(), path.end(), std::begin(address.sun_path));
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  const int code = errno;
  ::close(fd);
  errno = code;
  return -1;
}

// Writes into what is there and stays there. A regular file is here only where it must be itself that changes.
Status write_into(const std::string& path, mode_t mode, std::string_view content) {
  const auto own = own_descriptor(path);
  int fd = -1;
  if (own) {
    fd = ::fcntl(*own, F_DUPFD_CLOEXEC, 0);
  } else if (S_ISSOCK(mode)) {
    fd = connect_to(path);
  } else {
    fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  }
  Descriptor file(fd);
  if (!file.open()) return not_written(S_ISSOCK(mode) && !own ? "connect" : "open", path, errno);
  JINDO_DO(write_whole(file.get(), path, content));
  if (S_ISREG(mode) && !own && ::ftruncate(file.get(), static_cast<off_t>(content.size())) != 0)
    return not_written("shorten", path, errno);
  if (::fdatasync(file.get()) != 0 && errno != EINVAL && errno != EROFS && errno != ENOTSUP)
    return not_written("sync", path, errno);
  if (file.close() != 0) return not_written("close", path, errno);
  return {};
}

// What the file to be replaced has and the new one shall have: owner, group, permissions, access list.
enum class Kept { kAll, kOwnerRefused };
Result<Kept> keep_rights(int fresh, const std::string& path, const struct stat& old) {
  struct stat made {};
  if (::fstat(fresh, &made) != 0) return not_written("look at the new", path, errno);
  if ((made.st_uid != old.st_uid || made.st_gid != old.st_gid) && ::fchown(fresh, old.st_uid, old.st_gid) != 0) {
    if (errno == EPERM || errno == EINVAL) return Kept::kOwnerRefused;
    return not_written("keep the owner of", path, errno);
  }
  if (::fchmod(fresh, old.st_mode & 0777) != 0) return not_written("keep the permissions of", path, errno);
  constexpr const char* kAccessList = "system.posix_acl_access";
  std::array<char, 4096> list{};
  const ssize_t size = ::getxattr(path.c_str(), kAccessList, list.data(), list.size());
  if (size > 0 && ::fsetxattr(fresh, kAccessList, list.data(), static_cast<size_t>(size), 0) != 0)
    return not_written("keep the access list of", path, errno);
  return Kept::kAll;
}

// A file that was not there before, beside the target; removed unless `renamed`.
struct Fresh {
  std::string path;
  int fd = -1;
  bool renamed = false;
  ~Fresh() {
    if (fd >= 0) ::close(fd);
    if (!path.empty() && !renamed) ::unlink(path.c_str());
  }
};
Status make_fresh(const Place& target, mode_t mode, Fresh& out) {
  static std::atomic<uint64_t> count{0};
  const std::string stem = unfinished_prefix(target.name) + std::to_string(::getpid()) + "-";
  for (int tried = 0; tried < kNamesTried; ++tried) {
    const std::string path = Place{target.folder, stem + std::to_string(++count)}.path();
    out.fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (out.fd >= 0) {
      out.path = path;
      return {};
    }
    if (errno != EEXIST) break;
  }
  return not_written("create", target.path(), errno);
}

Status replace_regular(const std::string& path, const struct stat* old, std::string_view content) {
  const Place target = place_of(path);
  if (target.name.empty() || target.name == "." || target.name == "..") return a_folder(path);
  Fresh fresh;
  JINDO_DO(make_fresh(target, old == nullptr ? 0644 : 0600, fresh));
  if (old != nullptr) {
    JINDO_TRY(const Kept kept, keep_rights(fresh.fd, path, *old));
    if (kept == Kept::kOwnerRefused) return write_into(path, old->st_mode, content);
  }
  JINDO_DO(write_whole(fresh.fd, path, content));
  if (::fdatasync(fresh.fd) != 0) return not_written("sync", path, errno);
  const int closed = ::close(fresh.fd);
  fresh.fd = -1;
  if (closed != 0) return not_written("close", path, errno);
  struct stat now {};
  if (::lstat(path.c_str(), &now) == 0 && !S_ISREG(now.st_mode))
    return bad_input(path + ": became something other than a file while it was written; nothing was replaced");
  if (::rename(fresh.path.c_str(), path.c_str()) != 0)
    return not_written("rename " + fresh.path + " to it", path, errno);
  fresh.renamed = true;
  return sync_folder(target.folder);
}
}  // namespace

Status remove_unfinished(const std::string& folder, std::string_view name) {
  if (!is_folder(folder)) return {};
  JINDO_TRY(const auto names, list_folder(folder));
  for (const std::string& found : names) {
    const size_t mark = found.rfind(kUnfinishedMark);
    if (mark == std::string::npos ||
        found.find_first_not_of("0123456789-", mark + kUnfinishedMark.size()) != found.npos)
      continue;
    if (name.empty() ? found[0] != '.' : !found.starts_with(unfinished_prefix(name))) continue;
    const std::string path = folder + "/" + found;
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return not_written("remove", path, errno);
  }
  return {};
}

Status replace_file(const std::string& path, std::string_view content) {
  if (path.empty() || path.find('\0') != std::string::npos) return bad_input("'" + path + "': is not a file's name");
  JINDO_TRY(const Target target, follow(path));
  struct stat old {};
  if (::stat(target.path.c_str(), &old) != 0) {
    if (errno != ENOENT || target.into) return not_written("write", path, errno);
    return replace_regular(target.path, nullptr, content);
  }
  if (S_ISDIR(old.st_mode)) return a_folder(path);
  if (target.into || !S_ISREG(old.st_mode)) return write_into(target.path, old.st_mode, content);
  return replace_regular(target.path, &old, content);
}
}  // namespace jindo::base
