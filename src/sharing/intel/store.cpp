// The store's frame: tables, directory, audiences, facts, the clock of positions. Adding: intake.cpp; reading:
// paging.cpp.
#include "intel/store.h"

#include <chrono>

#include "base/json_writer.h"
#include "intel/store_parts.h"
#include "stix/identifier.h"

namespace jindo::intel {
namespace {
using base::Status;
using Lock = std::lock_guard<std::mutex>;

constexpr std::string_view kNumberKey = "BIGINT PRIMARY KEY";
constexpr const char* kSecretFact = "identifier secret";
constexpr const char* kSchemaSql[] = {
    "CREATE TABLE IF NOT EXISTS fact(name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS organisation(id TEXT PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, kind TEXT "
    "NOT NULL, contact TEXT NOT NULL, community BIGINT NOT NULL, four_eyes BIGINT NOT NULL, active BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS organisation_key(public_key TEXT PRIMARY KEY, organisation TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS sharing_group(id TEXT PRIMARY KEY, name TEXT NOT NULL, purpose TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS membership(sharing_group TEXT NOT NULL, organisation TEXT NOT NULL, PRIMARY "
    "KEY(sharing_group, organisation))",
    "CREATE TABLE IF NOT EXISTS collection(number BIGINT PRIMARY KEY, id TEXT NOT NULL, title TEXT NOT NULL, "
    "description TEXT NOT NULL, sharing_group TEXT NOT NULL, unmarked BIGINT NOT NULL, writable BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS audience(number BIGINT PRIMARY KEY, text TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS version(number BIGINT PRIMARY KEY, object TEXT NOT NULL, type TEXT NOT NULL, version "
    "TEXT NOT NULL, version_us BIGINT NOT NULL, hash TEXT NOT NULL, owner TEXT NOT NULL, sender TEXT NOT NULL, sent_by "
    "TEXT NOT NULL, way BIGINT NOT NULL, received_us BIGINT NOT NULL, revoked BIGINT NOT NULL, deleted BIGINT NOT "
    "NULL, signature BIGINT NOT NULL, rule BIGINT NOT NULL, audience BIGINT NOT NULL, chain TEXT NOT NULL, body TEXT "
    "NOT NULL)",
    "CREATE INDEX IF NOT EXISTS version_object ON version(object, version_us)",
    "CREATE TABLE IF NOT EXISTS entry(position BIGINT PRIMARY KEY, collection BIGINT NOT NULL, audience BIGINT NOT "
    "NULL, type TEXT NOT NULL, object TEXT NOT NULL, version_us BIGINT NOT NULL, version BIGINT NOT NULL, latest "
    "BIGINT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS entry_page ON entry(collection, audience, position)",
    "CREATE INDEX IF NOT EXISTS entry_type ON entry(collection, audience, type, position)",
    "CREATE INDEX IF NOT EXISTS entry_object ON entry(object, collection, version_us)",
    "CREATE TABLE IF NOT EXISTS reference(target TEXT NOT NULL, version BIGINT NOT NULL, PRIMARY KEY(target, version))",
    "CREATE TABLE IF NOT EXISTS embargo(version BIGINT NOT NULL, collection BIGINT NOT NULL, until_us BIGINT NOT NULL, "
    "audience BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS submission(id TEXT PRIMARY KEY, organisation TEXT NOT NULL, sent_by TEXT NOT NULL, "
    "at_us BIGINT NOT NULL, state TEXT NOT NULL, collection TEXT NOT NULL, envelope TEXT NOT NULL, report TEXT NOT "
    "NULL)",
    "CREATE INDEX IF NOT EXISTS submission_state ON submission(state)",
};
}  // namespace

size_t AddReport::count(Outcome outcome) const {
  size_t out = 0;
  for (const Added& added : objects) out += added.outcome == outcome ? 1 : 0;
  return out;
}

Store::Store(records::Database writer) : writer_(std::move(writer)), readers_(std::make_unique<Readers>()) {}
Store::~Store() = default;

base::Result<std::unique_ptr<Store>> Store::open(const std::string& path_or_url) {
  JINDO_TRY(records::Database writer, records::Database::open(path_or_url, records::Database::Access::kWrite));
  std::unique_ptr<Store> out(new Store(std::move(writer)));
  out->path_ = out->writer_.path();
  out->readers_->path = path_or_url;
  JINDO_DO(out->prepare());
  return out;
}
Status Store::prepare() {
  const Lock lock(write_mutex_);
  JINDO_TRY(const int64_t schema, writer_.schema());
  if (schema > kIntelSchema)
    return base::bad_input(path_ + ": written by a newer jindo (schema " + std::to_string(schema) + ")");
  if (schema < kIntelSchema)
    JINDO_DO(writer_.transact([&]() -> Status {
      for (std::string sql : kSchemaSql) {
        // SQLite's rows are kept by an INTEGER key itself, by a BIGINT one through one index more.
        if (const size_t at = sql.find(kNumberKey); at != std::string::npos && !records::names_postgres(path_))
          sql.replace(at, kNumberKey.size(), "INTEGER PRIMARY KEY");
        JINDO_DO(writer_.run(sql.c_str()));
      }
      return writer_.set_schema(kIntelSchema);
    }));
  JINDO_DO(writer_.transact([&]() -> Status {
    JINDO_TRY(secret_, read_fact(writer_, kSecretFact));
    if (!secret_.empty()) return {};
    secret_ = stix::random_identifier("secret") + stix::random_identifier("secret");
    return write_fact(writer_, kSecretFact, secret_);
  }));
  JINDO_DO(load_directory());
  return load_audiences();
}

// ---- facts ----
base::Result<std::string> read_fact(records::Database& database, const std::string& name) {
  JINDO_TRY(auto row, database.prepare("SELECT value FROM fact WHERE name=?"));
  row.bind(1, name);
  JINDO_TRY(const bool there, row.step());
  return there ? std::string(row.text(0)) : std::string();
}
Status write_fact(records::Database& database, const std::string& name, const std::string& value) {
  JINDO_TRY(auto put, database.prepare("INSERT INTO fact(name, value) VALUES(?,?) ON CONFLICT(name) DO UPDATE SET "
                                       "value=excluded.value"));
  put.bind(1, name).bind(2, value);
  return put.run();
}
int64_t number_in(const std::string& text) { return text.empty() ? 0 : std::strtoll(text.c_str(), nullptr, 10); }
base::Result<records::Database> Store::Readers::take() {
  {
    const Lock lock(mutex);
    if (!idle.empty()) {
      records::Database out = std::move(idle.back());
      idle.pop_back();
      return out;
    }
  }
  return records::Database::open(path, records::Database::Access::kRead);
}
void Store::Readers::give(records::Database database) {
  const Lock lock(mutex);
  if (idle.size() < 16) idle.push_back(std::move(database));
}
base::Result<std::string> Store::fact(const std::string& name) {
  const Lock lock(write_mutex_);
  return read_fact(writer_, name);
}
Status Store::set_fact(const std::string& name, const std::string& value) {
  const Lock lock(write_mutex_);
  return writer_.transact([&] { return write_fact(writer_, name, value); });
}

// ---- change ----
int64_t Store::last_position() const {
  const Lock lock(shown_mutex_);
  return last_position_;
}
void Store::announce() { changed_.notify_all(); }
int64_t Store::wait_beyond(int64_t position, unsigned ms) {
  std::unique_lock<std::mutex> lock(shown_mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(ms), [&] { return last_position_ > position; });
  return last_position_;
}

// ---- directory ----
std::shared_ptr<const Directory> Store::directory() const {
  const Lock lock(shown_mutex_);
  return directory_;
}
namespace {
// The passes of load_directory.
Status load_organisations(const records::Database& database, Directory& out) {
  JINDO_TRY(auto rows, database.prepare("SELECT id, name, country, kind, contact, community, four_eyes, active FROM "
                                        "organisation"));
  JINDO_DO(records::each_row(rows, [&](const records::Statement& row) {
    Organisation o;
    o.id = row.text(0);
    o.name = row.text(1);
    o.country = row.text(2);
    o.kind = row.text(3);
    o.contact = row.text(4);
    o.community = row.number(5) != 0;
    o.four_eyes = row.number(6) != 0;
    o.active = row.number(7) != 0;
    out.organisations[o.id] = std::move(o);
  }));
  JINDO_TRY(auto keys, database.prepare("SELECT public_key, organisation FROM organisation_key"));
  return records::each_row(keys, [&](const records::Statement& row) {
    const std::string key(row.text(0)), owner(row.text(1));
    out.key_owner[key] = owner;
    if (out.organisations.count(owner) != 0) out.organisations[owner].keys.push_back(key);
  });
}
Status load_groups(const records::Database& database, Directory& out) {
  JINDO_TRY(auto groups, database.prepare("SELECT id, name, purpose FROM sharing_group"));
  JINDO_DO(records::each_row(groups, [&](const records::Statement& row) {
    SharingGroup group{std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), {}};
    out.groups[group.id] = std::move(group);
  }));
  JINDO_TRY(auto members, database.prepare("SELECT sharing_group, organisation FROM membership"));
  return records::each_row(members, [&](const records::Statement& row) {
    if (const auto found = out.groups.find(std::string(row.text(0))); found != out.groups.end())
      found->second.members.insert(std::string(row.text(1)));
  });
}
Status load_collections(const records::Database& database, Directory& out) {
  JINDO_TRY(auto rows, database.prepare("SELECT number, id, title, description, sharing_group, unmarked, writable FROM "
                                        "collection"));
  return records::each_row(rows, [&](const records::Statement& row) {
    Collection c;
    c.number = row.number(0);
    c.id = row.text(1);
    c.title = row.text(2);
    c.description = row.text(3);
    c.group = row.text(4);
    c.unmarked = static_cast<Marking>(std::clamp<int64_t>(row.number(5), 0, 4));
    c.writable = row.number(6) != 0;
    out.collections[c.id] = std::move(c);
  });
}
}  // namespace
Status Store::load_directory() {
  auto out = std::make_shared<Directory>();
  JINDO_TRY(out->own, read_fact(writer_, "own"));
  JINDO_TRY(const std::string version, read_fact(writer_, "directory"));
  out->version = number_in(version);
  JINDO_DO(load_organisations(writer_, *out));
  JINDO_DO(load_groups(writer_, *out));
  JINDO_DO(load_collections(writer_, *out));
  const Lock lock(shown_mutex_);
  directory_ = std::move(out);
  return {};
}
// What is new since the last look. The position first: audiences of all that is not beyond it are then there.
Status Store::load_audiences() {
  JINDO_TRY(const std::string position, read_fact(writer_, "position"));
  auto audiences = std::make_shared<Audiences>();
  auto places = std::make_shared<std::map<int64_t, std::set<int64_t>>>();
  int64_t known = 0;
  {
    const Lock lock(shown_mutex_);
    if (audiences_) *audiences = *audiences_;
    if (in_collection_) *places = *in_collection_;
    known = last_position_;
  }
  JINDO_TRY(auto rows, writer_.prepare("SELECT number, text FROM audience WHERE number>? ORDER BY number"));
  rows.bind(1, audiences->nodes().empty() ? 0 : audiences->nodes().rbegin()->first);
  JINDO_DO(records::each_row(
      rows, [&](const records::Statement& row) { audiences->add(row.number(0), std::string(row.text(1))); }));
  JINDO_TRY(auto pairs, writer_.prepare("SELECT DISTINCT collection, audience FROM entry WHERE position>?"));
  pairs.bind(1, known);
  JINDO_DO(
      records::each_row(pairs, [&](const records::Statement& row) { (*places)[row.number(0)].insert(row.number(1)); }));
  const Lock lock(shown_mutex_);
  audiences_ = std::move(audiences);
  in_collection_ = std::move(places);
  last_position_ = number_in(position);
  return {};
}
std::shared_ptr<const Audiences> Store::audiences() const {
  const Lock lock(shown_mutex_);
  return audiences_;
}
Status Store::reload() {
  const Lock lock(write_mutex_);
  JINDO_TRY(const std::string version, read_fact(writer_, "directory"));
  if (number_in(version) != directory()->version) JINDO_DO(load_directory());
  JINDO_TRY(const std::string position, read_fact(writer_, "position"));
  if (number_in(position) == last_position()) return {};
  JINDO_DO(load_audiences());
  announce();
  return {};
}

