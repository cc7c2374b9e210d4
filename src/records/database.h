// Operational records (tags, rules, decisions …) in an embedded SQL database: one file, many readers, one writer at a
// time, a commit survives kill -9. SQLite stands behind it; nothing of it shows here. A Database is used by one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace jindo::records {

class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  ~Statement();

  // Parameters count from 1. Texts and blobs are copied.
  Statement& bind(int parameter, std::string_view text);
  Statement& bind(int parameter, int64_t number);
  Statement& bind(int parameter, base::Bytes blob);
  Statement& bind_null(int parameter);
  // The next row; false at the end. After the end, or reset(), parameters may be bound anew.
  base::Result<bool> step();
  base::Status run();  // to the end, then reset
  void reset();
  // Columns count from 0. Views hold until the next step.
  std::string_view text(int column) const;
  int64_t number(int column) const;
  base::Bytes blob(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  Statement(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  sqlite3* database_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
};

class Database {
 public:
  enum class Access { kRead, kWrite };
  // Opens the file; kWrite makes it if it is not there.
  static base::Result<Database> open(const std::string& path, Access access);
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  ~Database();

  base::Status run(const char* sql);
  base::Result<Statement> prepare(const char* sql) const;
  int64_t last_row() const;
  // The work as one commit; taken back whole when it fails.
  base::Status transact(const std::function<base::Status()>& work);
  // The schema's number (0: empty); kept in the file.
  base::Result<int64_t> schema() const;
  base::Status set_schema(int64_t number);
  const std::string& path() const { return path_; }

 private:
  Database() = default;
  sqlite3* database_ = nullptr;
  std::string path_;
};

}  // namespace jindo::records
