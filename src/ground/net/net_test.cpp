// URLs, queries, and the server and client with each other.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "net/http.h"

namespace jindo::net {
namespace {
Response text(unsigned status, const std::string& what) {
  Response out;
  out.status = status;
  out.body = what;
  return out;
}
TEST(Url, PartsAndErrors) {
  const auto url = parse_url("http://us%40er:pa%3Ass@[::1]:8332/wallet?x=1");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->user, "us@er");
  EXPECT_EQ(url->password, "pa:ss");
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, "8332");
  EXPECT_EQ(url->target, "/wallet?x=1");
  EXPECT_EQ(parse_url("https://a")->port, "443");
  for (const char* wrong :
       {"", "a", "http://", "http://a:99999", "http://a:b", "http://a b", "http://%zz:x@a", "http://[::1"})
    EXPECT_FALSE(parse_url(wrong).ok()) << wrong;
}
TEST(Query, DecodesAndFinds) {
  Request request;
  request.query = "a=1&b=x%20y+z&c&d=%zz";
  EXPECT_EQ(query_value(request, "b"), "x y z");
  EXPECT_EQ(query_value(request, "c"), "");
  EXPECT_FALSE(query_value(request, "d").has_value());
  EXPECT_FALSE(query_value(request, "e").has_value());
}
TEST(Http, AnswersQuickAndSlowAndRefusesWhatIsTooLarge) {
  ServerOptions options;
  options.body_bytes_max = 1000;
  std::atomic<int> handled{0};
  auto server = Server::start(
      options,
      [&](const Request& asked) {
        return Job{asked.path == "/slow" ? Pace::kBatch : Pace::kQuick, [&](const Request& request) {
                     ++handled;
                     return text(200, std::string(request.method) + " " + request.path + " " +
                                          std::string(request.body) + " " + std::string(request.authorization));
                   }};
      },
      text);
  ASSERT_TRUE(server.ok()) << server.error().message;
  const std::string base = "http://u:p@127.0.0.1:" + std::to_string((*server)->port());
  for (const char* path : {"/quick", "/slow", "/a%20b"}) {
    auto client = Client::make(base + path, {});
    ASSERT_TRUE(client.ok());
    for (int i = 0; i < 3; ++i) {  // the connection is kept
      const auto answer = (*client)->post("body", {});
      ASSERT_TRUE(answer.ok()) << answer.error().message;
      EXPECT_EQ(answer->status, 200u);
      EXPECT_EQ(answer->body, "POST " + *percent_decode(path, false) + " body Basic dTpw");
    }
  }
  EXPECT_EQ((*server)->counts().connections, 3u);
  auto client = Client::make(base + "/", {});
  EXPECT_EQ((*client)->post(std::string(1001, 'x'), {})->status, 413u);
  EXPECT_EQ((*client)->post("x", {{"Huge", std::string(20000, 'x')}})->status, 431u);
  (*server)->stop(1);
  ClientOptions quick;
  quick.connect_seconds = 1;
  EXPECT_FALSE((*Client::make(base + "/", quick))->post("x", {}).ok());
  EXPECT_EQ(handled, 9);
}
TEST(Http, StreamsEventsUntilTheSourceEnds) {
  std::atomic<int> asked{0};
  auto server = Server::start(
      {},
      [&](const Request&) {
        return Job{Pace::kQuick, [&](const Request&) {
                     Response out;
                     out.stream = [&]() -> std::optional<std::string> {
                       const int n = ++asked;
                       if (n > 3) return std::nullopt;
                       return "data: " + std::to_string(n) + "\n\n";
                     };
                     return out;
                   }};
      },
      text);
  ASSERT_TRUE(server.ok());
  auto client = Client::make("http://127.0.0.1:" + std::to_string((*server)->port()) + "/", {});
  const auto answer = (*client)->post("", {});
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->body, ": jindo\n\ndata: 1\n\ndata: 2\n\ndata: 3\n\n");
}
}  // namespace
}  // namespace jindo::net
