// UnfinishedFolder: where an exercise comes into being, beside its target (TARGET.unfinished-exercise). Its name says
// what it is: what a killed run left there is removed by the next one, without asking. What is not finished goes when
// this object does. One process at a time: the folder is locked. Only a folder is removed or renamed over, never a
// link, a file or a device of that name, and the target only while it is empty.
#pragma once

#include <string>

#include "base/result.h"

namespace jindo::exercise {
// The place that `folder` leads to, its links followed: nothing is there, or an empty folder. An error otherwise.
base::Result<std::string> free_target(std::string folder);

class UnfinishedFolder {
 public:
  explicit UnfinishedFolder(const std::string& target) : target_(target), path_(target + ".unfinished-exercise") {}
  ~UnfinishedFolder();
  UnfinishedFolder(const UnfinishedFolder&) = delete;
  UnfinishedFolder& operator=(const UnfinishedFolder&) = delete;
  const std::string& path() const { return path_; }
  base::Status begin();
  base::Status finish();  // it becomes the target

 private:
  std::string target_, path_;
  int lock_ = -1;
};
}  // namespace jindo::exercise
