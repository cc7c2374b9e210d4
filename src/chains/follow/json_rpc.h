// JSON-RPC 2.0 calls in batches over one connection. Results come back as JSON texts in the order of the calls; a
// node's error, an answer without a result, too few answers are errors that name the call.
#pragma once

#include <string>
#include <vector>

#include "net/http.h"

namespace jindo::follow {

struct RpcCall {
  std::string method;
  std::string parameters;  // JSON array
};
class JsonRpc {
 public:
  JsonRpc(std::unique_ptr<net::Client> client, unsigned batch) : client_(std::move(client)), batch_(batch) {}
  base::Result<std::vector<std::string>> call(const std::vector<RpcCall>& calls);
  // The error of a method that the node does not have.
  static bool is_unknown_method(const base::Error& error);

 private:
  base::Status call_some(const std::vector<RpcCall>& calls, size_t begin, size_t end, std::vector<std::string>& out);
  std::unique_ptr<net::Client> client_;
  unsigned batch_;
};
// A result that is a text: without its quotes; nullopt for anything else.
std::optional<std::string> text_of(const std::string& result);

}  // namespace jindo::follow
