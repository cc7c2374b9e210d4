// Import: one snapshot of a collection goes into the records. What it says again keeps its tag and its history; what it
// says first becomes a tag; what it no longer has is gone from its date on, unless it is only a part. The table of tags
// is tag_store.h's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attribution/tag_batch.h"
#include "attribution/tag_history.h"
#include "records/database.h"

namespace jindo::attribution {

struct ImportOptions {
  std::string collection;  // "" takes the batch's name
  std::optional<int64_t> as_of;
  bool partial = false;            // part of the collection: nothing is taken for gone
  std::optional<Marking> marking;  // at least; a tag's own stricter one stays
  int64_t now = 0;
};
struct ImportSummary {
  std::string collection;
  int64_t as_of = 0;
  uint64_t tags = 0, added = 0, known = 0, gone = 0, back = 0, twice = 0, actors = 0, refused = 0;
  bool repeated = false;  // the very snapshot was there already
};

// Within a transaction of the caller's. The summary names the collection and the date; the counts are filled in.
// An error where a complete snapshot of that date was imported before with other content.
base::Status import_snapshot(records::Database& database, const TagBatch& batch, const ImportOptions& options,
                             ImportSummary& summary);
// The snapshots of a collection, by date; complete where any of that date is.
base::Result<std::vector<Snapshot>> read_snapshots(const records::Database& database, int64_t collection);

}  // namespace jindo::attribution
