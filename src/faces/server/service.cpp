// The service: a request finds its route in the table, its key, the right that the route asks for, and then its
// handler.
#include <algorithm>
#include <chrono>
#include <thread>

#include "base/base64.h"
#include "base/clock.h"
#include "base/hex.h"
#include "server/log.h"
#include "server/taxii.h"
#include "server/web_assets.h"

#include <simdjson.h>

namespace jindo::server {
namespace {
const char* title_of(unsigned status) {
  switch (status) {
    case 400:
      return "Bad request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not found";
    case 405:
      return "Method not allowed";
    case 406:
      return "Not acceptable";
    case 409:
      return "Conflict";
    case 413:
      return "Content too large";
    case 415:
      return "Unsupported media type";
    case 422:
      return "Unprocessable content";
    case 431:
      return "Request header fields too large";
    case 503:
      return "Service unavailable";
    default:
      return "Internal server error";
  }
}

// Walks a pattern and a path side by side: take(name, value) for each name in braces. Whether the path fits.
template <class Take>
bool walk(std::string_view pattern, std::string_view path, Take take) {
  while (!pattern.empty()) {
    const size_t open = std::min(pattern.find('{'), pattern.size());
    if (path.substr(0, open) != pattern.substr(0, open)) return false;
    pattern.remove_prefix(open);
    path.remove_prefix(open);
    if (pattern.empty()) break;
    const size_t close = pattern.find('}');
    const std::string_view value = path.substr(0, path.find('/'));
    if (value.empty()) return false;
    take(pattern.substr(1, close - 1), value);
    pattern.remove_prefix(close + 1);
    path.remove_prefix(value.size());
  }
  return path.empty();
}
// Whether the path is the pattern's. TAXII's end with a slash, which clients may leave out.
bool fits(std::string_view pattern, std::string_view path) {
  if (is_taxii(pattern) && path.back() != '/') pattern.remove_suffix(1);
  return walk(pattern, path, [](std::string_view, std::string_view) {});
}
// nullptr where there is none.
const Route* route_of(const net::Request& request) {
  for (const Route& route : routes())
    if (request.method == route.method && fits(route.path, request.path)) return &route;
  return nullptr;
}
net::Pace pace_of(const Route* route, const net::Request& request) {
  if (route == nullptr) return net::Pace::kQuick;
  // A question about the past traces again.
  if (net::query_value(request, "at_height") ||
      request.body.substr(0, 4096).find("\"at_height\"") != std::string_view::npos)
    return net::Pace::kLong;
  return route->pace;
}
// Which methods a path takes; "" where there is no such path.
std::string methods_of(const std::string& path) {
  std::string out;
  for (const Route& route : routes())
    if (fits(route.path, path)) out += (out.empty() ? "" : ", ") + std::string(route.method);
  return out;
}

std::vector<std::string> route_names() {
  std::vector<std::string> out;
  for (const Route& route : routes()) out.emplace_back(route.path);
  return out;
}

class LiveService : public Service {
 public:
  base::Status begin(ServeOptions options) {
    set_log_level(options.log_level);
    log_requests_ = options.log_requests;
    const bool loopback = options.http.address.rfind("127.", 0) == 0 || options.http.address == "::1";
    if (!loopback && options.http.certificate.empty() && !options.plain_http_anywhere)
      return base::wrong_use("listening at " + options.http.address +
                             " without TLS would send keys in the clear; give --tls-certificate and --tls-key (or "
                             "--plain-http where something before it does TLS)");
    options.node.log = log_event;
    JINDO_TRY(node_, node::LiveNode::open(options.node));
    const std::string keys = options.keys.empty() ? node_->options().data + "/keys.db" : options.keys;
    JINDO_TRY(keys_, KeyStore::open(keys));
    JINDO_TRY(const auto known, keys_->list());
    federation::SharingOptions sharing = options.sharing;
    if (sharing.data.empty()) sharing.data = node_->options().data + "/sharing";
    JINDO_TRY(sharing_, federation::Sharing::open(sharing));
    const bool usable = std::any_of(known.begin(), known.end(), [](const Key& key) {
      return (key.scopes & kAdmin) != 0 && !key.revoked && (key.expires == 0 || key.expires > base::unix_seconds());
    });
    if (!usable) first_token_ = keys_->offer_first_token();
    JINDO_TRY(workbench_, workbench::Workbench::open(*node_, *sharing_));
    const base::Hash256 place = base::sha256(base::as_bytes(node_->options().data));
    sessions_ = std::make_unique<Sessions>("jindo-" + base::to_hex(base::Bytes(place).first(4)));
    context_ = std::make_unique<Context>(
        Context{*node_, *sharing_, *workbench_, *keys_, *sessions_, metrics_, options.http.body_bytes_max, nullptr});
    JINDO_DO(sharing_->start(*node_));
    JINDO_TRY(server_, net::Server::start(
                           options.http,
                           [this](const net::Request& asked) {
                             const Route* route = route_of(asked);
                             return net::Job{pace_of(route, asked), [this, route](const net::Request& request) {
                                               return handle(request, route);
                                             }};
                           },
                           problem));
    context_->http = &server_->counts();
    return {};
  }
  ~LiveService() override {
    if (server_) server_->stop(5);
    server_.reset();
    if (sharing_) sharing_->stop();
    if (node_) node_->stop();
  }
  uint16_t port() const override { return server_->port(); }
  const std::string& first_token() const override { return first_token_; }
  node::LiveNode& node() override { return *node_; }
  void run_until(const std::function<bool()>& stop) override {
    for (unsigned tick = 0; !stop(); ++tick) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      if (tick % 20 != 0) continue;
      (void)keys_->reload();
      (void)sharing_->store().reload();
    }
    log_event("info", "stopping", "");
    server_->stop(10);
    sharing_->stop();
    node_->stop();
    log_event("info", "stopped", "");
  }

