// JSON of any shape, and the texts in it: times, call paths, identifiers.
#include "exports/json_records.h"

#include <gtest/gtest.h>

#include "exports/exchange_record.h"
#include "exports/identifiers.h"
#include "exports/record_fields.h"

namespace jindo::exports {
namespace {
std::vector<std::string> texts_of(std::string_view json, std::string_view field) {
  JsonRecords records("x.json", json);
  std::vector<std::string> out;
  for (;;) {
    JsonValue value;
    auto more = records.next(value);
    if (!more.ok()) {
      out.push_back("error: " + more.error().message);
      return out;
    }
    if (!*more) return out;
    out.emplace_back(value[field].text());
  }
}
using Texts = std::vector<std::string>;

TEST(JsonRecords, ValuesOneByOneWhateverHoldsThem) {
  const Texts two = {"1", "2"};
  EXPECT_EQ(texts_of(R"([{"a":1},{"a":2}])", "a"), two);
  EXPECT_EQ(texts_of("{\"a\":1}\n{\"a\":2}\n", "a"), two);
  EXPECT_EQ(texts_of("\xef\xbb\xbf{\n \"a\": 1\n}\n\n{\n \"a\": 2\n}", "a"), two);
  EXPECT_EQ(texts_of(R"([{"a":1}] [{"a":2}])", "a"), two);
  EXPECT_EQ(texts_of("\x1e{\"a\":1}\n\x1e{\"a\":2}\n", "a"), two);
  EXPECT_EQ(texts_of("[]", "a"), Texts());
  EXPECT_EQ(texts_of("", "a"), Texts());
}

TEST(JsonRecords, ANumberIsItsOwnText) {
  const std::string wide(78, '9');
  EXPECT_EQ(texts_of("{\"a\":" + wide + "}", "a"), Texts{wide});
  EXPECT_EQ(texts_of(R"({"a":1e-05} {"a":-0.10} {"a":0.1000000000000000055})", "a"),
            (Texts{"1e-05", "-0.10", "0.1000000000000000055"}));
  EXPECT_EQ(texts_of(R"({"a":NaN} {"a":-Infinity} {"a":null} {"a":true} {"b":1})", "a"),
            (Texts{"", "", "", "true", ""}));
  EXPECT_EQ(texts_of(R"({"a":"\"1\\"} {"a":"한"})", "a"), (Texts{"\"1\\", "한"}));
}

TEST(JsonRecords, WhatIsBrokenIsNamedByLine) {
  const auto error = [](std::string_view json) {
    const auto texts = texts_of(json, "a");
    return texts.empty() ? "" : texts.back();
  };
  EXPECT_NE(error("{\"a\":1}\n[{\"a\":2},\n{\"a\":").find("x.json:3: "), std::string::npos);
  EXPECT_NE(error("[{\"a\":1},").find("cut off"), std::string::npos);
  EXPECT_NE(error("<html>").find("no JSON"), std::string::npos);
  EXPECT_NE(error("{\"a\":01x}").find("error"), std::string::npos);
  EXPECT_NE(error("{\"a\":1}}").find("too many"), std::string::npos);
  EXPECT_NE(error("\xff\xfe{").find("UTF-16"), std::string::npos);
  EXPECT_NE(error(std::string(kJsonDepthMax + 2, '[')).find("limit"), std::string::npos);
  EXPECT_NE(error("{\"a\":\"1").find("does not end"), std::string::npos);
  EXPECT_NE(error("{\"a\" 1}").find("error"), std::string::npos);
}

TEST(JsonRecords, KeysAreThePathsOfTheFirstValues) {
  auto records = JsonRecords::open("x.json", R"({"status":"0","result":[]}{"result":[{"vin":[{"prevout":null}]}]})");
  ASSERT_TRUE(records.ok());
  Probe probe;
  probe.keys = records->keys();
  EXPECT_TRUE(has_object(probe, {"vin", "vin[].prevout"}));
  EXPECT_TRUE(has_object(probe, {"status", "result"}));
  EXPECT_FALSE(has_object(probe, {"status", "vin"}));
  EXPECT_FALSE(has_object(probe, {"in"}));
}

