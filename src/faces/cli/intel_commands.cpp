// intel: sharing set up, shown, checked; intelligence from files and into files.
#include "base/file.h"
#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
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
constexpr Option kData{
    .name = "--data", .value = "DIR", .help = "the node's folder", .fallback = "node in the ledger's folder"};

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
Command intel_apply_command() {
  return {
      .name = "intel apply",
      .operands = "FILE",
      .operands_min = 1,
      .operands_max = 1,
      .summary = "set up sharing from a sharing file",
      .description =
          "Who takes part, in which groups, which collections there are, which servers to keep in step with "
          "(docs/formats/sharing.md). Applied twice, it changes nothing. A running server goes by it within two "
          "seconds; at once where it is sent to PUT /v1/sharing.",
      .options = {kLedger, kData, kSharingDatabase},
      .examples = {"jindo intel apply --ledger L sharing.yaml"},
      .run = run_intel_apply,
  };
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
Command intel_show_command() {
  return {
      .name = "intel show",
      .summary = "who takes part in sharing",
      .description =
          "Organisations with their signing keys, groups, collections. The own signing key's public half is what "
          "others put into their sharing files.",
      .options = {kLedger, kData, kSharingDatabase, kFormatTable},
      .examples = {"jindo intel show --ledger L"},
      .run = run_intel_show,
  };
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
Command intel_verify_command() {
  return {
      .name = "intel verify",
      .summary = "check every version received",
      .description =
          "Each version's text against its hash, the chain of all versions, each signature against the "
          "organisations' keys, and whether the version that a signature names as the one before is here. "
          "Exit status 1 where something was changed.",
      .options = {kLedger, kData, kSharingDatabase, kFormatTable},
      .examples = {"jindo intel verify --ledger L"},
      .run = run_intel_verify,
  };
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
Command intel_import_command() {
  return {
      .name = "intel import",
      .operands = "FILE|DIR...",
      .operands_min = 1,
      .operands_max = SIZE_MAX,
      .summary = "take in shared intelligence from files",
      .description =
          "STIX 2.1 bundles, or MISP events and feeds (their distribution and TLP tags kept to, the stricter of "
          "both), encrypted to this node's mail key or not; one signed by an organisation's mail key is that "
          "organisation's. With MISP's warning lists, absurd indicators are refused. "
          "What is refused is told with the reason; a file that cannot be read changes nothing.",
      .options = {kLedger,
                  kData,
                  kSharingDatabase,
                  {.name = "--format",
                   .value = "FORMAT",
                   .help = "what the files are",
                   .choices = "stix|misp",
                   .required = true},
                  {.name = "--collection", .value = "TITLE|ID", .help = "into which collection", .required = true},
                  {.name = "--warninglists",
                   .value = "FILE|DIR",
                   .help = "MISP's warning lists (list.json)",
                   .repeated = true}},
      .examples =
          {"jindo intel import --ledger L --format misp --collection Community feed/",
           "jindo intel import --ledger L --format misp --collection Community --warninglists misp-warninglists/lists "
           "event.json"},
      .run = run_intel_import,
  };
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
Command intel_export_command() {
  return {
      .name = "intel export",
      .summary = "write shared intelligence to a file",
      .description =
          "What one organisation may see of a collection, for those who have no node: a STIX bundle, MISP events or "
          "a feed, the addresses as CSV or as a GraphSense TagPack. Each says its marking. "
          "TLP:RED is in none of them. Encrypted (OpenPGP), it goes by e-mail: to the key that the sharing file "
          "gives the organisation, or to any, and signed with this node's mail key.",
      .options = {kLedger,
                  kData,
                  kSharingDatabase,
                  {.name = "--format",
                   .value = "FORMAT",
                   .help = "what to write",
                   .fallback = "stix",
                   .choices = "stix|misp|misp-feed|csv|tagpack"},
                  {.name = "--collection", .value = "TITLE|ID", .help = "of which collection", .required = true},
                  {.name = "--for",
                   .value = "ORGANISATION",
                   .help = "for whom: name or identity--UUID",
                   .fallback = "the own organisation"},
                  {.name = "--encrypt", .help = "to the key that the sharing file gives the organisation"},
                  {.name = "--encrypt-to",
                   .value = "FILE",
                   .help = "to this OpenPGP key; more than once for several",
                   .repeated = true},
                  {.name = "--output",
                   .value = "FILE|DIR",
                   .help = "write there; misp-feed needs a folder",
                   .fallback = "standard output"}},
      .examples =
          {"jindo intel export --ledger L --collection Community --for 'West Exchange' --format csv",
           "jindo intel export --ledger L --collection Community --format misp-feed --output feed/",
           "jindo intel export --ledger L --collection Community --for 'Small Exchange' --encrypt-to small.asc --output "
           "bundle.asc"},
      .run = run_intel_export,
  };
}

base::Status run_intel_mail_key(const Arguments& arguments) {
  JINDO_TRY(const auto sharing, open_sharing(arguments, false));
  JINDO_TRY(const auto key, sharing->mail_key());
  note(arguments, "fingerprint " + key->fingerprint() + ": tell it by another way than the key");
  return deliver(arguments, [&](const base::TextSink& sink) { sink(key->public_key()); });
}
Command intel_mail_key_command() {
  return {
      .name = "intel mail-key",
      .summary = "print this node's OpenPGP key",
      .description =
          "Those without a node encrypt to it what they send by e-mail, and check with it what this node signed. "
          "Made when it is first asked for; the private half stays in NODE/sharing/mail-key.asc.",
      .options = {kLedger,
                  kData,
                  kSharingDatabase,
                  {.name = "--output", .value = "FILE", .help = "write there", .fallback = "standard output"}},
      .examples = {"jindo intel mail-key --ledger L --output our-node.asc"},
      .run = run_intel_mail_key,
  };
}
}  // namespace

std::vector<Command> intel_commands() {
  return {intel_apply_command(),  intel_show_command(),   intel_verify_command(),
          intel_import_command(), intel_export_command(), intel_mail_key_command()};
}
}  // namespace jindo::cli
