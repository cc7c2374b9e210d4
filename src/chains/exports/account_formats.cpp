// The table of histories of wallets and of accounts at exchanges.
#include "exports/format.h"

namespace jindo::exports {
std::span<const Format> account_formats() { return {}; }
}  // namespace jindo::exports
