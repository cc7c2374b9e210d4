// Jobs: changes that wait for the one thread that makes them, in the order in which they were handed in. Threads that
// rest between two rounds of work rest here, so that stop() ends their rest. Thread safe: one mutex, held for moments.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <optional>

#include "base/mutex.h"
#include "base/result.h"

namespace jindo::node {

class Jobs {
 public:
  using Job = std::function<base::Status()>;

  // Has the job done by the thread that is in work(), and returns how it went. Refused (kMachine) while the node stops
  // or too many wait. Not to be called from a job.
  base::Status run(Job job) JINDO_EXCLUDES(mutex_);
  // The thread that changes: does jobs until stop(), then those that still wait. `failed`: called with each error.
  void work(const std::function<void(const base::Error&)>& failed) JINDO_EXCLUDES(mutex_);
  size_t queued() const JINDO_EXCLUDES(mutex_);

  void stop() JINDO_EXCLUDES(mutex_);
  bool stopping() const JINDO_EXCLUDES(mutex_);
  // Rests for so long, or until `ready` (none: never; looked at first, and after each wake()) or stop(). Whether the
  // node stops.
  bool rest(std::chrono::milliseconds longest, const std::function<bool()>& ready = {}) JINDO_EXCLUDES(mutex_);
  void wake() JINDO_EXCLUDES(mutex_);  // those that rest look again whether they are ready

 private:
  struct Waiting {
    Job job;
    std::promise<base::Status> done;
  };
  std::optional<Waiting> next() JINDO_EXCLUDES(mutex_);  // none: the node stops and nothing waits

  mutable base::Mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Waiting> queue_ JINDO_GUARDED_BY(mutex_);
  bool stopping_ JINDO_GUARDED_BY(mutex_) = false;
};

}  // namespace jindo::node
