// SQLite: one file, write-ahead log, commits on disk before they return.
#include <sqlite3.h>

#include "base/file.h"
#include "records/driver.h"

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

class SqliteStatement : public StatementDriver {
 public:
  SqliteStatement(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  ~SqliteStatement() override { sqlite3_finalize(statement_); }
  void bind(int parameter, std::string_view text) override {
    CHECK(sqlite3_bind_text64(statement_, parameter, text.data() != nullptr ? text.data() : "", text.size(),
                              SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK);
  }
  void bind(int parameter, int64_t number) override {
    CHECK(sqlite3_bind_int64(statement_, parameter, number) == SQLITE_OK);
  }
  void bind(int parameter, base::Bytes blob) override {
    CHECK(sqlite3_bind_blob64(statement_, parameter, blob.data(), blob.size(), SQLITE_TRANSIENT) == SQLITE_OK);
  }
  void bind_null(int parameter) override { CHECK(sqlite3_bind_null(statement_, parameter) == SQLITE_OK); }
  base::Result<bool> step() override {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) {
      sqlite3_reset(statement_);
      return false;
    }
    const char* path = sqlite3_db_filename(database_, "main");
    const base::Error error = failed(database_, path != nullptr ? path : "records");
    sqlite3_reset(statement_);
    return error;
  }
  void reset() override { sqlite3_reset(statement_); }
  std::string_view text(int column) const override {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return data == nullptr ? std::string_view()
                           : std::string_view(data, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
  }
  int64_t number(int column) const override { return sqlite3_column_int64(statement_, column); }
  base::Bytes blob(int column) const override {
    const auto* data = static_cast<const uint8_t*>(sqlite3_column_blob(statement_, column));
    return {data, data == nullptr ? 0 : static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
  }
  bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_;
};

class SqliteDatabase : public DatabaseDriver {
 public:
  explicit SqliteDatabase(std::string path) : path_(std::move(path)) {}
  ~SqliteDatabase() override { sqlite3_close_v2(database_); }
  base::Status open(Database::Access access) {
    const bool write = access == Database::Access::kWrite;
    const int flags = write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    if (sqlite3_open_v2(path_.c_str(), &database_, flags | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK)
      return failed(database_, path_);
    sqlite3_busy_timeout(database_, kBusyMs);
    sqlite3_limit(database_, SQLITE_LIMIT_LENGTH, 16 << 20);
    // A commit is on disk before it returns (FULL), and readers do not wait for the writer (WAL).
    return write ? run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA "
                       "cache_size=-65536; "
                       "PRAGMA wal_autocheckpoint=8192;")
                 : run("PRAGMA cache_size=-32768");  // rows of a page of objects lie far apart
  }
  base::Status run(const char* sql) override {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return failed(database_, path_);
    return {};
  }
  base::Result<std::unique_ptr<StatementDriver>> prepare(const char* sql) override {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr) != SQLITE_OK) return failed(database_, path_);
    return std::unique_ptr<StatementDriver>(new SqliteStatement(database_, statement));
  }
  base::Status begin() override { return run("BEGIN IMMEDIATE"); }
  int64_t last_row() const override { return sqlite3_last_insert_rowid(database_); }
  base::Result<int64_t> schema() override {
    JINDO_TRY(const auto statement, prepare("PRAGMA user_version"));
    JINDO_TRY(const bool any, statement->step());
    return any ? statement->number(0) : 0;
  }
  base::Status set_schema(int64_t number) override {
    return run(("PRAGMA user_version=" + std::to_string(number)).c_str());
  }

 private:
  std::string path_;
  sqlite3* database_ = nullptr;
};
}  // namespace

base::Result<std::unique_ptr<DatabaseDriver>> open_sqlite(const std::string& path, Database::Access access) {
  if (access == Database::Access::kRead && !base::exists(path)) return base::bad_input(path + ": no such file");
  auto out = std::make_unique<SqliteDatabase>(path);
  JINDO_DO(out->open(access));
  return std::unique_ptr<DatabaseDriver>(std::move(out));
}
}  // namespace jindo::records
