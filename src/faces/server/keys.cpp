// Keys in their database, and the picture of them that requests look in.
#include "server/keys.h"

#include <openssl/rand.h>

#include <array>

#include "base/hex.h"
#include "intel/access.h"

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
  out.holder.organisation = row.text(6);
  out.holder.affiliation = row.text(7);
  out.holder.individual = row.text(8);
  const Role* role = find_role(out.role);
  out.scopes = role != nullptr ? role->scopes : 0;
  return out;
}
}  // namespace

const std::vector<Role>& roles() {
  static const std::vector<Role> table = {
      {"screener", kScreen, "asks for verdicts: the deposit and withdrawal pipeline"},
      {"reader", kScreen | kRead | kShareRead, "also reads incidents, alerts, watches, policy, shared intelligence"},
      {"operator", kScreen | kRead | kWrite | kShareRead, "also flags incidents, watches, answers alerts, webhooks"},
      {"analyst", kScreen | kRead | kWrite | kShareRead | kShareWrite, "also proposes what is to be shared"},
      {"publisher", kScreen | kRead | kWrite | kShareRead | kShareWrite | kSharePublish,
       "also publishes, agrees to what others propose, withdraws"},
      {"subscriber", kShareRead, "another organisation's: reads what is shared with it"},
      {"contributor", kShareRead | kShareWrite | kSharePublish, "another organisation's: also sends"},
      {"ingester", kIngest, "pushes transfers"},
      {"monitor", kMetrics, "reads metrics"},
      {"admin", kScreen | kRead | kWrite | kIngest | kAdmin | kMetrics | kShareRead | kShareWrite | kSharePublish,
       "everything, keys and policy too"},
  };
  return table;
}
const Role* find_role(std::string_view name) {
  if (name == "administrator") name = "admin";
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
    case kShareRead:
      return "share-read";
    case kShareWrite:
      return "share-write";
    case kSharePublish:
      return "share-publish";
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
  JINDO_TRY(const int64_t schema, out->database_.schema());
  if (schema < 1)
    JINDO_DO(out->database_.transact([&]() -> Status {
      for (const char* sql : {"ALTER TABLE api_key ADD COLUMN organisation TEXT NOT NULL DEFAULT ''",
                              "ALTER TABLE api_key ADD COLUMN affiliation TEXT NOT NULL DEFAULT 'staff'",
                              "ALTER TABLE api_key ADD COLUMN individual TEXT NOT NULL DEFAULT ''"})
        JINDO_DO(out->database_.run(sql));
      return out->database_.set_schema(1);
    }));
  JINDO_DO(out->load());
  return out;
}
Status KeyStore::load() {
  auto map = std::make_shared<Map>();
  JINDO_TRY(auto rows, database_.prepare("SELECT id, name, role, created, expires, revoked, organisation, "
                                         "affiliation, individual, hash FROM api_key"));
  JINDO_DO(records::each_row(rows, [&](const records::Statement& row) {
    base::Hash256 hash{};
    if (base::from_hex(row.text(9), hash)) (*map)[hash] = std::make_shared<const Key>(read_key(row));
  }));
  if (first_)
    (*map)[*first_] =
        std::make_shared<const Key>(Key{"first", "first token", "admin", {}, find_role("admin")->scopes, 0, 0, {}});
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
                                                           int64_t now, int64_t expires, const Holder& holder) {
  const Role* found = find_role(role);
  if (found == nullptr) {
    std::string all;
    for (const Role& r : roles()) all += (all.empty() ? "" : ", ") + std::string(r.name);
    return base::wrong_use("unknown role '" + role.substr(0, 60) + "'; known: " + all);
  }
  if (name.empty() || name.size() > 200)
    return base::wrong_use("a key needs a name of 1 to 200 bytes: who uses it, for what");
  if (expires != 0 && expires <= now) return base::wrong_use("the key would have expired already");
  if (!intel::find_affiliation(holder.affiliation))
    return base::wrong_use("'affiliation': expected staff, client or node");
  constexpr unsigned kSharing = kShareRead | kShareWrite | kSharePublish;
  if (!holder.organisation.empty() && (found->scopes & ~kSharing) != 0)
    return base::wrong_use("another organisation's key is a subscriber's or a contributor's: '" + role +
                           "' would read this organisation's own records");
  if (holder.organisation.size() > 200 || holder.individual.size() > 200)
    return base::wrong_use("organisation and individual: at most 200 bytes each");
  JINDO_TRY(const std::string id, random_hex(6));
  JINDO_TRY(const std::string secret, random_hex(32));
  const std::string token = "jindo_" + id + "_" + secret;
  Key key{id, name, found->name, holder, found->scopes, now, expires, std::nullopt};
  const Lock lock(mutex_);
  JINDO_TRY(auto insert, database_.prepare("INSERT INTO api_key(id, name, role, created, expires, revoked, hash, "
                                           "organisation, affiliation, individual) VALUES(?,?,?,?,?,NULL,?,?,?,?)"));
  insert.bind(1, id).bind(2, name).bind(3, found->name).bind(4, now).bind(5, expires);
  insert.bind(6, base::to_hex(hash_of(token))).bind(7, holder.organisation).bind(8, holder.affiliation);
  insert.bind(9, holder.individual);
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
  JINDO_TRY(auto rows, database_.prepare("SELECT id, name, role, created, expires, revoked, organisation, affiliation, "
                                         "individual FROM api_key ORDER BY created, id"));
  JINDO_DO(records::each_row(rows, [&](const records::Statement& row) { out.push_back(read_key(row)); }));
  return out;
}
std::shared_ptr<const Key> KeyStore::find(std::string_view token, int64_t now) const {
  return find(hash_of(token), now);
}
std::shared_ptr<const Key> KeyStore::find(const base::Hash256& token_hash, int64_t now) const {
  // A thread's own pointer to the newest map.
  thread_local std::shared_ptr<const Map> keys;
  thread_local uint64_t version = 0;
  if (const uint64_t newest = version_.load(std::memory_order_acquire); version != newest) {
    const Lock lock(mutex_);
    keys = keys_;
    version = newest;
  }
  const auto found = keys->find(token_hash);
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
