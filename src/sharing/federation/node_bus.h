// Nodes of one organisation kept alike over a message bus: what comes into the common collection of one is in the
// others' in milliseconds. The bus may lose messages, nodes may be away: each says how far it is, and who misses
// something asks for it, so that nothing is lost; what comes twice is known. docs/formats/node-bus.md.
#pragma once

#include <chrono>

#include "federation/sharing.h"
#include "intel/bus_message.h"
#include "net/message_bus.h"

namespace jindo::federation {

class Sharing::NodeBus {
 public:
  NodeBus(Sharing& sharing, intel::BusConfig config) : sharing_(sharing), config_(std::move(config)) {}
  ~NodeBus() { stop(); }
  base::Status start();
  void stop();
  BusStatus status() const;

 private:
  using Clock = std::chrono::steady_clock;
  void run();
  base::Status receive(const std::string& frame);
  base::Status take_in(const intel::BusMessage& message);
  base::Status send_new();
  // What lies behind the position, as messages; where it ends.
  base::Result<int64_t> send_from(int64_t position);
  base::Status announce_position();
  base::Status ask(const std::string& node, int64_t from);
  base::Status publish(const intel::BusMessage& message);
  std::string place_of(const std::string& node) const { return "bus " + node + " " + config_.collection; }
  base::Result<int64_t> known_of(const std::string& node);
  Sharing& sharing_;
  const intel::BusConfig config_;
  std::unique_ptr<net::MessageBus> bus_;
  intel::BusReader reader_;
  int64_t sent_ = -1;                     // position up to which others were sent all; -1: not yet begun
  std::map<std::string, int64_t> known_;  // positions of others, up to which all is here
  std::map<std::string, Clock::time_point> asked_;
  std::set<int64_t> asks_;  // positions from which somebody wants to have it again
  mutable std::mutex mutex_;
  BusStatus status_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace jindo::federation