 private:
  net::Response handle(const net::Request& request, const Route* route) {
    const auto from = std::chrono::steady_clock::now();
    if (route == nullptr)
      if (auto page = web_answer(request)) return std::move(*page);
    net::Response out = dispatch(request, route);
    const auto taken = std::chrono::steady_clock::now() - from;
    metrics_.request(route != nullptr ? static_cast<size_t>(route - routes().data()) : routes().size(), out.status,
                     std::chrono::duration_cast<std::chrono::nanoseconds>(taken).count());
    if (log_requests_ || out.status >= 500)
      log_event(out.status >= 500 ? "error" : "info", "request",
                "\"method\":" + base::json_escape(request.method.substr(0, 16)) +
                    ",\"route\":" + base::json_escape(route != nullptr ? route->path : "none") +
                    ",\"status\":" + std::to_string(out.status) + ",\"peer\":" + base::json_escape(request.peer) +
                    ",\"us\":" + std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(taken).count()));
    out.no_store = out.status != 200 || route == nullptr || route->scope != kNoScope;
    return out;
  }
  // The token of an Authorization header: Bearer, Token, or as the password of Basic.
  static std::string token_of(std::string_view header) {
    for (const std::string_view scheme : {"Bearer ", "Token "})
      if (header.substr(0, scheme.size()) == scheme) return std::string(header.substr(scheme.size()));
    constexpr std::string_view kBasic = "Basic ";
    if (header.substr(0, kBasic.size()) == kBasic) {
      std::vector<uint8_t> plain;
      if (!base::from_base64(header.substr(kBasic.size()), plain)) return "";
      const std::string text(plain.begin(), plain.end());
      const size_t colon = text.find(':');
      return colon == std::string::npos ? "" : text.substr(colon + 1);
    }
    return std::string(header);
  }
  net::Response dispatch(const net::Request& request, const Route* route) {
    const bool taxii = is_taxii(request.path);
    const auto refuse = [&](unsigned status, const std::string& what) {
      return taxii ? taxii_problem(status, what) : problem(status, what);
    };
    if (route == nullptr) {
      const std::string allowed = methods_of(request.path);
      if (allowed.empty()) return refuse(404, "no such path; what there is: /openapi.json");
      net::Response out = refuse(405, "this path takes " + allowed);
      out.headers.emplace_back("Allow", allowed);
      return out;
    }
    Call call{*context_, request, PathValues(route->path, request.path), nullptr};
    const bool by_session = request.authorization.empty() && !request.cookie.empty();
    if (by_session) {
      if (const auto key = sessions_->find(request, base::unix_seconds()))
        call.key = keys_->find(*key, base::unix_seconds());
    } else if (const std::string token = token_of(request.authorization); !token.empty()) {
      call.key = keys_->find(token, base::unix_seconds());
    }
    if (route->scope != kNoScope) {
      if (!call.key) {
        net::Response out = refuse(401, by_session                      ? "the session has ended; sign in again"
                                        : request.authorization.empty() ? "a key is needed: Authorization: Bearer TOKEN"
                                                                        : "the key is unknown, expired or revoked");
        if (!by_session) out.headers.emplace_back("WWW-Authenticate", "Bearer");
        if (taxii) out.headers.emplace_back("WWW-Authenticate", "Basic realm=\"jindo\"");
        return out;
      }
      if (by_session && !from_own_page(request))
        return refuse(403, "a session's requests come from this server's own page; elsewhere, use the key itself");
      if ((call.key->scopes & route->scope) == 0)
        return refuse(
            403, "the key's role " + call.key->role + " does not have the right '" + scope_name(route->scope) + "'");
    }
    if (taxii && !takes_taxii(request.accept)) return refuse(406, std::string("expected Accept: ") + kTaxiiType);
    if (taxii && *route->body != '\0') {
      if (!is_taxii_type(request.content_type, false))
        return refuse(415, std::string("expected Content-Type: ") + kTaxiiType);
    } else if (*route->body != '\0') {
      const std::string_view type = std::string_view(request.content_type).substr(0, request.content_type.find(';'));
      const bool yaml = takes_yaml(route->body);
      if (!(type == "application/json" || type.empty() ||
            (yaml && (type == "application/yaml" || type == "text/yaml" || type == "application/x-yaml"))))
        return problem(415, yaml ? "expected application/yaml" : "expected application/json");
    }
    try {
      return route->handle(call);
    } catch (const std::bad_alloc&) {
      return refuse(503, "out of memory for this request");
    }
  }
  std::unique_ptr<node::LiveNode> node_;
  std::unique_ptr<federation::Sharing> sharing_;
  std::unique_ptr<workbench::Workbench> workbench_;
  std::unique_ptr<KeyStore> keys_;
  std::unique_ptr<Sessions> sessions_;
  Metrics metrics_{route_names()};
  std::unique_ptr<Context> context_;
  std::unique_ptr<net::Server> server_;
  std::string first_token_;
  bool log_requests_ = false;
};
}  // namespace

