// An import as a row of passes: what is said, is it new, who was known, what is new, who acts, what was refused, and
// the snapshot itself last.
#include "attribution/tag_import.h"

#include <algorithm>
#include <map>

#include "base/hash.h"

namespace jindo::attribution {
namespace {
using base::Status;
using records::Database;
using records::Statement;

void bind_optional(Statement& s, int at, const std::optional<int64_t>& value) {
  if (value)
    s.bind(at, *value);
  else
    s.bind_null(at);
}
std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

base::Result<int64_t> collection_id(Database& database, const std::string& name) {
  JINDO_TRY(Statement find, database.prepare("SELECT id FROM collection WHERE name=?1"));
  find.bind(1, name);
  JINDO_TRY(const bool any, find.step());
  if (any) return find.number(0);
  JINDO_TRY(Statement insert, database.prepare("INSERT INTO collection(name) VALUES(?1)"));
  insert.bind(1, name);
  JINDO_DO(insert.run());
  return database.last_row();
}

struct Known {  // a tag that the collection has already
  int64_t id = 0;
  base::Hash256 identity{};
  std::vector<Seen> seen;
};
base::Result<std::vector<Known>> read_known(const Database& database, int64_t collection) {
  JINDO_TRY(Statement all, database.prepare("SELECT t.id, t.identity, p.first, p.last FROM tag t LEFT JOIN presence p "
                                            "ON p.tag=t.id WHERE t.collection=?1 ORDER BY t.id, p.first"));
  all.bind(1, collection);
  std::vector<Known> out;
  JINDO_DO(records::each_row(all, [&](const Statement& row) -> Status {
    if (out.empty() || out.back().id != row.number(0)) {
      Known& k = out.emplace_back();
      k.id = row.number(0);
      const base::Bytes identity = row.blob(1);
      if (identity.size() != k.identity.size()) return base::bad_input(database.path() + ": damaged: a tag's identity");
      std::copy(identity.begin(), identity.end(), k.identity.begin());
    }
    if (!row.is_null(2)) out.back().seen.push_back({row.number(2), row.number(3)});
    return {};
  }));
  return out;
}

class Presence {  // the table of when a tag was seen
 public:
  static base::Result<Presence> open(Database& database) {
    JINDO_TRY(Statement clear, database.prepare("DELETE FROM presence WHERE tag=?1"));
    JINDO_TRY(Statement place, database.prepare("INSERT INTO presence VALUES(?1, ?2, ?3)"));
    return Presence(std::move(clear), std::move(place));
  }
  Status add(int64_t tag, const Seen& seen) {
    place_.bind(1, tag).bind(2, seen.first).bind(3, seen.last);
    return place_.run();
  }
  Status replace(int64_t tag, const std::vector<Seen>& seen) {
    clear_.bind(1, tag);
    JINDO_DO(clear_.run());
    for (const Seen& s : seen) JINDO_DO(add(tag, s));
    return {};
  }

 private:
  Presence(Statement clear, Statement place) : clear_(std::move(clear)), place_(std::move(place)) {}
  Statement clear_, place_;
};

class Import {
 public:
  Import(Database& database, const TagBatch& batch, const ImportOptions& options, ImportSummary& summary)
      : database_(database), batch_(batch), options_(options), summary_(summary) {}

  Status run() {
    JINDO_TRY(collection_, collection_id(database_, summary_.collection));
    gather_said();
    JINDO_DO(look_for_same());
    if (summary_.repeated) {
      summary_.known = summary_.tags;
      return {};
    }
    JINDO_TRY(Presence presence, Presence::open(database_));
    JINDO_DO(update_known(presence));
    JINDO_DO(add_new(presence));
    JINDO_DO(add_actors());
    JINDO_DO(add_refusals());
    return add_snapshot();
  }

 private:
  // What this snapshot says, each claim once, under the marking asked for; the digest of it all.
  void gather_said() {
    marked_.reserve(batch_.tags.size());
    for (const Tag& tag : batch_.tags) {
      marked_.push_back(tag);
      if (options_.marking) marked_.back().marking = std::max(tag.marking, *options_.marking);
      if (!said_.emplace(identity_of(marked_.back()), &marked_.back()).second) ++summary_.twice;
    }
    summary_.tags = said_.size();
    summary_.refused = batch_.refused.size();
    summary_.actors = batch_.actors.size();
    base::Sha256 hash;
    for (const auto& [identity, tag] : said_) hash.update(identity);
    for (const Actor& actor : batch_.actors) hash.update(base::as_bytes(actor.id + "\n" + actor.label + "\n"));
    digest_ = hash.finish();
  }

  // Whether the very snapshot was imported before; one of that date with other content is an error.
  Status look_for_same() {
    JINDO_TRY(Statement same,
              database_.prepare("SELECT digest, complete FROM snapshot WHERE collection=?1 AND as_of=?2"));
    same.bind(1, collection_).bind(2, summary_.as_of);
    return records::each_row(same, [&](const Statement& row) -> Status {
      const base::Bytes stored = row.blob(0);
      if (std::equal(stored.begin(), stored.end(), digest_.begin(), digest_.end()))
        summary_.repeated = true;
      else if (row.number(1) != 0 && !options_.partial)
        return base::bad_input("'" + summary_.collection + "' of " + day_of(summary_.as_of) +
                               " was imported before with other content; give its true date with --as-of, another "
                               "--collection, or --partial");
      return {};
    });
  }

