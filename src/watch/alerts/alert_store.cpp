// The alert store: one SQLite file of watches, alerts, webhooks, deliveries and small facts.
#include "alerts/alert_store.h"

#include <chrono>

namespace jindo::alerts {
namespace {
using base::Status;
using Lock = std::lock_guard<std::mutex>;
constexpr int64_t kSchema = 1;
constexpr const char* kTables =
    "CREATE TABLE watch(id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, chain TEXT NOT NULL, address TEXT "
    "NOT "
    "NULL, incident TEXT NOT NULL, category TEXT NOT NULL, label TEXT NOT NULL, created INTEGER NOT NULL, "
    "UNIQUE(kind, chain, address, incident, category));"
    "CREATE TABLE alert(number INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE, at_ms INTEGER NOT NULL, "
    "kind TEXT NOT NULL, stage TEXT NOT NULL, chain TEXT NOT NULL, block TEXT NOT NULL, body TEXT NOT NULL, state TEXT "
    "NOT NULL, assignee TEXT NOT NULL, comment TEXT NOT NULL);"
    "CREATE INDEX alert_chain ON alert(chain, number);"
    "CREATE TABLE webhook(id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, secret TEXT NOT NULL, kinds TEXT "
    "NOT "
    "NULL, next INTEGER NOT NULL, enabled INTEGER NOT NULL);"
    "CREATE TABLE delivery(webhook INTEGER NOT NULL, alert INTEGER NOT NULL, attempts INTEGER NOT NULL, next_ms "
    "INTEGER "
    "NOT NULL, error TEXT NOT NULL, dead INTEGER NOT NULL, PRIMARY KEY(webhook, alert));"
    "CREATE INDEX delivery_due ON delivery(dead, next_ms);"
    "CREATE TABLE fact(name TEXT PRIMARY KEY, value INTEGER NOT NULL);";
constexpr const char* kAlertColumns =
    "number, uid, at_ms, kind, stage, chain, block, body, state, assignee, comment FROM alert ";

Alert read_alert(const records::Statement& row) {
  Alert out;
  out.number = row.number(0);
  out.uid = row.text(1);
  out.at_ms = row.number(2);
  out.kind = row.text(3);
  out.stage = row.text(4);
  out.chain = row.text(5);
  out.block = row.text(6);
  out.body = row.text(7);
  out.state = row.text(8);
  out.assignee = row.text(9);
  out.comment = row.text(10);
  return out;
}
Delivery read_delivery(const records::Statement& row) {
  return {
      row.number(0),     row.number(1), static_cast<unsigned>(row.number(2)), row.number(3), std::string(row.text(4)),
      row.number(5) != 0};
}
template <class Row, class Read>
base::Result<std::vector<Row>> collect(records::Statement& statement, Read read) {
  std::vector<Row> out;
  for (;;) {
    JINDO_TRY(const bool more, statement.step());
    if (!more) return out;
    out.push_back(read(statement));
  }
}
}  // namespace

base::Result<std::unique_ptr<AlertStore>> AlertStore::open(const std::string& path) {
  JINDO_TRY(records::Database database, records::Database::open(path, records::Database::Access::kWrite));
  std::unique_ptr<AlertStore> out(new AlertStore(std::move(database)));
  JINDO_DO(out->prepare());
  return out;
}
Status AlertStore::prepare() {
  JINDO_TRY(const int64_t schema, database_.schema());
  if (schema > kSchema)
    return base::bad_input(database_.path() + ": written by a newer program (schema " + std::to_string(schema) + ")");
  if (schema == 0) {
    JINDO_DO(database_.transact([&]() -> Status {
      JINDO_DO(database_.run(kTables));
      return database_.set_schema(kSchema);
    }));
  }
  JINDO_TRY(auto statement, database_.prepare("SELECT COALESCE(MAX(number), 0) FROM alert"));
  JINDO_TRY(const bool more, statement.step());
  last_ = more ? statement.number(0) : 0;
  return {};
}

base::Result<uint64_t> AlertStore::add_watches(const std::vector<Watch>& watches) {
  const Lock lock(mutex_);
  uint64_t added = 0;
  JINDO_DO(database_.transact([&]() -> Status {
    JINDO_TRY(auto insert,
              database_.prepare("INSERT OR IGNORE INTO watch(kind, chain, address, incident, category, label, created) "
                                "VALUES(?,?,?,?,?,?,?)"));
    JINDO_TRY(auto changes, database_.prepare("SELECT changes()"));
    for (const Watch& w : watches) {
      insert.bind(1, w.kind)
          .bind(2, w.chain)
          .bind(3, w.address)
          .bind(4, w.incident)
          .bind(5, w.category)
          .bind(6, w.label);
      insert.bind(7, w.created);
      JINDO_DO(insert.run());
      JINDO_TRY(const bool row, changes.step());
      if (row) added += static_cast<uint64_t>(changes.number(0));
      changes.reset();
    }
    return {};
  }));
  ++watch_version_;
  return added;
}
base::Result<Watch> AlertStore::add_watch(Watch watch) {
  JINDO_TRY(const uint64_t added, add_watches({watch}));
  (void)added;
  const Lock lock(mutex_);
  JINDO_TRY(auto find,
            database_.prepare("SELECT id, label, created FROM watch WHERE kind=? AND chain=? AND address=? AND "
                              "incident=? AND category=?"));
  find.bind(1, watch.kind).bind(2, watch.chain).bind(3, watch.address).bind(4, watch.incident).bind(5, watch.category);
  JINDO_TRY(const bool more, find.step());
  if (!more) return base::machine_failed(database_.path() + ": a watch that was just added is not there");
  watch.id = find.number(0);
  watch.label = find.text(1);
  watch.created = find.number(2);
  return watch;
}
Status AlertStore::remove_watch(int64_t id) {
  const Lock lock(mutex_);
  JINDO_TRY(auto find, database_.prepare("SELECT 1 FROM watch WHERE id=?"));
  find.bind(1, id);
  JINDO_TRY(const bool there, find.step());
  if (!there) return base::answer_no("no watch " + std::to_string(id));
  JINDO_TRY(auto remove, database_.prepare("DELETE FROM watch WHERE id=?"));
  remove.bind(1, id);
  JINDO_DO(remove.run());
  ++watch_version_;
  return {};
}
base::Result<std::vector<Watch>> AlertStore::watches(int64_t after, size_t limit) const {
  const Lock lock(mutex_);
  JINDO_TRY(auto list,
            database_.prepare("SELECT id, kind, chain, address, incident, category, label, created FROM watch "
                              "WHERE id>? ORDER BY id LIMIT ?"));
  list.bind(1, after).bind(2, static_cast<int64_t>(std::min<size_t>(limit, INT64_MAX)));
  return collect<Watch>(list, [](const records::Statement& row) {
    return Watch{row.number(0),
                 std::string(row.text(1)),
                 std::string(row.text(2)),
                 std::string(row.text(3)),
                 std::string(row.text(4)),
                 std::string(row.text(5)),
                 std::string(row.text(6)),
                 row.number(7)};
  });
}
uint64_t AlertStore::watch_version() const {
  const Lock lock(mutex_);
  return watch_version_;
}

base::Result<uint64_t> AlertStore::add(const std::vector<Alert>& alerts) {
  if (alerts.empty()) return uint64_t{0};
  const Lock lock(mutex_);
  int64_t newest = last_;
  uint64_t added = 0;
  JINDO_DO(database_.transact([&]() -> Status {
    JINDO_TRY(auto known, database_.prepare("SELECT 1 FROM alert WHERE uid=?"));
    JINDO_TRY(auto insert, database_.prepare("INSERT INTO alert(uid, at_ms, kind, stage, chain, block, body, state, "
                                             "assignee, comment) VALUES(?,?,?,?,?,?,?,?,?,?)"));
    for (const Alert& a : alerts) {
      known.bind(1, a.uid);
      JINDO_TRY(const bool there, known.step());
      known.reset();
      if (there) continue;
      insert.bind(1, a.uid).bind(2, a.at_ms).bind(3, a.kind).bind(4, a.stage).bind(5, a.chain).bind(6, a.block);
      insert.bind(7, a.body).bind(8, a.state).bind(9, a.assignee).bind(10, a.comment);
      JINDO_DO(insert.run());
      newest = database_.last_row();
      ++added;
    }
    return {};
  }));
  last_ = newest;
  return added;
}
base::Result<std::vector<Alert>> AlertStore::list(int64_t after, size_t limit, const std::string& state) const {
  const Lock lock(mutex_);
  JINDO_TRY(auto rows, database_.prepare((std::string("SELECT ") + kAlertColumns +
                                          "WHERE number>? AND (?='' OR state=?) ORDER BY number LIMIT ?")
                                             .c_str()));
  rows.bind(1, after).bind(2, state).bind(3, state).bind(4, static_cast<int64_t>(limit));
  return collect<Alert>(rows, read_alert);
}
base::Result<std::optional<Alert>> AlertStore::find(int64_t number) const {
  const Lock lock(mutex_);
  JINDO_TRY(auto row, database_.prepare((std::string("SELECT ") + kAlertColumns + "WHERE number=?").c_str()));
  row.bind(1, number);
  JINDO_TRY(const bool there, row.step());
  return there ? std::optional<Alert>(read_alert(row)) : std::nullopt;
}
base::Result<std::vector<Alert>> AlertStore::of_chain(const std::string& chain, size_t limit) const {
  const Lock lock(mutex_);
  JINDO_TRY(auto rows, database_.prepare((std::string("SELECT ") + kAlertColumns +
                                          "WHERE chain=? AND stage='confirmed' ORDER BY number DESC LIMIT ?")
                                             .c_str()));
  rows.bind(1, chain).bind(2, static_cast<int64_t>(limit));
  return collect<Alert>(rows, read_alert);
}
Status AlertStore::set_state(int64_t number, const std::string& state, const std::string& assignee,
                             const std::string& comment) {
  const Lock lock(mutex_);
  JINDO_TRY(auto find, database_.prepare("SELECT 1 FROM alert WHERE number=?"));
  find.bind(1, number);
  JINDO_TRY(const bool there, find.step());
  if (!there) return base::answer_no("no alert " + std::to_string(number));
  JINDO_TRY(auto update, database_.prepare("UPDATE alert SET state=?, assignee=?, comment=? WHERE number=?"));
  update.bind(1, state).bind(2, assignee).bind(3, comment).bind(4, number);
  return update.run();
}
int64_t AlertStore::last() const { return last_; }

base::Result<Webhook> AlertStore::add_webhook(Webhook webhook) {
  const Lock lock(mutex_);
  webhook.next = last_;
  JINDO_TRY(auto insert, database_.prepare("INSERT INTO webhook(url, secret, kinds, next, enabled) VALUES(?,?,?,?,1)"));
  insert.bind(1, webhook.url).bind(2, webhook.secret).bind(3, webhook.kinds).bind(4, webhook.next);
  JINDO_DO(insert.run());
  webhook.id = database_.last_row();
  return webhook;
}
Status AlertStore::remove_webhook(int64_t id) {
  const Lock lock(mutex_);
  return database_.transact([&]() -> Status {
    JINDO_TRY(auto find, database_.prepare("SELECT 1 FROM webhook WHERE id=?"));
    find.bind(1, id);
    JINDO_TRY(const bool there, find.step());
    if (!there) return base::answer_no("no webhook " + std::to_string(id));
    for (const char* sql : {"DELETE FROM delivery WHERE webhook=?", "DELETE FROM webhook WHERE id=?"}) {
      JINDO_TRY(auto remove, database_.prepare(sql));
      remove.bind(1, id);
      JINDO_DO(remove.run());
    }
    return {};
  });
}
base::Result<std::vector<Webhook>> AlertStore::webhooks() const {
  const Lock lock(mutex_);
  JINDO_TRY(auto rows, database_.prepare("SELECT id, url, secret, kinds, next, enabled FROM webhook ORDER BY id"));
  return collect<Webhook>(rows, [](const records::Statement& row) {
    return Webhook{row.number(0), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)),
                   row.number(4), row.number(5) != 0};
  });
}
base::Result<std::vector<Delivery>> AlertStore::due(int64_t now_ms, size_t limit) {
  const Lock lock(mutex_);
  JINDO_DO(database_.transact([&]() -> Status {
    JINDO_TRY(auto fill,
              database_.prepare(
                  "INSERT OR IGNORE INTO delivery SELECT w.id, a.number, 0, 0, '', 0 FROM webhook w JOIN alert a "
                  "ON a.number > w.next AND (w.kinds='' OR (' '||w.kinds||' ') LIKE ('% '||a.kind||' %')) WHERE "
                  "w.enabled=1"));
    JINDO_DO(fill.run());
    JINDO_TRY(auto moved, database_.prepare("UPDATE webhook SET next=? WHERE enabled=1 AND next<?"));
    moved.bind(1, static_cast<int64_t>(last_)).bind(2, static_cast<int64_t>(last_));
    return moved.run();
  }));
  JINDO_TRY(auto rows,
            database_.prepare("SELECT webhook, alert, attempts, next_ms, error, dead FROM delivery WHERE dead=0 "
                              "AND next_ms<=? ORDER BY alert, webhook LIMIT ?"));
  rows.bind(1, now_ms).bind(2, static_cast<int64_t>(limit));
  return collect<Delivery>(rows, read_delivery);
}
Status AlertStore::delivered(const Delivery& delivery) {
  const Lock lock(mutex_);
  JINDO_TRY(auto remove, database_.prepare("DELETE FROM delivery WHERE webhook=? AND alert=?"));
  remove.bind(1, delivery.webhook).bind(2, delivery.alert);
  return remove.run();
}
Status AlertStore::failed(const Delivery& delivery, const std::string& why, int64_t next_ms, bool dead) {
  const Lock lock(mutex_);
  JINDO_TRY(auto update,
            database_.prepare(
                "UPDATE delivery SET attempts=attempts+1, next_ms=?, error=?, dead=? WHERE webhook=? AND alert=?"));
  update.bind(1, next_ms).bind(2, why).bind(3, int64_t{dead}).bind(4, delivery.webhook).bind(5, delivery.alert);
  return update.run();
}
base::Result<std::vector<Delivery>> AlertStore::dead_letters() const {
  const Lock lock(mutex_);
  JINDO_TRY(auto rows,
            database_.prepare("SELECT webhook, alert, attempts, next_ms, error, dead FROM delivery WHERE dead=1 "
                              "ORDER BY alert, webhook LIMIT 10000"));
  return collect<Delivery>(rows, read_delivery);
}
base::Result<uint64_t> AlertStore::replay(int64_t webhook, std::optional<int64_t> after) {
  const Lock lock(mutex_);
  uint64_t count = 0;
  JINDO_DO(database_.transact([&]() -> Status {
    JINDO_TRY(auto find, database_.prepare("SELECT 1 FROM webhook WHERE id=?"));
    find.bind(1, webhook);
    JINDO_TRY(const bool there, find.step());
    if (!there) return base::answer_no("no webhook " + std::to_string(webhook));
    JINDO_TRY(auto again,
              database_.prepare("UPDATE delivery SET dead=0, attempts=0, next_ms=0 WHERE webhook=? AND dead=1"));
    again.bind(1, webhook);
    JINDO_DO(again.run());
    if (after) {
      JINDO_TRY(auto fill,
                database_.prepare(
                    "INSERT OR IGNORE INTO delivery SELECT w.id, a.number, 0, 0, '', 0 FROM webhook w JOIN alert a "
                    "ON a.number > ? AND (w.kinds='' OR (' '||w.kinds||' ') LIKE ('% '||a.kind||' %')) WHERE w.id=?"));
      fill.bind(1, *after).bind(2, webhook);
      JINDO_DO(fill.run());
    }
    JINDO_TRY(auto counted, database_.prepare("SELECT COUNT(*) FROM delivery WHERE webhook=? AND dead=0"));
    counted.bind(1, webhook);
    JINDO_TRY(const bool row, counted.step());
    count = row ? static_cast<uint64_t>(counted.number(0)) : 0;
    return {};
  }));
  return count;
}
base::Result<int64_t> AlertStore::fact(const std::string& name) const {
  const Lock lock(mutex_);
  JINDO_TRY(auto row, database_.prepare("SELECT value FROM fact WHERE name=?"));
  row.bind(1, name);
  JINDO_TRY(const bool there, row.step());
  return there ? row.number(0) : 0;
}
Status AlertStore::set_fact(const std::string& name, int64_t value) {
  const Lock lock(mutex_);
  JINDO_TRY(auto write,
            database_.prepare("INSERT INTO fact VALUES(?,?) ON CONFLICT(name) DO UPDATE SET value=excluded.value"));
  write.bind(1, name).bind(2, value);
  return write.run();
}
}  // namespace jindo::alerts
