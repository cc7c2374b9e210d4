// JSON-RPC calls in batches; each answer is put at its call's place.
#include "follow/json_rpc.h"

#include <simdjson.h>

#include <algorithm>

namespace jindo::follow {
base::Status JsonRpc::call_some(const std::vector<RpcCall>& calls, size_t begin, size_t end,
                                std::vector<std::string>& out) {
  std::string body = "[";
  for (size_t i = begin; i < end; ++i) {
    if (i > begin) body += ',';
    body += "{\"jsonrpc\":\"2.0\",\"id\":" + std::to_string(i) + ",\"method\":\"" + calls[i].method +
            "\",\"params\":" + calls[i].parameters + "}";
  }
  body += "]";
  JINDO_TRY(const net::ClientResponse answer, client_->post(body, {}));
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(answer.body).get(root) != simdjson::SUCCESS)
    return base::machine_failed("the node answered " + std::to_string(answer.status) + " and no JSON to " +
                                calls[begin].method);
  const auto take = [&](simdjson::dom::element entry) -> base::Status {
    uint64_t id = 0;
    if (entry["id"].get(id) != simdjson::SUCCESS || id < begin || id >= end)
      return base::machine_failed("the node answered a call that was not made, beside " + calls[begin].method);
    simdjson::dom::element error, result;
    if (entry["error"].get(error) == simdjson::SUCCESS && !error.is_null()) {
      int64_t code = 0;
      std::string_view message;
      if (error["code"].get(code) != simdjson::SUCCESS) code = 0;
      if (error["message"].get(message) != simdjson::SUCCESS) message = "";
      return base::machine_failed("the node answered " + calls[id].method + " with error " + std::to_string(code) +
                                  ": " + std::string(message.substr(0, 200)));
    }
    if (entry["result"].get(result) != simdjson::SUCCESS)
      return base::machine_failed("the node answered " + calls[id].method + " without a result");
    out[id] = simdjson::minify(result);
    return {};
  };
  if (root.is_object()) {  // nodes answer a batch that they refuse as a whole with one object
    if (end - begin == 1 && root["id"].is_uint64()) return take(root);
    simdjson::dom::element error;
    std::string_view message = "one object for a batch";
    if (root["error"].get(error) == simdjson::SUCCESS && error["message"].get(message) != simdjson::SUCCESS)
      message = "";
    return base::machine_failed("the node refused " + calls[begin].method + ": " + std::string(message.substr(0, 200)));
  }
  if (!root.is_array()) return base::machine_failed("the node answered no list to a batch of " + calls[begin].method);
  for (const auto entry : root.get_array()) JINDO_DO(take(entry));
  for (size_t i = begin; i < end; ++i)
    if (out[i].empty()) return base::machine_failed("the node left " + calls[i].method + " unanswered");
  return {};
}

base::Result<std::vector<std::string>> JsonRpc::call(const std::vector<RpcCall>& calls) {
  std::vector<std::string> out(calls.size());
  for (size_t at = 0; at < calls.size(); at += batch_)
    JINDO_DO(call_some(calls, at, std::min(calls.size(), at + batch_), out));
  return out;
}

bool JsonRpc::is_unknown_method(const base::Error& error) {
  return error.message.find("error -32601") != std::string::npos ||
         error.message.find("error -32004") != std::string::npos;
}

std::optional<std::string> text_of(const std::string& result) {
  if (result.size() < 2 || result.front() != '"' || result.back() != '"') return std::nullopt;
  return result.substr(1, result.size() - 2);
}
}  // namespace jindo::follow
