// Files of foreign formats as the ingest command reads them: options from the command line, dry runs, samples.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/options.h"
#include "exports/asset_table.h"
#include "exports/column_map.h"
#include "exports/format.h"
#include "ingest/ingest.h"
#include "resolve/asset_book.h"

namespace jindo::cli {

// Options for exports::read_export, and what they refer to; keep it alive while they are used.
struct ForeignOptions {
  exports::ReadOptions read;
  exports::AssetTable assets;
  resolve::AssetBook known;                   // the registry's, where asked for
  const exports::Format* format = nullptr;    // --format; nullptr: found out
  std::string family;                         // --format etherscan: any of etherscan-…; ""
  std::optional<exports::ColumnMap> columns;  // --columns
};
// `with_known`: decimals of well-known tokens too (data/registry). A dry run says what files tell, without them.
base::Result<std::unique_ptr<ForeignOptions>> foreign_options(const Arguments& arguments, bool with_known);

// One file, by the column map where there is one.
base::Result<exports::Reading> read_foreign(const std::string& path, const ForeignOptions& options);

// What the inputs of one command are by their content: exports, or a stream of ingest/formats.h.
struct InputKind {
  bool foreign = false;
  std::string stream;  // the format's name
  std::string chain;   // where the inputs tell it
};
base::Result<InputKind> kind_of_inputs(const Arguments& arguments, const ForeignOptions& options);
// Exports into --ledger, a commit a chain.
base::Status run_foreign(const Arguments& arguments, const ForeignOptions& options, const ingest::IngestOptions& how);
// The line that says what an ingest added, and its notes.
base::Status report_ingest(const Arguments& arguments, const chain::Network& network,
                           const ingest::IngestSummary& summary);

base::Status run_dry_run(const Arguments& arguments);  // --dry-run: one JSON line a file
base::Status run_sample(const Arguments& arguments);   // --sample: how the first rows would be read

}  // namespace jindo::cli
