// What was shared: objects as they came in, from whom, under which marking; only what the asker may see.
#include <simdjson.h>

#include <algorithm>

#include "stix/identifier.h"
#include "workbench/workbench.h"

namespace jindo::workbench {
namespace {
std::string text_field(simdjson::dom::element from, const char* name) {
  std::string_view out;
  return from[name].get(out) == simdjson::SUCCESS ? std::string(out) : std::string();
}
// A line that says what it is about.
std::string title_of(const std::string& json) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(json).get(root) != simdjson::SUCCESS) return "";
  for (const char* name : {"name", "abstract", "pattern", "value", "relationship_type", "content", "description",
                           "sighting_of_ref", "object_refs"}) {
    std::string text = text_field(root, name);
    if (text.empty()) continue;
    size_t end = std::min<size_t>(text.size(), 300);
    while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    text.resize(end);
    return text;
  }
  return "";
}

struct Row {
  intel::Item item;
  const intel::Collection* collection;
};
// A page of what the asker may see of all collections, the newest first.
struct SharedPage {
  std::vector<Row> rows;
  bool earlier = false, later = false;  // whether there is more on either side
};

// The earliest place in a collection behind which no more than `query.limit` lie; none: all of it is no more.
base::Result<std::optional<int64_t>> newest_from(intel::Store& store, const intel::Collection& collection,
                                                 const intel::Reader& reader, intel::Query query) {
  JINDO_TRY(const intel::Page whole, store.page(collection, reader, query));
  if (!whole.more) return std::optional<int64_t>();
  int64_t low = 0, high = store.last_position();
  while (low < high) {
    query.after = low + (high - low) / 2;
    JINDO_TRY(const intel::Page page, store.page(collection, reader, query));
    if (page.more)
      low = query.after + 1;
    else
      high = query.after;
  }
  return std::optional<int64_t>(low);
}
// No more than `limit`: a page onwards keeps the earliest, the first page the newest.
void cut(SharedPage& page, bool onwards, size_t limit) {
  if (page.rows.size() <= limit) return;
  if (onwards) {
    page.rows.erase(page.rows.begin(), page.rows.end() - static_cast<ptrdiff_t>(limit));
    page.later = true;
  } else {
    page.rows.resize(limit);
    page.earlier = true;
  }
}
base::Result<SharedPage> page_after(intel::Store& store, const intel::Directory& directory, const intel::Reader& reader,
                                    int64_t after, size_t limit) {
  SharedPage out;
  out.earlier = after > 0;
  for (const auto& [id, known] : directory.collections) {
    const intel::Collection* collection = directory.collection(id, reader);
    if (collection == nullptr) continue;
    intel::Query query;
    query.limit = limit;
    query.with_text = false;
    query.after = after;
    if (after == 0) {
      JINDO_TRY(const auto from, newest_from(store, *collection, reader, query));
      out.earlier |= from.has_value();
      query.after = from.value_or(0);
    }
    JINDO_TRY(const intel::Page page, store.page(*collection, reader, query));
    for (const intel::Item& item : page.items) out.rows.push_back({item, collection});
  }
  std::sort(out.rows.begin(), out.rows.end(),
            [](const Row& a, const Row& b) { return a.item.position > b.item.position; });
  cut(out, after > 0, limit);
  return out;
}
const char* way_text(intel::Way way) {
  return way == intel::Way::kPushed ? "pushed" : way == intel::Way::kPulled ? "pulled" : "made here";
}
std::string name_of(const intel::Directory& directory, const std::string& organisation) {
  const auto found = directory.organisations.find(organisation);
  return found == directory.organisations.end() ? organisation : found->second.name;
}
void object_fields(base::JsonWriter& json, const Row& row, const intel::Version& version,
                   const intel::Audiences& audiences, const intel::Directory& directory) {
  json.field("position", row.item.position);
  json.field("object", row.item.object);
  json.field("type", row.item.type);
  json.field("title", title_of(version.json));
  json.field("version", row.item.version);
  json.field("received", stix::format_timestamp_us(version.received_us));
  json.field("collection", row.collection->title);
  json.field("marking", attribution::name_of(audiences.tlp(version.audience)));
  json.field("from", name_of(directory, version.owner));
  if (version.sender != version.owner) json.field("sent_by", name_of(directory, version.sender));
  json.field("ours", version.owner == directory.own);
  json.field("way", way_text(version.way));
  json.field("signature", version.signature);
  if (version.revoked) json.field("withdrawn", true);
}
}  // namespace

base::Result<std::string> Workbench::shared_objects(const Asker& asker, int64_t after, size_t limit, uint64_t& shown) {
  if (!asker.reader)
    return base::answer_no("the key's organisation takes no part in sharing here; see `jindo intel apply`");
  intel::Store& store = sharing_.store();
  const auto directory = store.directory();
  const auto audiences = store.audiences();
  JINDO_TRY(const SharedPage page, page_after(store, *directory, *asker.reader, after, limit));
  shown = page.rows.size();
  std::string out;
  base::JsonWriter json(out, false);
  json.begin_object();
  json.field("own", directory->own);
  json.field("earlier", page.earlier);
  json.field("later", page.later);
  json.key("objects");
  json.begin_array();
  for (const Row& row : page.rows) {
    JINDO_TRY(const auto version, store.version(row.item.number));
    if (!version || !audiences->sees(version->audience, *asker.reader)) continue;
    json.object([&] { object_fields(json, row, *version, *audiences, *directory); });
  }
  json.end_array();
  json.end_object();
  json.flush();
  return out;
}
}  // namespace jindo::workbench
