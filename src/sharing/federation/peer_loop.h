// One peer kept in step: reads what is new there, gives what is new here, each from where it was; waits longer after
// each failure, up to a minute. Its place is written down after what came is stored, so that a crash repeats a page,
// which the store knows, and loses none.
#pragma once

#include "federation/sharing.h"

namespace jindo::federation {

class Sharing::PeerLoop {
 public:
  PeerLoop(Sharing& sharing, intel::Peer peer) : sharing_(sharing), peer_(std::move(peer)) { status_.id = peer_.id; }
  ~PeerLoop() { stop(); }
  void start() {
    thread_ = std::thread([this] { run(); });
  }
  void stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  PeerStatus status() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return status_;
  }

 private:
  void run();
  base::Status pull();
  base::Status push();
  Sharing& sharing_;
  const intel::Peer peer_;
  std::unique_ptr<intel::TaxiiClient> client_;
  mutable std::mutex mutex_;
  PeerStatus status_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace jindo::federation
