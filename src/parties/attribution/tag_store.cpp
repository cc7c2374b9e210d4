#include "attribution/tag_store.h"

#include <algorithm>
#include <set>

#include "attribution/subject.h"
#include "base/clock.h"
#include "base/hash.h"

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

void bind_optional(Statement& s, int at, const std::optional<int64_t>& value) {
  if (value)
    s.bind(at, *value);
  else
    s.bind_null(at);
}
std::optional<int64_t> optional_number(const Statement& s, int column) {
  if (s.is_null(column)) return std::nullopt;
  return s.number(column);
}
std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}
std::string day(int64_t time) { return base::format_time(time).substr(0, 10); }
}  // namespace

base::Hash256 identity_of(const Tag& tag) {
  base::Sha256 hash;
  const auto text = [&](std::string_view t) {
    const uint64_t size = t.size();
    hash.update({reinterpret_cast<const uint8_t*>(&size), sizeof size});
    hash.update(base::as_bytes(t));
  };
  const auto number = [&](std::optional<int64_t> n) { text(n ? std::to_string(*n) : std::string()); };
  text(name_of(tag.subject.kind));
  for (const std::string* t : {&tag.subject.chain, &tag.subject.text, &tag.label, &tag.terms, &tag.actor,
                               &tag.confidence_term, &tag.author, &tag.context})
    text(*t);
  text(name_of(tag.category));
  number(tag.confidence);
  text(name_of(tag.source_kind));
  number(tag.valid_from);
  number(tag.valid_until);
  text(name_of(tag.marking));
  text(tag.cluster_definer ? "1" : "0");
  // Neither the source's wording nor the date of the statement: a list restated is the same claim.
  return hash.finish();
}

std::vector<Seen> seen_after(const std::vector<Seen>& seen, const std::vector<int64_t>& complete, int64_t as_of,
                             bool present, bool is_complete) {
  const auto next_at = std::upper_bound(complete.begin(), complete.end(), as_of);
  const auto here = std::lower_bound(complete.begin(), complete.end(), as_of);
  const std::optional<int64_t> before = here == complete.begin() ? std::nullopt : std::optional<int64_t>(*(here - 1));
  const std::optional<int64_t> after = next_at == complete.end() ? std::nullopt : std::optional<int64_t>(*next_at);
  std::vector<Seen> out;
  if (!present) {
    if (!is_complete) return seen;
    for (const Seen& s : seen) {
      if (s.first < as_of && as_of < s.last) {  // it was thought to stand there all the while
        out.push_back({s.first, std::max(s.first, before.value_or(s.first))});
        out.push_back({std::min(s.last, after.value_or(s.last)), s.last});
      } else {
        out.push_back(s);
      }
    }
    return out;
  }
  Seen mine{as_of, as_of};
  for (const Seen& s : seen) {
    const bool covers = s.first <= as_of && as_of <= s.last;
    const bool left = s.last < as_of && (!before || *before <= s.last);  // no complete snapshot between lacks it
    const bool right = s.first > as_of && (!after || *after >= s.first);
    if (covers || left || right) {
      mine.first = std::min(mine.first, s.first);
      mine.last = std::max(mine.last, s.last);
    } else {
      out.push_back(s);
    }
  }
  out.push_back(mine);
  std::sort(out.begin(), out.end(), [](const Seen& a, const Seen& b) { return a.first < b.first; });
  return out;
}