std::string_view PathValues::operator[](std::string_view name) const {
  std::string_view out;
  walk(pattern_, path_, [&](std::string_view found, std::string_view value) {
    if (found == name) out = value;
  });
  return out;
}
const std::vector<Route>& routes() {
  static const std::vector<Route> table = [] {
    std::vector<Route> out = screen_routes();
    for (const auto& more : {operate_routes(), ingest_routes(), admin_routes(), sharing_routes(), session_routes(),
                             workbench_routes(), taxii_routes()})
      out.insert(out.end(), more.begin(), more.end());
    return out;
  }();
  return table;
}

bool takes_yaml(std::string_view body) { return body == "Incident" || body == "Policy" || body == "SharingFile"; }

net::Response problem(unsigned status, const std::string& detail) {
  net::Response out;
  out.status = status;
  out.content_type = "application/problem+json";
  out.body = base::json_object([&](base::JsonWriter& json) {
    json.field("type", "about:blank");
    json.field("title", title_of(status));
    json.field("status", uint64_t{status});
    json.field("detail", detail);
  });
  return out;
}
net::Response problem_of(const base::Error& error) {
  switch (error.kind) {
    case base::ErrorKind::kNo:
      return problem(404, error.message);
    case base::ErrorKind::kWrongUse:
    case base::ErrorKind::kBadInput:
      return problem(422, error.message);
    case base::ErrorKind::kMachine:
      break;
  }
  net::Response out = problem(503, error.message);
  out.headers.emplace_back("Retry-After", "1");
  return out;
}
net::Response json_answer(std::string body, unsigned status) {
  net::Response out;
  out.status = status;
  out.body = std::move(body);
  return out;
}
base::Result<int64_t> whole_number(const Call& call, const char* name, int64_t fallback, int64_t least, int64_t most) {
  const auto text = net::query_value(call.request, name);
  if (!text) return fallback;
  const auto number = base::parse_decimal(*text);
  if (!number || !number->fits_u64() || number->low() > static_cast<uint64_t>(most) ||
      static_cast<int64_t>(number->low()) < least)
    return base::wrong_use(std::string("'") + name + "': expected a whole number from " + std::to_string(least) +
                           " to " + std::to_string(most));
  return static_cast<int64_t>(number->low());
}
base::Result<std::map<std::string, std::string>> text_fields(std::string_view text,
                                                             const std::vector<std::string>& known) {
  simdjson::dom::parser parser;
  simdjson::dom::object root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS)
    return base::bad_input("expected a JSON object");
  std::map<std::string, std::string> out;
  for (const auto entry : root) {
    const std::string name(entry.key);
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      std::string all;
      for (const std::string& k : known) all += (all.empty() ? "" : ", ") + k;
      return base::bad_input("unknown field '" + name.substr(0, 40) + "'; expected " + all);
    }
    std::string_view value;
    int64_t number = 0;
    bool yes = false;
    if (entry.value.get(value) == simdjson::SUCCESS)
      out[name] = std::string(value);
    else if (entry.value.get(number) == simdjson::SUCCESS)
      out[name] = std::to_string(number);
    else if (entry.value.get(yes) == simdjson::SUCCESS)
      out[name] = yes ? "true" : "false";
    else
      return base::bad_input("field '" + name + "': expected a text or a whole number");
  }
  return out;
}

base::Result<std::unique_ptr<Service>> Service::start(ServeOptions options) {
  auto out = std::make_unique<LiveService>();
  JINDO_DO(out->begin(std::move(options)));
  return std::unique_ptr<Service>(std::move(out));
}
}  // namespace jindo::server
