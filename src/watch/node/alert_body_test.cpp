// The bytes of an alert's JSON, which streams and webhooks carry and taking back reads the height of.
#include "node/alert_body.h"

#include <gtest/gtest.h>

namespace jindo::node {
namespace {
TEST(AlertBody, SharedFieldsThenTheAlertsOwn) {
  alerts::Watch watch;
  watch.id = 7;
  watch.label = "customer \"9\"";
  exposure::SourceInfo source;
  source.id = "theft-1";
  source.title = "A theft";
  alerts::Alert alert;
  alert.uid = uid_of("event");
  alert.kind = "deposit";
  alert.stage = "confirmed";
  alert.chain = "bitcoin";
  alert.at_ms = 1'500;
  const AlertSubject subject{watch, source, "TLP:AMBER", "an address", "BTC", base::Uint256(12)};
  const std::string body =
      alert_body(alert, subject, [](base::JsonWriter& json) { json.field("height", uint64_t{700'000}); });
  EXPECT_EQ(alert.uid.size(), 32u);
  EXPECT_EQ(body, "{\"uid\":\"" + alert.uid +
                      R"(","kind":"deposit","stage":"confirmed","at":"1970-01-01T00:00:01Z","watch":7,)"
                      R"("label":"customer \"9\"","source":"incident","id":"theft-1","title":"A theft",)"
                      R"("marking":"TLP:AMBER","chain":"bitcoin","address":"an address","asset":"BTC","amount":"12",)"
                      R"("height":700000})");
  EXPECT_EQ(height_of_body(body), 700'000u);
}
TEST(AlertBody, NoMarkingNoFieldAndNoHeightIsTheLargest) {
  const alerts::Watch watch;
  exposure::SourceInfo source;
  source.kind = exposure::SourceKind::kCategory;
  const AlertSubject subject{watch, source, "", "", "", base::Uint256()};
  const std::string body = alert_body({}, subject, [](base::JsonWriter&) {});
  EXPECT_EQ(body.find("marking"), std::string::npos);
  EXPECT_NE(body.find(R"("source":"category")"), std::string::npos);
  EXPECT_EQ(height_of_body(body), UINT64_MAX);
  EXPECT_EQ(height_of_body("no JSON"), UINT64_MAX);
}
}  // namespace
}  // namespace jindo::node
