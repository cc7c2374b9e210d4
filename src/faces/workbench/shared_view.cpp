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
// A line that tells what it is about.
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
}  // namespace

base::Result<std::string> Workbench::shared_objects(const Asker& asker, int64_t after, size_t limit, uint64_t& shown) {
  if (!asker.reader)
    return base::answer_no("the key's organisation takes no part in sharing here; see `jindo intel apply`");
  intel::Store& store = sharing_.store();
  const auto directory = store.directory();
  const auto audiences = store.audiences();
  struct Row {
    intel::Item item;
    const intel::Collection* collection;
  };
  std::vector<Row> rows;
  bool earlier = after > 0;
  for (const auto& [id, known] : directory->collections) {
    const intel::Collection* collection = directory->collection(id, *asker.reader);
    if (collection == nullptr) continue;
    intel::Query query;
    query.limit = limit;
    query.with_text = false;
    query.after = after;
    if (after == 0) {
      // The newest: the earliest place behind which no more than a page lies.
      int64_t low = 0, high = store.last_position();
      JINDO_TRY(const intel::Page whole, store.page(*collection, *asker.reader, query));
      if (whole.more) {
        earlier = true;
        while (low < high) {
          query.after = low + (high - low) / 2;
          JINDO_TRY(const intel::Page page, store.page(*collection, *asker.reader, query));
          if (page.more)
            low = query.after + 1;
          else
            high = query.after;
        }
        query.after = low;
      }
    }
    JINDO_TRY(const intel::Page page, store.page(*collection, *asker.reader, query));
    for (const intel::Item& item : page.items) rows.push_back({item, collection});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.item.position > b.item.position; });
  bool later = false;
  if (rows.size() > limit) {
    if (after > 0) {  // a page onwards keeps the earliest
      rows.erase(rows.begin(), rows.end() - static_cast<ptrdiff_t>(limit));
      later = true;
    } else {
      rows.resize(limit);
      earlier = true;
    }
  }
  shown = rows.size();
  const auto name_of = [&](const std::string& id) {
    const auto found = directory->organisations.find(id);
    return found == directory->organisations.end() ? id : found->second.name;
  };
  std::string out;
  base::JsonWriter json(out, false);
  json.begin_object();
  json.field("own", directory->own);
  json.field("earlier", earlier);
  json.field("later", later);
  json.key("objects");
  json.begin_array();
  for (const Row& row : rows) {
    JINDO_TRY(const auto version, store.version(row.item.number));
    if (!version || !audiences->sees(version->audience, *asker.reader)) continue;
    json.begin_object();
    json.field("position", row.item.position);
    json.field("object", row.item.object);
    json.field("type", row.item.type);
    json.field("title", title_of(version->json));
    json.field("version", row.item.version);
    json.field("received", stix::format_timestamp_us(version->received_us));
    json.field("collection", row.collection->title);
    json.field("marking", attribution::name_of(audiences->tlp(version->audience)));
    json.field("from", name_of(version->owner));
    if (version->sender != version->owner) json.field("sent_by", name_of(version->sender));
    json.field("ours", version->owner == directory->own);
    json.field("way", version->way == intel::Way::kPushed   ? "pushed"
                      : version->way == intel::Way::kPulled ? "pulled"
                                                            : "made here");
    json.field("signature", version->signature);
    if (version->revoked) json.field("withdrawn", true);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  json.flush();
  return out;
}
}  // namespace jindo::workbench
