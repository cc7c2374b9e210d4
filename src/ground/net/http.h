// HTTP/1.1 on both sides, over Boost.Beast; nothing of it shows here. docs/API.md says what the server promises.
// Server: a coroutine a connection on a few threads; limits on head, body, connections and idle time; keep-alive and
// pipelining; TLS, and clients' certificates where asked; slow work on threads of its own so that quick answers do not
// wait; event streams (server-sent events) by polling a source. Stops gracefully: no new connections, open requests
// are answered, then it ends.
// Client: blocking, one connection kept alive, time-outs on everything, a limit on answers. One thread at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace jindo::net {

struct Request {  // what it points to lives until it is answered
  std::string_view method;
  std::string path;  // percent-decoded
  std::string_view query, body, authorization, content_type, accept, last_event_id;
  std::string_view host, origin, cookie, fetch_site, accept_encoding, if_none_match;  // Sec-Fetch-Site
  bool secure = false;                                                                // came over TLS
  std::string_view peer;                                                              // address:port
  std::string_view client_name;  // subject of the client's certificate; "" without
};
// A value of the query, percent-decoded; nullopt where it is missing.
std::optional<std::string> query_value(const Request& request, std::string_view name);
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank);

// Asked again and again: what is new, or "" for nothing yet; nullopt ends the stream.
using EventSource = std::function<std::optional<std::string>()>;
struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  bool no_store = true;  // Cache-Control
  EventSource stream;    // set: a text/event-stream instead of a body
  // Called once the connection's thread has handled what else had arrived, before this is sent: where many answers
  // share one write. What it returns is sent instead.
  std::function<std::optional<Response>()> settle;
};
// How long a request takes, and so where it is handled: quick ones by their connection's thread, each of the others in
// turn by threads of its kind, so that none waits behind slower ones.
enum class Pace { kQuick, kBatch, kChange, kLong };
// What is to be done for a request: how long it takes, and the work, which is called once with that request.
struct Job {
  Pace pace = Pace::kQuick;
  std::function<Response(const Request&)> answer;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 0;                       // 0: any free one
  unsigned threads = 2, slow_threads = 2;  // slow: of each kind
  size_t head_bytes_max = 16 << 10;
  size_t body_bytes_max = size_t{16} << 20;
  unsigned connections_max = 4096;
  unsigned slow_queue_max = 64;   // of each kind; more are answered 503, come again
  unsigned idle_seconds = 75;     // between requests
  unsigned request_seconds = 30;  // from a request's first byte to its last, and for the answer to be taken
  std::string certificate, key;   // PEM files: TLS
  std::string client_authority;   // PEM file: clients need a certificate of it
};
struct ServerCounts {
  std::atomic<uint64_t> connections{0}, requests{0}, refused{0}, malformed{0};
};

class Server {
 public:
  // Asked once the head and body are there, by the connection's thread: quickly.
  using Plan = std::function<Job(const Request&)>;
  // Makes an error's body: status, what is wrong.
  using ErrorBody = std::function<Response(unsigned status, const std::string& what)>;
  static base::Result<std::unique_ptr<Server>> start(const ServerOptions& options, Plan plan, ErrorBody error);
  virtual ~Server() = default;
  virtual uint16_t port() const = 0;
  virtual const ServerCounts& counts() const = 0;
  // Answers what is open, at most so long, then ends everything.
  virtual void stop(unsigned grace_seconds) = 0;
};

struct ClientOptions {
  unsigned connect_seconds = 5, seconds = 30;
  size_t body_bytes_max = size_t{256} << 20;
  std::string user_agent = "jindo";
  bool verify = true;  // https: the server's certificate
};
struct ClientResponse {
  unsigned status = 0;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string header(std::string_view name) const;  // the first of this name, whatever the case; "" without
};
struct Url {
  bool tls = false;
  std::string host, port, target;  // target begins with "/"
  std::string user, password;
};
base::Result<Url> parse_url(std::string_view text);

class Client {
 public:
  static base::Result<std::unique_ptr<Client>> make(const std::string& url, const ClientOptions& options);
  virtual ~Client() = default;
  // To the URL's own target. The error is of the machine: no connection, no answer in time, too large.
  virtual base::Result<ClientResponse> post(std::string_view body,
                                            const std::vector<std::pair<std::string, std::string>>& headers) = 0;
  // To another target on the same host. GET and DELETE send no body.
  virtual base::Result<ClientResponse> call(std::string_view method, const std::string& target, std::string_view body,
                                            const std::vector<std::pair<std::string, std::string>>& headers) = 0;
};
std::string percent_encode(std::string_view text);  // all but what RFC 3986 leaves unreserved

}  // namespace jindo::net
