// Tags in the records: every tag ever imported or added, in which snapshots of its collection it stood, and whether a
// person withdrew it. Nothing is deleted. A collection is what a publisher brings out again and again (a list, a pack);
// a snapshot is one edition of it, with its date. Snapshots may come in any order of date. docs/formats/tags.md.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "attribution/tag_batch.h"
#include "records/database.h"

namespace jindo::attribution {

inline constexpr int64_t kTagSchema = 1;

struct Snapshot {
  int64_t as_of = 0;
  bool complete = false;  // what is not in it was not in the collection then
};
struct Collection {
  int64_t id = 0;
  std::string name;
  std::vector<Snapshot> snapshots;  // by date
  uint64_t tags = 0, actors = 0, refused = 0;
};

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

enum class Listed { kYes, kNo, kUnknown };
struct ListedAnswer {
  Listed answer = Listed::kUnknown;
  std::string reason;
  std::optional<Tag> tag;
};

// A person's word on clusters: what joins nothing, what is apart, what joins whatever the guards say.
struct ClusterRule {
  int64_t id = 0;
  std::string kind;  // "apart", "joins-nothing", "accept"
  std::string chain;
  std::string a, b;  // addresses, or a transaction in `a`
  std::string reason, author;
  int64_t recorded = 0;
  std::optional<int64_t> undone;
};

class TagStore {
 public:
  static base::Result<TagStore> open(const std::string& path, records::Database::Access access);

  base::Result<ImportSummary> import(const TagBatch& batch, const ImportOptions& options);
  // One tag by hand, into the collection "local"; its identifier.
  base::Result<int64_t> add(const Tag& tag, int64_t now);
  // Withdraws a tag from `at` on; it stays in history.
  base::Status withdraw(int64_t id, int64_t at, const std::string& author, const std::string& reason);

  base::Result<std::vector<Tag>> tags_of(const Subject& subject) const;  // all there ever were, shown_before order
  // Of one collection, from one source, withdrawn ones too.
  base::Result<std::vector<Tag>> tags_from(const std::string& collection, const std::string& source) const;
  base::Status each(const std::function<base::Status(Tag&&)>& take) const;
  base::Result<std::optional<Actor>> actor(const std::string& id) const;
  base::Result<std::map<std::string, std::string>> actor_labels() const;
  base::Result<std::vector<Collection>> collections() const;
  base::Result<std::vector<Refusal>> refusals(const std::string& collection) const;

  base::Result<int64_t> add_rule(const ClusterRule& rule);
  base::Status undo_rule(int64_t id, int64_t at);
  base::Result<std::vector<ClusterRule>> rules() const;  // undone ones too

 private:
  explicit TagStore(records::Database database) : database_(std::move(database)) {}
  base::Status prepare_schema();
  base::Status import_in(const TagBatch& batch, const ImportOptions& options, ImportSummary& summary);
  base::Result<int64_t> collection_id(const std::string& name);
  base::Result<std::vector<Snapshot>> snapshots_of(int64_t collection) const;
  base::Status read_tags(const std::string& where, const std::function<void(records::Statement&)>& bind,
                         const std::function<base::Status(Tag&&)>& take) const;
  records::Database database_;
};

// Presence after a snapshot at `as_of`, given the complete snapshots of the collection without it, by date.
std::vector<Seen> seen_after(const std::vector<Seen>& seen, const std::vector<int64_t>& complete, int64_t as_of,
                             bool present, bool is_complete);
// Whether the tag stood in its collection at `on`, by the snapshots that are known.
ListedAnswer stood_on(const Tag& tag, const std::vector<Snapshot>& snapshots, int64_t on);
// In force at `on`: said, not withdrawn, not gone from its collection, within its validity. Between the last snapshot
// that has it and the first that lacks it, it counts as in force.
bool in_force(const Tag& tag, const std::vector<Snapshot>& snapshots, int64_t on);
// Identity of what is said: equal for equal tags, whatever the snapshot.
base::Hash256 identity_of(const Tag& tag);

}  // namespace jindo::attribution
