// The server: a coroutine a connection, on the loop of one thread; slow work on threads of its pace. Each request is
// read, planned, answered by its plan where its pace belongs, and sent, before the connection's next one is read.
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <set>
#include <thread>

#include "net/http.h"

namespace jindo::net {
namespace {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using asio::awaitable;
using boost::system::error_code;
constexpr auto kToken = asio::as_tuple(asio::use_awaitable);

class BeastServer : public Server {
 public:
  BeastServer(const ServerOptions& options, Plan plan, ErrorBody error)
      : options_(options),
        plan_(std::move(plan)),
        error_(std::move(error)),
        slow_{{Slow(options.slow_threads), Slow(options.slow_threads), Slow(options.slow_threads)}} {}
  ~BeastServer() override { stop(0); }

  base::Status begin() {
    error_code error;
    const auto address = asio::ip::make_address(options_.address, error);
    if (error) return base::wrong_use("'" + options_.address + "': expected an IP address to listen at");
    if (!options_.certificate.empty()) JINDO_DO(load_certificates());
    const tcp::endpoint endpoint(address, options_.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(1024, error);
    if (error)
      return base::machine_failed("cannot listen at " + options_.address + ":" + std::to_string(options_.port) + ": " +
                                  error.message());
    port_ = acceptor_.local_endpoint().port();
    // A connection stays on the thread it began on: no locks between requests.
    for (unsigned i = 0; i < std::max(1u, options_.threads); ++i) loops_.push_back(std::make_unique<Loop>());
    asio::co_spawn(accepting_, accept(), asio::detached);
    threads_.emplace_back([this] { accepting_.run(); });
    for (auto& loop : loops_) asio::co_spawn(loop->io, watch(*loop), asio::detached);
    for (auto& loop : loops_) threads_.emplace_back([&io = loop->io] { io.run(); });
    return {};
  }
  uint16_t port() const override { return port_; }
  const ServerCounts& counts() const override { return counts_; }

  void stop(unsigned grace_seconds) override {
    if (stopped_.exchange(true)) return;
    asio::post(accepting_, [this] {
      error_code ignored;
      acceptor_.close(ignored);
    });
    // Idle connections close at once; those with a request open get their answer.
    for (auto& loop : loops_)
      asio::post(loop->io, [l = loop.get()] {
        for (Open* open : l->idle) {
          error_code ignored;
          open->socket.shutdown(tcp::socket::shutdown_receive, ignored);
        }
      });
    for (unsigned waited = 0; open_.load() > 0 && waited < grace_seconds * 20; ++waited)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    accepting_.stop();
    for (Slow& slow : slow_) slow.threads.join();
    for (auto& loop : loops_) loop->io.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    error_code ignored;
    acceptor_.close(ignored);  // where its thread ended before it came to it
  }

 private:
  // A connection's deadline. One look a second over a loop's connections costs less than a timer a request.
  struct Open {
    tcp::socket& socket;
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
    bool late = false;
    void expires_in(unsigned seconds) { deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds); }
    void expires_never() { deadline = std::chrono::steady_clock::time_point::max(); }
  };
  class Listed {  // in a loop's list for as long as it lives
   public:
    Listed(std::set<Open*>& list, Open* open) : list_(list), open_(open) { list_.insert(open_); }
    ~Listed() { list_.erase(open_); }
    Listed(const Listed&) = delete;
    Listed& operator=(const Listed&) = delete;

   private:
    std::set<Open*>& list_;
    Open* open_;
  };
  struct Loop {
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    std::set<Open*> open, idle;  // idle ones wait for a request
  };
  static awaitable<void> watch(Loop& loop) {
    asio::steady_timer pause(loop.io);
    for (;;) {
      pause.expires_after(std::chrono::seconds(1));
      const auto [error] = co_await pause.async_wait(kToken);
      if (error) co_return;
      const auto now = std::chrono::steady_clock::now();
      for (Open* open : loop.open) {
        if (open->deadline > now) continue;
        open->late = true;
        open->expires_never();
        error_code ignored;
        open->socket.shutdown(tcp::socket::shutdown_both, ignored);
      }
    }
  }

