// The OpenAPI 3.1 document, out of the table of routes and the schemas here.
#include <map>

#include "server/taxii.h"

namespace jindo::server {
namespace {
// Schemas as JSON. Answers stay open to more fields; what is sent in does not.
const std::map<std::string, const char*>& schemas() {
  static const std::map<std::string, const char*> table = {
      {"Problem",
       R"({"type":"object","required":["title","status","detail"],"properties":{"type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},"detail":{"type":"string"}}})"},
      {"Question",
       R"({"type":"object","required":["chain"],"additionalProperties":false,"properties":{"kind":{"enum":["address","transaction","withdrawal"]},"chain":{"type":"string","description":"name or CAIP-2 identifier"},"address":{"type":"string"},"transaction":{"type":"string"},"asset":{"type":"string","description":"the coin's symbol, or a token's contract"},"amount":{"type":"string","pattern":"^[0-9]{1,78}$","description":"base units"},"trails":{"type":"integer","minimum":0,"maximum":10},"at_height":{"type":"integer","minimum":0}}})"},
      {"Answer",
       R"({"type":"object","required":["verdict","reasons","exposure","tags","findings","unknown","coverage","decision"],"properties":{"verdict":{"enum":["allow","review","hold"]},"question":{"type":"object"},"reasons":{"type":"array","items":{"type":"object"}},"exposure":{"type":"array","items":{"type":"object"}},"tags":{"type":"array","items":{"type":"object"}},"findings":{"type":"array","items":{"type":"object"}},"unknown":{"type":"array","items":{"type":"string"}},"coverage":{"type":"object"},"decision":{"type":"integer","description":"number in the decision log"}}})"},
      {"TransactionAnswer",
       R"({"type":"object","required":["verdict","where","parties","unknown","coverage","decision"],"properties":{"verdict":{"enum":["allow","review","hold"]},"where":{"type":"string"},"parties":{"type":"array","items":{"type":"object"}},"unknown":{"type":"array","items":{"type":"string"}},"coverage":{"type":"object"},"decision":{"type":"integer"}}})"},
      {"Batch",
       R"({"type":"object","required":["chain","addresses"],"properties":{"chain":{"type":"string"},"addresses":{"type":"array","maxItems":10000,"items":{"type":"string"}}}})"},
      {"BatchAnswer", R"({"type":"object","required":["chain","results","coverage","decision"],"properties":{"chain":{"type":"string"},"results":{"type":"array","items":{"type":"object","required":["verdict"],"properties":{"verdict":{"enum":["allow","review","hold"]},"rule":{"type":"string"},"because":{"type":"string"},"exposures":{"type":"integer"}}}},"coverage":{"type":"object"},"decision":{"type":"integer"}}})"},
      {"Incident",
       R"({"type":"object","required":["id","name","date"],"description":"docs/formats/incident.md; YAML or JSON"})"},
      {"Policy",
       R"({"type":"object","required":["version","name"],"description":"docs/formats/policy.md; YAML or JSON"})"},
      {"AlertAnswer",
       R"({"type":"object","additionalProperties":false,"properties":{"state":{"enum":["open","working","closed"]},"assignee":{"type":"string","maxLength":50},"comment":{"type":"string","maxLength":2500}}})"},
      {"NewWatch",
       R"({"type":"object","required":["kind"],"additionalProperties":false,"properties":{"kind":{"enum":["deposit","address","cluster","incident","category"]},"chain":{"type":"string"},"address":{"type":"string"},"incident":{"type":"string"},"category":{"type":"string"},"label":{"type":"string","maxLength":120}}})"},
      {"Deposits",
       R"({"type":"object","required":["chain","addresses"],"properties":{"chain":{"type":"string"},"addresses":{"type":"array","maxItems":100000,"items":{"type":"string"}}}})"},
      {"NewWebhook",
       R"({"type":"object","required":["url"],"additionalProperties":false,"properties":{"url":{"type":"string","maxLength":500},"kinds":{"type":"string","maxLength":120,"description":"separated by blanks; none: all"}}})"},
      {"NewKey",
       R"({"type":"object","required":["name","role"],"additionalProperties":false,"properties":{"name":{"type":"string","minLength":1,"maxLength":50},"role":{"enum":["screener","reader","operator","analyst","publisher","subscriber","contributor","ingester","monitor","admin","administrator"]},"expires":{"type":"string"},"organisation":{"type":"string","maxLength":50},"affiliation":{"enum":["staff","client","node"]},"individual":{"type":"string","maxLength":50}}})"},
      {"SharingFile",
       R"({"type":"object","required":["organisation"],"description":"docs/formats/sharing.md; YAML or JSON"})"},
      {"Publication",
       R"({"type":"object","required":["incident","collection"],"additionalProperties":false,"properties":{"incident":{"type":"string"},"collection":{"type":"string","description":"title or identifier"},"marking":{"enum":["clear","green","amber","amber+strict","red"]},"organisations":{"type":"array","items":{"type":"string"}},"groups":{"type":"array","items":{"type":"string"}},"countries":{"type":"array","items":{"type":"string"}},"kinds":{"type":"array","items":{"type":"string"}},"individuals":{"type":"array","items":{"type":"string"}},"embargo_until":{"type":"string"}}})"},
      {"TracePublication",
       R"({"type":"object","required":["incident","collection"],"additionalProperties":false,"properties":{"incident":{"type":"string"},"collection":{"type":"string","description":"title or identifier"},"marking":{"enum":["clear","green","amber","amber+strict","red"]},"organisations":{"type":"array","items":{"type":"string"}},"groups":{"type":"array","items":{"type":"string"}},"countries":{"type":"array","items":{"type":"string"}},"kinds":{"type":"array","items":{"type":"string"}},"individuals":{"type":"array","items":{"type":"string"}},"embargo_until":{"type":"string"},"policy":{"enum":["fifo","lifo","haircut","poison","tiho"]}}})"},
      {"SignIn",
       R"({"type":"object","required":["key"],"additionalProperties":false,"properties":{"key":{"type":"string","description":"an API key's token"}}})"},
      {"CaseView",
       R"({"type":"object","required":["name","content"],"additionalProperties":false,"description":"docs/formats/case-view.md","properties":{"name":{"type":"string","minLength":1,"maxLength":50},"incident":{"type":"string","maxLength":50},"marking":{"enum":["","clear","green","amber","amber+strict","red"]},"content":{"type":"object"},"revision":{"type":"integer","description":"that was read, where one is saved again"}}})"},
      {"Act",
       R"({"type":"object","required":["act"],"additionalProperties":false,"properties":{"act":{"enum":["seen","held","frozen","returned"]},"chain":{"type":"string","maxLength":25},"asset":{"type":"string","maxLength":50},"amount":{"type":"string","pattern":"^[0-9]{1,77}$","description":"base units"},"transaction":{"type":"string","maxLength":50},"comment":{"type":"string","maxLength":1000}}})"},
      {"Decision",
       R"({"type":"object","required":["agree"],"additionalProperties":false,"properties":{"agree":{"type":"boolean"}}})"},
      {"Blocks",
       R"({"type":"object","required":["chain"],"properties":{"chain":{"type":"string"},"keep_height":{"type":"integer","minimum":0,"description":"take back what is above, then add"},"blocks":{"type":"array","items":{"type":"object","required":["height","hash","time","transactions"],"properties":{"height":{"type":"integer"},"hash":{"type":"string"},"previous":{"type":"string"},"time":{"type":"integer"},"transactions":{"type":"array","items":{"type":"object","required":["hash","index","movements"],"properties":{"hash":{"type":"string"},"index":{"type":"integer"},"movements":{"type":"array","items":{"type":"object","required":["asset","amount"],"properties":{"kind":{"enum":["transfer","fee"]},"asset":{"type":"string"},"from_address":{"type":"string"},"to_address":{"type":"string"},"amount":{"type":"string"}}}}}}}}}},"raw_blocks":{"type":"array","items":{"type":"string"}},"first_height":{"type":"integer","minimum":0}}})"},
  };
  return table;
}
const std::map<std::string, const char*>& parameters() {
  static const std::map<std::string, const char*> table = {
      {"asset", R"({"type":"string"})"},
      {"amount", R"({"type":"string","pattern":"^[0-9]{1,78}$"})"},
      {"trails", R"({"type":"integer","minimum":0,"maximum":10})"},
      {"at_height", R"({"type":"integer","minimum":0})"},
      {"incident", R"({"type":"string"})"},
      {"policy", R"({"enum":["fifo","lifo","haircut","poison","tiho"]})"},
      {"after", R"({"type":"integer","minimum":0})"},
      {"limit", R"({"type":"integer","minimum":1,"maximum":1000})"},
      {"inferred", R"({"enum":["true","false"]})"},
      {"by", R"({"enum":["hops","time","service"]})"},
      {"nodes", R"({"type":"integer","minimum":1,"maximum":20000})"},
      {"to", R"({"type":"string","description":"an address, or TXID:OUTPUT"})"},
      {"format", R"({"enum":["csv","graphml"]})"},
      {"direction", R"({"enum":["both","in","out"]})"},
      {"counterparty", R"({"type":"string"})"},
      {"amount_min", R"({"type":"string","pattern":"^[0-9]{1,77}$","description":"base units"})"},
      {"amount_max", R"({"type":"string","pattern":"^[0-9]{1,77}$","description":"base units"})"},
      {"from", R"({"type":"string","description":"a date or time, UTC"})"},
      {"until", R"({"type":"string","description":"a date (to its end) or time, UTC"})"},
      {"only", R"({"enum":["all","tainted","services"]})"},
      {"order", R"({"enum":["newest","oldest"]})"},
      {"cursor", R"({"type":"string","description":"as the page before gave it"})"},
      {"chain", R"({"type":"string","description":"name or CAIP-2 identifier"})"},
      {"q", R"({"type":"string","maxLength":75})"},
      {"state", R"({"enum":["open","working","closed"]})"},
  };
  return table;
}

