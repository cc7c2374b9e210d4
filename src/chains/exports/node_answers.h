// What the readers of nodes' answers share: calls of a transaction, whichever way a node lists them.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "exports/account_reading.h"
#include "exports/json_records.h"

namespace jindo::exports {

class NodeCalls {
 public:
  using LogSink = std::function<base::Status(const RowPlace& at, const JsonValue& log)>;
  explicit NodeCalls(AccountReading& reading) : reading_(reading) {}

  base::Status tree(const RowPlace& at, const JsonValue& root, const LogSink& log);  // callTracer's result
  base::Status flat(const RowPlace& at, const JsonValue& trace);                     // of trace_block, flatCallTracer
  base::Status listed(const RowPlace& at, const JsonValue& call);                    // of Otterscan's two lists

 private:
  base::Status add(const RowPlace& at, const JsonValue& call, std::vector<uint32_t> path);
  base::Status move(const RowPlace& at, const std::string& from, const std::string& to, const base::Uint256& value,
                    std::vector<uint32_t> path);
  base::Status inner(const RowPlace& at, const JsonValue& call);
  AccountReading& reading_;
  std::map<std::string, std::vector<std::vector<uint32_t>>> failed_;  // paths of calls that failed, by transaction
};

}  // namespace jindo::exports
