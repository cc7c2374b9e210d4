// Keys, the OpenAPI document, and blocks that are pushed in.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include <simdjson.h>

#include "server/routes.h"

namespace jindo::server {
namespace {
TEST(Keys, ExpireAndAreRevokedAtOnce) {
  char name[] = "/tmp/jindo-keys-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  {
    auto keys = KeyStore::open(folder + "/keys.db");
    ASSERT_TRUE(keys.ok());
    const std::string first = (*keys)->offer_first_token();
    EXPECT_NE((*keys)->find(first, 1), nullptr);
    const auto made = (*keys)->create("pipeline", "screener", 100, 200);
    ASSERT_TRUE(made.ok()) << made.error().message;
    EXPECT_EQ((*keys)->find(first, 1), nullptr);  // it has made a key
    const auto found = (*keys)->find(made->second, 150);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->scopes, static_cast<unsigned>(kScreen));
    EXPECT_EQ((*keys)->find(made->second, 200), nullptr);
    EXPECT_EQ((*keys)->find(made->second + "0", 150), nullptr);
    auto other = KeyStore::open(folder + "/keys.db");  // jindo key, beside a running server
    ASSERT_TRUE(other.ok());
    ASSERT_TRUE((*other)->revoke(made->first.id, 160).ok());
    ASSERT_TRUE((*keys)->reload().ok());
    EXPECT_EQ((*keys)->find(made->second, 170), nullptr);
    EXPECT_FALSE((*keys)->create("x", "emperor", 100, 0).ok());
    EXPECT_FALSE((*keys)->create("", "admin", 100, 0).ok());
    // No token stands in the file.
    const auto bytes = base::read_file(folder + "/keys.db", 1 << 20);
    EXPECT_EQ(bytes->find(made->second.substr(20)), std::string::npos);
  }
  std::filesystem::remove_all(folder);
}
TEST(OpenApi, IsJsonAndHasEveryRoute) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  const std::string text = openapi_json();
  ASSERT_EQ(parser.parse(text).get(root), simdjson::SUCCESS);
  for (const Route& route : routes()) {
    if (std::string_view(route.path).substr(0, 7) == "/taxii2") continue;  // described by its standard
    std::string method = route.method;
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    EXPECT_EQ(root["paths"][route.path][method]["summary"].error(), simdjson::SUCCESS) << route.path;
    if (*route.body == '\0') continue;
    EXPECT_EQ(root["components"]["schemas"][route.body].error(), simdjson::SUCCESS)
        << route.body << ": schemas/ has no such file";
  }
}
TEST(Ingest, ReadsBlocksAndSaysWhatIsWrong) {
  const char* good =
      R"({"chain":"ethereum","blocks":[{"height":7,"hash":"0x0101010101010101010101010101010101010101010101010101010101010101","time":5,"transactions":[{"hash":"0x0201010101010101010101010101010101010101010101010101010101010101","index":0,"movements":[{"kind":"fee","asset":"ETH","from_address":"0x098B716B8Aaf21512996dC57EB0615e2383E2f96","amount":"3"},{"asset":"ETH","from_address":"0x098B716B8Aaf21512996dC57EB0615e2383E2f96","to_address":"0x098B716B8Aaf21512996dC57EB0615e2383E2f96","amount":"5"}]}]}]})";
  const auto batch = parse_blocks(good);
  ASSERT_TRUE(batch.ok()) << batch.error().message;
  ASSERT_EQ(batch->blocks.size(), 1u);
  EXPECT_EQ(batch->blocks[0].account.movements.size(), 2u);
  const std::pair<const char*, const char*> wrong[] = {{"\"kind\":\"fee\"", "\"kind\":\"tip\""},
                                                       {"\"amount\":\"3\"", "\"amount\":\"x\""},
                                                       {"\"amount\":\"5\"", "\"amount\":5"},
                                                       {"\"height\":7", "\"height\":-7"},
                                                       {"\"time\":5", "\"time\":\"5\""},
                                                       {"\"index\":0", "\"index\":\"0\""},
                                                       {"\"asset\":\"ETH\"", "\"asset\":\"EUR\""},
                                                       {"0x0101", "0x01zz"},
                                                       {"\"chain\":\"ethereum\"", "\"chain\":\"elsewhere\""},
                                                       {"\"movements\"", "\"moves\""}};
  for (const auto& [from, to] : wrong) {
    std::string text = good;
    text.replace(text.find(from), std::string(from).size(), to);
    EXPECT_FALSE(parse_blocks(text).ok()) << to;
  }
}
}  // namespace
}  // namespace jindo::server