  // The tags that the collection has already: seen again, gone, or back. What is said of them is taken off `said_`.
  Status update_known(Presence& presence) {
    JINDO_TRY(const auto snapshots, read_snapshots(database_, collection_));
    std::vector<int64_t> complete;
    for (const Snapshot& s : snapshots)
      if (s.complete) complete.push_back(s.as_of);
    JINDO_TRY(const auto known, read_known(database_, collection_));
    for (const Known& k : known) {
      const auto found = said_.find(k.identity);
      const bool present = found != said_.end();
      const auto seen = seen_after(k.seen, complete, summary_.as_of, present, !options_.partial);
      if (present) {
        ++summary_.known;
        said_.erase(found);
        if (!k.seen.empty() && !complete.empty() && complete.back() > k.seen.back().last &&
            summary_.as_of > k.seen.back().last)
          ++summary_.back;
      } else if (!options_.partial && !k.seen.empty() && k.seen.back().last < summary_.as_of &&
                 (complete.empty() || complete.back() <= k.seen.back().last)) {
        ++summary_.gone;
      }
      if (seen != k.seen) JINDO_DO(presence.replace(k.id, seen));
    }
    return {};
  }

  Status add_new(Presence& presence) {
    JINDO_TRY(
        Statement insert,
        database_.prepare("INSERT INTO tag(collection, identity, kind, chain, subject, label, category, terms, actor, "
                          "confidence, confidence_term, source_kind, source, author, stated, valid_from, valid_until, "
                          "marking, definer, context, recorded) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,"
                          "?14,?15,?16,?17,?18,?19,?20,?21)"));
    for (const auto& [identity, tag] : said_) {
      insert.bind(1, collection_).bind(2, base::Bytes(identity)).bind(3, static_cast<int64_t>(tag->subject.kind));
      insert.bind(4, tag->subject.chain).bind(5, tag->subject.text).bind(6, tag->label);
      insert.bind(7, static_cast<int64_t>(tag->category)).bind(8, tag->terms).bind(9, tag->actor);
      insert.bind(10, static_cast<int64_t>(tag->confidence)).bind(11, tag->confidence_term);
      insert.bind(12, static_cast<int64_t>(tag->source_kind)).bind(13, tag->source).bind(14, tag->author);
      bind_optional(insert, 15, tag->stated);
      bind_optional(insert, 16, tag->valid_from);
      bind_optional(insert, 17, tag->valid_until);
      insert.bind(18, static_cast<int64_t>(tag->marking)).bind(19, static_cast<int64_t>(tag->cluster_definer ? 1 : 0));
      insert.bind(20, tag->context).bind(21, options_.now);
      JINDO_DO(insert.run());
      JINDO_DO(presence.add(database_.last_row(), {summary_.as_of, summary_.as_of}));
      ++summary_.added;
    }
    return {};
  }

  Status add_actors() {
    JINDO_TRY(Statement actor, database_.prepare("INSERT OR REPLACE INTO actor VALUES(?1,?2,?3,?4,?5,?6,?7)"));
    for (const Actor& a : batch_.actors) {
      actor.bind(1, a.id).bind(2, collection_).bind(3, a.label).bind(4, a.uri).bind(5, joined(a.categories));
      actor.bind(6, joined(a.jurisdictions)).bind(7, a.context);
      JINDO_DO(actor.run());
    }
    return {};
  }
  Status add_refusals() {
    JINDO_TRY(Statement refusal, database_.prepare("INSERT INTO refusal VALUES(?1,?2,?3,?4,?5)"));
    for (const Refusal& r : batch_.refused) {
      refusal.bind(1, collection_).bind(2, summary_.as_of).bind(3, r.place).bind(4, r.subject).bind(5, r.reason);
      JINDO_DO(refusal.run());
    }
    return {};
  }
  Status add_snapshot() {
    JINDO_TRY(Statement snapshot, database_.prepare("INSERT INTO snapshot VALUES(?1,?2,?3,?4,?5)"));
    snapshot.bind(1, collection_).bind(2, summary_.as_of).bind(3, static_cast<int64_t>(options_.partial ? 0 : 1));
    snapshot.bind(4, base::Bytes(digest_)).bind(5, options_.now);
    return snapshot.run();
  }

  Database& database_;
  const TagBatch& batch_;
  const ImportOptions& options_;
  ImportSummary& summary_;
  int64_t collection_ = 0;
  std::vector<Tag> marked_;
  std::map<base::Hash256, const Tag*> said_;  // by identity, into marked_
  base::Hash256 digest_{};
};
}  // namespace

base::Status import_snapshot(Database& database, const TagBatch& batch, const ImportOptions& options,
                             ImportSummary& summary) {
  return Import(database, batch, options, summary).run();
}

base::Result<std::vector<Snapshot>> read_snapshots(const Database& database, int64_t collection) {
  JINDO_TRY(Statement s, database.prepare("SELECT as_of, max(complete) FROM snapshot WHERE collection=?1 GROUP BY "
                                          "as_of ORDER BY as_of"));
  s.bind(1, collection);
  std::vector<Snapshot> out;
  JINDO_DO(records::each_row(s, [&](const Statement& row) { out.push_back({row.number(0), row.number(1) != 0}); }));
  return out;
}
}  // namespace jindo::attribution
