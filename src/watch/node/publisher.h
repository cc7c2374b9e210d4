// Publisher: the last state that answers rest on, and what is shown beside it. One thread publishes; any thread reads,
// and never waits for a change to be done. Thread safe: one mutex, held for a copy of a pointer or a list.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "exposure/tracker.h"
#include "incidents/incident.h"
#include "screening/screen.h"

namespace jindo::node {

class Publisher {
 public:
  using StatePtr = std::shared_ptr<const screening::State>;

  // `outdates`: what earlier answers rested on was taken back or withdrawn, and this is the first state without it.
  void publish(StatePtr next, std::vector<exposure::TrackStatus> status, bool outdates) JINDO_EXCLUDES(mutex_);
  void show_incidents(std::vector<incidents::Incident> incidents) JINDO_EXCLUDES(mutex_);

  StatePtr state() const JINDO_EXCLUDES(mutex_);
  uint64_t version() const { return version_.load(std::memory_order_acquire); }
  // How often a state was published that outdated answers. The start counts: a crash may have come before the look at
  // those answers.
  uint64_t outdatings() const { return outdatings_.load(); }
  struct Newest {
    StatePtr state;
    uint64_t outdatings = 0;
  };
  Newest newest() const JINDO_EXCLUDES(mutex_);  // both as of one moment
  std::vector<incidents::Incident> incidents() const JINDO_EXCLUDES(mutex_);
  std::vector<exposure::TrackStatus> track_status() const JINDO_EXCLUDES(mutex_);

 private:
  mutable base::Mutex mutex_;
  StatePtr state_ JINDO_GUARDED_BY(mutex_);
  std::vector<incidents::Incident> incidents_ JINDO_GUARDED_BY(mutex_);
  std::vector<exposure::TrackStatus> status_ JINDO_GUARDED_BY(mutex_);
  std::atomic<uint64_t> version_{0};     // written with the mutex held
  std::atomic<uint64_t> outdatings_{1};  // likewise
};

}  // namespace jindo::node
