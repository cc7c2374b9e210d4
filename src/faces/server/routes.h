// The table of routes, and what their handlers work with.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "federation/sharing.h"
#include "server/metrics.h"
#include "server/server.h"
#include "server/sessions.h"
#include "workbench/workbench.h"

namespace jindo::server {

struct Context {
  node::LiveNode& node;
  federation::Sharing& sharing;
  workbench::Workbench& workbench;
  KeyStore& keys;
  Sessions& sessions;
  Metrics& metrics;
  size_t body_bytes_max = 0;
  const net::ServerCounts* http = nullptr;
};
// The values at the names of a route's path in a request's. Both outlive it.
class PathValues {
 public:
  PathValues(std::string_view pattern, std::string_view path) : pattern_(pattern), path_(path) {}
  std::string_view operator[](std::string_view name) const;

 private:
  std::string_view pattern_, path_;
};
struct Call {
  Context& context;
  const net::Request& request;
  PathValues path;  // {chain} and the like
  std::shared_ptr<const Key> key;
};
struct Route {
  const char* method;
  const char* path;  // "/v1/watches/{id}"
  unsigned scope;    // kNoScope: anybody
  net::Pace pace;
  const char* summary;
  const char* query;   // "after limit": names, described in parameters.json
  const char* body;    // name of a schema; "" for none
  const char* answer;  // name of a schema
  unsigned status;     // on success
  net::Response (*handle)(Call&);
};
const std::vector<Route>& routes();
std::vector<Route> screen_routes();
std::vector<Route> operate_routes();
std::vector<Route> admin_routes();
std::vector<Route> ingest_routes();
std::vector<Route> taxii_routes();
std::vector<Route> sharing_routes();
std::vector<Route> session_routes();
std::vector<Route> workbench_routes();

bool takes_yaml(std::string_view body);  // a schema's name
// RFC 9457 problem details.
net::Response problem(unsigned status, const std::string& detail);
net::Response problem_of(const base::Error& error);
net::Response json_answer(std::string body, unsigned status = 200);
base::Result<int64_t> whole_number(const Call& call, const char* name, int64_t fallback, int64_t least, int64_t most);
// What POST /v1/ingest/blocks takes.
base::Result<node::BlockBatch> parse_blocks(std::string_view json);
// A JSON object's text fields; unknown ones are an error.
base::Result<std::map<std::string, std::string>> text_fields(std::string_view json,
                                                             const std::vector<std::string>& known);

}  // namespace jindo::server
