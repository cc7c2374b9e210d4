#include "app/sharing.h"

#include "base/file.h"
#include "base/json_writer.h"

namespace jindo::app {
namespace {
void write_organisation(const intel::Organisation& o, base::JsonWriter& json) {
  json.begin_object();
  json.field("id", o.id);
  json.field("name", o.name);
  json.field("country", o.country);
  json.field("kind", o.kind);
  if (!o.contact.empty()) json.field("contact", o.contact);
  json.field("community", o.community);
  json.field("four_eyes", o.four_eyes);
  json.field("active", o.active);
  json.key("keys");
  json.begin_array();
  for (const std::string& key : o.keys) json.string(key);
  json.end_array();
  json.end_object();
}
}  // namespace

std::string directory_json(const intel::Directory& directory, const std::string& signing_key) {
  return base::json_object([&](base::JsonWriter& json) {
    json.field("organisation", directory.own);
    json.field("signing_key", signing_key);
    json.key("organisations");
    json.begin_array();
    for (const auto& [id, o] : directory.organisations) write_organisation(o, json);
    json.end_array();
    json.key("groups");
    json.begin_array();
    for (const auto& [id, group] : directory.groups) {
      json.begin_object();
      json.field("id", id);
      json.field("name", group.name);
      json.field("purpose", group.purpose);
      json.key("members");
      json.begin_array();
      for (const std::string& member : group.members) json.string(member);
      json.end_array();
      json.end_object();
    }
    json.end_array();
    json.key("collections");
    json.begin_array();
    for (const auto& [id, c] : directory.collections) {
      json.begin_object();
      json.field("id", id);
      json.field("title", c.title);
      json.field("group", c.group);
      json.field("unmarked", attribution::name_of(c.unmarked));
      json.field("writable", c.writable);
      json.end_object();
    }
    json.end_array();
  });
}

base::Result<std::unique_ptr<Sharing>> Sharing::open(const SharingOptions& options) {
  std::unique_ptr<Sharing> out(new Sharing);
  out->options_ = options;
  JINDO_DO(base::make_folders(options.data));
  JINDO_TRY(out->store_,
            intel::Store::open(options.database.empty() ? options.data + "/intel.db" : options.database));
  JINDO_TRY(out->key_, intel::SigningKey::open_or_make(options.data + "/signing-key.pem"));
  if (options.reads) {
    JINDO_TRY(out->reads_, screening::DecisionLog::open(options.data + "/reads", {}));
  }
  if (!options.file.empty()) {
    JINDO_TRY(const std::string yaml, base::read_file(options.file, size_t{4} << 20));
    JINDO_DO(out->apply(options.file, yaml));
  }
  return out;
}
base::Status Sharing::apply(const std::string& path, const std::string& yaml) {
  JINDO_TRY(const auto config, intel::apply_config(*store_, path, yaml, key_->public_hex()));
  (void)config;
  return {};
}
base::Result<uint64_t> Sharing::record_read(const ReadRecord& read) {
  const std::string fields = base::json_object([&](base::JsonWriter& json) {
    json.field("key", read.key);
    json.field("organisation", read.organisation);
    json.field("what", read.what);
    json.field("collection", read.collection);
    json.field("count", uint64_t{read.count});
    json.field("first", read.first);
    json.field("last", read.last);
  });
  return reads_->append("read", std::string_view(fields).substr(1, fields.size() - 2));
}
}  // namespace jindo::app
