// The queue of changes: who hands one in waits on its promise; every change of the queue wakes all that rest.
#include "node/jobs.h"

#include <utility>

namespace jindo::node {
namespace {
using base::MutexLock;
using base::Status;
constexpr size_t kQueueMax = 256;
}  // namespace

Status Jobs::run(Job job) {
  std::promise<Status> done;
  auto result = done.get_future();
  {
    const MutexLock lock(mutex_);
    if (stopping_) return base::machine_failed("the node is stopping");
    if (queue_.size() >= kQueueMax) return base::machine_failed("the node is busy: too much waits to be taken in");
    queue_.push_back({std::move(job), std::move(done)});
  }
  changed_.notify_all();
  return result.get();
}

std::optional<Jobs::Waiting> Jobs::next() {
  const MutexLock lock(mutex_);
  while (!stopping_ && queue_.empty()) changed_.wait(mutex_);
  if (queue_.empty()) return std::nullopt;
  std::optional<Waiting> out(std::move(queue_.front()));
  queue_.pop_front();
  return out;
}

void Jobs::work(const std::function<void(const base::Error&)>& failed) {
  while (std::optional<Waiting> waiting = next()) {
    const Status status = waiting->job();
    if (!status.ok()) failed(status.error());
    waiting->done.set_value(status);
  }
}

size_t Jobs::queued() const {
  const MutexLock lock(mutex_);
  return queue_.size();
}

void Jobs::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

bool Jobs::stopping() const {
  const MutexLock lock(mutex_);
  return stopping_;
}

bool Jobs::rest(std::chrono::milliseconds longest, const std::function<bool()>& ready) {
  const auto until = std::chrono::steady_clock::now() + longest;
  const MutexLock lock(mutex_);
  while (!stopping_ && !(ready && ready()))
    if (changed_.wait_until(mutex_, until) == std::cv_status::timeout) break;
  return stopping_;
}

void Jobs::wake() {
  { const MutexLock lock(mutex_); }  // one that has just found itself not ready is waiting by now
  changed_.notify_all();
}
}  // namespace jindo::node
