// Answers of a tag's history, by its presence in snapshots alone.
#include "attribution/tag_history.h"

#include <algorithm>

#include "base/clock.h"
#include "base/hash.h"

namespace jindo::attribution {
std::string day_of(int64_t time) { return base::format_time(time).substr(0, 10); }

base::Hash256 identity_of(const Tag& tag) {
  base::Sha256 hash;
  const auto text = [&](std::string_view t) {
    const uint64_t size = t.size();
    hash.update({reinterpret_cast<const uint8_t*>(&size), sizeof size});
    hash.update(base::as_bytes(t));
  };
  const auto number = [&](std::optional<int64_t> n) { text(n ? std::to_string(*n) : std::string()); };
  text(name_of(tag.subject.kind));
  for (const std::string* t : {&tag.subject.chain, &tag.subject.text, &tag.label, &tag.terms, &tag.actor,
                               &tag.confidence_term, &tag.author, &tag.context})
    text(*t);
  text(name_of(tag.category));
  number(tag.confidence);
  text(name_of(tag.source_kind));
  number(tag.valid_from);
  number(tag.valid_until);
  text(name_of(tag.marking));
  text(tag.cluster_definer ? "1" : "0");
  // Neither the source's wording nor the date of the statement: a list restated is the same claim.
  return hash.finish();
}

std::vector<Seen> seen_after(const std::vector<Seen>& seen, const std::vector<int64_t>& complete, int64_t as_of,
                             bool present, bool is_complete) {
  const auto next_at = std::upper_bound(complete.begin(), complete.end(), as_of);
  const auto here = std::lower_bound(complete.begin(), complete.end(), as_of);
  const std::optional<int64_t> before = here == complete.begin() ? std::nullopt : std::optional<int64_t>(*(here - 1));
  const std::optional<int64_t> after = next_at == complete.end() ? std::nullopt : std::optional<int64_t>(*next_at);
  std::vector<Seen> out;
  if (!present) {
    if (!is_complete) return seen;
    for (const Seen& s : seen) {
      if (s.first < as_of && as_of < s.last) {  // it was thought to stand there all the while
        out.push_back({s.first, std::max(s.first, before.value_or(s.first))});
        out.push_back({std::min(s.last, after.value_or(s.last)), s.last});
      } else {
        out.push_back(s);
      }
    }
    return out;
  }
  Seen mine{as_of, as_of};
  for (const Seen& s : seen) {
    const bool covers = s.first <= as_of && as_of <= s.last;
    const bool left = s.last < as_of && (!before || *before <= s.last);  // no complete snapshot between lacks it
    const bool right = s.first > as_of && (!after || *after >= s.first);
    if (covers || left || right) {
      mine.first = std::min(mine.first, s.first);
      mine.last = std::max(mine.last, s.last);
    } else {
      out.push_back(s);
    }
  }
  out.push_back(mine);
  std::sort(out.begin(), out.end(), [](const Seen& a, const Seen& b) { return a.first < b.first; });
  return out;
}

namespace {
// What the snapshots next to a day say of a tag: the nearest on either side that has it, and that lacks it.
struct Neighbours {
  std::optional<int64_t> with_before, with_after, without_before, without_after;
  bool no_before() const { return without_before && (!with_before || *without_before > *with_before); }
  bool no_after() const { return without_after && (!with_after || *without_after < *with_after); }
};
Neighbours neighbours_of(const Tag& tag, const std::vector<Snapshot>& snapshots, int64_t on) {
  Neighbours out;
  for (const Seen& s : tag.seen) {
    if (s.last < on) out.with_before = std::max(out.with_before.value_or(INT64_MIN), s.last);
    if (s.first > on) out.with_after = std::min(out.with_after.value_or(INT64_MAX), s.first);
  }
  for (const Snapshot& s : snapshots) {
    if (!s.complete) continue;
    const bool has = std::any_of(tag.seen.begin(), tag.seen.end(),
                                 [&](const Seen& seen) { return seen.first <= s.as_of && s.as_of <= seen.last; });
    if (has) continue;
    if (s.as_of <= on) out.without_before = std::max(out.without_before.value_or(INT64_MIN), s.as_of);
    if (s.as_of >= on) out.without_after = std::min(out.without_after.value_or(INT64_MAX), s.as_of);
  }
  return out;
}
// Whether a tag's own words, or a person's withdrawal, rule the day out whatever the snapshots say; why.
std::optional<std::string> ruled_out(const Tag& tag, int64_t on) {
  if (tag.withdrawal && tag.withdrawal->at <= on)
    return "withdrawn on " + day_of(tag.withdrawal->at) + " by " + tag.withdrawal->author + ": " +
           tag.withdrawal->reason;
  if (tag.valid_from && on < *tag.valid_from) return "valid from " + day_of(*tag.valid_from) + " on";
  if (tag.valid_until && on > *tag.valid_until) return "valid until " + day_of(*tag.valid_until);
  return std::nullopt;
}
}  // namespace

ListedAnswer stood_on(const Tag& tag, const std::vector<Snapshot>& snapshots, int64_t on) {
  ListedAnswer out;
  out.tag = tag;
  const std::string where = "'" + tag.collection + "'";
  if (auto reason = ruled_out(tag, on)) {
    out.answer = Listed::kNo;
    out.reason = std::move(*reason);
    return out;
  }
  for (const Seen& s : tag.seen) {
    if (s.first <= on && on <= s.last) {
      out.answer = Listed::kYes;
      out.reason = s.first == s.last ? "in " + where + " of " + day_of(s.first)
                                     : "in " + where + " of " + day_of(s.first) + " and of " + day_of(s.last) +
                                           ", and in every one between";
      return out;
    }
  }
  const Neighbours next = neighbours_of(tag, snapshots, on);
  if (next.no_before() && (next.no_after() || *next.without_before == on)) {
    out.answer = Listed::kNo;
    out.reason =
        "not in " + where + " of " + day_of(*next.without_before) +
        (next.no_after() && *next.without_after != *next.without_before ? " nor of " + day_of(*next.without_after)
                                                                        : "");
    return out;
  }
  const auto side = [&](bool lacks, const std::optional<int64_t>& without, const std::optional<int64_t>& with,
                        const char* nothing) -> std::string {
    if (lacks) return where + " of " + day_of(*without) + " has it not";
    if (with) return where + " of " + day_of(*with) + " has it";
    return nothing;
  };
  out.reason =
      "not known: " + side(next.no_before(), next.without_before, next.with_before, "nothing earlier was imported") +
      ", " + side(next.no_after(), next.without_after, next.with_after, "nothing later was imported");
  return out;
}

bool in_force(const Tag& tag, const std::vector<Snapshot>& snapshots, int64_t on) {
  // As ruled_out, without its words: this is asked of every tag there is.
  if (tag.withdrawal && tag.withdrawal->at <= on) return false;
  if (tag.valid_from && on < *tag.valid_from) return false;
  if (tag.valid_until && on > *tag.valid_until) return false;
  int64_t last = INT64_MIN;
  for (const Seen& s : tag.seen) {
    if (s.first <= on) last = std::max(last, std::min(s.last, on));
  }
  if (last == INT64_MIN) return false;  // nobody had said so yet
  for (const Snapshot& s : snapshots)
    if (s.complete && s.as_of > last && s.as_of <= on) return false;
  return true;
}
}  // namespace jindo::attribution
