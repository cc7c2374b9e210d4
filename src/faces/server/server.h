// `jindo serve`: the HTTP face of a live node. Routes are in one table (routes.h): path, method, who may, what it
// takes and gives; dispatch, the OpenAPI document and docs/API.md's table come from it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "federation/sharing.h"
#include "net/http.h"
#include "node/live_node.h"

namespace jindo::server {

struct ServeOptions {
  net::ServerOptions http;
  node::LiveNodeOptions node;
  federation::SharingOptions sharing;  // data "": sharing in the node's data folder
  std::string keys;                    // file; "" for keys.db in the node's data folder
  bool plain_http_anywhere = false;    // http beyond loopback
  bool log_requests = false;
  std::string log_level = "info";
};
class Service {
 public:
  // The node is up, the port open. `first_token` is set where there is no key yet.
  static base::Result<std::unique_ptr<Service>> start(ServeOptions options);
  virtual ~Service() = default;
  virtual uint16_t port() const = 0;
  virtual const std::string& first_token() const = 0;
  virtual node::LiveNode& node() = 0;
  // Until the signal handler's flag is set; then stops gracefully.
  virtual void run_until(const std::function<bool()>& stop) = 0;
};
// The OpenAPI 3.1 document.
std::string openapi_json();

}  // namespace jindo::server
