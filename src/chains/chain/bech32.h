// Segregated-witness addresses: bech32 (BIP 173, version 0) and bech32m (BIP 350, versions 1 to 16).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace jindo::chain {
struct WitnessProgram {
  uint8_t version = 0;
  std::vector<uint8_t> program;
};
std::string segwit_encode(std::string_view hrp, uint8_t version, base::Bytes program);
std::optional<WitnessProgram> segwit_decode(std::string_view hrp, std::string_view text);
}  // namespace jindo::chain
