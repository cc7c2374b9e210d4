// mkdtemp makes it for its owner alone.
#include "base/scratch_folder.h"

#include <cstdlib>
#include <filesystem>

#include "base/file.h"

namespace jindo::base {

Result<ScratchFolder> ScratchFolder::make() {
  std::error_code error;
  std::string path = std::filesystem::temp_directory_path(error).string() + "/jindo-XXXXXX";
  if (error || mkdtemp(path.data()) == nullptr) return machine_failed(path + ": cannot make a folder");
  return ScratchFolder(path);
}

ScratchFolder::~ScratchFolder() {
  if (!path_.empty()) (void)remove_all(path_).ok();
}

}  // namespace jindo::base
