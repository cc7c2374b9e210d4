// Identifiers, times, canonical JSON, and what reading an object takes and refuses.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "stix/extensions.h"
#include "stix/identifier.h"
#include "stix/json.h"
#include "stix/object.h"
#include "support/places.h"

namespace jindo::stix {
namespace {
std::string canonical_of(const std::string& json, std::string_view skip = "") {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  EXPECT_EQ(parser.parse(json).get(root), simdjson::SUCCESS) << json;
  return canonical(root, skip);
}
const std::string kIndicator =
    R"({"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-000000000001","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","pattern":"[a:b = 1]","pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z")";

TEST(Stix, CanonicalFormIsRfc8785) {
  // The numbers of RFC 8785's appendix B, and its example of section 3.2.2.
  EXPECT_EQ(canonical_of("[0,-0,0.0,5e-324,1.7976931348623157e308,9007199254740992,295147905179352830000.0,1e+23,0."
                         "000001,1e-7,333333333.33333329]"),
            "[0,0,0,5e-324,1.7976931348623157e+308,9007199254740992,295147905179352830000,1e+23,0.000001,1e-7,"
            "333333333.3333333]");
  EXPECT_EQ(
      canonical_of(
          R"({"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]})"),
      "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\"string\":\"€$"
      "\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  // Sorted by UTF-16 code units: a surrogate pair before U+FB33.
  EXPECT_EQ(canonical_of("{\"\\ufb33\":1,\"\\ud83d\\ude00\":2,\"\\u20ac\":3,\"1\":4}"),
            "{\"1\":4,\"\xE2\x82\xAC\":3,\"\xF0\x9F\x98\x80\":2,\"\xEF\xAC\xB3\":1}");
  EXPECT_EQ(canonical_of(R"({"a":{"b":1,"c":2},"b":3})", "a/b"), R"({"a":{"c":2},"b":3})");
}
TEST(Stix, IdentifiersOfObservables) {
  // The public wallet example of shared/data/stix.
  EXPECT_EQ(observable_identifier(R"({"type":"cryptocurrency-wallet","value":"1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY"})"),
            "cryptocurrency-wallet--b6ae6083-875f-5fe9-84b9-89e168f89406");
  // Made with OASIS' stix2 3.0.2.
  EXPECT_EQ(observable_identifier(R"({"type":"ipv4-addr","value":"198.51.100.3"})"),
            "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
  EXPECT_EQ(observable_identifier(R"({"type":"user-account"})"), "");
  EXPECT_TRUE(is_identifier("indicator--00000000-0000-4000-8000-000000000001"));
  for (const char* wrong :
       {"", "indicator", "indicator--00000000-0000-4000-8000-00000000000",
        "Indicator--00000000-0000-4000-8000-000000000001", "indicator-00000000-0000-4000-8000-000000000001",
        "indicator--00000000-0000-4000-8000-00000000000g"})
    EXPECT_FALSE(is_identifier(wrong)) << wrong;
}
TEST(Stix, Times) {
  EXPECT_EQ(parse_timestamp_us("1970-01-01T00:00:01Z"), 1'000'000);
  EXPECT_EQ(parse_timestamp_us("1970-01-01T00:00:01.5Z"), 1'500'000);
  EXPECT_EQ(parse_timestamp_us("1970-01-01T00:00:01.123456789Z"), 1'123'456);
  for (const char* wrong : {"", "1970-01-01", "1970-01-01T00:00:01", "1970-01-01T00:00:01.Z", "1970-01-01 00:00:01Z",
                            "1970-13-01T00:00:01Z", "1970-01-01T00:00:01.xZ"})
    EXPECT_FALSE(parse_timestamp_us(wrong)) << wrong;
  EXPECT_EQ(format_timestamp_us(1'500'000), "1970-01-01T00:00:01.500Z");
  EXPECT_EQ(format_timestamp_us(1'500'001), "1970-01-01T00:00:01.500001Z");
}
TEST(Stix, NothingIsLost) {
  const std::string text = kIndicator + ",\"x_own\" : {\"deep\":[1, 2.50,\"\\u00e9\"]}, \"extensions\":{\"a\":1}}";
  const auto objects = parse_objects("{\"more\":false , \"objects\" : [ " + text + " ,\n" + text + "]}");
  ASSERT_TRUE(objects.ok()) << objects.error().message;
  ASSERT_EQ(objects->size(), 2U);
  EXPECT_EQ((*objects)[0].json, text);
  EXPECT_EQ((*objects)[1].json, text);
}
TEST(Stix, RefusedWithTheReason) {
  const auto why = [](const std::string& json, const Limits& limits = {}) {
    const auto read = parse_objects(json, limits);
    return read.ok() ? std::string("taken") : read.error().message;
  };
  EXPECT_EQ(why(kIndicator + "}"), "taken");
  EXPECT_NE(why(kIndicator + ",\"pattern\":\"x\"}").find("twice"), std::string::npos);
  EXPECT_NE(why(kIndicator + ",\"x\":{\"a\":1,\"a\":2}}").find("twice"), std::string::npos);
  std::string many = kIndicator + ",\"x\":{";
  for (int i = 0; i < 60; ++i) many += "\"k" + std::to_string(i) + "\":1,";
  EXPECT_NE(why(many + "\"k30\":1}}").find("'k30' stands there twice"), std::string::npos);
  EXPECT_NE(why(kIndicator + ",\"x\":" + std::string(100, '[') + std::string(100, ']') + "}").find("deeper"),
            std::string::npos);
  EXPECT_NE(why(kIndicator + ",\"x\":123456789012345678901234567890}").find("64 bits"), std::string::npos);
  EXPECT_NE(why("{\"objects\":[" + kIndicator + "}," + kIndicator + "}]}", {.objects = 1}).find("more than 1"),
            std::string::npos);
  EXPECT_NE(why(kIndicator + "}", {.bytes = 10}).find("larger"), std::string::npos);
  EXPECT_NE(why("{\"objects\":[1]}").find("object 0"), std::string::npos);
  EXPECT_NE(
      why(R"({"type":"relationship","spec_version":"2.1","id":"relationship--00000000-0000-4000-8000-000000000001","created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","relationship_type":"uses","source_ref":"x","target_ref":"y"})")
          .find("source_ref"),
      std::string::npos);
}
TEST(Stix, WhatAnObjectNames) {
  const auto object = parse_object(
      kIndicator +
      R"(,"created_by_ref":"identity--00000000-0000-4000-8000-000000000002","object_refs":["tool--00000000-0000-4000-8000-000000000003","tool--00000000-0000-4000-8000-000000000003"],"x":{"deep_ref":"file--00000000-0000-4000-8000-000000000004"},"object_marking_refs":["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"],"granular_markings":[{"selectors":["x.deep_ref","object_refs.[1]"],"marking_ref":"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"},{"selectors":["pattern"],"lang":"ko"}]})");
  ASSERT_TRUE(object.ok()) << object.error().message;
  EXPECT_EQ(object->refs, (std::vector<std::string>{"file--00000000-0000-4000-8000-000000000004",
                                                    "tool--00000000-0000-4000-8000-000000000003"}));
  EXPECT_EQ(object->markings.size(), 2U);
  EXPECT_EQ(object->created_by, "identity--00000000-0000-4000-8000-000000000002");
}
TEST(Stix, PublishedExamplesAreTaken) {
  const std::string folder = tests::shared_data() + "/stix";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no shared data";
  size_t taken = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json" || entry.path().filename() == "syntax_vectors_2.1.json") continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    std::string json = text.str();
    if (json[0] == '[') json = "{\"objects\":" + json + "}";
    const auto objects = parse_objects(json);
    EXPECT_TRUE(objects.ok()) << entry.path() << ": " << (objects.ok() ? "" : objects.error().message);
    if (objects.ok()) taken += objects->size();
  }
  EXPECT_GT(taken, 20U);
}
TEST(Stix, OwnExtensionDefinitionsAreStix) {
  for (const Extension& extension : own_extensions()) {
    const auto object = parse_object(extension_definition(extension));
    ASSERT_TRUE(object.ok()) << extension.name << ": " << object.error().message;
    EXPECT_TRUE(std::filesystem::exists(tests::source_folder() + "/docs/formats/stix/" + extension.schema))
        << extension.schema;
  }
  EXPECT_TRUE(parse_object(jindo_identity()).ok());
}
}  // namespace
}  // namespace jindo::stix
