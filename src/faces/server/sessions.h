// Browser sessions: a person shows a key once, and the page goes on with a cookie that no script can read. A session is
// a random token of which only the SHA-256 is kept, in memory; it ends when it is ended, after 12 hours, after 2 hours
// without a request, with its key, and with the server. Who holds a cookie may change something only from the page of
// this very server (docs/serving.md, "The workbench"). Thread safe.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "net/http.h"
#include "server/keys.h"

namespace jindo::server {

class Sessions {
 public:
  static constexpr int64_t kSecondsMax = 12 * 3600, kIdleSeconds = 2 * 3600;
  static constexpr size_t kSessionsMax = 1000;
  // `name`: of the cookie. Cookies are not kept apart by port: two nodes on one machine need two names.
  explicit Sessions(std::string name) : name_(std::move(name)) {}
  // Cookie header of a new session of the key with this token.
  base::Result<std::string> begin(const net::Request& request, std::string_view key_token, int64_t now);
  // The hash of the token of the key whose session the request's cookie is.
  std::optional<base::Hash256> find(const net::Request& request, int64_t now);
  // Ends the request's session; the header that takes the cookie away.
  std::string end(const net::Request& request);

 private:
  struct Session {
    base::Hash256 key{};
    int64_t begun = 0, used = 0;
  };
  std::string cookie_name(const net::Request& request) const;
  std::optional<base::Hash256> cookie_of(const net::Request& request) const;
  std::mutex mutex_;
  const std::string name_;
  std::map<base::Hash256, Session> sessions_;
};

// Whether a browser sends this from a page of this server: by Origin, and by Sec-Fetch-Site where it says so. A request
// that changes nothing may come without Origin, but from no other site's page.
bool from_own_page(const net::Request& request);

}  // namespace jindo::server