  base::Status load_certificates() {
    error_code error;
    context_.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                         asio::ssl::context::no_tlsv1_1);
    context_.use_certificate_chain_file(options_.certificate, error);
    if (error)
      return base::bad_input(options_.certificate + ": " + error.message() + "; expected a PEM certificate chain");
    context_.use_private_key_file(options_.key, asio::ssl::context::pem, error);
    if (error) return base::bad_input(options_.key + ": " + error.message() + "; expected a PEM private key");
    if (!options_.client_authority.empty()) {
      context_.load_verify_file(options_.client_authority, error);
      if (error)
        return base::bad_input(options_.client_authority + ": " + error.message() + "; expected PEM certificates");
      context_.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
    }
    return {};
  }

  awaitable<void> accept() {
    for (size_t next = 0;; next = (next + 1) % loops_.size()) {
      tcp::socket socket(loops_[next]->io);
      const auto [error] = co_await acceptor_.async_accept(socket, kToken);
      if (stopped_.load()) co_return;
      if (error) {  // out of descriptors and the like: not for long
        asio::steady_timer pause(accepting_, std::chrono::milliseconds(20));
        (void)co_await pause.async_wait(kToken);
        continue;
      }
      if (open_.load() >= options_.connections_max) {
        counts_.refused.fetch_add(1, std::memory_order_relaxed);
        continue;  // closes
      }
      ++open_;
      counts_.connections.fetch_add(1, std::memory_order_relaxed);
      Loop& loop = *loops_[next];
      asio::co_spawn(loop.io, connection(std::move(socket), loop), [this](std::exception_ptr) { --open_; });
    }
  }

