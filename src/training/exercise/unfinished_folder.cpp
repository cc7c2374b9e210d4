// The unfinished folder: taken with a lock, emptied, renamed to the target in one step that fails where that is not
// empty.
#include "exercise/unfinished_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/file.h"

namespace jindo::exercise {
namespace fs = std::filesystem;
using base::Status;

base::Result<std::string> free_target(std::string folder) {
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  std::error_code code;
  const auto kind = fs::symlink_status(folder, code).type();
  if (kind == fs::file_type::not_found) return folder;
  if (!base::exists(folder))
    return base::wrong_use(folder + ": is a link that leads nowhere; name a new folder, or make the one it leads to");
  const auto names = base::list_folder(folder);
  if (!names.ok() || !names->empty())
    return base::wrong_use(folder + ": is there already; name a new folder, or remove it");
  const fs::path real = fs::canonical(folder, code);
  if (code) return base::machine_failed(folder + ": cannot be followed: " + code.message());
  return real.string();
}

UnfinishedFolder::~UnfinishedFolder() {
  if (lock_ < 0) return;
  (void)base::remove_all(path_);
  ::close(lock_);
}

Status UnfinishedFolder::begin() {
  const std::string parent = fs::path(path_).parent_path().string();
  if (!parent.empty()) JINDO_DO(base::make_folders(parent));
  if (::mkdir(path_.c_str(), 0755) != 0 && errno != EEXIST)
    return base::machine_failed(path_ + ": cannot create the folder: " + std::strerror(errno));
  const int fd = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) {
    return base::bad_input(path_ + ": is there and no folder: " + std::strerror(errno) +
                           "; an unfinished exercise would be made there: remove it, or name another --out");
  }
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    return base::machine_failed(path_ + ": another jindo is making this exercise; wait for it to end");
  }
  lock_ = fd;
  JINDO_TRY(const auto left, base::list_folder(path_));
  for (const std::string& name : left) JINDO_DO(base::remove_all(path_ + "/" + name));
  return {};
}

Status UnfinishedFolder::finish() {
  // rename(2) puts a folder over an empty folder only: what came there meanwhile stays, and is the error.
  if (::rename(path_.c_str(), target_.c_str()) != 0)
    return base::machine_failed(target_ + ": cannot rename " + path_ + " to it: " + std::strerror(errno));
  ::close(lock_);
  lock_ = -1;
  return base::sync_folder(fs::path(target_).parent_path().string());
}
}  // namespace jindo::exercise
