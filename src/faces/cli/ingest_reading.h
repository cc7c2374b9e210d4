// Files of foreign formats as the ingest command reads them: options from the command line, dry runs, samples.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/options.h"
#include "exports/asset_table.h"
#include "exports/column_map.h"
#include "exports/format.h"
#include "resolve/asset_book.h"

namespace jindo::cli {

// Options for exports::read_export, and what they refer to; keep it alive while they are used.
struct ForeignOptions {
  exports::ReadOptions read;
  exports::AssetTable assets;
  resolve::AssetBook known;                   // the registry's, where asked for
  const exports::Format* format = nullptr;    // --format; nullptr: found out
  std::optional<exports::ColumnMap> columns;  // --columns
};
// `with_known`: decimals of well-known tokens too (data/registry). A dry run says what files tell, without them.
base::Result<std::unique_ptr<ForeignOptions>> foreign_options(const Arguments& arguments, bool with_known);

// One file, by the column map where there is one.
base::Result<exports::Reading> read_foreign(const std::string& path, const ForeignOptions& options);

base::Status run_dry_run(const Arguments& arguments);  // --dry-run: one JSON line a file
base::Status run_sample(const Arguments& arguments);   // --sample: how the first rows would be read

}  // namespace jindo::cli
