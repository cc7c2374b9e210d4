// Delivery: alerts to webhooks and to a file, at least once, in order of their numbers. A webhook gets the alert's JSON
// with its uid, a time and an HMAC-SHA256 over both (docs/API.md); what is not taken with a 2xx is tried again after 1,
// 2, 4 … seconds up to an hour, and is a dead letter after kAttemptsMax. One thread.
#pragma once

#include <atomic>
#include <map>
#include <thread>

#include "alerts/alert_store.h"
#include "net/http.h"

namespace jindo::alerts {

inline constexpr unsigned kAttemptsMax = 12;

struct DeliveryOptions {
  std::string file;  // alerts are appended here, a line each; "" for none
  unsigned first_retry_ms = 1000;
  bool verify_tls = true;
};
struct DeliveryCounts {
  std::atomic<uint64_t> sent{0}, failed{0}, dead{0};
};
class Deliverer {
 public:
  Deliverer(AlertStore& store, DeliveryOptions options) : store_(store), options_(std::move(options)) {}
  ~Deliverer() { stop(); }
  void start();
  void stop();
  const DeliveryCounts& counts() const { return counts_; }

 private:
  void run();
  base::Status write_file();
  base::Status send_due();
  base::Status send(const Webhook& webhook, const Alert& alert);
  AlertStore& store_;
  const DeliveryOptions options_;
  std::map<std::string, std::unique_ptr<net::Client>> clients_;  // by URL
  std::atomic<bool> stopping_{false};
  DeliveryCounts counts_;
  std::thread thread_;
};
// "t=1700000000,v1=<hex>": HMAC-SHA256 with the secret over "TIME.BODY".
std::string webhook_signature(const std::string& secret, int64_t time, std::string_view body);
// A plain http webhook off this machine would send alerts in the clear.
base::Status check_webhook_url(const std::string& url);

}  // namespace jindo::alerts
