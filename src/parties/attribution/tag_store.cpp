// The tables, what is read from them, what a person adds: tags by hand, withdrawals, rules on clusters. How a snapshot
// goes in is tag_import.cpp.
#include "attribution/tag_store.h"

#include <algorithm>

namespace jindo::attribution {
namespace {
using base::Status;
using records::Database;
using records::Statement;

constexpr const char* kSchema = R"(
CREATE TABLE collection(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE snapshot(collection INTEGER NOT NULL REFERENCES collection(id), as_of INTEGER NOT NULL,
  complete INTEGER NOT NULL, digest BLOB NOT NULL, imported INTEGER NOT NULL, PRIMARY KEY(collection, as_of, digest));
CREATE TABLE tag(id INTEGER PRIMARY KEY, collection INTEGER NOT NULL REFERENCES collection(id), identity BLOB NOT NULL,
  kind INTEGER NOT NULL, chain TEXT NOT NULL, subject TEXT NOT NULL, label TEXT NOT NULL, category INTEGER NOT NULL,
  terms TEXT NOT NULL, actor TEXT NOT NULL, confidence INTEGER NOT NULL, confidence_term TEXT NOT NULL,
  source_kind INTEGER NOT NULL, source TEXT NOT NULL, author TEXT NOT NULL, stated INTEGER, valid_from INTEGER,
  valid_until INTEGER, marking INTEGER NOT NULL, definer INTEGER NOT NULL, context TEXT NOT NULL,
  recorded INTEGER NOT NULL, UNIQUE(collection, identity));
CREATE INDEX tag_subject ON tag(chain, subject);
CREATE TABLE presence(tag INTEGER NOT NULL REFERENCES tag(id), first INTEGER NOT NULL, last INTEGER NOT NULL,
  PRIMARY KEY(tag, first)) WITHOUT ROWID;
CREATE TABLE withdrawal(tag INTEGER PRIMARY KEY REFERENCES tag(id), at INTEGER NOT NULL, author TEXT NOT NULL,
  reason TEXT NOT NULL);
CREATE TABLE actor(id TEXT PRIMARY KEY, collection INTEGER NOT NULL REFERENCES collection(id), label TEXT NOT NULL,
  uri TEXT NOT NULL, categories TEXT NOT NULL, jurisdictions TEXT NOT NULL, context TEXT NOT NULL);
CREATE TABLE refusal(collection INTEGER NOT NULL REFERENCES collection(id), as_of INTEGER NOT NULL, place TEXT NOT NULL,
  subject TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE cluster_rule(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, chain TEXT NOT NULL, a TEXT NOT NULL,
  b TEXT NOT NULL, reason TEXT NOT NULL, author TEXT NOT NULL, recorded INTEGER NOT NULL, undone INTEGER);
)";
constexpr const char* kTagColumns =
    "t.id, t.kind, t.chain, t.subject, t.label, t.category, t.terms, t.actor, t.confidence, t.confidence_term, "
    "t.source_kind, t.source, t.author, t.stated, t.valid_from, t.valid_until, t.marking, t.definer, t.context, "
    "c.name, "
    "w.at, w.author, w.reason";

std::optional<int64_t> optional_number(const Statement& s, int column) {
  if (s.is_null(column)) return std::nullopt;
  return s.number(column);
}
}  // namespace

base::Result<TagStore> TagStore::open(const std::string& path, Database::Access access) {
  JINDO_TRY(Database database, Database::open(path, access));
  TagStore out(std::move(database));
  if (access == Database::Access::kWrite) JINDO_DO(out.prepare_schema());
  JINDO_TRY(const int64_t schema, out.database_.schema());
  if (schema != kTagSchema)
    return base::bad_input(path + ": records of schema " + std::to_string(schema) + "; this jindo reads " +
                           std::to_string(kTagSchema));
  return out;
}
Status TagStore::prepare_schema() {
  JINDO_TRY(const int64_t schema, database_.schema());
  if (schema != 0) return {};
  return database_.transact([&]() -> Status {
    JINDO_TRY(const int64_t again, database_.schema());
    if (again != 0) return {};  // another process was faster
    JINDO_DO(database_.run(kSchema));
    return database_.set_schema(kTagSchema);
  });
}

base::Result<ImportSummary> TagStore::import(const TagBatch& batch, const ImportOptions& options) {
  ImportSummary summary;
  summary.collection = options.collection.empty() ? batch.collection : options.collection;
  if (summary.collection.empty() || summary.collection.size() > kLabelMax)
    return base::wrong_use("a collection's name must have 1 to " + std::to_string(kLabelMax) + " bytes");
  const auto as_of = options.as_of ? options.as_of : batch.as_of;
  if (!as_of) return base::wrong_use("'" + summary.collection + "' states no date of its own; give it with --as-of");
  summary.as_of = *as_of;
  if (options.now > 0 && summary.as_of > options.now + 86'400)
    return base::bad_input("'" + summary.collection + "' is dated " + day_of(summary.as_of) +
                           ", which is in the future");
  JINDO_DO(database_.transact([&] { return import_snapshot(database_, batch, options, summary); }));
  return summary;
}

base::Result<int64_t> TagStore::add(const Tag& tag, int64_t now) {
  TagBatch batch;
  batch.add(tag, "this tag");
  if (!batch.refused.empty()) return base::bad_input("refused: " + batch.refused.front().reason);
  ImportOptions options;
  options.collection = "local";
  options.as_of = now;
  options.partial = true;
  options.now = now;
  JINDO_TRY(const ImportSummary summary, import(batch, options));
  JINDO_TRY(Statement find, database_.prepare("SELECT t.id FROM tag t JOIN collection c ON c.id=t.collection WHERE "
                                              "c.name='local' AND t.identity=?1"));
  const base::Hash256 identity = identity_of(tag);
  find.bind(1, base::Bytes(identity));
  JINDO_TRY(const bool any, find.step());
  CHECK(any);
  return find.number(0);
}
Status TagStore::withdraw(int64_t id, int64_t at, const std::string& author, const std::string& reason) {
  if (author.empty() || reason.empty()) return base::wrong_use("a withdrawal needs its author and its reason");
  return database_.transact([&]() -> Status {
    JINDO_TRY(Statement find,
              database_.prepare("SELECT w.at FROM tag t LEFT JOIN withdrawal w ON w.tag=t.id WHERE t.id=?1"));
    find.bind(1, id);
    JINDO_TRY(const bool any, find.step());
    if (!any) return base::answer_no("no tag has the number " + std::to_string(id));
    if (!find.is_null(0))
      return base::answer_no("tag " + std::to_string(id) + " was withdrawn on " + day_of(find.number(0)));
    JINDO_TRY(Statement insert, database_.prepare("INSERT INTO withdrawal VALUES(?1,?2,?3,?4)"));
    insert.bind(1, id).bind(2, at).bind(3, author).bind(4, reason);
    return insert.run();
  });
}

namespace {
// A row of kTagColumns as a tag, but for when it was seen.
base::Result<Tag> tag_of(const Statement& row, const std::string& path) {
  Tag tag;
  tag.id = row.number(0);
  tag.subject.kind = static_cast<SubjectKind>(row.number(1));
  tag.subject.chain = row.text(2);
  tag.subject.text = row.text(3);
  const auto network = chain::find_network(tag.subject.chain);
  if (network.ok()) {
    tag.subject.network = *network;
    if (tag.subject.kind != SubjectKind::kTransaction) {
      const auto key = chain::parse_address(**network, tag.subject.text);
      if (!key.ok()) return base::bad_input(path + ": damaged: " + key.error().message);
      tag.subject.key = *key;
    }
  }
  tag.label = row.text(4);
  const int64_t category = row.number(5);
  if (category < 0 || category >= static_cast<int64_t>(categories().size()))
    return base::bad_input(path + ": damaged: a category that is none");
  tag.category = static_cast<Category>(category);
  tag.terms = row.text(6);
  tag.actor = row.text(7);
  tag.confidence = static_cast<uint8_t>(row.number(8));
  tag.confidence_term = row.text(9);
  tag.source_kind = static_cast<SourceKind>(std::clamp<int64_t>(row.number(10), 0, 6));
  tag.source = row.text(11);
  tag.author = row.text(12);
  tag.stated = optional_number(row, 13);
  tag.valid_from = optional_number(row, 14);
  tag.valid_until = optional_number(row, 15);
  tag.marking = static_cast<Marking>(std::clamp<int64_t>(row.number(16), 0, 4));
  tag.cluster_definer = row.number(17) != 0;
  tag.context = row.text(18);
  tag.collection = row.text(19);
  if (!row.is_null(20))
    tag.withdrawal = Withdrawal{row.number(20), std::string(row.text(21)), std::string(row.text(22))};
  return tag;
}
}  // namespace

// One row a tag and stretch of presence: a tag is whole when the next one begins.
Status TagStore::read_tags(const std::string& where, const std::function<void(Statement&)>& bind,
                           const std::function<Status(Tag&&)>& take) const {
  JINDO_TRY(Statement s,
            database_.prepare((std::string("SELECT ") + kTagColumns +
                               ", p.first, p.last FROM tag t JOIN collection c ON c.id=t.collection LEFT JOIN "
                               "withdrawal w ON w.tag=t.id LEFT JOIN presence p ON p.tag=t.id " +
                               where + " ORDER BY t.id, p.first")
                                  .c_str()));
  bind(s);
  Tag tag;
  JINDO_DO(records::each_row(s, [&](const Statement& row) -> Status {
    if (row.number(0) != tag.id) {
      if (tag.id != 0) JINDO_DO(take(std::move(tag)));
      JINDO_TRY(tag, tag_of(row, database_.path()));
    }
    if (!row.is_null(23)) tag.seen.push_back({row.number(23), row.number(24)});
    return {};
  }));
  if (tag.id != 0) JINDO_DO(take(std::move(tag)));
  return {};
}

base::Result<std::vector<Tag>> TagStore::tags_of(const Subject& subject) const {
  std::vector<Tag> out;
  JINDO_DO(read_tags(
      "WHERE t.chain=?1 AND t.subject=?2", [&](Statement& s) { s.bind(1, subject.chain).bind(2, subject.text); },
      [&](Tag&& tag) -> Status {
        out.push_back(std::move(tag));
        return {};
      }));
  std::sort(out.begin(), out.end(), shown_before);
  return out;
}
base::Result<std::vector<Tag>> TagStore::tags_from(const std::string& collection, const std::string& source) const {
  std::vector<Tag> out;
  JINDO_DO(read_tags(
      "WHERE c.name=?1 AND t.source=?2", [&](Statement& s) { s.bind(1, collection).bind(2, source); },
      [&](Tag&& tag) -> Status {
        out.push_back(std::move(tag));
        return {};
      }));
  return out;
}
Status TagStore::each(const std::function<Status(Tag&&)>& take) const {
  return read_tags(
      "", [](Statement&) {}, take);
}

base::Result<std::optional<Actor>> TagStore::actor(const std::string& id) const {
  JINDO_TRY(Statement s,
            database_.prepare("SELECT id, label, uri, categories, jurisdictions, context FROM actor WHERE id=?1"));
  s.bind(1, id);
  JINDO_TRY(const bool any, s.step());
  if (!any) return std::optional<Actor>();
  Actor out;
  out.id = s.text(0);
  out.label = s.text(1);
  out.uri = s.text(2);
  out.categories = {std::string(s.text(3))};
  out.jurisdictions = {std::string(s.text(4))};
  out.context = s.text(5);
  return std::optional<Actor>(std::move(out));
}
base::Result<std::map<std::string, std::string>> TagStore::actor_labels() const {
  JINDO_TRY(Statement s, database_.prepare("SELECT id, label FROM actor"));
  std::map<std::string, std::string> out;
  JINDO_DO(records::each_row(s, [&](const Statement& row) { out.emplace(row.text(0), row.text(1)); }));
  return out;
}
base::Result<std::vector<Collection>> TagStore::collections() const {
  JINDO_TRY(Statement s,
            database_.prepare("SELECT c.id, c.name, (SELECT count(*) FROM tag WHERE collection=c.id), (SELECT "
                              "count(*) FROM actor WHERE collection=c.id), (SELECT count(*) FROM refusal "
                              "WHERE collection=c.id) FROM collection c ORDER BY c.name"));
  std::vector<Collection> out;
  JINDO_DO(records::each_row(s, [&](const Statement& row) {
    Collection& c = out.emplace_back();
    c.id = row.number(0);
    c.name = row.text(1);
    c.tags = static_cast<uint64_t>(row.number(2));
    c.actors = static_cast<uint64_t>(row.number(3));
    c.refused = static_cast<uint64_t>(row.number(4));
  }));
  for (Collection& c : out) {
    JINDO_TRY(c.snapshots, read_snapshots(database_, c.id));
  }
  return out;
}
base::Result<std::vector<Refusal>> TagStore::refusals(const std::string& collection) const {
  JINDO_TRY(Statement s, database_.prepare("SELECT r.place, r.subject, r.reason FROM refusal r JOIN collection c ON "
                                           "c.id=r.collection WHERE ?1='' OR c.name=?1"));
  s.bind(1, collection);
  std::vector<Refusal> out;
  JINDO_DO(records::each_row(s, [&](const Statement& row) {
    out.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))});
  }));
  return out;
}

