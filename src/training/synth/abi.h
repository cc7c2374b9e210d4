// Ethereum's contract ABI, as much as transactions and logs of a simulated world need: selectors and topics from their
// signatures, 32-byte words, and dynamic strings.
#pragma once

#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/uint256.h"
#include "synth/keys.h"

namespace jindo::synth {

// Keccak-256 of "Transfer(address,address,uint256)" and the like, remembered by text. Thread safe.
const base::Hash256& event_topic(std::string_view signature);
std::array<uint8_t, 4> function_selector(std::string_view signature);

class AbiWriter {
 public:
  AbiWriter& selector(std::string_view signature);
  AbiWriter& word(base::Uint128 value);
  AbiWriter& word(const Account20& address);
  AbiWriter& word(const base::Hash256& bytes);
  AbiWriter& signed_word(bool negative, base::Uint128 magnitude);  // two's complement
  AbiWriter& text(std::string_view value);                         // length, then bytes padded to words
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};
base::Hash256 address_topic(const Account20& address);
base::Hash256 number_topic(uint64_t value);

}  // namespace jindo::synth
