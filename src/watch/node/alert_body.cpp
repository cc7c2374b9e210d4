// Alerts as JSON: one place for the fields that all alerts of watches share.
#include "node/alert_body.h"

#include <simdjson.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/hex.h"

namespace jindo::node {

std::string uid_of(const std::string& event) { return base::to_hex(base::sha256(base::as_bytes(event))).substr(0, 32); }

std::string alert_body(const alerts::Alert& alert, const AlertSubject& subject,
                       const std::function<void(base::JsonWriter&)>& rest) {
  return base::json_object([&](base::JsonWriter& json) {
    json.field("uid", alert.uid);
    json.field("kind", alert.kind);
    json.field("stage", alert.stage);
    json.field("at", base::format_time(alert.at_ms / 1000));
    json.field("watch", subject.watch.id);
    json.field("label", subject.watch.label);
    json.field("source", subject.source.kind == exposure::SourceKind::kIncident ? "incident" : "category");
    json.field("id", subject.source.id);
    json.field("title", subject.source.title);
    if (!subject.marking.empty()) json.field("marking", subject.marking);
    json.field("chain", alert.chain);
    json.field("address", subject.address);
    json.field("asset", subject.asset);
    json.field("amount", base::to_decimal(subject.amount));
    rest(json);
  });
}

uint64_t height_of_body(const std::string& body) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  uint64_t height = 0;
  if (parser.parse(body).get(root) != simdjson::SUCCESS || root["height"].get(height) != simdjson::SUCCESS)
    return UINT64_MAX;
  return height;
}
}  // namespace jindo::node
