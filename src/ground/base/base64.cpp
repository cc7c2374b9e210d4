// Base64 by OpenSSL.
#include "base/base64.h"

#include <openssl/evp.h>

#include <algorithm>

namespace jindo::base {
void append_base64(Bytes bytes, std::string& out) {
  const size_t before = out.size();
  out.resize(before + 4 * ((bytes.size() + 2) / 3) + 1);  // OpenSSL ends with a zero byte
  const int written = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data() + before), bytes.data(),
                                      static_cast<int>(bytes.size()));
  out.resize(before + static_cast<size_t>(written));
}

bool from_base64(std::string_view text, std::vector<uint8_t>& out) {
  out.clear();
  if (text.size() % 4 != 0 || text.size() > (size_t{1} << 30)) return false;
  if (text.empty()) return true;
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  // OpenSSL skips white space and accepts other endings: only the alphabet is let through.
  const std::string_view body = text.substr(0, text.size() - padding);
  const bool alphabet = std::all_of(body.begin(), body.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  });
  if (!alphabet) return false;
  out.resize(text.size() / 4 * 3);
  const int written =
      EVP_DecodeBlock(out.data(), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (written < 0) return false;
  out.resize(static_cast<size_t>(written) - padding);
  return true;
}

bool from_base64(std::string_view text, std::span<uint8_t> out) {
  std::vector<uint8_t> bytes;
  if (!from_base64(text, bytes) || bytes.size() != out.size()) return false;
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return true;
}
}  // namespace jindo::base
