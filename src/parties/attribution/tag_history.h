// A tag's history: in which snapshots of its collection it stood, and what follows for one day: was it listed, was it
// in force. A collection is what a publisher brings out again and again (a list, a pack); a snapshot is one edition of
// it, with its date. Snapshots may come in any order of date. No database here. docs/formats/tags.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attribution/tag.h"

namespace jindo::attribution {

struct Snapshot {
  int64_t as_of = 0;
  bool complete = false;  // what is not in it was not in the collection then
};

enum class Listed { kYes, kNo, kUnknown };
struct ListedAnswer {
  Listed answer = Listed::kUnknown;
  std::string reason;
  std::optional<Tag> tag;
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
// "2022-03-23": the day of a time, as answers and refusals write it.
std::string day_of(int64_t time);

}  // namespace jindo::attribution
