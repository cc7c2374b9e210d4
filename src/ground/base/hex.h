// Hexadecimal text. Lower case out; either case in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace jindo::base {
std::string to_hex(Bytes bytes);
std::string to_hex_reversed(Bytes bytes);  // last byte first, as bitcoin prints hashes
// Exactly out.size() bytes from 2·out.size() digits; false for any other length or character.
bool from_hex(std::string_view digits, std::span<uint8_t> out);
bool from_hex_reversed(std::string_view digits, std::span<uint8_t> out);
}  // namespace jindo::base