base::Result<int64_t> TagStore::add_rule(const ClusterRule& rule) {
  if (rule.author.empty() || rule.reason.empty()) return base::wrong_use("a rule needs its author and its reason");
  int64_t id = 0;
  JINDO_DO(database_.transact([&]() -> Status {
    JINDO_TRY(Statement same,
              database_.prepare("SELECT id FROM cluster_rule WHERE kind=?1 AND chain=?2 AND a=?3 AND b=?4 "
                                "AND undone IS NULL"));
    same.bind(1, rule.kind).bind(2, rule.chain).bind(3, rule.a).bind(4, rule.b);
    JINDO_TRY(const bool any, same.step());
    if (any) return base::answer_no("rule " + std::to_string(same.number(0)) + " says so already");
    JINDO_TRY(Statement s, database_.prepare("INSERT INTO cluster_rule(kind, chain, a, b, reason, author, recorded) "
                                             "VALUES(?1,?2,?3,?4,?5,?6,?7)"));
    s.bind(1, rule.kind).bind(2, rule.chain).bind(3, rule.a).bind(4, rule.b).bind(5, rule.reason);
    s.bind(6, rule.author).bind(7, rule.recorded);
    JINDO_DO(s.run());
    id = database_.last_row();
    return {};
  }));
  return id;
}
Status TagStore::undo_rule(int64_t id, int64_t at) {
  return database_.transact([&]() -> Status {
    JINDO_TRY(Statement find, database_.prepare("SELECT undone FROM cluster_rule WHERE id=?1"));
    find.bind(1, id);
    JINDO_TRY(const bool any, find.step());
    if (!any) return base::answer_no("no rule has the number " + std::to_string(id));
    if (!find.is_null(0))
      return base::answer_no("rule " + std::to_string(id) + " was undone on " + day_of(find.number(0)));
    JINDO_TRY(Statement s, database_.prepare("UPDATE cluster_rule SET undone=?2 WHERE id=?1"));
    s.bind(1, id).bind(2, at);
    return s.run();
  });
}
base::Result<std::vector<ClusterRule>> TagStore::rules() const {
  JINDO_TRY(Statement s, database_.prepare("SELECT id, kind, chain, a, b, reason, author, recorded, undone FROM "
                                           "cluster_rule ORDER BY id"));
  std::vector<ClusterRule> out;
  JINDO_DO(records::each_row(s, [&](const Statement& row) {
    ClusterRule& r = out.emplace_back();
    r.id = row.number(0);
    r.kind = row.text(1);
    r.chain = row.text(2);
    r.a = row.text(3);
    r.b = row.text(4);
    r.reason = row.text(5);
    r.author = row.text(6);
    r.recorded = row.number(7);
    r.undone = optional_number(row, 8);
  }));
  return out;
}
}  // namespace jindo::attribution
