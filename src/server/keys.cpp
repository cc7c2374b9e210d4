#include "server/keys.h"

#include <openssl/rand.h>

#include <array>

#include "base/hex.h"

namespace jindo::server {
namespace {
using base::Status;
using Lock = std::lock_guard<std::mutex>;

base::Result<std::string> random_hex(size_t bytes) {
  std::vector<uint8_t> out(bytes);
  if (RAND_bytes(out.data(), static_cast<int>(bytes)) != 1)
    return base::machine_failed("the machine gives no random numbers");
  return base::to_hex(out);
}
base::Hash256 hash_of(std::string_view token) { return base::sha256(base::as_bytes(token)); }
Key read_key(const records::Statement& row) {
  Key out;
  out.id = row.text(0);
  out.name = row.text(1);
  out.role = row.text(2);
  out.created = row.number(3);
  out.expires = row.number(4);
  if (!row.is_null(5)) out.revoked = row.number(5);
  const Role* role = find_role(out.role);
  out.scopes = role != nullptr ? role->scopes : 0;
  return out;
}
}  // namespace

const std::vector<Role>& roles() {
  static const std::vector<Role> table = {
      {"screener", kScreen, "asks for verdicts: the deposit and withdrawal pipeline"},
      {"reader", kScreen | kRead, "also reads incidents, alerts, watches, policy"},
      {"operator", kScreen | kRead | kWrite, "also flags incidents, watches, answers alerts, webhooks"},
      {"ingester", kIngest, "pushes transfers"},
      {"monitor", kMetrics, "reads metrics"},
      {"admin", kScreen | kRead | kWrite | kIngest | kAdmin | kMetrics, "everything, keys and policy too"},
  };
  return table;
}
const Role* find_role(std::string_view name) {
  for (const Role& role : roles())
    if (name == role.name) return &role;
  return nullptr;
}
const char* scope_name(unsigned scope) {
  switch (scope) {
    case kScreen:
      return "screen";
    case kRead:
      return "read";
    case kWrite:
      return "write";
    case kIngest:
      return "ingest";
    case kAdmin:
      return "admin";
    case kMetrics:
      return "metrics";
    default:
      return "none";
  }
}

base::Result<std::unique_ptr<KeyStore>> KeyStore::open(const std::string& path) {
  JINDO_TRY(records::Database database, records::Database::open(path, records::Database::Access::kWrite));
  std::unique_ptr<KeyStore> out(new KeyStore(std::move(database)));
  JINDO_DO(out->database_.run(
      "CREATE TABLE IF NOT EXISTS api_key(id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT "
      "NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL, revoked INTEGER, hash TEXT NOT NULL)"));
  const Lock lock(out->mutex_);
  JINDO_DO(out->load());
  return out;
}
Status KeyStore::load() {
  auto map = std::make_shared<Map>();
  JINDO_TRY(auto rows, database_.prepare("SELECT id, name, role, created, expires, revoked, hash FROM api_key"));
  for (;;) {
    JINDO_TRY(const bool more, rows.step());
    if (!more) break;
    base::Hash256 hash{};
    if (base::from_hex(rows.text(6), hash)) (*map)[hash] = std::make_shared<const Key>(read_key(rows));
  }
  if (first_)
    (*map)[*first_] =
        std::make_shared<const Key>(Key{"first", "first token", "admin", find_role("admin")->scopes, 0, 0, {}});
  keys_ = std::move(map);
  static std::atomic<uint64_t> last{0};  // of all stores: what a thread keeps is never taken for another's
  version_.store(++last, std::memory_order_release);
  return {};
}
Status KeyStore::reload() {
  const Lock lock(mutex_);
  JINDO_TRY(auto version, database_.prepare("PRAGMA data_version"));
  JINDO_TRY(const bool row, version.step());
  if (!row || version.number(0) == data_version_) return {};
  data_version_ = version.number(0);
  return load();
}

base::Result<std::pair<Key, std::string>> KeyStore::create(const std::string& name, const std::string& role,
                                                           int64_t now, int64_t expires) {
  const Role* found = find_role(role);
  if (found == nullptr) {
    std::string all;
    for (const Role& r : roles()) all += (all.empty() ? "" : ", ") + std::string(r.name);
    return base::wrong_use("unknown role '" + role.substr(0, 60) + "'; known: " + all);
  }
  if (name.empty() || name.size() > 200)
    return base::wrong_use("a key needs a name of 1 to 200 bytes: who uses it, for what");
  if (expires != 0 && expires <= now) return base::wrong_use("the key would have expired already");
  JINDO_TRY(const std::string id, random_hex(6));
  JINDO_TRY(const std::string secret, random_hex(32));
  const std::string token = "jindo_" + id + "_" + secret;
  Key key{id, name, role, found->scopes, now, expires, std::nullopt};
  const Lock lock(mutex_);
  JINDO_TRY(auto insert, database_.prepare("INSERT INTO api_key VALUES(?,?,?,?,?,NULL,?)"));
  insert.bind(1, id).bind(2, name).bind(3, role).bind(4, now).bind(5, expires).bind(6, base::to_hex(hash_of(token)));
  JINDO_DO(insert.run());
  first_.reset();
  JINDO_DO(load());
  return std::make_pair(key, token);
}
Status KeyStore::revoke(const std::string& id, int64_t now) {
  const Lock lock(mutex_);
  JINDO_TRY(auto find, database_.prepare("SELECT revoked FROM api_key WHERE id=?"));
  find.bind(1, id);
  JINDO_TRY(const bool there, find.step());
  if (!there) return base::answer_no("no key " + id);
  JINDO_TRY(auto update, database_.prepare("UPDATE api_key SET revoked=? WHERE id=? AND revoked IS NULL"));
  update.bind(1, now).bind(2, id);
  JINDO_DO(update.run());
  return load();
}
base::Result<std::vector<Key>> KeyStore::list() {
  const Lock lock(mutex_);
  std::vector<Key> out;
  JINDO_TRY(auto rows,
            database_.prepare("SELECT id, name, role, created, expires, revoked FROM api_key ORDER BY created, id"));
  for (;;) {
    JINDO_TRY(const bool more, rows.step());
    if (!more) return out;
    out.push_back(read_key(rows));
  }
}
std::shared_ptr<const Key> KeyStore::find(std::string_view token, int64_t now) const {
  // A thread's own pointer to the newest map.
  thread_local std::shared_ptr<const Map> keys;
  thread_local uint64_t version = 0;
  if (const uint64_t newest = version_.load(std::memory_order_acquire); version != newest) {
    const Lock lock(mutex_);
    keys = keys_;
    version = newest;
  }
  const auto found = keys->find(hash_of(token));
  if (found == keys->end()) return nullptr;
  const Key& key = *found->second;
  if (key.revoked || (key.expires != 0 && now >= key.expires)) return nullptr;
  return found->second;
}
std::string KeyStore::offer_first_token() {
  const auto secret = random_hex(32);
  if (!secret.ok()) return "";
  const std::string token = "jindo_first_" + *secret;
  const Lock lock(mutex_);
  first_ = hash_of(token);
  return load().ok() ? token : "";
}
}  // namespace jindo::server
