// A Parquet file as a table: one row a record, names beside them.
#pragma once

#include "exports/table.h"

namespace jindo::exports {
base::Result<Table> open_parquet_table(const std::string& path, size_t memory_bytes);
}  // namespace jindo::exports
