// Structured logs: one JSON object a line on standard error. No secret is ever handed to it: keys are named by their
// identifiers, bodies and headers are not logged.
#pragma once

#include <string>

namespace jindo::server {
void set_log_level(const std::string& level);  // error, warn, info, debug
// `fields`: JSON fields without braces, or "".
void log_event(const std::string& level, const std::string& event, const std::string& fields);
}  // namespace jindo::server
