// Reading: pages by position, a cursor an audience that the reader belongs to, merged. What others may see is not
// touched, so that neither content nor time tells of it.
#include <algorithm>
#include <queue>

#include "intel/provenance.h"
#include "intel/store_parts.h"

namespace jindo::intel {
namespace {
using base::Status;
using Lock = std::lock_guard<std::mutex>;

struct Row {
  Item item;
  int64_t latest = 0;
};
Row read_row(const records::Statement& s, bool text) {
  Row out;
  out.item.position = s.number(0);
  out.item.number = s.number(1);
  out.item.version_us = s.number(2);
  out.item.object = s.text(3);
  out.item.type = s.text(4);
  out.latest = s.number(5);
  out.item.version = s.text(6);
  if (text) out.item.json = s.text(7);
  return out;
}
std::string columns(bool text) {
  return std::string("SELECT e.position, e.version, e.version_us, e.object, e.type, e.latest, v.version") +
         (text ? ", v.body" : "") + " FROM entry e JOIN version v ON v.number=e.version WHERE ";
}

// Entries of one audience (and type), by position.
class Cursor {
 public:
  Cursor(records::Statement* statement, int64_t collection, int64_t audience, const std::string* type, int64_t after,
         int64_t until, size_t chunk, bool text)
      : statement_(statement),
        collection_(collection),
        audience_(audience),
        type_(type),
        after_(after),
        until_(until),
        chunk_(chunk),
        text_(text) {}
  Status fill() {
    rows_.clear();
    next_ = 0;
    if (ended_) return {};
    int parameter = 1;
    const auto bind = [&](auto value) { statement_->bind(parameter++, value); };
    bind(collection_);
    bind(audience_);
    if (type_ != nullptr) bind(std::string_view(*type_));
    bind(after_);
    bind(until_);
    bind(static_cast<int64_t>(chunk_));
    JINDO_DO(
        records::each_row(*statement_, [&](const records::Statement& row) { rows_.push_back(read_row(row, text_)); }));
    ended_ = rows_.size() < chunk_;
    if (!rows_.empty()) after_ = rows_.back().item.position;
    chunk_ = std::min<size_t>(chunk_ * 2, 2048);
    return {};
  }
  bool empty() const { return next_ >= rows_.size(); }
  bool done() const { return empty() && ended_; }
  int64_t position() const { return rows_[next_].item.position; }
  Row take() { return std::move(rows_[next_++]); }

 private:
  records::Statement* statement_;
  int64_t collection_, audience_;
  const std::string* type_;
  int64_t after_, until_;
  size_t chunk_;
  bool text_, ended_ = false;
  std::vector<Row> rows_;
  size_t next_ = 0;
};

// Whether the query wants this version, of those that the reader may see.
class VersionFilter {
 public:
  VersionFilter(const Query& query, const Collection& collection, const std::set<int64_t>& seen)
      : query_(query), collection_(collection), seen_(seen) {}
  base::Result<bool> wants(records::Database& database, const Row& row) {
    if (query_.all) return true;
    if (std::find(query_.versions_us.begin(), query_.versions_us.end(), row.item.version_us) !=
        query_.versions_us.end())
      return true;
    if (query_.last) {
      if (row.latest != 0) return true;
      JINDO_TRY(const bool newer, another(database, row, true));
      if (!newer) return true;
    }
    if (query_.first) {
      JINDO_TRY(const bool older, another(database, row, false));
      return !older;
    }
    return false;
  }

