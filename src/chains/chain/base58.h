// Base58Check: base 58 with Bitcoin's alphabet and a 4-byte double-SHA-256 checksum.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace jindo::chain {
std::string base58check_encode(base::Bytes payload);
// The payload without its checksum; nullopt for a bad character, a bad checksum, or text over 128 characters.
std::optional<std::vector<uint8_t>> base58check_decode(std::string_view text);
}  // namespace jindo::chain
