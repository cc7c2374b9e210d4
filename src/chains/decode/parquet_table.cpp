// A table's columns by name, each by the SQL that makes it the text that parquet.h promises.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "decode/parquet.h"
#include "decode/parquet_reader.h"

namespace jindo::decode {
namespace {
using base::bad_input;

std::string quoted_name(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

// What of DuckDB's SQL makes a column of a type the text that ParquetTable promises.
std::string cell_text(const ParquetColumn& of) {
  const std::string& type = of.type;
  const std::string column = quoted_name(of.name), plain = "CAST(" + column + " AS VARCHAR)";
  const auto is = [&](const char* begin) { return type.rfind(begin, 0) == 0; };
  const bool list = type.size() > 2 && type.substr(type.size() - 2) == "[]";
  if (list && is("STRUCT")) return "CAST(to_json(" + column + ") AS VARCHAR)";
  if (list && is("BLOB")) return "array_to_string(list_transform(" + column + ", x -> '0x' || lower(hex(x))), ',')";
  if (list) return "array_to_string(CAST(" + column + " AS VARCHAR[]), ',')";
  if (is("BLOB")) return "'0x' || lower(hex(" + column + "))";
  if (is("TIMESTAMP")) {
    const std::string micros = "epoch_us(" + column + ")";
    return "CASE WHEN " + micros + " % 1000000 = 0 THEN CAST(" + micros + " // 1000000 AS VARCHAR) ELSE CAST(" +
           micros + " AS VARCHAR) || ' microseconds' END";
  }
  if (is("DECIMAL")) return "regexp_replace(" + plain + ", '\\.0+$', '')";
  if (is("DOUBLE") || is("FLOAT"))
    return "CASE WHEN " + column + " = trunc(" + column + ") AND abs(" + column +
           ") < 9007199254740992 THEN CAST(CAST(" + column + " AS HUGEINT) AS VARCHAR) ELSE " + plain +
           " || ' (a double)' END";
  return plain;
}

base::Error missing(const std::string& path, const std::string& name, const std::vector<std::string>& columns) {
  std::string header;
  for (const std::string& column : columns) {
    header += (header.empty() ? "" : ",") + column.substr(0, 40);
    if (header.size() > 300) {
      header += ",…";
      break;
    }
  }
  return bad_input(path + ": column '" + name + "' is missing; the columns are: " + header);
}

class NamedColumns : public ParquetTable {
 public:
  NamedColumns(std::vector<std::string> columns, ParquetReader rows)
      : columns_(std::move(columns)), rows_(std::move(rows)) {}
  base::Result<bool> next() override { return rows_.next(); }
  std::string_view cell(size_t column) const override { return rows_.cell(column).value_or(std::string_view()); }
  uint64_t row() const override { return rows_.row(); }
  const std::vector<std::string>& columns() const override { return columns_; }

 private:
  std::vector<std::string> columns_;
  ParquetReader rows_;
};
}  // namespace

base::Result<std::unique_ptr<ParquetTable>> ParquetTable::open(const std::string& path,
                                                               const std::vector<std::string>& wanted,
                                                               const std::vector<std::string>& optional,
                                                               size_t memory_bytes) {
  JINDO_TRY(const std::vector<ParquetColumn> found, ParquetReader::describe(path, memory_bytes));
  std::vector<std::string> columns;
  for (const ParquetColumn& column : found) columns.push_back(column.name);
  std::string expressions;
  for (const std::string& name : wanted) {
    const auto at = std::find(columns.begin(), columns.end(), name);
    if (at == columns.end() && std::find(optional.begin(), optional.end(), name) == optional.end())
      return missing(path, name, columns);
    expressions += (expressions.empty() ? "" : ", ") +
                   (at == columns.end() ? std::string("CAST(NULL AS VARCHAR)")
                                        : cell_text(found[static_cast<size_t>(at - columns.begin())]));
  }
  JINDO_TRY(ParquetReader rows, ParquetReader::select(path, memory_bytes, expressions, wanted.size()));
  return std::unique_ptr<ParquetTable>(std::make_unique<NamedColumns>(std::move(columns), std::move(rows)));
}

bool is_parquet(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  char magic[4] = {};
  const bool is = ::read(fd, magic, 4) == 4 && std::memcmp(magic, "PAR1", 4) == 0;
  ::close(fd);
  return is;
}
}  // namespace jindo::decode
