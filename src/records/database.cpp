#include "records/database.h"

#include <sqlite3.h>

#include "base/file.h"

namespace jindo::records {
namespace {
constexpr int kBusyMs = 10'000;  // how long a writer waits for another

base::Error failed(sqlite3* database, const std::string& path) {
  const int code = database != nullptr ? sqlite3_errcode(database) : SQLITE_NOMEM;
  const std::string what = database != nullptr ? sqlite3_errmsg(database) : "out of memory";
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    return base::bad_input(path + ": damaged, or no records file: " + what);
  if (code == SQLITE_BUSY) return base::machine_failed(path + ": another jindo is writing these records; try again");
  return base::machine_failed(path + ": " + what);
}
const char* path_of(sqlite3* database) {
  const char* path = sqlite3_db_filename(database, "main");
  return path != nullptr ? path : "records";
}
}  // namespace

Statement::Statement(Statement&& other) noexcept : database_(other.database_), statement_(other.statement_) {
  other.statement_ = nullptr;
}
Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(database_, other.database_);
  std::swap(statement_, other.statement_);
  return *this;
}
Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(int parameter, std::string_view text) {
  CHECK(sqlite3_bind_text64(statement_, parameter, text.data() != nullptr ? text.data() : "", text.size(),
                            SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind(int parameter, int64_t number) {
  CHECK(sqlite3_bind_int64(statement_, parameter, number) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind(int parameter, base::Bytes blob) {
  CHECK(sqlite3_bind_blob64(statement_, parameter, blob.data(), blob.size(), SQLITE_TRANSIENT) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind_null(int parameter) {
  CHECK(sqlite3_bind_null(statement_, parameter) == SQLITE_OK);
  return *this;
}
base::Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement_);
    return false;
  }
  const base::Error error = failed(database_, path_of(database_));
  sqlite3_reset(statement_);
  return error;
}
base::Status Statement::run() {
  for (;;) {
    JINDO_TRY(const bool more, step());
    if (!more) return {};
  }
}
void Statement::reset() { sqlite3_reset(statement_); }
std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return data == nullptr ? std::string_view()
                         : std::string_view(data, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
}
int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_, column); }
base::Bytes Statement::blob(int column) const {
  const auto* data = static_cast<const uint8_t*>(sqlite3_column_blob(statement_, column));
  return {data, data == nullptr ? 0 : static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}
bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

Database::Database(Database&& other) noexcept : database_(other.database_), path_(std::move(other.path_)) {
  other.database_ = nullptr;
}
Database& Database::operator=(Database&& other) noexcept {
  std::swap(database_, other.database_);
  std::swap(path_, other.path_);
  return *this;
}
Database::~Database() { sqlite3_close_v2(database_); }

base::Result<Database> Database::open(const std::string& path, Access access) {
  if (access == Access::kRead && !base::exists(path)) return base::bad_input(path + ": no such file");
  Database out;
  out.path_ = path;
  const int flags = access == Access::kWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  if (sqlite3_open_v2(path.c_str(), &out.database_, flags | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK)
    return failed(out.database_, path);
  sqlite3_busy_timeout(out.database_, kBusyMs);
  sqlite3_limit(out.database_, SQLITE_LIMIT_LENGTH, 16 << 20);
  // A commit is on disk before it is told (FULL), and readers do not wait for the writer (WAL).
  if (access == Access::kWrite) {
    JINDO_DO(out.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"));
  }
  return out;
}
base::Status Database::run(const char* sql) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return failed(database_, path_);
  return {};
}
base::Result<Statement> Database::prepare(const char* sql) const {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr) != SQLITE_OK) return failed(database_, path_);
  return Statement(database_, statement);
}
int64_t Database::last_row() const { return sqlite3_last_insert_rowid(database_); }
base::Status Database::transact(const std::function<base::Status()>& work) {
  JINDO_DO(run("BEGIN IMMEDIATE"));
  base::Status status = work();
  if (status.ok()) status = run("COMMIT");
  if (!status.ok()) (void)run("ROLLBACK");  // the error that matters is the work's
  return status;
}
base::Result<int64_t> Database::schema() const {
  JINDO_TRY(Statement statement, prepare("PRAGMA user_version"));
  JINDO_TRY(const bool any, statement.step());
  return any ? statement.number(0) : 0;
}
base::Status Database::set_schema(int64_t number) {
  return run(("PRAGMA user_version=" + std::to_string(number)).c_str());
}
}  // namespace jindo::records
