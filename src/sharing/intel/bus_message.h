// What nodes of one organisation send each other over a message bus. A message is a signed header and a payload, cut
// into frames that fit the bus; the bus may lose any of them, so that every message says from which of the sender's
// positions to which it goes, and a node that misses some asks. docs/formats/node-bus.md.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "intel/provenance.h"

namespace jindo::intel {

inline constexpr size_t kBusPayloadMax = size_t{64} << 20;

struct BusMessage {
  enum class Kind : uint8_t { kObjects, kPosition, kAsk };
  Kind kind = Kind::kPosition;
  std::string node;        // signing key of the sender, hex
  std::string collection;  // identifier
  int64_t from = 0;        // kObjects: what lies behind `from`, to `to`, of the sender's positions; kAsk: what after
  int64_t to = 0;          // kPosition: where the sender is
  std::string whom;        // kAsk: the node asked
  std::string payload;     // kObjects: a line each, {"sender":…,"pulled":…,"object":"its text"}
};
std::vector<std::string> bus_frames(const BusMessage& message, const SigningKey& key, size_t bytes_max);

// Frames put together again. One message a node at a time: a bus keeps each sender's order.
class BusReader {
 public:
  // `trusts`: whether the node is one of ours. nullopt: not whole yet, or not for us; the error: what is wrong with it.
  base::Result<std::optional<BusMessage>> take(std::string_view frame,
                                               const std::function<bool(const std::string& node)>& trusts);

 private:
  struct Begun {
    std::string header;
    uint64_t next = 0;
    std::string payload;
  };
  std::map<std::string, Begun> begun_;
};

}  // namespace jindo::intel
