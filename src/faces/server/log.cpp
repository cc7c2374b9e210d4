// A line of JSON an event, by spdlog.
#include "server/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace jindo::server {
namespace {
spdlog::logger& logger() {
  static const auto made = [] {
    auto out = std::make_shared<spdlog::logger>("jindo", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    out->set_pattern("{\"time\":\"%Y-%m-%dT%H:%M:%S.%eZ\",\"level\":\"%l\",%v}", spdlog::pattern_time_type::utc);
    return out;
  }();
  return *made;
}
spdlog::level::level_enum level_of(const std::string& level) {
  if (level == "error") return spdlog::level::err;
  if (level == "warn") return spdlog::level::warn;
  if (level == "debug") return spdlog::level::debug;
  return spdlog::level::info;
}
}  // namespace

void set_log_level(const std::string& level) { logger().set_level(level_of(level)); }
void log_event(const std::string& level, const std::string& event, const std::string& fields) {
  logger().log(level_of(level), "\"event\":\"{}\"{}{}", event, fields.empty() ? "" : ",", fields);
}
}  // namespace jindo::server
