// PostgreSQL by libpq. Everything travels as text; a statement is prepared once a connection and kept there by its SQL.
// A commit begins with one advisory lock for all of Jindo's writers, so that commits have one order, as SQLite's have:
// what is given out in order (positions) becomes visible in order.
#include <libpq-fe.h>

#include <charconv>
#include <map>
#include <vector>

#include "base/hex.h"
#include "records/driver.h"

namespace jindo::records {
namespace {
constexpr const char* kWriterLock = "SELECT pg_advisory_xact_lock(5359414158261841)";

struct Cleared {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Cleared>;

// "?" outside of quotes becomes "$1", "$2" …
std::string numbered(const char* sql, int& parameters) {
  std::string out;
  bool quoted = false;
  parameters = 0;
  for (const char* at = sql; *at != '\0'; ++at) {
    if (*at == '\'') quoted = !quoted;
    if (*at == '?' && !quoted)
      out += "$" + std::to_string(++parameters);
    else
      out += *at;
  }
  return out;
}

class PostgresDatabase;
class PostgresStatement : public StatementDriver {
 public:
  PostgresStatement(PostgresDatabase& database, std::string name, int parameters)
      : database_(database),
        name_(std::move(name)),
        values_(static_cast<size_t>(parameters)),
        nulls_(static_cast<size_t>(parameters), true) {}
  void bind(int parameter, std::string_view text) override {
    values_[static_cast<size_t>(parameter) - 1] = std::string(text);
    nulls_[static_cast<size_t>(parameter) - 1] = false;
  }
  void bind(int parameter, int64_t number) override { bind(parameter, std::string_view(std::to_string(number))); }
  void bind(int parameter, base::Bytes blob) override { bind(parameter, std::string_view("\\x" + base::to_hex(blob))); }
  void bind_null(int parameter) override { nulls_[static_cast<size_t>(parameter) - 1] = true; }
  base::Result<bool> step() override;
  void reset() override {
    answer_.reset();
    row_ = -1;
  }
  std::string_view text(int column) const override {
    return {PQgetvalue(answer_.get(), row_, column), static_cast<size_t>(PQgetlength(answer_.get(), row_, column))};
  }
  int64_t number(int column) const override {
    const std::string_view digits = text(column);
    int64_t out = 0;
    (void)std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return out;
  }
  base::Bytes blob(int column) const override {
    const std::string_view digits = text(column);
    blob_.resize(digits.size() > 2 ? (digits.size() - 2) / 2 : 0);
    if (!blob_.empty()) (void)base::from_hex(digits.substr(2), blob_);
    return blob_;
  }
  bool is_null(int column) const override { return PQgetisnull(answer_.get(), row_, column) == 1; }

 private:
  PostgresDatabase& database_;
  std::string name_;
  std::vector<std::string> values_;
  std::vector<bool> nulls_;
  Answer answer_;
  int row_ = -1;
  mutable std::vector<uint8_t> blob_;
};

class PostgresDatabase : public DatabaseDriver {
 public:
  explicit PostgresDatabase(PGconn* connection) : connection_(connection) {}
  ~PostgresDatabase() override { PQfinish(connection_); }
  base::Error failed() const {
    std::string what = PQerrorMessage(connection_);
    while (!what.empty() && (what.back() == '\n' || what.back() == ' ')) what.pop_back();
    for (char& c : what)
      if (c == '\n') c = ' ';
    return base::machine_failed("PostgreSQL: " + what);
  }
  base::Status run(const char* sql) override {
    const Answer answer(PQexec(connection_, sql));
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return failed();
    return {};
  }
  // A connection that broke is made again where no commit is open.
  base::Status alive() {
    if (PQstatus(connection_) == CONNECTION_OK) return {};
    PQreset(connection_);
    prepared_.clear();
    return PQstatus(connection_) == CONNECTION_OK ? base::Status() : failed();
  }
  base::Result<std::unique_ptr<StatementDriver>> prepare(const char* sql) override {
    if (PQtransactionStatus(connection_) != PQTRANS_INTRANS) JINDO_DO(alive());
    int parameters = 0;
    const std::string text = numbered(sql, parameters);
    auto [entry, fresh] = prepared_.try_emplace(text, "s" + std::to_string(prepared_.size()));
    if (fresh) {
      const Answer answer(PQprepare(connection_, entry->second.c_str(), text.c_str(), 0, nullptr));
      if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) {
        const base::Error error = failed();
        prepared_.erase(entry);
        return error;
      }
    }
    return std::unique_ptr<StatementDriver>(new PostgresStatement(*this, entry->second, parameters));
  }
  base::Status begin() override {
    JINDO_DO(alive());
    JINDO_DO(run("BEGIN"));
    return run(kWriterLock);
  }
  int64_t last_row() const override { return 0; }
  base::Result<int64_t> schema() override {
    JINDO_DO(run("CREATE TABLE IF NOT EXISTS jindo_schema(number BIGINT NOT NULL)"));
    JINDO_TRY(const auto statement, prepare("SELECT number FROM jindo_schema"));
    JINDO_TRY(const bool any, statement->step());
    return any ? statement->number(0) : 0;
  }
  base::Status set_schema(int64_t number) override {
    JINDO_DO(run("DELETE FROM jindo_schema"));
    return run(("INSERT INTO jindo_schema VALUES(" + std::to_string(number) + ")").c_str());
  }
  PGconn* connection() const { return connection_; }

 private:
  PGconn* connection_;
  std::map<std::string, std::string> prepared_;
};

base::Result<bool> PostgresStatement::step() {
  if (!answer_) {
    std::vector<const char*> values(values_.size());
    for (size_t i = 0; i < values_.size(); ++i) values[i] = nulls_[i] ? nullptr : values_[i].c_str();
    answer_.reset(PQexecPrepared(database_.connection(), name_.c_str(), static_cast<int>(values.size()), values.data(),
                                 nullptr, nullptr, 0));
    const ExecStatusType status = PQresultStatus(answer_.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
      reset();
      return database_.failed();
    }
    row_ = -1;
  }
  if (++row_ < PQntuples(answer_.get())) return true;
  reset();
  return false;
}
}  // namespace

base::Result<std::unique_ptr<DatabaseDriver>> open_postgres(const std::string& url) {
  PGconn* connection = PQconnectdb(url.c_str());
  auto out = std::make_unique<PostgresDatabase>(connection);
  if (PQstatus(connection) != CONNECTION_OK) return out->failed();
  PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
  JINDO_DO(out->run("SET client_encoding TO 'UTF8'"));
  return std::unique_ptr<DatabaseDriver>(std::move(out));
}
}  // namespace jindo::records
