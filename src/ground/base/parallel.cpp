// Threads that each take the next index until none is left.
#include "base/parallel.h"

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace jindo::base {
Status parallel_for(size_t count, unsigned threads, const std::function<Status(size_t)>& work) {
  if (threads <= 1 || count <= 1) {
    for (size_t i = 0; i < count; ++i) JINDO_DO(work(i));
    return {};
  }
  std::atomic<size_t> next{0};
  std::mutex mutex;
  size_t first_failed = count;
  Status outcome;
  const auto run = [&] {
    for (size_t i = next++; i < count; i = next++) {
      Status status = work(i);
      if (status.ok()) continue;
      const std::lock_guard<std::mutex> lock(mutex);
      if (i < first_failed) {  // the lowest failing item is reported, whatever the timing
        first_failed = i;
        outcome = status;
      }
      next = count;
    }
  };
  std::vector<std::thread> workers;
  for (unsigned t = 1; t < threads && t < count; ++t) workers.emplace_back(run);
  run();
  for (auto& worker : workers) worker.join();
  return outcome;
}

// Linux keeps a niceness a thread (sched(7)), whatever POSIX says of processes.
void give_way(int niceness) { (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness); }
}  // namespace jindo::base
