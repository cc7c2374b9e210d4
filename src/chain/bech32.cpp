#include "chain/bech32.h"

#include <array>

namespace jindo::chain {
namespace {
constexpr std::string_view kCharset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr uint32_t kBech32 = 1;
constexpr uint32_t kBech32m = 0x2bc830a3;

uint32_t polymod(const std::vector<uint8_t>& values) {
  constexpr std::array<uint32_t, 5> kGenerators = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  uint32_t check = 1;
  for (const uint8_t value : values) {
    const uint32_t top = check >> 25;
    check = (check & 0x1ffffff) << 5 ^ value;
    for (size_t i = 0; i < kGenerators.size(); ++i) check ^= ((top >> i) & 1) != 0 ? kGenerators[i] : 0;
  }
  return check;
}
std::vector<uint8_t> expand(std::string_view hrp) {
  std::vector<uint8_t> out;
  for (const char c : hrp) out.push_back(static_cast<uint8_t>(c >> 5));
  out.push_back(0);
  for (const char c : hrp) out.push_back(static_cast<uint8_t>(c & 31));
  return out;
}
// Regroups bits; false when padding bits are left that are too many or not zero.
bool regroup(base::Bytes in, int from, int to, bool pad, std::vector<uint8_t>& out) {
  uint32_t held = 0;
  int bits = 0;
  for (const uint8_t value : in) {
    held = ((held << from) | value) & 0xfff;
    for (bits += from; bits >= to;) {
      bits -= to;
      out.push_back(static_cast<uint8_t>((held >> bits) & ((1U << to) - 1)));
    }
  }
  const uint32_t rest = (held << (to - bits)) & ((1U << to) - 1);
  if (pad) {
    if (bits > 0) out.push_back(static_cast<uint8_t>(rest));
    return true;
  }
  return bits < from && rest == 0;
}
}  // namespace

std::string segwit_encode(std::string_view hrp, uint8_t version, base::Bytes program) {
  std::vector<uint8_t> data = {version};
  regroup(program, 8, 5, true, data);
  std::vector<uint8_t> values = expand(hrp);
  values.insert(values.end(), data.begin(), data.end());
  values.resize(values.size() + 6);
  const uint32_t check = polymod(values) ^ (version == 0 ? kBech32 : kBech32m);
  std::string out = std::string(hrp) + '1';
  for (const uint8_t value : data) out += kCharset[value];
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
  std::vector<uint8_t> values = expand(hrp);
  std::vector<uint8_t> data;
  for (const char c : std::string_view(folded).substr(hrp.size() + 1)) {
    const size_t value = kCharset.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    data.push_back(static_cast<uint8_t>(value));
  }
  values.insert(values.end(), data.begin(), data.end());
  WitnessProgram out;
  out.version = data[0];
  if (out.version > 16 || polymod(values) != (out.version == 0 ? kBech32 : kBech32m)) return std::nullopt;
  if (!regroup(base::Bytes(data.data() + 1, data.size() - 7), 5, 8, false, out.program)) return std::nullopt;
  if (out.program.size() < 2 || out.program.size() > 40) return std::nullopt;
  if (out.version == 0 && out.program.size() != 20 && out.program.size() != 32) return std::nullopt;
  return out;
}
}  // namespace jindo::chain
