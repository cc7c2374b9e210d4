// Parquet through DuckDB's C API, opened at run time: commands that read no Parquet do not load the library.
#include <dlfcn.h>
#include <duckdb.h>

#include <cstdlib>
#include <memory>

#include "base/file.h"
#include "decode/transfers.h"

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
  X(pending_prepared_streaming) X(execute_pending) X(destroy_pending) X(free) X(string_is_inlined)
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

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
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
      return bad_input(path + ": " + (problem != nullptr ? problem : "cannot be read as Parquet"));
    }
    if (api_.pending_prepared_streaming(statement_, &pending_) != DuckDBSuccess ||
        api_.execute_pending(pending_, &result_) != DuckDBSuccess) {
      const char* problem = api_.result_error(&result_);
      return bad_input(path + ": " + (problem != nullptr ? problem : "cannot be read as Parquet"));
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

std::string_view text_at(const DuckDb& api, duckdb_vector vector, idx_t row) {
  const auto* valid = api.vector_get_validity(vector);
  if (valid != nullptr && (valid[row / 64] >> (row % 64) & 1) == 0) return {};
  auto* strings = static_cast<duckdb_string_t*>(api.vector_get_data(vector));
  duckdb_string_t& value = strings[row];
  if (api.string_is_inlined(value)) return {value.value.inlined.inlined, value.value.inlined.length};
  return {value.value.pointer.ptr, value.value.pointer.length};
}
}  // namespace

Status read_transfers_parquet(const chain::Network& network, const std::string& path, size_t memory_bytes,
                              const TransferSink& sink, const TransferProgress& progress) {
  if (!base::exists(path)) return bad_input(path + ": cannot open: No such file or directory");
  JINDO_TRY(const DuckDb* api, load());
  Session session(*api);
  JINDO_DO(session.open(memory_bytes));
  // Everything as text: DuckDB has no 256-bit integer. A BLOB amount is 32 big-endian bytes; its hexadecimal digits.
  std::string sql = "SELECT ";
  for (size_t i = 0; i < 10; ++i) {
    const std::string name = kTransferColumns[i];
    if (i > 0) sql += ", ";
    if (name == "amount")
      sql += "CASE WHEN typeof(amount) = 'BLOB' THEN '0x' || hex(amount) ELSE CAST(amount AS VARCHAR) END";
    else
      sql += "CAST(" + name + " AS VARCHAR)";
  }
  sql += " FROM read_parquet(" + quoted(path) + ")";
  Statement statement(session);
  JINDO_DO(statement.stream(session, sql, path));
  TransferRow row;
  uint64_t rows = 0;
  for (;;) {
    duckdb_data_chunk chunk = api->fetch_chunk(statement.result());
    if (chunk == nullptr) {
      const char* problem = api->result_error(&statement.result());
      if (problem != nullptr && *problem != '\0') return bad_input(path + ": " + problem);
      return {};
    }
    Status status;
    const idx_t size = api->data_chunk_get_size(chunk);
    duckdb_vector vectors[10];
    for (size_t c = 0; c < 10; ++c) vectors[c] = api->data_chunk_get_vector(chunk, c);
    for (idx_t r = 0; r < size && status.ok(); ++r) {
      std::string_view cells[10];
      for (size_t c = 0; c < 10; ++c) cells[c] = text_at(*api, vectors[c], r);
      std::string amount;
      if (cells[9].substr(0, 2) == "0x") {
        const auto value = base::parse_hex_quantity(cells[9]);
        if (value) amount = base::to_decimal(*value);
        cells[9] = amount;
      }
      status = parse_transfer(network, cells, row);
      row.line = ++rows;
      if (status.ok()) status = sink(row);
      if (!status.ok())
        status =
            base::Error{status.error().kind, path + ": row " + std::to_string(rows) + ": " + status.error().message};
    }
    api->destroy_data_chunk(&chunk);
    if (!status.ok()) return status;
    if (size == 0) return {};
    if (progress) progress(0, size);
  }
}
}  // namespace jindo::decode
