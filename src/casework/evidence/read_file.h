// Files of a set as readings: exports by their own readers; what Jindo reads as streams (a node's files, an ETL's
// tables) through a ledger of its own, which is read back and removed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "evidence/evidence_folder.h"
#include "exports/attested.h"
#include "ingest/ingest.h"

namespace jindo::evidence {

struct ReadFileOptions {
  ingest::IngestOptions ingest;
  // Decimals of well-known tokens, beside what was given with a file.
  std::function<std::optional<int>(const std::string& chain, const std::string& contract)> decimals;
};
// Streams of one format on one chain are read together, since a table alone says little.
struct StreamFile {
  std::string format, chain;
};
// A file that is a stream's; nullopt: an export, in `out`.
base::Result<std::optional<StreamFile>> read_file(const EvidenceFile& file, const std::string& path,
                                                  const ReadFileOptions& options, exports::Reading& out);
struct NamedFile {
  std::string name, path;
};
base::Result<exports::Reading> read_streams(const StreamFile& kind, const std::vector<NamedFile>& files,
                                            const ReadFileOptions& options);

}  // namespace jindo::evidence