// Every name and CAIP-2 identifier that is taken.
std::string chain_schema() {
  std::string out = "{\"enum\":[";
  for (const chain::Network& network : chain::networks())
    out += (out.back() == '[' ? "" : ",") + base::json_escape(network.name) + "," + base::json_escape(network.caip2);
  return out + "]}";
}

std::string describe_path(const std::string& path) {
  std::string out;
  for (const Route& route : routes()) {
    if (path != route.path) continue;
    std::string method = route.method;
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    if (!out.empty()) out += ',';
    out += "\"" + method + "\":{\"summary\":" + base::json_escape(route.summary);
    std::string list;
    const auto parameter = [&](const std::string& name, const char* in, bool needed, const std::string& schema) {
      list += (list.empty() ? "" : ",") + std::string("{\"name\":\"") + name + "\",\"in\":\"" + in +
              "\",\"required\":" + (needed ? "true" : "false") + ",\"schema\":" + schema + "}";
    };
    for (size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1))
      parameter(path.substr(at + 1, path.find('}', at) - at - 1), "path", true,
                path.compare(at, 7, "{chain}") == 0 ? chain_schema() : R"({"type":"string","minLength":1})");
    std::string_view rest = route.query;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(' '), rest.size());
      const std::string name(rest.substr(0, end));
      parameter(name, "query", path.find("/explain/") != std::string::npos && name == "incident",
                parameters().at(name));
      rest.remove_prefix(std::min(rest.size(), end + 1));
    }
    if (!list.empty()) out += ",\"parameters\":[" + list + "]";
    if (*route.body != '\0') {
      const bool yaml = takes_yaml(route.body);
      const std::string schema = std::string("{\"schema\":{\"$ref\":\"#/components/schemas/") + route.body + "\"}}";
      out += ",\"requestBody\":{\"required\":true,\"content\":{\"application/json\":" + schema +
             (yaml ? ",\"application/yaml\":" + schema : "") + "}}";
    }
    const std::string answer = route.answer;
    std::string content;
    if (answer == "Events")
      content = R"("content":{"text/event-stream":{"schema":{"type":"string"}}},)";
    else if (answer == "Metrics")
      content = R"("content":{"text/plain":{"schema":{"type":"string"}}},)";
    else if (answer == "TraceFile")
      content =
          R"("content":{"text/csv":{"schema":{"type":"string"}},"application/xml":{"schema":{"type":"string"}}},)";
    else if (answer == "PolicyText")
      content = R"("content":{"application/yaml":{"schema":{}}},)";
    else if (!answer.empty())
      content = "\"content\":{\"application/json\":{\"schema\":" +
                (schemas().count(answer) != 0 ? "{\"$ref\":\"#/components/schemas/" + answer + "\"}"
                                              : std::string(R"({"type":"object"})")) +
                "}},";
    out += ",\"responses\":{\"" + std::to_string(route.status) + "\":{" + content + "\"description\":\"done\"}";
    if (path == "/readyz")
      out += R"(,"503":{"description":"behind","content":{"application/json":{"schema":{"type":"object"}}}})";
    out +=
        R"(,"default":{"description":"a problem, RFC 9457","content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}}})";
    if (route.scope == kNoScope)
      out += ",\"security\":[]";
    else
      out += std::string(",\"security\":[{\"key\":[]}],\"x-right\":\"") + scope_name(route.scope) + "\"";
    out += "}";
  }
  return out;
}
}  // namespace

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
    out += (first ? "" : ",") + base::json_escape(name) + ":" + schema;
    first = false;
  }
  return out + "}}}";
}
}  // namespace jindo::server
