// Operational records (tags, rules, decisions, shared intelligence …) in an SQL database: many readers, one writer at a
// time, a commit survives kill -9. SQLite in one file by default; PostgreSQL where several nodes share the records
// ("postgresql://…"). Nothing of either shows here. The SQL is what both take: BIGINT and TEXT, "?" for parameters,
// ON CONFLICT; no order by texts, whose collation differs. A Database is used by one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/bytes.h"
#include "base/result.h"

namespace jindo::records {
class StatementDriver;
class DatabaseDriver;

class Statement {
 public:
  explicit Statement(std::unique_ptr<StatementDriver> driver);
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  ~Statement();

  // Parameters count from 1. Texts and blobs are copied.
  Statement& bind(int parameter, std::string_view text);
  Statement& bind(int parameter, int64_t number);
  Statement& bind(int parameter, base::Bytes blob);
  Statement& bind_null(int parameter);
  // The next row; false at the end. After the end, or reset(), parameters may be bound again.
  base::Result<bool> step();
  base::Status run();  // to the end, then reset
  void reset();
  // Columns count from 0. Views hold until the next step.
  std::string_view text(int column) const;
  int64_t number(int column) const;
  base::Bytes blob(int column) const;
  bool is_null(int column) const;

 private:
  std::unique_ptr<StatementDriver> driver_;
};

// Takes every row that is left of a statement whose parameters are bound: take(row), which returns nothing, or a Status
// whose error ends the walk. The statement is reset afterwards in either case, so that one kept for later can be bound
// again; a row's views hold until take() returns.
template <class Take>
base::Status each_row(Statement& statement, Take take) {
  for (;;) {
    JINDO_TRY(const bool more, statement.step());
    if (!more) return {};
    const Statement& row = statement;
    if constexpr (std::is_void_v<std::invoke_result_t<Take&, const Statement&>>) {
      take(row);
    } else {
      base::Status taken = take(row);
      if (taken.ok()) continue;
      statement.reset();
      return taken;
    }
  }
}

class Database {
 public:
  enum class Access { kRead, kWrite };
  // Opens the file, or connects to the "postgresql://" URL; kWrite makes the file if it is not there.
  static base::Result<Database> open(const std::string& path_or_url, Access access);
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  ~Database();

  base::Status run(const char* sql);
  base::Result<Statement> prepare(const char* sql) const;
  int64_t last_row() const;  // SQLite only
  // The work as one commit; taken back whole when it fails.
  base::Status transact(const std::function<base::Status()>& work);
  // The schema's number (0: empty); kept in the database.
  base::Result<int64_t> schema() const;
  base::Status set_schema(int64_t number);
  const std::string& path() const { return path_; }  // without a password

 private:
  Database() = default;
  std::unique_ptr<DatabaseDriver> driver_;
  std::string path_;
};
bool names_postgres(std::string_view path_or_url);

}  // namespace jindo::records
