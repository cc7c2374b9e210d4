// What is behind records/database.h: one driver a kind of database. Within this room only.
#pragma once

#include "records/database.h"

namespace jindo::records {

class StatementDriver {
 public:
  virtual ~StatementDriver() = default;
  virtual void bind(int parameter, std::string_view text) = 0;
  virtual void bind(int parameter, int64_t number) = 0;
  virtual void bind(int parameter, base::Bytes blob) = 0;
  virtual void bind_null(int parameter) = 0;
  virtual base::Result<bool> step() = 0;
  virtual void reset() = 0;
  virtual std::string_view text(int column) const = 0;
  virtual int64_t number(int column) const = 0;
  virtual base::Bytes blob(int column) const = 0;
  virtual bool is_null(int column) const = 0;
};
class DatabaseDriver {
 public:
  virtual ~DatabaseDriver() = default;
  virtual base::Status run(const char* sql) = 0;
  virtual base::Result<std::unique_ptr<StatementDriver>> prepare(const char* sql) = 0;
  virtual base::Status begin() = 0;  // a commit's start: one writer at a time from here on
  virtual int64_t last_row() const = 0;
  virtual base::Result<int64_t> schema() = 0;
  virtual base::Status set_schema(int64_t number) = 0;
};
base::Result<std::unique_ptr<DatabaseDriver>> open_sqlite(const std::string& path, Database::Access access);
base::Result<std::unique_ptr<DatabaseDriver>> open_postgres(const std::string& url);

}  // namespace jindo::records
