// WithdrawnMarks: what answers may have rested on and is gone, a file each, until the answers were given again: so that
// a crash loses none. A mark counts from the first published state that is without what it names: a look at answers
// with an older state would find nothing changed, and must leave the mark to the next. Thread safe: one marks, one
// looks.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"

namespace jindo::node {

class WithdrawnMarks {
 public:
  explicit WithdrawnMarks(std::string folder) : folder_(std::move(folder)) {}

  // `out_with`: the outdating (Publisher::outdatings) that the state without it will be published with.
  base::Status mark(const std::vector<std::string>& marks, uint64_t out_with) JINDO_EXCLUDES(mutex_);
  // The marks that the state published with this outdating is without. Those of an earlier run all count.
  base::Result<std::vector<std::string>> covered_by(uint64_t outdating) const JINDO_EXCLUDES(mutex_);
  // The answers were given again with that state. What was marked once more since then stays.
  base::Status looked_at(const std::vector<std::string>& marks, uint64_t outdating) JINDO_EXCLUDES(mutex_);

 private:
  bool is_covered(const std::string& mark, uint64_t outdating) const JINDO_REQUIRES(mutex_);

  const std::string folder_;
  mutable base::Mutex mutex_;
  std::map<std::string, uint64_t> out_with_ JINDO_GUARDED_BY(mutex_);
};

}  // namespace jindo::node
