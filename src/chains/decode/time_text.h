// A time as databases write it, beside unix seconds: "2016-06-23 08:12:42", with a fraction of zeros, and nothing, "
// UTC", "Z", "+00" or "+00:00" behind it (BigQuery, ClickHouse, PostgreSQL).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace jindo::decode {
std::optional<int64_t> parse_time_text(std::string_view text);  // unix seconds; nullopt: none of these, or before 1970
}  // namespace jindo::decode
