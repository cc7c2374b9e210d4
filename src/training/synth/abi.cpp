// Words, selectors and topics of the contract ABI.
#include "synth/abi.h"

#include <cstring>
#include <map>
#include <mutex>

namespace jindo::synth {
const base::Hash256& event_topic(std::string_view signature) {
  static std::mutex mutex;
  static std::map<std::string, base::Hash256, std::less<>> known;
  const std::lock_guard<std::mutex> lock(mutex);
  const auto found = known.find(signature);
  if (found != known.end()) return found->second;
  return known.emplace(std::string(signature), base::keccak256(base::as_bytes(signature))).first->second;
}
std::array<uint8_t, 4> function_selector(std::string_view signature) {
  std::array<uint8_t, 4> out;
  std::memcpy(out.data(), event_topic(signature).data(), 4);
  return out;
}

AbiWriter& AbiWriter::selector(std::string_view signature) {
  const auto four = function_selector(signature);
  bytes_.append(reinterpret_cast<const char*>(four.data()), 4);
  return *this;
}
AbiWriter& AbiWriter::word(base::Uint128 value) {
  char out[32] = {};
  for (size_t i = 0; i < 16; ++i) out[31 - i] = static_cast<char>(value >> (8 * i));
  bytes_.append(out, 32);
  return *this;
}
AbiWriter& AbiWriter::word(const Account20& address) { return word(address_topic(address)); }
AbiWriter& AbiWriter::word(const base::Hash256& bytes) {
  bytes_.append(reinterpret_cast<const char*>(bytes.data()), 32);
  return *this;
}
AbiWriter& AbiWriter::signed_word(bool negative, base::Uint128 magnitude) {
  if (!negative) return word(magnitude);
  const base::Uint128 low = ~magnitude + 1;
  char out[32];
  std::memset(out, magnitude == 0 ? 0 : 0xff, 16);
  for (size_t i = 0; i < 16; ++i) out[31 - i] = static_cast<char>(low >> (8 * i));
  bytes_.append(out, 32);
  return *this;
}
AbiWriter& AbiWriter::text(std::string_view value) {
  word(value.size());
  bytes_.append(value);
  bytes_.append((32 - value.size() % 32) % 32, '\0');
  return *this;
}
base::Hash256 address_topic(const Account20& address) {
  base::Hash256 out{};
  std::memcpy(out.data() + 12, address.data(), 20);
  return out;
}
base::Hash256 number_topic(uint64_t value) {
  base::Hash256 out{};
  for (size_t i = 0; i < 8; ++i) out[31 - i] = static_cast<uint8_t>(value >> (8 * i));
  return out;
}
}  // namespace jindo::synth
