// Tags in the records: every tag ever imported or added, in which snapshots of its collection it stood (tag_history.h),
// and whether a person withdrew it. Nothing is deleted. docs/formats/tags.md.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "attribution/tag_batch.h"
#include "attribution/tag_history.h"
#include "attribution/tag_import.h"
#include "records/database.h"

namespace jindo::attribution {

inline constexpr int64_t kTagSchema = 1;

struct Collection {
  int64_t id = 0;
  std::string name;
  std::vector<Snapshot> snapshots;  // by date
  uint64_t tags = 0, actors = 0, refused = 0;
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
  base::Status read_tags(const std::string& where, const std::function<void(records::Statement&)>& bind,
                         const std::function<base::Status(Tag&&)>& take) const;
  records::Database database_;
};

}  // namespace jindo::attribution
