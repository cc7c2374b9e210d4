// Calls of EVM transactions as movements: flat traces (trace_block), call trees (callTracer), Otterscan's lists.
#include <algorithm>
#include <set>

#include "exports/json_records.h"
#include "exports/node_answers.h"
#include "exports/record_fields.h"

namespace jindo::exports {
namespace {
using base::Status;

bool moves_value(std::string_view type) {
  for (const std::string_view one :
       {"CALL", "CREATE", "CREATE2", "SELFDESTRUCT", "call", "create", "create2", "suicide", "selfdestruct"})
    if (type == one) return true;
  return false;
}

bool starts_with(const std::vector<uint32_t>& path, const std::vector<uint32_t>& head) {
  return path.size() >= head.size() && std::equal(head.begin(), head.end(), path.begin());
}
}  // namespace

Status NodeCalls::add(const RowPlace& at, const JsonValue& call, std::vector<uint32_t> path) {
  JINDO_TRY(const std::string from, reading_.address_or_nobody("from", call["from"].text()));
  JINDO_TRY(const std::string to, reading_.address_or_nobody("to", call["to"].text()));
  base::Uint256 value;
  if (call.has("value")) {
    JINDO_TRY(value, reading_.amount("value", call["value"].text()));
  }
  return move(at, from, to, value, std::move(path));
}

Status NodeCalls::move(const RowPlace& at, const std::string& from, const std::string& to, const base::Uint256& value,
                       std::vector<uint32_t> path) {
  if (value.is_zero()) return {};
  if (from == to) return {};  // also a self-destruct in its own favour: since Cancun it moves nothing
  if (to.empty()) return base::bad_input("a call with value and no recipient");
  const Part part = at.transaction.empty() ? Part::kBlockLevel : path.empty() ? Part::kNative : Part::kInternal;
  reading_.add_coin(at, part, from, to, value, std::move(path));
  return {};
}

Status NodeCalls::tree(const RowPlace& at, const JsonValue& root, const LogSink& log) {
  struct Open {
    JsonValue call;
    std::vector<uint32_t> path;
  };
  std::vector<Open> open{{root, {}}};  // a stack: calls nest deep
  while (!open.empty()) {
    const Open here = std::move(open.back());
    open.pop_back();
    if (here.call.has("error")) continue;  // what a reverted call did is undone, and what its calls did too
    if (moves_value(here.call["type"].text())) JINDO_DO(add(at, here.call, here.path));
    for (const JsonValue& one : here.call["logs"].items()) JINDO_DO(log(at, one));
    const std::vector<JsonValue> calls = here.call["calls"].items();
    for (size_t i = calls.size(); i-- > 0;) {
      std::vector<uint32_t> path = here.path;
      path.push_back(static_cast<uint32_t>(i));
      open.push_back({calls[i], std::move(path)});
    }
  }
  return {};
}

Status NodeCalls::flat(const RowPlace& at, const JsonValue& trace) {
  std::vector<uint32_t> path;
  for (const JsonValue& step : trace["traceAddress"].items()) {
    const auto number = read_index(step.text());
    if (!number) return base::bad_input("field 'traceAddress': expected numbers");
    path.push_back(*number);
  }
  std::vector<std::vector<uint32_t>>& failed = failed_[at.transaction];
  if (trace.has("error")) {
    failed.push_back(path);
    return {};
  }
  for (const auto& one : failed)
    if (starts_with(path, one)) return {};
  const JsonValue action = trace["action"];
  const std::string_view type = trace["type"].text();
  if (type == "reward") {
    JINDO_TRY(const std::string author, reading_.address("author", action["author"].text()));
    JINDO_TRY(const base::Uint256 value, reading_.amount("value", action["value"].text()));
    RowPlace level = at;
    level.transaction.clear();
    level.index.reset();
    return move(level, "", author, value, {});
  }
  if (type == "suicide" || type == "selfdestruct") {
    JINDO_TRY(const std::string from, reading_.address("address", action["address"].text()));
    JINDO_TRY(const std::string to, reading_.address("refundAddress", action["refundAddress"].text()));
    JINDO_TRY(const base::Uint256 value, reading_.amount("balance", action["balance"].text()));
    return move(at, from, to, value, std::move(path));
  }
  if (type == "create" || type == "create2") {
    JINDO_TRY(const std::string from, reading_.address("from", action["from"].text()));
    JINDO_TRY(const std::string to, reading_.address_or_nobody("address", trace["result"]["address"].text()));
    JINDO_TRY(const base::Uint256 value, reading_.amount("value", action["value"].text()));
    return move(at, from, to, value, std::move(path));
  }
  const std::string_view call = action["callType"].text();
  if (!call.empty() && call != "call") return {};  // callcode, delegatecall, staticcall move nothing
  return add(at, action, std::move(path));
}

// ots_traceTransaction lists calls in order with their depth; ots_getInternalOperations only what moves value.
Status NodeCalls::listed(const RowPlace& at, const JsonValue& call) {
  const std::string_view type = call["type"].text();
  if (call.has("depth")) {
    if (!moves_value(type)) return {};
    return call["depth"].text() == "0" ? add(at, call, {}) : inner(at, call);
  }
  if (type != "0" && type != "1" && type != "2" && type != "3") return base::bad_input("field 'type': expected 0 to 3");
  return inner(at, call);
}

Status NodeCalls::inner(const RowPlace& at, const JsonValue& call) {
  JINDO_TRY(const std::string from, reading_.address_or_nobody("from", call["from"].text()));
  JINDO_TRY(const std::string to, reading_.address_or_nobody("to", call["to"].text()));
  base::Uint256 value;
  if (call.has("value")) {
    JINDO_TRY(value, reading_.amount("value", call["value"].text()));
  }
  if (!value.is_zero() && from != to) reading_.add_coin(at, Part::kInternal, from, to, value);
  return {};
}
}  // namespace jindo::exports
