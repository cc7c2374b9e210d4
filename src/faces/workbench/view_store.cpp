// Case views in SQLite: one table, whose rows keep their own sizes so that the limit over all is one sum.
#include "workbench/view_store.h"

#include <openssl/rand.h>

#include <array>

#include "base/clock.h"
#include "base/hex.h"

namespace jindo::workbench {
namespace {
using Lock = std::lock_guard<std::mutex>;
constexpr int64_t kSchema = 1;

CaseView read_view(const records::Statement& row, bool with_content) {
  CaseView out;
  out.id = row.text(0);
  out.name = row.text(1);
  out.incident = row.text(2);
  out.marking = row.text(3);
  out.author = row.text(4);
  out.created_ms = row.number(5);
  out.changed_ms = row.number(6);
  out.revision = row.number(7);
  out.author_key = row.text(8);
  if (with_content) out.content = row.text(9);
  return out;
}
base::Status check(const CaseView& view) {
  if (view.name.empty() || view.name.size() > 200) return base::bad_input("field 'name': expected 1 to 200 bytes");
  if (view.content.size() > kViewBytesMax)
    return base::bad_input("a view of more than " + std::to_string(kViewBytesMax) + " bytes");
  return {};
}
}  // namespace

base::Result<std::unique_ptr<ViewStore>> ViewStore::open(const std::string& path) {
  JINDO_TRY(auto database, records::Database::open(path, records::Database::Access::kWrite));
  auto out = std::unique_ptr<ViewStore>(new ViewStore(std::move(database)));
  JINDO_TRY(const int64_t schema, out->database_.schema());
  if (schema > kSchema)
    return base::bad_input(path + ": written by a newer Jindo (schema " + std::to_string(schema) + "); use that one");
  if (schema == 0)
    JINDO_DO(out->database_.transact([&]() -> base::Status {
      JINDO_DO(out->database_.run(
          "CREATE TABLE views (id TEXT PRIMARY KEY, name TEXT NOT NULL, incident TEXT NOT NULL, marking TEXT NOT NULL, "
          "author TEXT NOT NULL, author_key TEXT NOT NULL, bytes BIGINT NOT NULL, created_ms BIGINT NOT NULL, "
          "changed_ms BIGINT NOT NULL, "
          "revision BIGINT NOT NULL, "
          "content TEXT NOT NULL)"));
      return out->database_.set_schema(kSchema);
    }));
  return out;
}
base::Result<std::vector<CaseView>> ViewStore::list() {
  const Lock lock(mutex_);
  JINDO_TRY(auto rows, database_.prepare(
                           "SELECT id, name, incident, marking, author, created_ms, changed_ms, revision, author_key "
                           "FROM views ORDER BY changed_ms DESC"));
  std::vector<CaseView> out;
  for (;;) {
    JINDO_TRY(const bool more, rows.step());
    if (!more) return out;
    out.push_back(read_view(rows, false));
  }
}
base::Result<std::optional<CaseView>> ViewStore::find(const std::string& id) {
  const Lock lock(mutex_);
  JINDO_TRY(auto rows,
            database_.prepare("SELECT id, name, incident, marking, author, created_ms, changed_ms, revision, "
                              "author_key, content FROM views WHERE id = ?"));
  rows.bind(1, id);
  JINDO_TRY(const bool found, rows.step());
  if (!found) return std::optional<CaseView>();
  return std::optional<CaseView>(read_view(rows, true));
}
// Under the lock. What a view that is there already takes is counted with it.
base::Status ViewStore::check_room(const CaseView& view, bool fresh) {
  JINDO_TRY(auto all, database_.prepare("SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM views WHERE id <> ?"));
  all.bind(1, view.id);
  JINDO_TRY(const bool counted, all.step());
  if (!counted) return {};
  if (fresh && all.number(0) >= static_cast<int64_t>(kViewsMax))
    return base::bad_input(std::to_string(kViewsMax) + " views are kept at most; remove some");
  if (all.number(1) + static_cast<int64_t>(view.content.size()) > kAllViewsBytesMax)
    return base::bad_input("all views together are " + std::to_string(kAllViewsBytesMax >> 20) +
                           " MiB at most; remove some");
  return {};
}
base::Result<CaseView> ViewStore::add(CaseView view) {
  JINDO_DO(check(view));
  std::array<uint8_t, 16> random{};
  if (RAND_bytes(random.data(), random.size()) != 1) return base::machine_failed("the machine gives no random numbers");
  view.id = base::to_hex(random);
  view.created_ms = view.changed_ms = base::unix_ms();
  view.revision = 1;
  const Lock lock(mutex_);
  JINDO_DO(check_room(view, true));
  JINDO_TRY(auto row,
            database_.prepare("INSERT INTO views (id, name, incident, marking, author, created_ms, changed_ms, "
                              "revision, author_key, content, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  row.bind(1, view.id).bind(2, view.name).bind(3, view.incident).bind(4, view.marking).bind(5, view.author);
  row.bind(6, view.created_ms).bind(7, view.changed_ms).bind(8, view.revision).bind(9, view.author_key);
  row.bind(10, view.content).bind(11, static_cast<int64_t>(view.content.size()));
  JINDO_DO(row.run());
  return view;
}
base::Result<CaseView> ViewStore::change(CaseView view) {
  JINDO_DO(check(view));
  const Lock lock(mutex_);
  JINDO_DO(database_.transact([&]() -> base::Status {
    JINDO_TRY(auto now, database_.prepare("SELECT revision, created_ms, author, author_key FROM views WHERE id = ?"));
    now.bind(1, view.id);
    JINDO_TRY(const bool found, now.step());
    if (!found) return base::answer_no("no view " + view.id.substr(0, 40));
    if (now.number(0) != view.revision)
      return base::wrong_use("somebody saved revision " + std::to_string(now.number(0)) +
                             " meanwhile; open it, or save yours under another name");
    view.created_ms = now.number(1);
    view.author = now.text(2);
    view.author_key = now.text(3);
    now.reset();
    JINDO_DO(check_room(view, false));
    ++view.revision;
    view.changed_ms = base::unix_ms();
    JINDO_TRY(auto row, database_.prepare("UPDATE views SET name = ?, incident = ?, marking = ?, changed_ms = ?, "
                                          "revision = ?, content = ?, bytes = ? WHERE id = ?"));
    row.bind(1, view.name).bind(2, view.incident).bind(3, view.marking).bind(4, view.changed_ms);
    row.bind(5, view.revision).bind(6, view.content).bind(7, static_cast<int64_t>(view.content.size()));
    row.bind(8, view.id);
    return row.run();
  }));
  return view;
}
base::Status ViewStore::remove(const std::string& id) {
  const Lock lock(mutex_);
  return database_.transact([&]() -> base::Status {
    JINDO_TRY(auto known, database_.prepare("SELECT 1 FROM views WHERE id = ?"));
    known.bind(1, id);
    JINDO_TRY(const bool found, known.step());
    if (!found) return base::answer_no("no view " + id.substr(0, 40));
    known.reset();
    JINDO_TRY(auto row, database_.prepare("DELETE FROM views WHERE id = ?"));
    row.bind(1, id);
    return row.run();
  });
}
}  // namespace jindo::workbench
