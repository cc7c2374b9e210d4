// geth's callTracer (go-ethereum, eth/tracers/native/call.go): a transaction's calls as a tree. `error` stands at the
// call that failed; what is below it carries none of its own and moved nothing all the same.
#pragma once

#include <simdjson.h>

#include <functional>

#include "base/result.h"
#include "decode/evm_tables.h"

namespace jindo::decode {

// Whether an object looks like a call of the tracer's.
bool is_call_tree(simdjson::dom::object object);
// Hands out the calls in order of execution, as rows of the traces table; `row` has what the caller knows (block,
// index). A call takes one sequence number. Limits: 1,024 calls deep (the EVM's own).
base::Status read_call_tree(simdjson::dom::object root, const EvmTraceRow& row, uint64_t& sequence, EvmReadNotes* notes,
                            const std::function<base::Status(const EvmTraceRow&)>& sink);

}  // namespace jindo::decode
