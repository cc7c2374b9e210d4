// Times: seconds since 1970-01-01T00:00:00Z, no leap seconds, as ledgers write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jindo::base {
std::string format_time(int64_t unix_seconds);  // 2022-03-23T13:29:09Z
// "2022-03-23", "2022-03-23T13:29:09Z", "2022-03-23 13:29:09", "…+00:00"; other offsets are applied.
std::optional<int64_t> parse_time(std::string_view text);
int64_t unix_us();  // now, microseconds since 1970
int64_t unix_ms();  // now, milliseconds since 1970
inline int64_t unix_seconds() { return unix_ms() / 1000; }
uint64_t monotonic_ns();
}  // namespace jindo::base
