// Alerts: what is watched, what was seen, who was notified. One SQLite file; an alert is there before the block that
// caused it counts as done, so kill -9 loses none, and its identifier (a hash of what it says) keeps it from being
// there twice. docs/formats/alerts.md. Thread safe (one lock).
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "records/database.h"

namespace jindo::alerts {

// What a watch looks at.
//   deposit, address   stolen or listed value comes to this address
//   cluster            … to an address that belongs together with this one
//   incident           the incident's value moves (from the watch's first block on)
//   category           an incident's value reaches an address tagged so
struct Watch {
  int64_t id = 0;
  std::string kind, chain, address, incident, category;
  std::string label;  // the operator's own: a customer's number, a case
  int64_t created = 0;
};
struct Alert {
  int64_t number = 0;  // counts up; what streams resume from
  std::string uid;     // 32 hex digits: the same event, the same uid
  int64_t at_ms = 0;
  std::string kind;          // "deposit", "address", … "taken_back", "decision_changed"
  std::string stage;         // "unconfirmed", "confirmed", ""
  std::string chain, block;  // the block's hash, as text; "" for unconfirmed
  std::string body;          // JSON object, with all of the above
  std::string state = "open", assignee, comment;
};
struct Webhook {
  int64_t id = 0;
  std::string url, secret, kinds;  // kinds: blank-separated, "" for all
  int64_t next = 0;                // the number after which alerts go to it
  bool enabled = true;
};
struct Delivery {
  int64_t webhook = 0, alert = 0;
  unsigned attempts = 0;
  int64_t next_ms = 0;
  std::string error;
  bool dead = false;
};

class AlertStore {
 public:
  static base::Result<std::unique_ptr<AlertStore>> open(const std::string& path);

  base::Result<Watch> add_watch(Watch watch);
  base::Result<uint64_t> add_watches(const std::vector<Watch>& watches);  // those that were not there
  base::Status remove_watch(int64_t id);
  base::Result<std::vector<Watch>> watches(int64_t after, size_t limit) const;
  uint64_t watch_version() const;  // changes with every change of watches

  // All or none; those whose uid is there already are passed over. How many were new.
  base::Result<uint64_t> add(const std::vector<Alert>& alerts);
  base::Result<std::vector<Alert>> list(int64_t after, size_t limit, const std::string& state) const;
  base::Result<std::optional<Alert>> find(int64_t number) const;
  // Confirmed alerts of a chain, the newest first: for branches that were left.
  base::Result<std::vector<Alert>> of_chain(const std::string& chain, size_t limit) const;
  base::Status set_state(int64_t number, const std::string& state, const std::string& assignee,
                         const std::string& comment);
  int64_t last() const;  // the newest number

  base::Result<Webhook> add_webhook(Webhook webhook);
  base::Status remove_webhook(int64_t id);
  base::Result<std::vector<Webhook>> webhooks() const;
  // Makes deliveries of alerts that a webhook was not given yet; those due now, oldest first.
  base::Result<std::vector<Delivery>> due(int64_t now_ms, size_t limit);
  base::Status delivered(const Delivery& delivery);
  base::Status failed(const Delivery& delivery, const std::string& why, int64_t next_ms, bool dead);
  base::Result<std::vector<Delivery>> dead_letters() const;
  // Dead letters are tried again, or everything after an alert is sent again.
  base::Result<uint64_t> replay(int64_t webhook, std::optional<int64_t> after);

  // Small facts that must survive with the alerts: how far the alert file is written.
  base::Result<int64_t> fact(const std::string& name) const;
  base::Status set_fact(const std::string& name, int64_t value);

 private:
  explicit AlertStore(records::Database database) : database_(std::move(database)) {}
  base::Status prepare();
  mutable std::mutex mutex_;
  records::Database database_;
  uint64_t watch_version_ = 1;
  std::atomic<int64_t> last_{0};
};

}  // namespace jindo::alerts
