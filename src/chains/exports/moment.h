// Times as exports write them: unix seconds (ten digits), milliseconds or microseconds; "2025-02-21 14:16:11.000 UTC",
// "2025-02-21T14:16:11Z", "2025/5/30 6:47:06", with an offset or without (then UTC: the header has to say another
// zone).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace jindo::exports {

struct Moment {
  int64_t seconds = 0;
  bool to_the_second = true;  // false: "2025-02-21 14:16"
  bool has_zone = false;      // unix time, Z, UTC or an offset
};
std::optional<Moment> read_moment(std::string_view text);
// By a pattern of %Y %m %d %H %I %M %S %p %b %B %y, "%%"; everything else stands as it is. Blanks match any blanks.
std::optional<Moment> read_moment_as(std::string_view text, std::string_view pattern);

}  // namespace jindo::exports
