// The OpenAPI 3.1 document, out of the table of routes and the schemas.
#include <algorithm>
#include <cctype>

#include "base/check.h"
#include "base/json_writer.h"
#include "chain/network.h"
#include "server/schemas.h"
#include "server/taxii.h"

namespace jindo::server {
namespace {
// Every name and CAIP-2 identifier that is taken.
std::string chain_schema() {
  std::string out = "{\"enum\":[";
  for (const chain::Network& network : chain::networks())
    out += (out.back() == '[' ? "" : ",") + base::json_escape(network.name) + "," + base::json_escape(network.caip2);
  return out + "]}";
}

std::string parameter(const std::string& name, const char* in, bool needed, std::string_view schema) {
  return "{\"name\":\"" + name + "\",\"in\":\"" + in + "\",\"required\":" + (needed ? "true" : "false") +
         ",\"schema\":" + std::string(schema) + "}";
}
// Those of the path and of the query, separated by commas.
std::string describe_parameters(const Route& route) {
  const std::string path = route.path;
  std::string out;
  const auto add = [&](const std::string& one) { out += (out.empty() ? "" : ",") + one; };
  for (size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1))
    add(parameter(path.substr(at + 1, path.find('}', at) - at - 1), "path", true,
                  path.compare(at, 7, "{chain}") == 0 ? chain_schema() : R"({"type":"string","minLength":1})"));
  for (std::string_view rest = route.query; !rest.empty();) {
    const size_t end = std::min(rest.find(' '), rest.size());
    const std::string name(rest.substr(0, end));
    const std::string_view schema = find_schema(parameter_schemas(), name);
    CHECK(!schema.empty());  // a route's query names it, and parameters.json does not
    add(parameter(name, "query", path.find("/explain/") != std::string::npos && name == "incident", schema));
    rest.remove_prefix(std::min(rest.size(), end + 1));
  }
  return out;
}
std::string describe_body(const char* body) {
  const std::string schema = std::string("{\"schema\":{\"$ref\":\"#/components/schemas/") + body + "\"}}";
  return ",\"requestBody\":{\"required\":true,\"content\":{\"application/json\":" + schema +
         (takes_yaml(body) ? ",\"application/yaml\":" + schema : "") + "}}";
}
// The "content" of an answer on success, with the comma behind it; "" where it has no body.
std::string describe_content(const std::string& answer) {
  if (answer.empty()) return "";
  if (answer == "Events") return R"("content":{"text/event-stream":{"schema":{"type":"string"}}},)";
  if (answer == "Metrics") return R"("content":{"text/plain":{"schema":{"type":"string"}}},)";
  if (answer == "TraceFile")
    return R"("content":{"text/csv":{"schema":{"type":"string"}},"application/xml":{"schema":{"type":"string"}}},)";
  if (answer == "PolicyText") return R"("content":{"application/yaml":{"schema":{}}},)";
  const bool known = !find_schema(schemas(), answer).empty();
  return "\"content\":{\"application/json\":{\"schema\":" +
         (known ? "{\"$ref\":\"#/components/schemas/" + answer + "\"}" : std::string(R"({"type":"object"})")) + "}},";
}
std::string describe_answers(const Route& route) {
  std::string out = ",\"responses\":{\"" + std::to_string(route.status) + "\":{" + describe_content(route.answer) +
                    "\"description\":\"done\"}";
  if (std::string_view(route.path) == "/readyz")
    out += R"(,"503":{"description":"behind","content":{"application/json":{"schema":{"type":"object"}}}})";
  return out + R"(,"default":{"description":"a problem, RFC 9457","content":{"application/problem+json":)" +
         R"({"schema":{"$ref":"#/components/schemas/Problem"}}}}})";
}
// Every method of the path, separated by commas.
std::string describe_path(const std::string& path) {
  std::string out;
  for (const Route& route : routes()) {
    if (path != route.path) continue;
    std::string method = route.method;
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    if (!out.empty()) out += ',';
    out += "\"" + method + "\":{\"summary\":" + base::json_escape(route.summary);
    if (const std::string parameters = describe_parameters(route); !parameters.empty())
      out += ",\"parameters\":[" + parameters + "]";
    if (*route.body != '\0') out += describe_body(route.body);
    out += describe_answers(route);
    if (route.scope == kNoScope)
      out += ",\"security\":[]";
    else
      out += std::string(",\"security\":[{\"key\":[]}],\"x-right\":\"") + scope_name(route.scope) + "\"";
    out += "}";
  }
  return out;
}
}  // namespace

std::string_view find_schema(std::span<const Schema> table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Schema& s) { return s.name == name; });
  return found == table.end() ? std::string_view() : found->json;
}
std::string openapi_json() {
  std::string out =
      R"({"openapi":"3.1.0","info":{"title":"Jindo","version":"1","description":"Screening before it settles. Amounts are base units as decimal texts; times are UTC.","license":{"name":"Apache-2.0","identifier":"Apache-2.0"}},"paths":{)";
  std::vector<std::string> done;
  for (const Route& route : routes()) {
    if (std::find(done.begin(), done.end(), route.path) != done.end()) continue;
    if (is_taxii(route.path)) continue;  // described by its standard
    out += (done.empty() ? "" : ",") + base::json_escape(route.path) + ":{" + describe_path(route.path) + "}";
    done.push_back(route.path);
  }
  out += "},\"components\":{\"securitySchemes\":{\"key\":{\"type\":\"http\",\"scheme\":\"bearer\"}},\"schemas\":{";
  bool first = true;
  for (const auto& [name, schema] : schemas()) {
    out += (first ? "" : ",") + base::json_escape(name) + ":" + std::string(schema);
    first = false;
  }
  return out + "}}}";
}
}  // namespace jindo::server
