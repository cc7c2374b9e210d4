// Times as exports write them, to unix seconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace jindo::exports {
// A number: seconds, or by its size milli-, micro- or nanoseconds, exponents too ("1.2709171E9"). Else
// "2010-04-10 16:31:40" with a fraction, "T", "Z", "UTC", "+00:00" or "+00" as they come; a date alone is midnight.
// nullopt: no time, or one before 1970 or after the year 9999.
std::optional<int64_t> read_time(std::string_view text);
}  // namespace jindo::exports