 private:
  base::Result<bool> another(records::Database& database, const Row& row, bool newer) {
    auto& statement = newer ? newer_ : older_;
    if (!statement) {
      JINDO_TRY(auto made, database.prepare(newer ? "SELECT audience FROM entry WHERE object=? AND collection=? AND "
                                                    "version_us>?"
                                                  : "SELECT audience FROM entry WHERE object=? AND collection=? AND "
                                                    "version_us<?"));
      statement.emplace(std::move(made));
    }
    statement->bind(1, row.item.object).bind(2, collection_.number).bind(3, row.item.version_us);
    for (;;) {
      JINDO_TRY(const bool more, statement->step());
      if (!more) return false;
      if (seen_.count(statement->number(0)) != 0) {
        statement->reset();
        return true;
      }
    }
  }
  const Query& query_;
  const Collection& collection_;
  const std::set<int64_t>& seen_;
  std::optional<records::Statement> newer_, older_;
};

bool spec_asked(const Query& query) {
  return query.spec_versions.empty() ||
         std::find(query.spec_versions.begin(), query.spec_versions.end(), "2.1") != query.spec_versions.end();
}
bool type_asked(const Query& query, const std::string& type) {
  return query.types.empty() || std::find(query.types.begin(), query.types.end(), type) != query.types.end();
}

// Some objects by their identifiers.
Status page_of_ids(records::Database& database, const Collection& collection, const std::set<int64_t>& seen,
                   const Query& query, int64_t until, Page& out) {
  const std::string sql =
      columns(query.with_text) + "e.object=? AND e.collection=? AND e.position>? AND e.position<=? ORDER BY e.position";
  const std::string with_audience = "SELECT audience FROM entry WHERE position=?";
  JINDO_TRY(auto rows, database.prepare(sql.c_str()));
  JINDO_TRY(auto audience, database.prepare(with_audience.c_str()));
  VersionFilter filter(query, collection, seen);
  std::set<std::string> once(query.ids.begin(), query.ids.end());
  for (const std::string& id : once) {
    rows.bind(1, id).bind(2, collection.number).bind(3, query.after).bind(4, until);
    JINDO_DO(records::each_row(rows, [&](const records::Statement& found) -> Status {
      Row row = read_row(found, query.with_text);
      if (!type_asked(query, row.item.type)) return {};
      audience.bind(1, row.item.position);
      JINDO_TRY(const bool there, audience.step());
      const bool visible = there && seen.count(audience.number(0)) != 0;
      audience.reset();
      if (!visible) return {};
      JINDO_TRY(const bool wanted, filter.wants(database, row));
      if (wanted) out.items.push_back(std::move(row.item));
      return {};
    }));
  }
  std::sort(out.items.begin(), out.items.end(), [](const Item& a, const Item& b) { return a.position < b.position; });
  if (out.items.size() > query.limit) {
    out.items.resize(query.limit);
    out.more = true;
  }
  return {};
}

Status page_of_all(records::Database& database, const Collection& collection, const std::set<int64_t>& seen,
                   const Query& query, int64_t until, Page& out) {
  const bool by_type = !query.types.empty();
  const std::string sql = columns(query.with_text) + "e.collection=? AND e.audience=? " +
                          (by_type ? "AND e.type=? " : "") +
                          "AND e.position>? AND e.position<=? ORDER BY e.position LIMIT ?";
  JINDO_TRY(auto statement, database.prepare(sql.c_str()));
  const std::set<std::string> types(query.types.begin(), query.types.end());
  const size_t count = std::max<size_t>(1, seen.size() * std::max<size_t>(1, types.size()));
  const size_t chunk = std::clamp<size_t>((query.limit + 1) * 2 / count, 8, query.limit + 1);
  std::vector<Cursor> cursors;
  for (const int64_t audience : seen) {
    if (by_type)
      for (const std::string& type : types)
        cursors.emplace_back(&statement, collection.number, audience, &type, query.after, until, chunk,
                             query.with_text);
    else
      cursors.emplace_back(&statement, collection.number, audience, nullptr, query.after, until, chunk,
                           query.with_text);
  }
  using Head = std::pair<int64_t, size_t>;
  std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
  for (size_t i = 0; i < cursors.size(); ++i) {
    JINDO_DO(cursors[i].fill());
    if (!cursors[i].empty()) heads.emplace(cursors[i].position(), i);
  }
  VersionFilter filter(query, collection, seen);
  while (!heads.empty()) {
    const size_t at = heads.top().second;
    heads.pop();
    Row row = cursors[at].take();
    JINDO_TRY(const bool wanted, filter.wants(database, row));
    if (wanted) {
      if (out.items.size() == query.limit) {
        out.more = true;
        return {};
      }
      out.items.push_back(std::move(row.item));
    }
    if (cursors[at].empty() && !cursors[at].done()) JINDO_DO(cursors[at].fill());
    if (!cursors[at].empty()) heads.emplace(cursors[at].position(), at);
  }
  return {};
}
}  // namespace

base::Result<Page> Store::page(const Collection& collection, const Reader& reader, const Query& query) {
  Page out;
  std::shared_ptr<const Audiences> audiences;
  std::shared_ptr<const std::map<int64_t, std::set<int64_t>>> places;
  int64_t until = 0;  // what came after the audiences were looked at waits: one of a new audience would be passed over
  {
    const Lock lock(shown_mutex_);
    audiences = audiences_;
    places = in_collection_;
    until = last_position_;
  }
  std::set<int64_t> seen;
  if (const auto found = places->find(collection.number); found != places->end())
    for (const int64_t audience : found->second)
      if (audiences->sees(audience, reader)) seen.insert(audience);
  if (!spec_asked(query) || seen.empty()) return out;
  JINDO_TRY(records::Database database, readers_->take());
  const Status read = query.ids.empty() ? page_of_all(database, collection, seen, query, until, out)
                                        : page_of_ids(database, collection, seen, query, until, out);
  readers_->give(std::move(database));
  JINDO_DO(read);
  return out;
}

namespace {
const std::string kVersionColumns =
    "SELECT number, object, type, version, version_us, hash, owner, sender, way, received_us, revoked, deleted, "
    "signature, audience, chain, body, sent_by FROM version WHERE ";
Version read_version(const records::Statement& s) {
  Version out;
  out.number = s.number(0);
  out.object = s.text(1);
  out.type = s.text(2);
  out.version = s.text(3);
  out.version_us = s.number(4);
  out.hash = s.text(5);
  out.owner = s.text(6);
  out.sender = s.text(7);
  out.way = static_cast<Way>(s.number(8));
  out.received_us = s.number(9);
  out.revoked = s.number(10) != 0;
  out.deleted = s.number(11) != 0;
  out.signature = name_of(static_cast<SignatureState>(s.number(12)));
  out.audience = s.number(13);
  out.chain = s.text(14);
  out.json = s.text(15);
  out.sent_by = s.text(16);
  return out;
}
}  // namespace

base::Result<std::vector<Version>> Store::read_versions(const std::string& where,
                                                        const std::function<void(records::Statement&)>& bind) {
  JINDO_TRY(records::Database database, readers_->take());
  std::vector<Version> out;
  {
    JINDO_TRY(auto rows, database.prepare((kVersionColumns + where).c_str()));
    bind(rows);
    JINDO_DO(records::each_row(rows, [&](const records::Statement& row) { out.push_back(read_version(row)); }));
  }
  readers_->give(std::move(database));
  return out;
}
base::Result<std::vector<Version>> Store::versions_after(int64_t number, size_t limit) {
  return read_versions("number>? ORDER BY number LIMIT ?",
                       [&](records::Statement& s) { s.bind(1, number).bind(2, static_cast<int64_t>(limit)); });
}
base::Result<std::vector<Version>> Store::versions_of(const std::string& object) {
  return read_versions("object=? ORDER BY version_us, number", [&](records::Statement& s) { s.bind(1, object); });
}
base::Result<std::optional<Version>> Store::version(int64_t number) {
  JINDO_TRY(auto found, read_versions("number=?", [&](records::Statement& s) { s.bind(1, number); }));
  return found.empty() ? std::optional<Version>() : std::optional(std::move(found[0]));
}
base::Result<std::vector<Version>> Store::naming(const std::string& object) {
  return read_versions("deleted=0 AND number IN (SELECT version FROM reference WHERE target=?) ORDER BY number",
                       [&](records::Statement& s) { s.bind(1, object); });
}
base::Result<std::vector<std::string>> Store::collections_of(const std::string& object) {
  const auto known = directory();
  JINDO_TRY(records::Database database, readers_->take());
  std::vector<std::string> out;
  {
    JINDO_TRY(auto rows, database.prepare("SELECT DISTINCT collection FROM entry WHERE object=?"));
    rows.bind(1, object);
    JINDO_DO(records::each_row(rows, [&](const records::Statement& row) {
      for (const auto& [id, c] : known->collections)
        if (c.number == row.number(0)) out.push_back(id);
    }));
  }
  readers_->give(std::move(database));
  return out;
}
}  // namespace jindo::intel
