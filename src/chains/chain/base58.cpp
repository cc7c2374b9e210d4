// Base58Check, both ways.
#include "chain/base58.h"

#include <algorithm>

#include "base/hash.h"

namespace jindo::chain {
namespace {
constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr size_t kTextMax = 128;
}  // namespace

std::string base58check_encode(base::Bytes payload) {
  std::vector<uint8_t> data(payload.begin(), payload.end());
  const base::Hash256 check = base::sha256d(payload);
  data.insert(data.end(), check.begin(), check.begin() + 4);
  std::vector<uint8_t> digits;  // base 58, least significant first
  size_t zeros = 0;
  while (zeros < data.size() && data[zeros] == 0) ++zeros;
  for (size_t i = zeros; i < data.size(); ++i) {
    uint32_t carry = data[i];
    for (auto& digit : digits) {
      carry += static_cast<uint32_t>(digit) << 8;
      digit = static_cast<uint8_t>(carry % 58);
      carry /= 58;
    }
    for (; carry > 0; carry /= 58) digits.push_back(static_cast<uint8_t>(carry % 58));
  }
  std::string out(zeros, '1');
  for (size_t i = digits.size(); i-- > 0;) out += kAlphabet[digits[i]];
  return out;
}

std::optional<std::vector<uint8_t>> base58check_decode(std::string_view text) {
  if (text.empty() || text.size() > kTextMax) return std::nullopt;
  size_t zeros = 0;
  while (zeros < text.size() && text[zeros] == '1') ++zeros;
  std::vector<uint8_t> bytes;  // base 256, least significant first
  for (size_t i = zeros; i < text.size(); ++i) {
    const size_t digit = kAlphabet.find(text[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    auto carry = static_cast<uint32_t>(digit);
    for (auto& byte : bytes) {
      carry += static_cast<uint32_t>(byte) * 58;
      byte = static_cast<uint8_t>(carry);
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push_back(static_cast<uint8_t>(carry));
  }
  std::vector<uint8_t> data(zeros, 0);
  data.insert(data.end(), bytes.rbegin(), bytes.rend());
  if (data.size() < 4) return std::nullopt;
  const base::Hash256 check = base::sha256d(base::Bytes(data.data(), data.size() - 4));
  if (!std::equal(data.end() - 4, data.end(), check.begin())) return std::nullopt;
  data.resize(data.size() - 4);
  return data;
}
}  // namespace jindo::chain
