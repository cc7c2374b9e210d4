// intel: arguments in, use cases called.
#include "base/file.h"
#include "base/json_writer.h"
#include "cli/commands.h"
#include "federation/files.h"

namespace jindo::cli {
namespace {
base::Result<std::unique_ptr<federation::Sharing>> open_sharing(const Arguments& arguments, bool make) {
  const std::string data = arguments.has("--data") ? arguments.get("--data") : arguments.get("--ledger") + "/node";
  federation::SharingOptions options;
  options.data = data + "/sharing";
  options.reads = false;  // a running server writes that log
  if (arguments.has("--sharing-database")) options.database = arguments.get("--sharing-database");
  if (!make && !base::exists(options.data))
    return base::bad_input(options.data + ": no such folder; `jindo intel apply` or `jindo serve` makes it");
  if (make && !arguments.has("--data") && !base::is_folder(arguments.get("--ledger")))
    return base::bad_input(arguments.get("--ledger") + ": no such folder; the ledger's is wanted");
  return federation::Sharing::open(options);
}
bool json_wanted(const Arguments& arguments) { return arguments.get("--format") == "json"; }
}  // namespace

base::Status run_intel_apply(const Arguments& arguments) {
  JINDO_TRY(const auto sharing, open_sharing(arguments, true));
  const std::string& path = arguments.operands[0];
  JINDO_TRY(const std::string yaml, base::read_file(path, size_t{4} << 20));
  JINDO_DO(sharing->apply(path, yaml));
  const auto directory = sharing->store().directory();
  note(arguments, "sharing as " + directory->own + ": " + std::to_string(directory->organisations.size()) +
                      " organisations, " + std::to_string(directory->groups.size()) + " groups, " +
                      std::to_string(directory->collections.size()) + " collections");
  note(arguments, "this node signs with the key " + sharing->key().public_hex());
  return {};
}
base::Status run_intel_show(const Arguments& arguments) {
  JINDO_TRY(const auto sharing, open_sharing(arguments, false));
  const auto directory = sharing->store().directory();
  if (json_wanted(arguments)) {
    print(federation::directory_json(*directory, sharing->key().public_hex()) + "\n");
    return {};
  }
  print("signing key  " + sharing->key().public_hex() + "\n");
  for (const auto& [id, o] : directory->organisations) {
    print(std::string(id == directory->own ? "own          " : "organisation ") + id + "  " + o.country + "  " +
          o.kind + "  " + o.name + (o.active ? "" : "  (not active)") + (o.four_eyes ? "  (four eyes)" : "") + "\n");
    for (const std::string& key : o.keys) print("  key        " + key + "\n");
  }
  for (const auto& [id, group] : directory->groups) {
    print("group        " + id + "  " + group.name + ": " + group.purpose + "\n");
    for (const std::string& member : group.members) print("  member     " + member + "\n");
  }
  for (const auto& [id, c] : directory->collections)
    print("collection   " + id + "  " + c.title + (c.group.empty() ? "" : "  group " + c.group) + "  unmarked " +
          attribution::name_of(c.unmarked) + "\n");
  return {};
}
base::Status run_intel_verify(const Arguments& arguments) {
  JINDO_TRY(const auto sharing, open_sharing(arguments, false));
  JINDO_TRY(const auto verified, sharing->store().verify());
  if (json_wanted(arguments)) {
    print(base::json_object([&](base::JsonWriter& json) {
            json.field("versions", verified.versions);
            json.field("signed", verified.signed_valid);
            json.field("unsigned", verified.unsigned_ones);
            json.field("unknown_key", verified.unknown_key);
            json.field("linked", verified.linked);
            json.field("gaps", verified.gaps);
            json.field("head", verified.head);
          }) +
          "\n");
    return {};
  }
  print(std::to_string(verified.versions) + " versions, none changed: " + std::to_string(verified.signed_valid) +
        " signed by organisations known here, " + std::to_string(verified.unknown_key) + " by keys that are not, " +
        std::to_string(verified.unsigned_ones) + " unsigned; " + std::to_string(verified.linked) +
        " follow a version that is here, " + std::to_string(verified.gaps) + " one that is not\nchain's head " +
        (verified.head.empty() ? "none" : verified.head) + "\n");
  return {};
}
base::Status run_intel_import(const Arguments& arguments) {
  JINDO_TRY(const auto sharing, open_sharing(arguments, false));
  federation::FileImport request;
  request.format = arguments.get("--format");
  request.collection = arguments.get("--collection");
  request.warninglists = arguments.all("--warninglists");
  request.paths = arguments.operands;
  JINDO_TRY(const auto done, federation::import_files(*sharing, request));
  for (const std::string& text : done.notes) note(arguments, text);
  print(std::to_string(done.files) + " files: " + std::to_string(done.added) + " objects added, " +
        std::to_string(done.known) + " known, " + std::to_string(done.refused) + " refused\n");
  return {};
}
base::Status run_intel_export(const Arguments& arguments) {
  JINDO_TRY(const auto sharing, open_sharing(arguments, false));
  federation::FileExport request;
  request.format = arguments.get("--format");
  request.collection = arguments.get("--collection");
  if (arguments.has("--for")) {
    request.organisation = arguments.get("--for");
    for (const auto& [id, o] : sharing->store().directory()->organisations)
      if (o.name == request.organisation) request.organisation = id;
  }
  if (request.format == "misp-feed") {
    if (!arguments.has("--output")) return base::wrong_use("--format misp-feed needs --output FOLDER");
    if (arguments.has("--encrypt") || arguments.has("--encrypt-to"))
      return base::wrong_use("a feed is a folder, not a file that can be encrypted; take --format misp");
    JINDO_TRY(const size_t events, federation::export_feed(*sharing, request, arguments.get("--output")));
    note(arguments, std::to_string(events) + " events in " + arguments.get("--output"));
    return {};
  }
  std::string text;  // whole before anything is written
  JINDO_DO(federation::export_text(*sharing, request, [&](std::string_view part) { text += part; }));
  request.encrypt = arguments.has("--encrypt");
  request.encrypt_to = arguments.all("--encrypt-to");
  JINDO_TRY(text, federation::as_mail(*sharing, request, text));
  return deliver(arguments, [&](const base::TextSink& sink) { sink(text); });
}
base::Status run_intel_mail_key(const Arguments& arguments) {
  JINDO_TRY(const auto sharing, open_sharing(arguments, false));
  JINDO_TRY(const auto key, sharing->mail_key());
  note(arguments, "fingerprint " + key->fingerprint() + ": tell it by another way than the key");
  return deliver(arguments, [&](const base::TextSink& sink) { sink(key->public_key()); });
}
}  // namespace jindo::cli
