// Fields of a record as numbers, with errors that say what is wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/uint256.h"

namespace jindo::exports {
// Whole units to base units, exactly; 0 decimals: an integer, however it is written ("5000000000.000000000").
base::Result<base::Uint256> read_units(std::string_view text, int decimals);
std::optional<uint64_t> read_count(std::string_view text);  // an integer that fits 64 bits; hexadecimal after 0x too
// Unix time in any unit, with an exponent too; or a date and time (moment.h). nullopt: none, or before 1970.
std::optional<int64_t> read_time(std::string_view text);
std::optional<uint32_t> read_index(std::string_view text);  // below 2^32 - 1
}  // namespace jindo::exports
