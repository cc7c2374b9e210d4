// The table of histories of wallets and of accounts at exchanges.
#include "exports/format.h"
#include "exports/json_readers.h"

namespace jindo::exports {
namespace {
constexpr Format kAccountFormats[] = {
    {"electrum", "Electrum: history", recognises_electrum, read_electrum, nullptr},
    {"sparrow", "Sparrow: history", recognises_sparrow, read_sparrow, nullptr},
    {"exchange", "Accounts at exchanges: tables", recognises_exchange_table, read_exchange_table, nullptr},
    {"exchange", "Accounts at exchanges: answers of APIs", recognises_exchange_api, nullptr, read_exchange_api},
};
}  // namespace

std::span<const Format> account_formats() { return kAccountFormats; }
}  // namespace jindo::exports
