// parallel_for: runs work(0) … work(count-1) on up to `threads` threads; the first error wins and stops the rest.
// Work items must not depend on one another's order: results may not depend on the number of threads.
#pragma once

#include <cstddef>
#include <functional>

#include "base/result.h"

namespace jindo::base {
Status parallel_for(size_t count, unsigned threads, const std::function<Status(size_t)>& work);
// The calling thread, and those it will start, give way to the process's other threads where all cores are busy:
// 5 for work somebody waits for a little, 10 for work that nobody waits for. Where the system refuses, nothing happens.
void give_way(int niceness);

}  // namespace jindo::base