TEST(JsonRecords, StrangersBesideRecordsAreRefused) {
  JsonRecords records("x.json", R"({"page":1,"txs":[{"id":"a"},{"b":1},{"id":"c"}]}{"empty":true})");
  Reading out;
  Texts seen;
  uint64_t others = 0;
  const auto done = for_each_record(
      records, out, [](const JsonValue& value) { return value.has("id"); },
      [&](const JsonValue& record, const JsonPlace& place) -> base::Status {
        seen.push_back(std::string(record["id"].text()) + std::string(place.holder["page"].text()) +
                       std::to_string(place.position));
        return {};
      },
      [&](const JsonValue&) -> base::Status {
        ++others;
        return {};
      });
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(seen, (Texts{"a10", "c12"}));
  EXPECT_EQ(out.rows, 3u);
  EXPECT_EQ(out.refused(), 1u);
  EXPECT_EQ(others, 1u);
}

TEST(ExportTexts, Times) {
  for (const char* text :
       {"1270917100", "1270917100000", "1270917100.25", "1.2709171E9", "2010-04-10 16:31:40",
        "2010-04-10T16:31:40.123456Z", "2010-04-10 16:31:40 UTC", "2010-04-10 16:31:40.5 UTC", "2010-04-10 16:31:40+00",
        "2010-04-10 16:31:40+00:00", "2010-04-11 01:31:40 +0900", "2010-04-11T01:31:40+0900"})
    EXPECT_EQ(read_time(text), 1270917100) << text;
  EXPECT_EQ(read_time("0"), 0) << "a chain's first block";
  for (const char* text : {"", "soon", "-5", "1,270,917,100", "2010-13-01", "99999999999999999999999999"})
    EXPECT_FALSE(read_time(text).has_value()) << text;
  bool zoned = true;
  EXPECT_EQ(exchange_time("10-04-10 16:31:40", zoned), 1270917100);
  EXPECT_FALSE(zoned);
  EXPECT_EQ(exchange_time("2010/4/10 16:31:40", zoned), 1270917100);
  EXPECT_EQ(exchange_time("2010-04-10 16:31:40 UTC", zoned), 1270917100);
  EXPECT_TRUE(zoned);
}

TEST(ExportTexts, Numbers) {
  EXPECT_EQ(read_units("0.00000546", 8)->low(), 546u);
  EXPECT_EQ(read_units("5000000000.000000000", 0)->low(), 5000000000u);
  EXPECT_FALSE(read_units("0.30000000000000004", 8).ok());
  EXPECT_EQ(read_count("0xff"), 255u);
  EXPECT_FALSE(read_count("-1").has_value());
  EXPECT_FALSE(read_index("4294967295").has_value());
}

TEST(ExportTexts, OneThingHasOneIdentifier) {
  EXPECT_EQ(chain_address("", "A0B86991C6218B36C1D19D4A2E9EB0CE3606EB48"),
            "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48");
  EXPECT_FALSE(chain_address("ethereum", "0x1234").has_value());
  const std::string tron = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
  EXPECT_EQ(chain_address("tron", tron), tron);
  EXPECT_EQ(chain_address("tron", "41a614f803b6fd780986a42c78ec9c7f77e6ded13c"), tron);
  EXPECT_EQ(chain_address("tron", "0xa614f803b6fd780986a42c78ec9c7f77e6ded13c"), tron);
  EXPECT_FALSE(chain_address("tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u").has_value());
  EXPECT_EQ(bitcoin_network_of("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"), "bitcoin");
  EXPECT_EQ(bitcoin_network_of("mimNEYxNNeACnhACuwMz1wqpq6PUHnmZvn"), "bitcoin-testnet");
  EXPECT_EQ(bitcoin_network_of("ltc1qg42tkwuuxefutzxezdkdel39gfstuap288mfea"), "");
  EXPECT_EQ(chain_transaction("Internal transfer 1234567890123456789012345678901234567890"), "");
  EXPECT_EQ(chain_transaction(std::string(64, 'A')), std::string(64, 'a'));
}
}  // namespace
}  // namespace jindo::exports
