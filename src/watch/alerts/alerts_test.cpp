// Alerts stored once, watches kept once, deliveries that are tried again, signatures.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "alerts/delivery.h"

namespace jindo::alerts {
namespace {
class Store {
 public:
  Store() {
    char name[] = "/tmp/jindo-alerts-XXXXXX";
    folder_ = ::mkdtemp(name);
    open();
  }
  ~Store() {
    store.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    store.reset();
    auto opened = AlertStore::open(folder_ + "/alerts.db");
    EXPECT_TRUE(opened.ok());
    store = std::move(*opened);
  }
  std::unique_ptr<AlertStore> store;

 private:
  std::string folder_;
};
Alert alert_of(const std::string& uid) {
  Alert out;
  out.uid = uid;
  out.kind = "deposit";
  out.stage = "confirmed";
  out.chain = "bitcoin";
  out.body = "{\"uid\":\"" + uid + "\"}";
  return out;
}

TEST(Alerts, StandOnceAndSurvive) {
  Store at;
  EXPECT_EQ(*at.store->add({alert_of("a"), alert_of("b")}), 2u);
  EXPECT_EQ(*at.store->add({alert_of("b"), alert_of("c")}), 1u);
  at.open();
  EXPECT_EQ(*at.store->add({alert_of("a")}), 0u);
  EXPECT_EQ(at.store->last(), 3);
  const auto list = at.store->list(1, 10, "");
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->size(), 2u);
  EXPECT_EQ((*list)[0].uid, "b");
  EXPECT_TRUE(at.store->set_state(2, "closed", "kim", "seen").ok());
  EXPECT_FALSE(at.store->set_state(9, "closed", "", "").ok());
  EXPECT_EQ(at.store->list(0, 10, "open")->size(), 2u);
}
TEST(Alerts, WatchesAreKeptOnce) {
  Store at;
  Watch watch;
  watch.kind = "deposit";
  watch.chain = "bitcoin";
  watch.address = "x";
  const uint64_t before = at.store->watch_version();
  EXPECT_EQ(*at.store->add_watches({watch, watch}), 1u);
  EXPECT_GT(at.store->watch_version(), before);
  const auto again = at.store->add_watch(watch);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->id, 1);
  EXPECT_TRUE(at.store->remove_watch(1).ok());
  EXPECT_FALSE(at.store->remove_watch(1).ok());
}
// To a webhook go the alerts after it was made, each until it is taken; dead letters wait for a person.
TEST(Alerts, DeliveriesRetryDieAndComeBack) {
  Store at;
  ASSERT_TRUE(at.store->add({alert_of("before")}).ok());
  Webhook webhook;
  webhook.url = "http://127.0.0.1:1/";
  webhook.secret = "s";
  webhook.kinds = "deposit incident";
  const auto made = at.store->add_webhook(webhook);
  ASSERT_TRUE(made.ok());
  Alert other = alert_of("other");
  other.kind = "taken_back";
  ASSERT_TRUE(at.store->add({alert_of("one"), other, alert_of("two")}).ok());
  auto due = at.store->due(1000, 10);
  ASSERT_TRUE(due.ok());
  ASSERT_EQ(due->size(), 2u);
  EXPECT_TRUE(at.store->delivered((*due)[0]).ok());
  EXPECT_TRUE(at.store->failed((*due)[1], "no", 5000, false).ok());
  EXPECT_EQ(at.store->due(4999, 10)->size(), 0u);
  due = at.store->due(5000, 10);
  ASSERT_EQ(due->size(), 1u);
  EXPECT_EQ((*due)[0].attempts, 1u);
  EXPECT_TRUE(at.store->failed((*due)[0], "no", 0, true).ok());
  EXPECT_EQ(at.store->due(99999, 10)->size(), 0u);
  EXPECT_EQ(at.store->dead_letters()->size(), 1u);
  EXPECT_EQ(*at.store->replay(made->id, std::nullopt), 1u);
  EXPECT_EQ(*at.store->replay(made->id, 0), 3u);
  EXPECT_FALSE(at.store->replay(99, std::nullopt).ok());
}
TEST(Alerts, SignatureAndUrls) {
  EXPECT_EQ(webhook_signature("Jefe", 7, "x"), webhook_signature("Jefe", 7, "x"));
  EXPECT_NE(webhook_signature("Jefe", 7, "x"), webhook_signature("Jefe", 8, "x"));
  EXPECT_TRUE(check_webhook_url("https://example.com/a").ok());
  EXPECT_TRUE(check_webhook_url("http://127.0.0.1:9/a").ok());
  EXPECT_FALSE(check_webhook_url("http://example.com/a").ok());
  EXPECT_FALSE(check_webhook_url("ftp://example.com/a").ok());
}
}  // namespace
}  // namespace jindo::alerts