ListedAnswer stood_on(const Tag& tag, const std::vector<Snapshot>& snapshots, int64_t on) {
  ListedAnswer out;
  out.tag = tag;
  const std::string where = "'" + tag.collection + "'";
  if (tag.withdrawal && tag.withdrawal->at <= on) {
    out.answer = Listed::kNo;
    out.reason =
        "withdrawn on " + day(tag.withdrawal->at) + " by " + tag.withdrawal->author + ": " + tag.withdrawal->reason;
    return out;
  }
  if (tag.valid_from && on < *tag.valid_from) {
    out.answer = Listed::kNo;
    out.reason = "valid from " + day(*tag.valid_from) + " on";
    return out;
  }
  if (tag.valid_until && on > *tag.valid_until) {
    out.answer = Listed::kNo;
    out.reason = "valid until " + day(*tag.valid_until);
    return out;
  }
  for (const Seen& s : tag.seen) {
    if (s.first <= on && on <= s.last) {
      out.answer = Listed::kYes;
      out.reason = s.first == s.last ? "in " + where + " of " + day(s.first)
                                     : "in " + where + " of " + day(s.first) + " and of " + day(s.last) +
                                           ", and in every one between";
      return out;
    }
  }
  std::optional<int64_t> with_before, with_after, without_before, without_after;
  for (const Seen& s : tag.seen) {
    if (s.last < on) with_before = std::max(with_before.value_or(INT64_MIN), s.last);
    if (s.first > on) with_after = std::min(with_after.value_or(INT64_MAX), s.first);
  }
  for (const Snapshot& s : snapshots) {
    if (!s.complete) continue;
    const bool has = std::any_of(tag.seen.begin(), tag.seen.end(),
                                 [&](const Seen& seen) { return seen.first <= s.as_of && s.as_of <= seen.last; });
    if (has) continue;
    if (s.as_of <= on) without_before = std::max(without_before.value_or(INT64_MIN), s.as_of);
    if (s.as_of >= on) without_after = std::min(without_after.value_or(INT64_MAX), s.as_of);
  }
  const bool no_before = without_before && (!with_before || *without_before > *with_before);
  const bool no_after = without_after && (!with_after || *without_after < *with_after);
  if (no_before && (no_after || *without_before == on)) {
    out.answer = Listed::kNo;
    out.reason = "not in " + where + " of " + day(*without_before) +
                 (no_after && *without_after != *without_before ? " nor of " + day(*without_after) : "");
    return out;
  }
  const auto side = [&](bool before) {
    const auto with = before ? with_before : with_after;
    const auto without = before ? without_before : without_after;
    if (before ? no_before : no_after) return where + " of " + day(*without) + " has it not";
    if (with) return where + " of " + day(*with) + " has it";
    return std::string(before ? "nothing earlier was imported" : "nothing later was imported");
  };
  out.reason = "not known: " + side(true) + ", " + side(false);
  return out;
}

bool in_force(const Tag& tag, const std::vector<Snapshot>& snapshots, int64_t on) {
  if (tag.withdrawal && tag.withdrawal->at <= on) return false;
  if (tag.valid_from && on < *tag.valid_from) return false;
  if (tag.valid_until && on > *tag.valid_until) return false;
  int64_t last = INT64_MIN;
  for (const Seen& s : tag.seen) {
    if (s.first <= on) last = std::max(last, std::min(s.last, on));
  }
  if (last == INT64_MIN) return false;  // nobody had said so yet
  for (const Snapshot& s : snapshots)
    if (s.complete && s.as_of > last && s.as_of <= on) return false;
  return true;
}

// ---- the database ------------------------------------------------------------------------------------------------
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

base::Result<int64_t> TagStore::collection_id(const std::string& name) {
  JINDO_TRY(Statement find, database_.prepare("SELECT id FROM collection WHERE name=?1"));
  find.bind(1, name);
  JINDO_TRY(const bool any, find.step());
  if (any) return find.number(0);
  JINDO_TRY(Statement insert, database_.prepare("INSERT INTO collection(name) VALUES(?1)"));
  insert.bind(1, name);
  JINDO_DO(insert.run());
  return database_.last_row();
}
base::Result<std::vector<Snapshot>> TagStore::snapshots_of(int64_t collection) const {
  JINDO_TRY(Statement s, database_.prepare("SELECT as_of, max(complete) FROM snapshot WHERE collection=?1 GROUP BY "
                                           "as_of ORDER BY as_of"));
  s.bind(1, collection);
  std::vector<Snapshot> out;
  for (;;) {
    JINDO_TRY(const bool more, s.step());
    if (!more) return out;
    out.push_back({s.number(0), s.number(1) != 0});
  }
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
    return base::bad_input("'" + summary.collection + "' is dated " + day(summary.as_of) + ", which is in the future");
  JINDO_DO(database_.transact([&] { return import_in(batch, options, summary); }));
  return summary;
}

