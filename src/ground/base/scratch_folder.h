// A folder for what a command makes on its way, below the system's temporary folder (or $TMPDIR): gone when this is.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace jindo::base {

class ScratchFolder {
 public:
  static Result<ScratchFolder> make();
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, "")) {}
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();
  const std::string& path() const { return path_; }

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace jindo::base
