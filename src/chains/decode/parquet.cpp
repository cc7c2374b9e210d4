// Parquet through DuckDB's C API, opened at run time: commands that read no Parquet do not load the library.
#include "decode/parquet_reader.h"

#include <dlfcn.h>
#include <duckdb.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace jindo::decode {
namespace {
using base::bad_input;
using base::Status;

// The functions used, by their own types from duckdb.h.
struct DuckDb {
// clang-format off
#define JINDO_DUCKDB_FUNCTIONS(X)                                                                                 \
  X(open_ext) X(close) X(connect) X(disconnect) X(query) X(result_error) X(destroy_result) X(fetch_chunk)         \
  X(data_chunk_get_size) X(data_chunk_get_vector) X(vector_get_data) X(vector_get_validity) X(destroy_data_chunk) \
  X(create_config) X(set_config) X(destroy_config) X(prepare) X(prepare_error) X(destroy_prepare)                 \
  X(pending_prepared_streaming) X(pending_error) X(execute_pending) X(destroy_pending) X(free) X(string_is_inlined)
// clang-format on
#define X(name) decltype(&duckdb_##name) name = nullptr;
  JINDO_DUCKDB_FUNCTIONS(X)
#undef X
};

base::Result<const DuckDb*> load() {
  static DuckDb api;
  static std::string problem = [] {
    const char* named = std::getenv("JINDO_DUCKDB");
    void* library = dlopen(named != nullptr ? named : JINDO_DUCKDB_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) library = dlopen("libduckdb.so", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return std::string("cannot load DuckDB's library (needed for Parquet): ") + dlerror();
#define X(name)                                                                           \
  api.name = reinterpret_cast<decltype(&duckdb_##name)>(dlsym(library, "duckdb_" #name)); \
  if (api.name == nullptr) return std::string("DuckDB's library lacks duckdb_" #name);
    JINDO_DUCKDB_FUNCTIONS(X)
#undef X
    return std::string();
  }();
  if (!problem.empty()) return base::machine_failed(problem);
  return &api;
}

// An in-memory database with a memory limit, one thread (rows come in order), no extensions and no network.
class Session {
 public:
  explicit Session(const DuckDb& api) : api_(api) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    if (connection_ != nullptr) api_.disconnect(&connection_);
    if (database_ != nullptr) api_.close(&database_);
  }
  Status open(size_t memory_bytes) {
    duckdb_config config = nullptr;
    api_.create_config(&config);
    api_.set_config(config, "memory_limit", (std::to_string(std::max<size_t>(memory_bytes >> 20, 64)) + "MiB").c_str());
    api_.set_config(config, "threads", "1");
    api_.set_config(config, "autoinstall_known_extensions", "false");
    char* problem = nullptr;
    const auto state = api_.open_ext(nullptr, &database_, config, &problem);
    api_.destroy_config(&config);
    if (state != DuckDBSuccess) {
      Status out = base::machine_failed(std::string("DuckDB: ") + (problem != nullptr ? problem : "cannot open"));
      if (problem != nullptr) api_.free(problem);
      return out;
    }
    if (api_.connect(database_, &connection_) != DuckDBSuccess) return base::machine_failed("DuckDB: cannot connect");
    return {};
  }
  const DuckDb& api() const { return api_; }
  duckdb_connection connection() const { return connection_; }

 private:
  const DuckDb& api_;
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

// DuckDB's first line, with the file's name for its handle's.
base::Error parquet_failed(const std::string& path, const char* problem) {
  std::string text = problem != nullptr && *problem != '\0' ? problem : "cannot be read as Parquet";
  text.resize(std::min(text.find('\n'), text.size()));
  if (const size_t at = text.find("'/proc/self/fd/"); at != std::string::npos)
    text.replace(at, text.find('\'', at + 1) - at + 1, "it");
  return bad_input(path + ": " + text);
}

class Statement {
 public:
  explicit Statement(const Session& session) : api_(session.api()) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() {
    api_.destroy_result(&result_);
    if (pending_ != nullptr) api_.destroy_pending(&pending_);
    if (statement_ != nullptr) api_.destroy_prepare(&statement_);
  }
  Status stream(const Session& session, const std::string& sql, const std::string& path) {
    if (api_.prepare(session.connection(), sql.c_str(), &statement_) != DuckDBSuccess) {
      const char* problem = api_.prepare_error(statement_);
      return parquet_failed(path, problem);
    }
    if (api_.pending_prepared_streaming(statement_, &pending_) != DuckDBSuccess) {
      const char* problem = api_.pending_error(pending_);
      return parquet_failed(path, problem);
    }
    if (api_.execute_pending(pending_, &result_) != DuckDBSuccess) {
      const char* problem = api_.pending_error(pending_);
      if (problem == nullptr || *problem == '\0') problem = api_.result_error(&result_);
      return parquet_failed(path, problem);
    }
    return {};
  }
  duckdb_result& result() { return result_; }

 private:
  const DuckDb& api_;
  duckdb_prepared_statement statement_ = nullptr;
  duckdb_pending_result pending_ = nullptr;
  duckdb_result result_{};
};

std::optional<std::string_view> text_at(const DuckDb& api, duckdb_vector vector, idx_t row) {
  const auto* valid = api.vector_get_validity(vector);
  if (valid != nullptr && (valid[row / 64] >> (row % 64) & 1) == 0) return std::nullopt;
  auto* strings = static_cast<duckdb_string_t*>(api.vector_get_data(vector));
  duckdb_string_t& value = strings[row];
  if (api.string_is_inlined(value)) return std::string_view{value.value.inlined.inlined, value.value.inlined.length};
  return std::string_view{value.value.pointer.ptr, value.value.pointer.length};
}

ParquetKind kind_of(std::string_view type) {
  if (type.ends_with(']') || type.starts_with("STRUCT") || type.starts_with("MAP") || type.starts_with("UNION"))
    return ParquetKind::kNested;
  if (type.starts_with("DECIMAL")) return ParquetKind::kDecimal;
  if (type == "DOUBLE" || type == "FLOAT") return ParquetKind::kDouble;
  if (type == "BLOB") return ParquetKind::kBinary;
  if (type == "BOOLEAN") return ParquetKind::kBoolean;
  if (type.starts_with("TIMESTAMP")) return ParquetKind::kTime;
  if (type.ends_with("INT") || type.ends_with("INTEGER")) return ParquetKind::kInteger;
  return ParquetKind::kText;
}

// The column as text, by SQL.
std::string as_text(const ParquetColumn& column) {
  std::string name = "\"";
  for (const char c : column.name) name += c == '"' ? "\"\"" : std::string(1, c);
  name += "\"";
  switch (column.kind) {
    case ParquetKind::kBinary:
      return "'0x' || lower(hex(" + name + "))";
    case ParquetKind::kTime:
      return "CAST(CAST(" + name + " AS TIMESTAMP) AS VARCHAR)";
    case ParquetKind::kNested:
      return "CAST(to_json(" + name + ") AS VARCHAR)";
    default:
      return "CAST(" + name + " AS VARCHAR)";
  }
}
}  // namespace

// A query's rows, a chunk at a time.
struct ParquetReader::Rows {
  explicit Rows(const DuckDb& functions) : api(functions), session(functions) {}
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows() {
    drop_chunk();
    if (handle >= 0) ::close(handle);
  }
  void drop_chunk() {
    if (chunk != nullptr) api.destroy_data_chunk(&chunk);
    chunk = nullptr;
  }
  Status start(const std::string& sql, const std::string& path, size_t columns) {
    drop_chunk();
    statement = std::make_unique<Statement>(session);
    vectors.assign(columns, nullptr);
    at = size = 0;
    ended = false;
    return statement->stream(session, sql, path);
  }
  base::Result<bool> next(const std::string& path) {
    while (!ended && ++at >= size) {
      drop_chunk();
      chunk = api.fetch_chunk(statement->result());
      at = 0;
      size = chunk == nullptr ? 0 : api.data_chunk_get_size(chunk);
      if (size == 0) {
        const char* problem = api.result_error(&statement->result());
        ended = true;  // a stream that is asked beyond its end fails
        if (problem != nullptr && *problem != '\0') return parquet_failed(path, problem);
        return false;
      }
      for (size_t c = 0; c < vectors.size(); ++c) vectors[c] = api.data_chunk_get_vector(chunk, c);
      break;
    }
    return !ended;
  }
  // The file by its handle: whatever its name is, it is never a pattern, and a folder named key=value adds no column.
  base::Result<std::string> source(const std::string& path) {
    handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (handle < 0) return bad_input(path + ": cannot open: " + std::strerror(errno));
    return "read_parquet('/proc/self/fd/" + std::to_string(handle) + "', hive_partitioning = false)";
  }
  const DuckDb& api;
  int handle = -1;
  Session session;
  std::unique_ptr<Statement> statement;
  duckdb_data_chunk chunk = nullptr;
  std::vector<duckdb_vector> vectors;
  idx_t at = 0, size = 0;
  bool ended = false;
};

ParquetReader::ParquetReader() = default;
ParquetReader::ParquetReader(ParquetReader&&) noexcept = default;
ParquetReader& ParquetReader::operator=(ParquetReader&&) noexcept = default;
ParquetReader::~ParquetReader() = default;

base::Result<ParquetReader> ParquetReader::select(const std::string& path, size_t memory_bytes,
                                                  const std::string& expressions, size_t count) {
  JINDO_TRY(const DuckDb* api, load());
  ParquetReader out;
  out.path_ = path;
  out.rows_ = std::make_unique<Rows>(*api);
  JINDO_TRY(const std::string source, out.rows_->source(path));
  JINDO_DO(out.rows_->session.open(memory_bytes));
  JINDO_DO(out.rows_->start("SELECT " + expressions + " FROM " + source, path, count));
  return out;
}

base::Result<std::vector<ParquetColumn>> ParquetReader::describe(const std::string& path, size_t memory_bytes) {
  JINDO_TRY(const DuckDb* api, load());
  Rows rows(*api);
  JINDO_DO(rows.session.open(memory_bytes));
  JINDO_TRY(const std::string source, rows.source(path));
  JINDO_DO(rows.start("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + source + ")", path, 2));
  std::vector<ParquetColumn> out;
  for (;;) {
    JINDO_TRY(const bool more, rows.next(path));
    if (!more) return out;
    ParquetColumn column;
    column.name = text_at(*api, rows.vectors[0], rows.at).value_or("");
    column.type = text_at(*api, rows.vectors[1], rows.at).value_or("");
    column.kind = kind_of(column.type);
    out.push_back(std::move(column));
  }
}

base::Result<ParquetReader> ParquetReader::open(const std::string& path, size_t memory_bytes) {
  JINDO_TRY(std::vector<ParquetColumn> columns, describe(path, memory_bytes));
  std::string expressions;
  for (const ParquetColumn& column : columns) expressions += (expressions.empty() ? "" : ", ") + as_text(column);
  JINDO_TRY(ParquetReader out, select(path, memory_bytes, expressions, columns.size()));
  out.columns_ = std::move(columns);
  return out;
}

base::Result<bool> ParquetReader::next() {
  JINDO_TRY(const bool more, rows_->next(path_));
  if (more) ++row_;
  return more;
}

std::optional<std::string_view> ParquetReader::cell(size_t column) const {
  return text_at(rows_->api, rows_->vectors[column], rows_->at);
}
}  // namespace jindo::decode
