// Bech32 (BIP 173) and Bech32m (BIP 350), both ways.
#include "chain/bech32.h"

#include <array>

namespace jindo::chain {
namespace {
constexpr std::string_view kCharset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr uint32_t kBech32 = 1;
constexpr uint32_t kBech32m = 0x2bc830a3;

// BIP 173's checksum, a step a value; the five generators' sums for every top, made once.
constexpr std::array<uint32_t, 32> kSums = [] {
  constexpr std::array<uint32_t, 5> kGenerators = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  std::array<uint32_t, 32> out{};
  for (size_t top = 0; top < out.size(); ++top)
    for (size_t i = 0; i < kGenerators.size(); ++i) out[top] ^= ((top >> i) & 1) != 0 ? kGenerators[i] : 0;
  return out;
}();
constexpr std::array<uint8_t, 128> kValues = [] {
  std::array<uint8_t, 128> out{};
  out.fill(0xff);
  for (size_t i = 0; i < kCharset.size(); ++i) out[static_cast<size_t>(kCharset[i])] = static_cast<uint8_t>(i);
  return out;
}();
uint32_t step(uint32_t check, uint32_t value) { return ((check & 0x1ffffff) << 5 ^ value) ^ kSums[check >> 25]; }
uint32_t check_of(std::string_view hrp) {
  uint32_t check = 1;
  for (const char c : hrp) check = step(check, static_cast<uint32_t>(c) >> 5);
  check = step(check, 0);
  for (const char c : hrp) check = step(check, static_cast<uint32_t>(c) & 31);
  return check;
}
// Groups of five bits to bytes; false when padding bits are left that are too many or not zero.
bool to_bytes(base::Bytes groups, std::vector<uint8_t>& out) {
  uint32_t held = 0;
  int bits = 0;
  for (const uint8_t value : groups) {
    held = (held << 5 | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<uint8_t>(held >> bits & 0xff));
  }
  return bits < 5 && (held << (8 - bits) & 0xff) == 0;
}
}  // namespace

std::string segwit_encode(std::string_view hrp, uint8_t version, base::Bytes program) {
  std::string out;
  out.reserve(hrp.size() + 10 + program.size() * 8 / 5);
  out += hrp;
  out += '1';
  uint32_t check = check_of(hrp);
  const auto put = [&](uint32_t value) {
    check = step(check, value);
    out += kCharset[value];
  };
  put(version);
  uint32_t held = 0;
  int bits = 0;
  for (const uint8_t byte : program) {
    held = (held << 8 | byte) & 0xfff;
    for (bits += 8; bits >= 5;) {
      bits -= 5;
      put(held >> bits & 31);
    }
  }
  if (bits > 0) put(held << (5 - bits) & 31);
  for (int i = 0; i < 6; ++i) check = step(check, 0);
  check ^= version == 0 ? kBech32 : kBech32m;
  for (int i = 0; i < 6; ++i) out += kCharset[(check >> (5 * (5 - i))) & 31];
  return out;
}

std::optional<WitnessProgram> segwit_decode(std::string_view hrp, std::string_view text) {
  if (text.size() > 90 || text.size() < hrp.size() + 8) return std::nullopt;
  bool lower = false, upper = false;
  std::string folded;
  for (const char c : text) {
    if (c < 33 || c > 126) return std::nullopt;
    lower |= c >= 'a' && c <= 'z';
    upper |= c >= 'A' && c <= 'Z';
    folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (lower && upper) return std::nullopt;
  if (folded.substr(0, hrp.size()) != hrp || folded[hrp.size()] != '1') return std::nullopt;
  std::vector<uint8_t> data;
  data.reserve(text.size());
  uint32_t check = check_of(hrp);
  for (const char c : std::string_view(folded).substr(hrp.size() + 1)) {
    const uint8_t value = kValues[static_cast<size_t>(c)];
    if (value == 0xff) return std::nullopt;
    check = step(check, value);
    data.push_back(value);
  }
  WitnessProgram out;
  out.version = data[0];
  if (out.version > 16 || check != (out.version == 0 ? kBech32 : kBech32m)) return std::nullopt;
  out.program.reserve(40);
  if (!to_bytes(base::Bytes(data.data() + 1, data.size() - 7), out.program)) return std::nullopt;
  if (out.program.size() < 2 || out.program.size() > 40) return std::nullopt;
  if (out.version == 0 && out.program.size() != 20 && out.program.size() != 32) return std::nullopt;
  return out;
}
}  // namespace jindo::chain
