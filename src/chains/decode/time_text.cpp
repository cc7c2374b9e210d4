// Dates of databases to unix seconds.
#include "decode/time_text.h"

#include <algorithm>
#include <string>

#include "base/clock.h"

namespace jindo::decode {
std::optional<int64_t> parse_time_text(std::string_view text) {
  if (text.size() < 19) return std::nullopt;
  const std::string whole(text.substr(0, 19));
  std::string_view rest = text.substr(19);
  if (!rest.empty() && rest[0] == '.') {
    const size_t end = std::min(rest.find_first_not_of('0', 1), rest.size());
    if (end == 1) return std::nullopt;
    rest = rest.substr(end);
  }
  if (rest == "+00") rest = "Z";
  const auto out = base::parse_time(whole + std::string(rest));
  return out && *out >= 0 ? out : std::nullopt;
}
}  // namespace jindo::decode
