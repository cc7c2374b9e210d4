// The options of every command that traces, and the request that they make.
#pragma once

#include <vector>

#include "cli/options.h"
#include "inquiry/tracing.h"

namespace jindo::cli {
// Ledger, incidents, the command's own options, then policy, owners, links, bounds, output.
std::vector<Option> trace_options(const std::vector<Option>& own);
// What the options of trace_options() ask for; wrong use where one cannot be read.
base::Result<inquiry::TraceRequest> trace_request(const Arguments& arguments);
}  // namespace jindo::cli
