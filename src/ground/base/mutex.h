// Mutex and MutexLock: std::mutex and its guard, with the words that clang's check of threads reads
// (thread_annotations.h). To wait, give the mutex to a std::condition_variable_any, in a loop in the function that
// holds the lock: a predicate would be a function of its own, of which clang does not know that the lock is held.
#pragma once

#include <mutex>

#include "base/thread_annotations.h"

namespace jindo::base {

class JINDO_CAPABILITY("mutex") Mutex {
 public:
  void lock() JINDO_ACQUIRE() { mutex_.lock(); }
  void unlock() JINDO_RELEASE() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class JINDO_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) JINDO_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() JINDO_RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace jindo::base
