// Rows of decode/parquet_reader.h as a table's.
#include "exports/table_parquet.h"

#include "decode/parquet_reader.h"

namespace jindo::exports {
namespace {
CellKind cell_kind(decode::ParquetKind kind) {
  switch (kind) {
    case decode::ParquetKind::kText:
      return CellKind::kText;
    case decode::ParquetKind::kInteger:
      return CellKind::kInteger;
    case decode::ParquetKind::kDecimal:
      return CellKind::kDecimal;
    case decode::ParquetKind::kDouble:
      return CellKind::kDouble;
    case decode::ParquetKind::kBinary:
      return CellKind::kBinary;
    case decode::ParquetKind::kTime:
      return CellKind::kTime;
    case decode::ParquetKind::kBoolean:
      return CellKind::kBoolean;
    case decode::ParquetKind::kNested:
      return CellKind::kNested;
  }
  return CellKind::kText;
}

class ParquetRows final : public RowSource {
 public:
  ParquetRows(std::string path, size_t memory_bytes, decode::ParquetReader reader)
      : path_(std::move(path)), memory_bytes_(memory_bytes), reader_(std::move(reader)) {}
  base::Result<bool> next(std::vector<std::string_view>& cells) override {
    JINDO_TRY(const bool more, reader_.next());
    if (!more) return false;
    cells.resize(reader_.columns().size());
    for (size_t c = 0; c < cells.size(); ++c) cells[c] = reader_.cell(c).value_or("");
    return true;
  }
  uint64_t row() const override { return reader_.row(); }
  std::string place() const override { return path_ + ": row " + std::to_string(row()); }
  CellKind kind(size_t cell) const override {
    return cell < reader_.columns().size() ? cell_kind(reader_.columns()[cell].kind) : CellKind::kText;
  }
  base::Status rewind() override {
    JINDO_TRY(reader_, decode::ParquetReader::open(path_, memory_bytes_));
    return {};
  }
  bool has_own_header() const override { return true; }
  std::vector<std::string> own_header() const override {
    std::vector<std::string> out;
    for (const decode::ParquetColumn& column : reader_.columns()) out.push_back(column.name);
    return out;
  }

 private:
  std::string path_;
  size_t memory_bytes_;
  decode::ParquetReader reader_;
};
}  // namespace

base::Result<Table> open_parquet_table(const std::string& path, size_t memory_bytes) {
  JINDO_TRY(decode::ParquetReader reader, decode::ParquetReader::open(path, memory_bytes));
  return Table::from_source(std::make_unique<ParquetRows>(path, memory_bytes, std::move(reader)));
}
}  // namespace jindo::exports