namespace {
Status put_organisation(records::Database& database, const Organisation& o) {
  JINDO_TRY(auto put,
            database.prepare("INSERT INTO organisation(id, name, country, kind, contact, community, four_eyes, active) "
                             "VALUES(?,?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET name=excluded.name, "
                             "country=excluded.country, kind=excluded.kind, contact=excluded.contact, "
                             "community=excluded.community, four_eyes=excluded.four_eyes, active=excluded.active"));
  put.bind(1, o.id).bind(2, o.name).bind(3, o.country).bind(4, o.kind).bind(5, o.contact);
  put.bind(6, int64_t{o.community}).bind(7, int64_t{o.four_eyes}).bind(8, int64_t{o.active});
  JINDO_DO(put.run());
  JINDO_TRY(auto clear, database.prepare("DELETE FROM organisation_key WHERE organisation=?"));
  clear.bind(1, o.id);
  JINDO_DO(clear.run());
  JINDO_TRY(auto taken, database.prepare("SELECT organisation FROM organisation_key WHERE public_key=?"));
  JINDO_TRY(auto add, database.prepare("INSERT INTO organisation_key(public_key, organisation) VALUES(?,?)"));
  for (const std::string& key : o.keys) {
    taken.bind(1, key);
    JINDO_TRY(const bool there, taken.step());
    if (there) return base::wrong_use("key " + key + " is another organisation's already");
    taken.reset();
    add.bind(1, key).bind(2, o.id);
    JINDO_DO(add.run());
  }
  return {};
}
}  // namespace
// A change of who may see what is one commit with the directory's version.
Status Store::change_directory(const std::function<Status()>& work) {
  const Lock lock(write_mutex_);
  JINDO_DO(writer_.transact([&]() -> Status {
    JINDO_TRY(const std::string version, read_fact(writer_, "directory"));
    JINDO_DO(write_fact(writer_, "directory", std::to_string(number_in(version) + 1)));
    return work();
  }));
  return load_directory();
}
Status Store::set_own(const Organisation& organisation) {
  JINDO_DO(check(organisation));
  return change_directory([&]() -> Status {
    JINDO_DO(put_organisation(writer_, organisation));
    return write_fact(writer_, "own", organisation.id);
  });
}
Status Store::put(const Organisation& organisation) {
  JINDO_DO(check(organisation));
  return change_directory([&] { return put_organisation(writer_, organisation); });
}
Status Store::put(const SharingGroup& group) {
  JINDO_DO(check(group));
  const auto known = directory();
  for (const std::string& member : group.members)
    if (known->organisations.count(member) == 0)
      return base::wrong_use("sharing group: no organisation " + member.substr(0, 100) + " is known here");
  return change_directory([&]() -> Status {
    JINDO_TRY(auto put, writer_.prepare("INSERT INTO sharing_group(id, name, purpose) VALUES(?,?,?) ON CONFLICT(id) DO "
                                        "UPDATE SET name=excluded.name, purpose=excluded.purpose"));
    put.bind(1, group.id).bind(2, group.name).bind(3, group.purpose);
    JINDO_DO(put.run());
    JINDO_TRY(auto clear, writer_.prepare("DELETE FROM membership WHERE sharing_group=?"));
    clear.bind(1, group.id);
    JINDO_DO(clear.run());
    JINDO_TRY(auto add, writer_.prepare("INSERT INTO membership(sharing_group, organisation) VALUES(?,?)"));
    for (const std::string& member : group.members) {
      add.bind(1, group.id).bind(2, member);
      JINDO_DO(add.run());
    }
    return {};
  });
}
base::Result<Collection> Store::put(Collection collection) {
  if (collection.id.empty()) collection.id = stix::random_identifier("collection").substr(12);
  JINDO_DO(check(collection));
  const auto known = directory();
  if (!collection.group.empty() && known->groups.count(collection.group) == 0)
    return base::wrong_use("collection: no sharing group '" + collection.group.substr(0, 100) + "' is known here");
  JINDO_DO(change_directory([&]() -> Status {
    JINDO_TRY(auto find, writer_.prepare("SELECT number FROM collection WHERE id=?"));
    find.bind(1, collection.id);
    JINDO_TRY(const bool there, find.step());
    JINDO_TRY(auto last, writer_.prepare("SELECT COALESCE(MAX(number), 0) FROM collection"));
    JINDO_TRY(const bool any, last.step());
    collection.number = there ? find.number(0) : (any ? last.number(0) : 0) + 1;
    find.reset();
    last.reset();
    JINDO_TRY(auto put, writer_.prepare(
                            "INSERT INTO collection(number, id, title, description, sharing_group, unmarked, writable) "
                            "VALUES(?,?,?,?,?,?,?) ON CONFLICT(number) DO UPDATE SET title=excluded.title, "
                            "description=excluded.description, sharing_group=excluded.sharing_group, "
                            "unmarked=excluded.unmarked, writable=excluded.writable"));
    put.bind(1, collection.number).bind(2, collection.id).bind(3, collection.title).bind(4, collection.description);
    put.bind(5, collection.group).bind(6, static_cast<int64_t>(collection.unmarked));
    put.bind(7, int64_t{collection.writable});
    return put.run();
  }));
  return collection;
}
}  // namespace jindo::intel