Status TagStore::import_in(const TagBatch& batch, const ImportOptions& options, ImportSummary& summary) {
  JINDO_TRY(const int64_t collection, collection_id(summary.collection));
  JINDO_TRY(const auto snapshots, snapshots_of(collection));
  // What this snapshot says, each claim once.
  std::map<base::Hash256, const Tag*> said;
  std::vector<Tag> marked;
  marked.reserve(batch.tags.size());
  for (const Tag& tag : batch.tags) {
    marked.push_back(tag);
    if (options.marking) marked.back().marking = std::max(tag.marking, *options.marking);
    if (!said.emplace(identity_of(marked.back()), &marked.back()).second) ++summary.twice;
  }
  summary.tags = said.size();
  summary.refused = batch.refused.size();
  summary.actors = batch.actors.size();
  base::Sha256 hash;
  for (const auto& [identity, tag] : said) hash.update(identity);
  for (const Actor& actor : batch.actors) hash.update(base::as_bytes(actor.id + "\n" + actor.label + "\n"));
  const base::Hash256 digest = hash.finish();
  {
    JINDO_TRY(Statement same,
              database_.prepare("SELECT digest, complete FROM snapshot WHERE collection=?1 AND as_of=?2"));
    same.bind(1, collection).bind(2, summary.as_of);
    for (;;) {
      JINDO_TRY(const bool more, same.step());
      if (!more) break;
      const base::Bytes stored = same.blob(0);
      if (std::equal(stored.begin(), stored.end(), digest.begin(), digest.end()))
        summary.repeated = true;
      else if (same.number(1) != 0 && !options.partial)
        return base::bad_input("'" + summary.collection + "' of " + day(summary.as_of) +
                               " was imported before with other content; give its true date with --as-of, another "
                               "--collection, or --partial");
    }
  }
  if (summary.repeated) {
    summary.known = summary.tags;
    return {};
  }
  std::vector<int64_t> complete;
  for (const Snapshot& s : snapshots)
    if (s.complete) complete.push_back(s.as_of);

  JINDO_TRY(Statement clear, database_.prepare("DELETE FROM presence WHERE tag=?1"));
  JINDO_TRY(Statement place, database_.prepare("INSERT INTO presence VALUES(?1, ?2, ?3)"));
  const auto store_seen = [&](int64_t tag, const std::vector<Seen>& seen) -> Status {
    clear.bind(1, tag);
    JINDO_DO(clear.run());
    for (const Seen& s : seen) {
      place.bind(1, tag).bind(2, s.first).bind(3, s.last);
      JINDO_DO(place.run());
    }
    return {};
  };
  // Those known of old.
  struct Known {
    int64_t id = 0;
    base::Hash256 identity{};
    std::vector<Seen> seen;
  };
  std::vector<Known> known;
  {
    JINDO_TRY(Statement all,
              database_.prepare("SELECT t.id, t.identity, p.first, p.last FROM tag t LEFT JOIN presence p "
                                "ON p.tag=t.id WHERE t.collection=?1 ORDER BY t.id, p.first"));
    all.bind(1, collection);
    for (;;) {
      JINDO_TRY(const bool more, all.step());
      if (!more) break;
      if (known.empty() || known.back().id != all.number(0)) {
        Known& k = known.emplace_back();
        k.id = all.number(0);
        const base::Bytes identity = all.blob(1);
        if (identity.size() != k.identity.size())
          return base::bad_input(database_.path() + ": damaged: a tag's identity");
        std::copy(identity.begin(), identity.end(), k.identity.begin());
      }
      if (!all.is_null(2)) known.back().seen.push_back({all.number(2), all.number(3)});
    }
  }
  for (const Known& k : known) {
    const auto found = said.find(k.identity);
    const bool present = found != said.end();
    const auto seen = seen_after(k.seen, complete, summary.as_of, present, !options.partial);
    if (present) {
      ++summary.known;
      said.erase(found);
      if (!k.seen.empty() && !complete.empty() && complete.back() > k.seen.back().last &&
          summary.as_of > k.seen.back().last)
        ++summary.back;
    } else if (!options.partial && !k.seen.empty() && k.seen.back().last < summary.as_of &&
               (complete.empty() || complete.back() <= k.seen.back().last)) {
      ++summary.gone;
    }
    if (seen != k.seen) JINDO_DO(store_seen(k.id, seen));
  }
  JINDO_TRY(
      Statement insert,
      database_.prepare("INSERT INTO tag(collection, identity, kind, chain, subject, label, category, terms, actor, "
                        "confidence, confidence_term, source_kind, source, author, stated, valid_from, valid_until, "
                        "marking, definer, context, recorded) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,"
                        "?14,?15,?16,?17,?18,?19,?20,?21)"));
  for (const auto& [identity, tag] : said) {
    insert.bind(1, collection).bind(2, base::Bytes(identity)).bind(3, static_cast<int64_t>(tag->subject.kind));
    insert.bind(4, tag->subject.chain).bind(5, tag->subject.text).bind(6, tag->label);
    insert.bind(7, static_cast<int64_t>(tag->category)).bind(8, tag->terms).bind(9, tag->actor);
    insert.bind(10, static_cast<int64_t>(tag->confidence)).bind(11, tag->confidence_term);
    insert.bind(12, static_cast<int64_t>(tag->source_kind)).bind(13, tag->source).bind(14, tag->author);
    bind_optional(insert, 15, tag->stated);
    bind_optional(insert, 16, tag->valid_from);
    bind_optional(insert, 17, tag->valid_until);
    insert.bind(18, static_cast<int64_t>(tag->marking)).bind(19, static_cast<int64_t>(tag->cluster_definer ? 1 : 0));
    insert.bind(20, tag->context).bind(21, options.now);
    JINDO_DO(insert.run());
    place.bind(1, database_.last_row()).bind(2, summary.as_of).bind(3, summary.as_of);
    JINDO_DO(place.run());
    ++summary.added;
  }
  JINDO_TRY(Statement actor, database_.prepare("INSERT OR REPLACE INTO actor VALUES(?1,?2,?3,?4,?5,?6,?7)"));
  for (const Actor& a : batch.actors) {
    actor.bind(1, a.id).bind(2, collection).bind(3, a.label).bind(4, a.uri).bind(5, joined(a.categories));
    actor.bind(6, joined(a.jurisdictions)).bind(7, a.context);
    JINDO_DO(actor.run());
  }
  JINDO_TRY(Statement refusal, database_.prepare("INSERT INTO refusal VALUES(?1,?2,?3,?4,?5)"));
  for (const Refusal& r : batch.refused) {
    refusal.bind(1, collection).bind(2, summary.as_of).bind(3, r.place).bind(4, r.subject).bind(5, r.reason);
    JINDO_DO(refusal.run());
  }
  JINDO_TRY(Statement snapshot, database_.prepare("INSERT INTO snapshot VALUES(?1,?2,?3,?4,?5)"));
  snapshot.bind(1, collection).bind(2, summary.as_of).bind(3, static_cast<int64_t>(options.partial ? 0 : 1));
  snapshot.bind(4, base::Bytes(digest)).bind(5, options.now);
  return snapshot.run();
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
      return base::answer_no("tag " + std::to_string(id) + " was withdrawn on " + day(find.number(0)));
    JINDO_TRY(Statement insert, database_.prepare("INSERT INTO withdrawal VALUES(?1,?2,?3,?4)"));
    insert.bind(1, id).bind(2, at).bind(3, author).bind(4, reason);
    return insert.run();
  });
}

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
  for (;;) {
    JINDO_TRY(const bool more, s.step());
    if (!more || s.number(0) != tag.id) {
      if (tag.id != 0) JINDO_DO(take(std::move(tag)));
      if (!more) return {};
      tag = {};
      tag.id = s.number(0);
      tag.subject.kind = static_cast<SubjectKind>(s.number(1));
      tag.subject.chain = s.text(2);
      tag.subject.text = s.text(3);
      const auto network = chain::find_network(tag.subject.chain);
      if (network.ok()) {
        tag.subject.network = *network;
        if (tag.subject.kind != SubjectKind::kTransaction) {
          const auto key = chain::parse_address(**network, tag.subject.text);
          if (!key.ok()) return base::bad_input(database_.path() + ": damaged: " + key.error().message);
          tag.subject.key = *key;
        }
      }
      tag.label = s.text(4);
      const int64_t category = s.number(5);
      if (category < 0 || category >= static_cast<int64_t>(categories().size()))
        return base::bad_input(database_.path() + ": damaged: a category that is none");
      tag.category = static_cast<Category>(category);
      tag.terms = s.text(6);
      tag.actor = s.text(7);
      tag.confidence = static_cast<uint8_t>(s.number(8));
      tag.confidence_term = s.text(9);
      tag.source_kind = static_cast<SourceKind>(std::clamp<int64_t>(s.number(10), 0, 6));
      tag.source = s.text(11);
      tag.author = s.text(12);
      tag.stated = optional_number(s, 13);
      tag.valid_from = optional_number(s, 14);
      tag.valid_until = optional_number(s, 15);
      tag.marking = static_cast<Marking>(std::clamp<int64_t>(s.number(16), 0, 4));
      tag.cluster_definer = s.number(17) != 0;
      tag.context = s.text(18);
      tag.collection = s.text(19);
      if (!s.is_null(20)) tag.withdrawal = Withdrawal{s.number(20), std::string(s.text(21)), std::string(s.text(22))};
    }
    if (!s.is_null(23)) tag.seen.push_back({s.number(23), s.number(24)});
  }
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
  for (;;) {
    JINDO_TRY(const bool more, s.step());
    if (!more) return out;
    out.emplace(s.text(0), s.text(1));
  }
}
base::Result<std::vector<Collection>> TagStore::collections() const {
  JINDO_TRY(Statement s,
            database_.prepare("SELECT c.id, c.name, (SELECT count(*) FROM tag WHERE collection=c.id), (SELECT "
                              "count(*) FROM actor WHERE collection=c.id), (SELECT count(*) FROM refusal "
                              "WHERE collection=c.id) FROM collection c ORDER BY c.name"));
  std::vector<Collection> out;
  for (;;) {
    JINDO_TRY(const bool more, s.step());
    if (!more) break;
    Collection& c = out.emplace_back();
    c.id = s.number(0);
    c.name = s.text(1);
    c.tags = static_cast<uint64_t>(s.number(2));
    c.actors = static_cast<uint64_t>(s.number(3));
    c.refused = static_cast<uint64_t>(s.number(4));
  }
  for (Collection& c : out) {
    JINDO_TRY(c.snapshots, snapshots_of(c.id));
  }
  return out;
}
base::Result<std::vector<Refusal>> TagStore::refusals(const std::string& collection) const {
  JINDO_TRY(Statement s, database_.prepare("SELECT r.place, r.subject, r.reason FROM refusal r JOIN collection c ON "
                                           "c.id=r.collection WHERE ?1='' OR c.name=?1"));
  s.bind(1, collection);
  std::vector<Refusal> out;
  for (;;) {
    JINDO_TRY(const bool more, s.step());
    if (!more) return out;
    out.push_back({std::string(s.text(0)), std::string(s.text(1)), std::string(s.text(2))});
  }
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
      return base::answer_no("rule " + std::to_string(id) + " was undone on " + day(find.number(0)));
    JINDO_TRY(Statement s, database_.prepare("UPDATE cluster_rule SET undone=?2 WHERE id=?1"));
    s.bind(1, id).bind(2, at);
    return s.run();
  });
}
base::Result<std::vector<ClusterRule>> TagStore::rules() const {
  JINDO_TRY(Statement s, database_.prepare("SELECT id, kind, chain, a, b, reason, author, recorded, undone FROM "
                                           "cluster_rule ORDER BY id"));
  std::vector<ClusterRule> out;
  for (;;) {
    JINDO_TRY(const bool more, s.step());
    if (!more) return out;
    ClusterRule& r = out.emplace_back();
    r.id = s.number(0);
    r.kind = s.text(1);
    r.chain = s.text(2);
    r.a = s.text(3);
    r.b = s.text(4);
    r.reason = s.text(5);
    r.author = s.text(6);
    r.recorded = s.number(7);
    r.undone = optional_number(s, 8);
  }
}
}  // namespace jindo::attribution
