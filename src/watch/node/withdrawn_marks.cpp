// A mark is an empty file of its name; the outdatings are this run's, in memory.
#include "node/withdrawn_marks.h"

#include "base/file.h"

namespace jindo::node {
base::Status WithdrawnMarks::mark(const std::vector<std::string>& marks, uint64_t out_with) {
  {
    const base::MutexLock lock(mutex_);
    for (const std::string& mark : marks) out_with_[mark] = out_with;
  }
  JINDO_DO(base::make_folders(folder_));
  for (const std::string& mark : marks) JINDO_DO(base::replace_file(folder_ + "/" + mark, ""));
  return {};
}

base::Result<std::vector<std::string>> WithdrawnMarks::covered_by(uint64_t outdating) const {
  std::vector<std::string> all, out;
  if (base::is_folder(folder_)) {
    JINDO_TRY(all, base::list_folder(folder_));
  }
  const base::MutexLock lock(mutex_);
  for (std::string& mark : all)
    if (!mark.starts_with('.') && is_covered(mark, outdating)) out.push_back(std::move(mark));
  return out;
}

base::Status WithdrawnMarks::looked_at(const std::vector<std::string>& marks, uint64_t outdating) {
  const base::MutexLock lock(mutex_);
  for (const std::string& mark : marks) {
    if (!is_covered(mark, outdating)) continue;
    JINDO_DO(base::remove_all(folder_ + "/" + mark));
    out_with_.erase(mark);
  }
  return {};
}

bool WithdrawnMarks::is_covered(const std::string& mark, uint64_t outdating) const {
  const auto found = out_with_.find(mark);
  return found == out_with_.end() || found->second <= outdating;
}
}  // namespace jindo::node
