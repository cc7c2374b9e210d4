// URLs and percent-encoding (RFC 3986), and values out of a query.
#include <algorithm>
#include <cctype>

#include "net/http.h"

namespace jindo::net {
namespace {
int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = digit_of(text[i + 1]), low = digit_of(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr const char* kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[c & 15];
    }
  }
  return out;
}
std::string ClientResponse::header(std::string_view name) const {
  const auto same = [&](const std::string& other) {
    return other.size() == name.size() && std::equal(name.begin(), name.end(), other.begin(), [](char a, char b) {
             return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
           });
  };
  for (const auto& [key, value] : headers)
    if (same(key)) return value;
  return "";
}

std::optional<std::string> query_value(const Request& request, std::string_view name) {
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const size_t end = rest.find('&');
    const std::string_view part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    const size_t equals = part.find('=');
    const std::string_view written = part.substr(0, equals);
    if (written != name && (written.find('%') == std::string_view::npos || percent_decode(written, true) != name))
      continue;
    return percent_decode(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1), true);
  }
  return std::nullopt;
}

base::Result<Url> parse_url(std::string_view text) {
  Url out;
  std::string_view rest = text;
  const auto wrong = [&](const std::string& what) {
    return base::wrong_use("'" + std::string(text.substr(0, 200)) + "': " + what +
                           "; expected http://[USER:PASSWORD@]HOST[:PORT][/PATH]");
  };
  if (rest.substr(0, 7) == "http://") {
    rest.remove_prefix(7);
  } else if (rest.substr(0, 8) == "https://") {
    out.tls = true;
    rest.remove_prefix(8);
  } else {
    return wrong("no http:// or https:// before it");
  }
  const size_t slash = rest.find_first_of("/?");
  std::string_view authority = rest.substr(0, slash);
  out.target = slash == std::string_view::npos ? "/" : std::string(rest.substr(slash));
  if (out.target[0] == '?') out.target.insert(0, "/");
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view who = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    const size_t colon = who.find(':');
    const auto user = percent_decode(who.substr(0, colon), false);
    const auto password =
        colon == std::string_view::npos ? std::optional<std::string>("") : percent_decode(who.substr(colon + 1), false);
    if (!user || !password) return wrong("a % that is no code");
    out.user = *user;
    out.password = *password;
  }
  if (!authority.empty() && authority[0] == '[') {
    const size_t close = authority.find(']');
    if (close == std::string_view::npos) return wrong("no ] after an IPv6 address");
    out.host = std::string(authority.substr(1, close - 1));
    authority.remove_prefix(close + 1);
    if (!authority.empty() && authority[0] != ':') return wrong("something after ]");
    if (!authority.empty()) authority.remove_prefix(1);
    out.port = std::string(authority);
  } else {
    const size_t colon = authority.rfind(':');
    out.host = std::string(authority.substr(0, colon));
    if (colon != std::string_view::npos) out.port = std::string(authority.substr(colon + 1));
  }
  if (out.host.empty()) return wrong("no host");
  if (out.port.empty()) out.port = out.tls ? "443" : "80";
  if (out.port.size() > 5 || out.port.find_first_not_of("0123456789") != std::string::npos ||
      std::stoul(out.port) > 65535)
    return wrong("no port number");
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= ' ' || c == 127) return wrong("a blank or control character");
  return out;
}
}  // namespace jindo::net
