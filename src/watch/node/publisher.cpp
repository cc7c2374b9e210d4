// The last published state, behind one mutex.
#include "node/publisher.h"

#include <utility>

namespace jindo::node {
using base::MutexLock;

void Publisher::publish(StatePtr next, std::vector<exposure::TrackStatus> status, bool outdates) {
  const MutexLock lock(mutex_);
  status_ = std::move(status);
  state_ = std::move(next);
  version_.fetch_add(1, std::memory_order_release);
  if (outdates) ++outdatings_;
}
void Publisher::show_incidents(std::vector<incidents::Incident> incidents) {
  const MutexLock lock(mutex_);
  incidents_ = std::move(incidents);
}

Publisher::StatePtr Publisher::state() const {
  const MutexLock lock(mutex_);
  return state_;
}
Publisher::Newest Publisher::newest() const {
  const MutexLock lock(mutex_);
  return {state_, outdatings_.load()};
}
std::vector<incidents::Incident> Publisher::incidents() const {
  const MutexLock lock(mutex_);
  return incidents_;
}
std::vector<exposure::TrackStatus> Publisher::track_status() const {
  const MutexLock lock(mutex_);
  return status_;
}
}  // namespace jindo::node
