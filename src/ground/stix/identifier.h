// STIX identifiers and times (STIX 2.1, sections 2.9 and 2.16).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jindo::stix {

// "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f": a type of 3 to 250 of a-z 0-9 -, two dashes, a UUID (RFC 4122).
bool is_identifier(std::string_view text);
std::string_view type_in(std::string_view identifier);
bool is_type(std::string_view text);
std::string random_identifier(std::string_view type);                           // UUID version 4
std::string named_identifier(std::string_view type, std::string_view content);  // version 5, in the SCOs' namespace
// Version 5 in Jindo's own namespace: for everything but observables, where the same thing is to have one identifier.
std::string own_identifier(std::string_view type, std::string_view content);

// RFC 3339 in UTC, as STIX has it: microseconds since 1970. Finer digits than microseconds are cut.
std::optional<int64_t> parse_timestamp_us(std::string_view text);
std::string format_timestamp_us(int64_t us);  // 2022-03-23T13:29:09.120Z: three digits, six where they are needed

}  // namespace jindo::stix
