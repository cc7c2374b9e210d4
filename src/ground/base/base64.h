// Base64 (RFC 4648, section 4) with padding, by OpenSSL.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace jindo::base {
void append_base64(Bytes bytes, std::string& out);
bool from_base64(std::string_view text, std::vector<uint8_t>& out);  // false unless whole and padded
// Exactly out.size() bytes, or false.
bool from_base64(std::string_view text, std::span<uint8_t> out);
}  // namespace jindo::base