  awaitable<void> connection(tcp::socket socket, Loop& loop) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const auto remote = socket.remote_endpoint(ignored);
    const std::string peer = remote.address().to_string() + ":" + std::to_string(remote.port());
    Open open{socket};
    const Listed listed(loop.open, &open);
    if (options_.certificate.empty()) {
      co_await serve(socket, open, peer, "", loop);
      socket.shutdown(tcp::socket::shutdown_both, ignored);
    } else {
      asio::ssl::stream<tcp::socket&> stream(socket, context_);
      open.expires_in(10);
      const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, kToken);
      if (error) {
        counts_.refused.fetch_add(1, std::memory_order_relaxed);
      } else {
        co_await serve(stream, open, peer, subject_of(stream.native_handle()), loop);
        open.expires_in(2);
        (void)co_await stream.async_shutdown(kToken);
      }
    }
  }
  static std::string subject_of(SSL* ssl) {
    X509* certificate = SSL_get1_peer_certificate(ssl);
    if (certificate == nullptr) return "";
    char name[512];
    X509_NAME_oneline(X509_get_subject_name(certificate), name, sizeof name);
    X509_free(certificate);
    return name;
  }

  // One request, read as far as it goes with what is there: a request that came whole costs no turn of the loop.
  template <class Stream>
  awaitable<error_code> read_request(Stream& stream, beast::flat_buffer& buffer,
                                     http::request_parser<http::string_body>& parser, Open& open, Loop& loop) {
    for (bool idle = buffer.size() == 0;; idle = false) {
      if (buffer.size() > 0) {
        open.expires_in(options_.request_seconds);
        error_code error;
        const size_t used = parser.put(buffer.data(), error);
        buffer.consume(used);
        if (error && error != http::error::need_more) co_return error;
        if (parser.is_done()) co_return error_code();
      } else if (idle) {
        open.expires_in(options_.idle_seconds);
      }
      std::optional<Listed> waiting;
      if (idle) waiting.emplace(loop.idle, &open);
      const auto [error, some] = co_await stream.async_read_some(buffer.prepare(16 << 10), kToken);
      waiting.reset();
      if (error) co_return idle ? error_code(http::error::end_of_stream) : error;
      buffer.commit(some);
    }
  }

  // The answer to what could not be read as a request.
  Response unreadable(const error_code& error) {
    if (error == http::error::body_limit)
      return error_(413, "the body is larger than " + std::to_string(options_.body_bytes_max) + " bytes");
    if (error == http::error::header_limit)
      return error_(431, "the request's head is larger than " + std::to_string(options_.head_bytes_max) + " bytes");
    return error_(400, "no HTTP/1.1 request: " + error.message());
  }
  // What is still on its way would make the kernel throw the answer away: read on, for a while.
  static awaitable<void> drain(Open& open, beast::flat_buffer& buffer) {
    error_code unheard;
    open.socket.shutdown(tcp::socket::shutdown_send, unheard);
    open.expires_in(2);
    for (size_t drained = 0; drained < (size_t{64} << 20);) {
      buffer.clear();
      const auto [over, some] = co_await open.socket.async_read_some(buffer.prepare(64 << 10), kToken);
      if (over) break;
      drained += some;
    }
  }
  // The message's fields by name; they point into it. nullopt where its target is no path.
  std::optional<Request> request_of(const http::request<http::string_body>& message, const std::string& peer,
                                    const std::string& client) const {
    const std::string_view target(message.target().data(), message.target().size());
    const size_t question = target.find('?');
    auto path = percent_decode(target.substr(0, question), false);
    if (!path || target.empty() || target[0] != '/') return std::nullopt;
    const auto text_of = [&](auto field) {
      const auto value = message[field];
      return std::string_view(value.data(), value.size());
    };
    Request request;
    const auto method = message.method_string();
    request.method = {method.data(), method.size()};
    if (message.method() == http::verb::head) request.method = "GET";  // answered alike, but for the body
    request.path = std::move(*path);
    if (question != std::string_view::npos) request.query = target.substr(question + 1);
    request.body = message.body();
    request.authorization = text_of(http::field::authorization);
    request.content_type = text_of(http::field::content_type);
    request.accept = text_of(http::field::accept);
    request.last_event_id = text_of("Last-Event-ID");
    request.host = text_of(http::field::host);
    request.origin = text_of(http::field::origin);
    request.cookie = text_of(http::field::cookie);
    request.fetch_site = text_of("Sec-Fetch-Site");
    request.accept_encoding = text_of(http::field::accept_encoding);
    request.if_none_match = text_of(http::field::if_none_match);
    request.secure = !options_.certificate.empty();
    request.peer = peer;
    request.client_name = client;
    return request;
  }
  // A job that is not quick: on the threads of its pace, or refused where too many wait for them.
  awaitable<Response> answer_slowly(const Job& job, const Request& request, Open& open) {
    Slow& slow = slow_[static_cast<size_t>(job.pace) - 1];
    if (slow.waiting.load() >= options_.slow_queue_max) {
      counts_.refused.fetch_add(1, std::memory_order_relaxed);
      Response refused = error_(503, "too many long requests at once; come again in a second");
      refused.headers.emplace_back("Retry-After", "1");
      co_return refused;
    }
    ++slow.waiting;
    open.expires_never();
    Response response = co_await asio::co_spawn(
        slow.threads, [&job, &request]() -> awaitable<Response> { co_return job.answer(request); },
        asio::use_awaitable);
    --slow.waiting;
    co_return response;
  }

  template <class Stream>
  awaitable<void> serve(Stream& stream, Open& open, const std::string& peer, const std::string& client, Loop& loop) {
    beast::flat_buffer buffer;
    while (!stopped_.load(std::memory_order_relaxed)) {
      http::request_parser<http::string_body> parser;
      parser.eager(true);
      parser.header_limit(static_cast<uint32_t>(options_.head_bytes_max));
      parser.body_limit(options_.body_bytes_max);
      const error_code error = co_await read_request(stream, buffer, parser, open, loop);
      if (error == http::error::end_of_stream || open.late) co_return;
      if (error) {
        counts_.malformed.fetch_add(1, std::memory_order_relaxed);
        Response response = unreadable(error);
        co_await send(stream, response, 11, false, false);
        co_await drain(open, buffer);
        co_return;
      }
      counts_.requests.fetch_add(1, std::memory_order_relaxed);
      const auto& message = parser.get();
      const bool head_only = message.method() == http::verb::head;
      const std::optional<Request> request = request_of(message, peer, client);
      Response response;
      if (!request) {
        response = error_(400, "the request's target is no path");
      } else {
        const Job job = plan_(*request);
        if (job.pace == Pace::kQuick)
          response = job.answer(*request);  // here, with no turn of the loop
        else
          response = co_await answer_slowly(job, *request, open);
      }
      open.expires_in(options_.request_seconds);
      const bool keep = message.keep_alive() && !stopped_.load();
      if (response.settle) {
        // Behind the requests that arrived with this one: the first that settles settles them all.
        co_await asio::post(asio::use_awaitable);
        if (auto other = response.settle()) response = std::move(*other);
      }
      if (response.stream && !head_only) {
        co_await send_events(stream, open, std::move(response));
        co_return;
      }
      if (!co_await send(stream, response, message.version(), keep, head_only) || !keep) co_return;
    }
  }

  template <class Stream>
  awaitable<bool> send(Stream& stream, Response& response, unsigned version, bool keep, bool head_only) {
    std::string head = version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
    head.reserve(256);
    head += std::to_string(response.status);
    head += ' ';
    const auto reason = http::obsolete_reason(static_cast<http::status>(response.status));
    head.append(reason.data(), reason.size());
    head += "\r\nServer: jindo\r\nX-Content-Type-Options: nosniff\r\n";
    if (response.no_store) head += "Cache-Control: no-store\r\n";
    if (response.status != 204) {
      if (!response.content_type.empty()) head += "Content-Type: " + response.content_type + "\r\n";
      head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    }
    for (const auto& [name, value] : response.headers) head += name + ": " + value + "\r\n";
    if (!keep) head += "Connection: close\r\n";
    if (keep && version == 10) head += "Connection: keep-alive\r\n";
    head += "\r\n";
    const bool body = !head_only && response.status != 204;
    const std::array<asio::const_buffer, 2> parts = {
        asio::buffer(head), asio::buffer(response.body.data(), body ? response.body.size() : 0)};
    const auto [error, bytes] = co_await asio::async_write(stream, parts, kToken);
    co_return !error;
  }

  // Chunks as they come; a comment now and then shows that the line is alive, and finds out that it is not.
  template <class Stream>
  awaitable<void> send_events(Stream& stream, Open& open, Response response) {
    std::string head =
        "HTTP/1.1 200 OK\r\nServer: jindo\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
        "Connection: close\r\n\r\n: jindo\n\n";
    auto [error, bytes] = co_await asio::async_write(stream, asio::buffer(head), kToken);
    auto last = std::chrono::steady_clock::now();
    while (!error && !stopped_.load()) {
      auto part = response.stream();
      if (!part) co_return;
      const auto now = std::chrono::steady_clock::now();
      if (part->empty() && now - last > std::chrono::seconds(15)) *part = ": alive\n\n";
      if (!part->empty()) {
        last = now;
        open.expires_in(options_.request_seconds);
        std::tie(error, bytes) = co_await asio::async_write(stream, asio::buffer(*part), kToken);
        continue;
      }
      open.expires_never();
      asio::steady_timer pause(co_await asio::this_coro::executor, std::chrono::milliseconds(50));
      (void)co_await pause.async_wait(kToken);
    }
  }

  const ServerOptions options_;
  const Plan plan_;
  const ErrorBody error_;
  asio::ssl::context context_{asio::ssl::context::tls_server};
  asio::io_context accepting_{1};
  tcp::acceptor acceptor_{accepting_};
  std::vector<std::unique_ptr<Loop>> loops_;
  struct Slow {
    explicit Slow(unsigned count) : threads(count) {}
    asio::thread_pool threads;
    std::atomic<unsigned> waiting{0};
  };
  std::array<Slow, 3> slow_;  // by pace
  std::vector<std::thread> threads_;
  std::atomic<unsigned> open_{0};
  std::atomic<bool> stopped_{false};
  ServerCounts counts_;
  uint16_t port_ = 0;
};
}  // namespace

base::Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Plan plan, ErrorBody error) {
  auto server = std::make_unique<BeastServer>(options, std::move(plan), std::move(error));
  JINDO_DO(server->begin());
  return std::unique_ptr<Server>(std::move(server));
}
}  // namespace jindo::net
