// Hands everything to the driver that fits the path or URL.
#include "records/database.h"

#include "records/driver.h"

namespace jindo::records {

Statement::Statement(std::unique_ptr<StatementDriver> driver) : driver_(std::move(driver)) {}
Statement::Statement(Statement&& other) noexcept = default;
Statement& Statement::operator=(Statement&& other) noexcept = default;
Statement::~Statement() = default;
Statement& Statement::bind(int parameter, std::string_view text) {
  driver_->bind(parameter, text);
  return *this;
}
Statement& Statement::bind(int parameter, int64_t number) {
  driver_->bind(parameter, number);
  return *this;
}
Statement& Statement::bind(int parameter, base::Bytes blob) {
  driver_->bind(parameter, blob);
  return *this;
}
Statement& Statement::bind_null(int parameter) {
  driver_->bind_null(parameter);
  return *this;
}
base::Result<bool> Statement::step() { return driver_->step(); }
base::Status Statement::run() {
  for (;;) {
    JINDO_TRY(const bool more, driver_->step());
    if (!more) return {};
  }
}
void Statement::reset() { driver_->reset(); }
std::string_view Statement::text(int column) const { return driver_->text(column); }
int64_t Statement::number(int column) const { return driver_->number(column); }
base::Bytes Statement::blob(int column) const { return driver_->blob(column); }
bool Statement::is_null(int column) const { return driver_->is_null(column); }

bool names_postgres(std::string_view path_or_url) {
  return path_or_url.substr(0, 13) == "postgresql://" || path_or_url.substr(0, 11) == "postgres://";
}
Database::Database(Database&& other) noexcept = default;
Database& Database::operator=(Database&& other) noexcept = default;
Database::~Database() = default;
base::Result<Database> Database::open(const std::string& path_or_url, Access access) {
  Database out;
  if (names_postgres(path_or_url)) {
    const size_t at = path_or_url.find('@');
    const size_t slashes = path_or_url.find("//") + 2;
    out.path_ = at == std::string::npos ? path_or_url : path_or_url.substr(0, slashes) + path_or_url.substr(at + 1);
    JINDO_TRY(out.driver_, open_postgres(path_or_url));
  } else {
    out.path_ = path_or_url;
    JINDO_TRY(out.driver_, open_sqlite(path_or_url, access));
  }
  return out;
}
base::Status Database::run(const char* sql) { return driver_->run(sql); }
base::Result<Statement> Database::prepare(const char* sql) const {
  JINDO_TRY(auto statement, driver_->prepare(sql));
  return Statement(std::move(statement));
}
int64_t Database::last_row() const { return driver_->last_row(); }
base::Status Database::transact(const std::function<base::Status()>& work) {
  JINDO_DO(driver_->begin());
  base::Status status = work();
  if (status.ok()) status = run("COMMIT");
  if (!status.ok()) (void)run("ROLLBACK");  // the error that matters is the work's
  return status;
}
base::Result<int64_t> Database::schema() const { return driver_->schema(); }
base::Status Database::set_schema(int64_t number) { return driver_->set_schema(number); }
}  // namespace jindo::records
