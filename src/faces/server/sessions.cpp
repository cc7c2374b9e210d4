// Sessions: a cookie's random name for the hash of a key's token.
#include "server/sessions.h"

#include <openssl/rand.h>

#include <array>

#include "base/hex.h"

namespace jindo::server {
namespace {
using Lock = std::lock_guard<std::mutex>;
}

// The prefix binds the cookie to https, this host and the path "/" (RFC 6265bis, section 4.1.3.2).
std::string Sessions::cookie_name(const net::Request& request) const {
  return (request.secure ? "__Host-" : "") + name_;
}
std::optional<base::Hash256> Sessions::cookie_of(const net::Request& request) const {
  const std::string name = cookie_name(request);
  std::string_view rest = request.cookie;
  while (!rest.empty()) {
    std::string_view one = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    if (one.size() == name.size() + 1 + 64 && one.substr(0, name.size()) == name && one[name.size()] == '=')
      return base::sha256(base::as_bytes(one.substr(name.size() + 1)));
  }
  return std::nullopt;
}
base::Result<std::string> Sessions::begin(const net::Request& request, std::string_view key_token, int64_t now) {
  std::array<uint8_t, 32> random{};
  if (RAND_bytes(random.data(), random.size()) != 1) return base::machine_failed("the machine gives no random numbers");
  const std::string token = base::to_hex(random);
  const Lock lock(mutex_);
  for (auto it = sessions_.begin(); it != sessions_.end();)
    it = now - it->second.begun > kSecondsMax || now - it->second.used > kIdleSeconds ? sessions_.erase(it) : ++it;
  if (sessions_.size() >= kSessionsMax) {  // the one that was not used for longest goes
    auto oldest = sessions_.begin();
    for (auto it = sessions_.begin(); it != sessions_.end(); ++it)
      if (it->second.used < oldest->second.used) oldest = it;
    sessions_.erase(oldest);
  }
  sessions_[base::sha256(base::as_bytes(token))] = {base::sha256(base::as_bytes(key_token)), now, now};
  return cookie_name(request) + "=" + token +
         "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(kSecondsMax) +
         (request.secure ? "; Secure" : "");
}
std::optional<base::Hash256> Sessions::find(const net::Request& request, int64_t now) {
  const auto cookie = cookie_of(request);
  if (!cookie) return std::nullopt;
  const Lock lock(mutex_);
  const auto found = sessions_.find(*cookie);
  if (found == sessions_.end()) return std::nullopt;
  if (now - found->second.begun > kSecondsMax || now - found->second.used > kIdleSeconds) {
    sessions_.erase(found);
    return std::nullopt;
  }
  found->second.used = now;
  return found->second.key;
}
std::string Sessions::end(const net::Request& request) {
  if (const auto cookie = cookie_of(request)) {
    const Lock lock(mutex_);
    sessions_.erase(*cookie);
  }
  return cookie_name(request) + "=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0" + (request.secure ? "; Secure" : "");
}

bool from_own_page(const net::Request& request) {
  if (!request.fetch_site.empty() && request.fetch_site != "same-origin" &&
      !(request.fetch_site == "none" && request.method == "GET"))
    return false;
  if (request.origin.empty()) return request.method == "GET";
  const size_t scheme = request.origin.find("://");
  return scheme != std::string_view::npos && request.origin.substr(scheme + 3) == request.host;
}
}  // namespace jindo::server
