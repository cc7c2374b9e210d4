// A message bus, NATS: publish and subscribe, at most once, in each sender's order. Connects in the background and
// again after every cut; what is published meanwhile is refused, so that a receiver that needs every message counts
// them. One thread calls.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"

namespace jindo::net {

struct BusOptions {
  std::string url;          // nats://[user:password@|token@]host:port, or tls://…; several with commas between
  std::string name;         // that the server shows
  std::string token;        // beside one in the URL
  std::string credentials;  // file of a user's JWT and seed
  std::string authority;    // PEM file: the server's certificate is one of it
};

class MessageBus {
 public:
  // The error is of the options; a server that is not there is waited for.
  static base::Result<std::unique_ptr<MessageBus>> make(const BusOptions& options);
  ~MessageBus();
  base::Status subscribe(const std::string& subject);
  base::Status publish(const std::string& subject, const std::string& data);
  // The next message; nullopt after so long without one.
  std::optional<std::string> next(unsigned ms);
  bool connected() const;
  size_t bytes_max() const;  // of a message, the server says

 private:
  MessageBus() = default;
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace jindo::net
