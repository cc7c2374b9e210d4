// The client: one connection kept alive, made again once where the server had closed it.
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include "base/base64.h"
#include "net/http.h"

namespace jindo::net {
namespace {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

std::string basic(const std::string& who) {
  std::string out = "Basic ";
  base::append_base64(base::as_bytes(who), out);
  return out;
}

class BeastClient : public Client {
 public:
  BeastClient(Url url, ClientOptions options) : url_(std::move(url)), options_(std::move(options)) {
    if (url_.tls) {
      context_.set_default_verify_paths();
      context_.set_verify_mode(options_.verify ? asio::ssl::verify_peer : asio::ssl::verify_none);
    }
  }
  ~BeastClient() override { close(); }

  base::Result<ClientResponse> post(std::string_view body,
                                    const std::vector<std::pair<std::string, std::string>>& headers) override {
    return call("POST", url_.target, body, headers);
  }
  base::Result<ClientResponse> call(std::string_view method, const std::string& target, std::string_view body,
                                    const std::vector<std::pair<std::string, std::string>>& headers) override {
    http::request<http::string_body> request{http::string_to_verb({method.data(), method.size()}), target, 11};
    request.set(http::field::host, url_.host + ":" + url_.port);
    request.set(http::field::user_agent, options_.user_agent);
    const bool sends = method == "POST" || method == "PUT";
    if (sends) request.set(http::field::content_type, "application/json");
    if (!url_.user.empty() || !url_.password.empty()) {
      const std::string who = url_.user + ":" + url_.password;
      request.set(http::field::authorization, basic(who));
    }
    for (const auto& [name, value] : headers) request.set(name, value);
    if (sends) request.body() = std::string(body);
    request.prepare_payload();
    for (int attempt = 0;; ++attempt) {
      const bool reused = connected_;
      auto answer = exchange(request);
      // A kept connection may have been closed by the other side meanwhile: once more on a fresh one.
      if (answer.ok() || !reused || attempt > 0) return answer;
    }
  }

 private:
  base::Error failed(const char* what, const error_code& error) {
    close();
    return base::machine_failed((url_.tls ? "https://" : "http://") + url_.host + ":" + url_.port + ": " + what + ": " +
                                (error == asio::error::operation_aborted || error == beast::error::timeout
                                     ? std::string("no answer in time")
                                     : error.message()));
  }
  // Runs what was started, at most so long; what is not done then is broken off.
  bool run(unsigned seconds, const bool& done) {
    io_.restart();
    io_.run_for(std::chrono::seconds(seconds));
    if (done) return true;
    error_code ignored;
    if (plain_) plain_->socket().close(ignored);
    if (secure_) beast::get_lowest_layer(*secure_).socket().close(ignored);
    io_.restart();
    io_.run_for(std::chrono::seconds(1));
    return false;
  }
  base::Status connect() {
    error_code error;
    bool done = false;
    tcp::resolver resolver(io_);
    const auto found = resolver.resolve(url_.host, url_.port, error);
    if (error) return failed("cannot be resolved", error);
    if (url_.tls) {
      secure_.emplace(io_, context_);
      if (SSL_set_tlsext_host_name(secure_->native_handle(), url_.host.c_str()) != 1)
        return base::machine_failed(url_.host + ": cannot be named in TLS");
      if (options_.verify) secure_->set_verify_callback(asio::ssl::host_name_verification(url_.host));
    } else {
      plain_.emplace(io_);
    }
    auto& lowest = url_.tls ? beast::get_lowest_layer(*secure_) : *plain_;
    lowest.async_connect(found, [&](error_code e, const auto&) {
      error = e;
      done = true;
    });
    if (!run(options_.connect_seconds, done)) return failed("no connection", asio::error::operation_aborted);
    if (error) return failed("no connection", error);
    lowest.socket().set_option(tcp::no_delay(true), error);
    if (url_.tls) {
      done = false;
      secure_->async_handshake(asio::ssl::stream_base::client, [&](error_code e) {
        error = e;
        done = true;
      });
      if (!run(options_.connect_seconds, done)) return failed("no TLS", asio::error::operation_aborted);
      if (error) return failed("no TLS", error);
    }
    connected_ = true;
    return {};
  }
  template <class Stream>
  base::Result<ClientResponse> talk(Stream& stream, http::request<http::string_body>& request) {
    error_code error;
    bool done = false;
    http::async_write(stream, request, [&](error_code e, size_t) {
      error = e;
      done = true;
    });
    if (!run(options_.seconds, done)) return failed("sending", asio::error::operation_aborted);
    if (error) return failed("sending", error);
    http::response_parser<http::string_body> parser;
    parser.body_limit(options_.body_bytes_max);
    done = false;
    http::async_read(stream, buffer_, parser, [&](error_code e, size_t) {
      error = e;
      done = true;
    });
    if (!run(options_.seconds, done)) return failed("answer", asio::error::operation_aborted);
    if (error) return failed("answer", error);
    if (!parser.get().keep_alive()) close();
    ClientResponse out{parser.get().result_int(), std::move(parser.get().body()), {}};
    for (const auto& field : parser.get())
      out.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    return out;
  }
  base::Result<ClientResponse> exchange(http::request<http::string_body>& request) {
    if (!connected_) JINDO_DO(connect());
    return url_.tls ? talk(*secure_, request) : talk(*plain_, request);
  }
  void close() {
    error_code ignored;
    if (plain_) plain_->socket().close(ignored);
    if (secure_) beast::get_lowest_layer(*secure_).socket().close(ignored);
    plain_.reset();
    secure_.reset();
    buffer_.clear();
    connected_ = false;
  }
  Url url_;
  ClientOptions options_;
  asio::io_context io_;
  asio::ssl::context context_{asio::ssl::context::tls_client};
  std::optional<beast::tcp_stream> plain_;
  std::optional<beast::ssl_stream<beast::tcp_stream>> secure_;
  beast::flat_buffer buffer_;
  bool connected_ = false;
};
}  // namespace

base::Result<std::unique_ptr<Client>> Client::make(const std::string& url, const ClientOptions& options) {
  JINDO_TRY(Url parsed, parse_url(url));
  return std::unique_ptr<Client>(new BeastClient(std::move(parsed), options));
}
}  // namespace jindo::net
