#include "app/sharing.h"

#include "base/file.h"
#include "base/json_writer.h"

namespace jindo::app {

base::Result<std::unique_ptr<Sharing>> Sharing::open(const SharingOptions& options) {
  std::unique_ptr<Sharing> out(new Sharing);
  out->options_ = options;
  JINDO_DO(base::make_folders(options.data));
  JINDO_TRY(out->store_,
            intel::Store::open(options.database.empty() ? options.data + "/intel.db" : options.database));
  JINDO_TRY(out->key_, intel::SigningKey::open_or_make(options.data + "/signing-key.pem"));
  JINDO_TRY(out->reads_, screening::DecisionLog::open(options.data + "/reads", {}));
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
