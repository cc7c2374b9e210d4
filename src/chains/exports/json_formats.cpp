// The table of JSON formats.
#include "exports/format.h"

namespace jindo::exports {
std::span<const Format> json_formats() { return {}; }
}  // namespace jindo::exports
