// Identifiers out of random bytes or of what they name; times to and from microseconds.
#include "stix/identifier.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/check.h"
#include "base/clock.h"
#include "base/hex.h"

namespace jindo::stix {
namespace {
bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
std::string uuid_text(std::array<uint8_t, 16> bytes, uint8_t version) {
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0f) | (version << 4));
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3f) | 0x80);
  const std::string hex = base::to_hex(bytes);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20);
}
std::string uuid5(const std::array<uint8_t, 16>& space, std::string_view content) {
  std::string all(space.begin(), space.end());
  all += content;
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest{};
  CHECK(EVP_Digest(all.data(), all.size(), digest.data(), nullptr, EVP_sha1(), nullptr) == 1);
  std::array<uint8_t, 16> bytes{};
  std::copy_n(digest.begin(), 16, bytes.begin());
  return uuid_text(bytes, 5);
}
}  // namespace

bool is_type(std::string_view text) {
  if (text.size() < 3 || text.size() > 250) return false;
  for (const char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) return false;
  return true;
}
std::string_view type_in(std::string_view identifier) {
  const size_t at = identifier.size() > 38 ? identifier.size() - 38 : 0;
  return identifier.substr(0, at);
}
bool is_identifier(std::string_view text) {
  if (text.size() < 3 + 38) return false;
  const std::string_view type = text.substr(0, text.size() - 38), dashes = text.substr(text.size() - 38, 2),
                         uuid = text.substr(text.size() - 36);
  if (dashes != "--" || !is_type(type)) return false;
  for (size_t i = 0; i < uuid.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? uuid[i] != '-' : !is_hex(uuid[i])) return false;
  }
  return true;
}
std::string random_identifier(std::string_view type) {
  std::array<uint8_t, 16> bytes{};
  CHECK(RAND_bytes(bytes.data(), bytes.size()) == 1);
  return std::string(type) + "--" + uuid_text(bytes, 4);
}
std::string named_identifier(std::string_view type, std::string_view content) {
  // STIX 2.1, 2.9: 00abedb4-aa42-466c-9c01-fed23315a9b7.
  constexpr std::array<uint8_t, 16> kNamespace = {0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
                                                  0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7};
  return std::string(type) + "--" + uuid5(kNamespace, content);
}
std::string own_identifier(std::string_view type, std::string_view content) {
  // Of kJindoIdentity (stix/extensions.h).
  constexpr std::array<uint8_t, 16> kNamespace = {0x5d, 0x6f, 0x2a, 0x3e, 0x8c, 0x41, 0x4b, 0x0e,
                                                  0x9f, 0x57, 0x2e, 0x0b, 0x7a, 0x1c, 0x9d, 0x34};
  return std::string(type) + "--" + uuid5(kNamespace, content);
}

std::optional<int64_t> parse_timestamp_us(std::string_view text) {
  if (text.size() < 20 || text.back() != 'Z' || text[10] != 'T') return std::nullopt;
  const auto seconds = base::parse_time(std::string(text.substr(0, 19)) + "Z");
  if (!seconds) return std::nullopt;
  int64_t us = 0, unit = 100'000;
  std::string_view rest = text.substr(19, text.size() - 20);
  if (!rest.empty()) {
    if (rest[0] != '.' || rest.size() == 1 || rest.size() > 12) return std::nullopt;
    for (const char c : rest.substr(1)) {
      if (c < '0' || c > '9') return std::nullopt;
      us += (c - '0') * unit;
      unit /= 10;
    }
  }
  return *seconds * 1'000'000 + us;
}
std::string format_timestamp_us(int64_t us) {
  int64_t seconds = us / 1'000'000, part = us % 1'000'000;
  if (part < 0) {
    part += 1'000'000;
    --seconds;
  }
  std::string out = base::format_time(seconds);
  char digits[16];
  if (part % 1000 == 0)
    std::snprintf(digits, sizeof digits, ".%03dZ", static_cast<int>(part / 1000));
  else
    std::snprintf(digits, sizeof digits, ".%06dZ", static_cast<int>(part));
  out.pop_back();
  return out + digits;
}
}  // namespace jindo::stix
