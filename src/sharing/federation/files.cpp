// Files in and out: STIX bundles, MISP events and feeds, lists of wallets; encrypted as mail where it is asked for.
#include "federation/files.h"

#include <algorithm>

#include "base/clock.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "intel/misp.h"
#include "intel/wallet_tags.h"
#include "stix/extensions.h"
#include "stix/identifier.h"
#include "stix/json.h"

namespace jindo::federation {
namespace {
using base::Status;
constexpr size_t kFileBytesMax = size_t{256} << 20;

base::Result<intel::Collection> collection_of(const intel::Directory& directory, const std::string& name) {
  std::string all;
  for (const auto& [id, c] : directory.collections) {
    if (id == name || c.title == name) return c;
    all += (all.empty() ? "" : ", ") + c.title;
  }
  return base::wrong_use("no collection '" + name.substr(0, 100) + "' is known here; there are: " + all);
}
base::Result<intel::Organisation> own_of(const intel::Directory& directory) {
  const auto own = directory.organisations.find(directory.own);
  if (own == directory.organisations.end())
    return base::wrong_use("this node's organisation is not set up; see `jindo intel apply`");
  return own->second;
}
// Folders are what they hold of the name's end.
Status each_file(const std::vector<std::string>& paths, const std::string& end, std::vector<std::string>& out) {
  for (const std::string& path : paths) {
    if (!base::is_folder(path)) {
      out.push_back(path);
      continue;
    }
    JINDO_TRY(const auto names, base::list_folder(path));
    std::vector<std::string> inner;
    for (const std::string& name : names) {
      if (base::is_folder(path + "/" + name)) inner.push_back(path + "/" + name);
      if (name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0)
        out.push_back(path + "/" + name);
    }
    JINDO_DO(each_file(inner, end, out));
  }
  return {};
}
struct Exported {
  stix::Object object;
  intel::Marking marking;
  std::string owner;
};
base::Result<std::vector<Exported>> exported(Sharing& sharing, const FileExport& request) {
  const auto directory = sharing.store().directory();
  JINDO_TRY(const intel::Collection collection, collection_of(*directory, request.collection));
  const std::string whom = request.organisation.empty() ? directory->own : request.organisation;
  // A file passes from hand to hand: no person's RED is in it.
  const auto reader = directory->reader(whom, intel::Affiliation::kStaff, "");
  if (!reader) return base::wrong_use("no organisation " + whom.substr(0, 100) + " is known here, or it is not active");
  if (directory->collection(collection.id, *reader) == nullptr)
    return base::wrong_use("the collection is not for " + whom);
  std::vector<Exported> out;
  intel::Query query;
  for (;;) {
    JINDO_TRY(const intel::Page page, sharing.store().page(collection, *reader, query));
    for (const intel::Item& item : page.items) {
      JINDO_TRY(const auto version, sharing.store().version(item.number));
      if (!version || version->revoked) continue;
      JINDO_TRY(stix::Object object, stix::parse_object(item.json));
      out.push_back({std::move(object), sharing.store().audiences()->tlp(version->audience), version->owner});
    }
    if (!page.more) return out;
    query.after = page.items.back().position;
  }
}
struct Wallet {
  std::string address, id, owner;
  std::vector<std::string> chains;
  intel::Marking marking;
};
std::vector<Wallet> wallets_of(const std::vector<Exported>& objects) {
  std::vector<Wallet> out;
  for (const Exported& e : objects) {
    if (e.object.type != "cryptocurrency-wallet") continue;
    simdjson::dom::parser parser;
    simdjson::dom::object from, extensions, mine;
    simdjson::dom::array chains;
    if (parser.parse(e.object.json).get(from) != simdjson::SUCCESS) continue;
    Wallet wallet{std::string(stix::text_of(from, "value")), e.object.id, e.owner, {}, e.marking};
    if (from["extensions"].get(extensions) == simdjson::SUCCESS)
      for (const auto extension : extensions)
        if (extension.value.get(mine) == simdjson::SUCCESS && mine["chains"].get(chains) == simdjson::SUCCESS)
          for (const auto chain : chains) {
            std::string_view text;
            if (chain.get(text) == simdjson::SUCCESS) wallet.chains.emplace_back(text);
          }
    if (wallet.chains.empty()) wallet.chains = intel::chains_spelling(wallet.address);
    out.push_back(std::move(wallet));
  }
  return out;
}
std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}
intel::Marking strictest(const std::vector<Exported>& objects) {
  intel::Marking out = intel::Marking::kClear;
  for (const Exported& e : objects) out = std::max(out, e.marking);
  return out;
}
// One event an incident or report, and one of all that neither names.
struct Event {
  std::string uuid, name;
  intel::Marking marking;
  std::vector<stix::Object> objects;
};
std::vector<Event> events_of(const std::vector<Exported>& objects, const std::string& collection) {
  std::map<std::string, const Exported*> by_id;
  std::map<std::string, std::set<std::string>> about;  // incident or report -> what belongs to it
  for (const Exported& e : objects) by_id[e.object.id] = &e;
  const auto is_about = [](const std::string& id) {
    return stix::type_in(id) == "incident" || stix::type_in(id) == "report";
  };
  for (const Exported& e : objects) {
    if (is_about(e.object.id)) about[e.object.id].insert(e.object.refs.begin(), e.object.refs.end());
    if (e.object.type == "relationship")
      for (const std::string& ref : e.object.refs)
        if (is_about(ref)) about[ref].insert(e.object.refs.begin(), e.object.refs.end());
  }
  std::set<std::string> named;
  std::vector<Event> out;
  const auto add = [&](const std::string& uuid, const std::string& name, const std::set<std::string>& ids,
                       intel::Marking marking) {
    Event event{uuid, name, marking, {}};
    for (const std::string& id : ids) {
      const auto found = by_id.find(id);
      if (found == by_id.end() || !stix::is_observable(found->second->object.type)) continue;
      event.objects.push_back(found->second->object);
      event.marking = std::max(event.marking, found->second->marking);
      named.insert(id);
    }
    if (!event.objects.empty()) out.push_back(std::move(event));
  };
  for (const auto& [id, ids] : about) {
    const auto found = by_id.find(id);
    if (found == by_id.end()) continue;
    simdjson::dom::parser parser;
    simdjson::dom::object from;
    std::string name = id;
    if (parser.parse(found->second->object.json).get(from) == simdjson::SUCCESS)
      name = std::string(stix::text_of(from, "name"));
    add(id.substr(id.size() - 36), name, ids, found->second->marking);
  }
  std::set<std::string> rest;
  for (const Exported& e : objects)
    if (named.count(e.object.id) == 0) rest.insert(e.object.id);
  add(stix::own_identifier("event", collection).substr(7), "Observables of " + collection, rest,
      intel::Marking::kClear);
  return out;
}
}  // namespace

namespace {
// Decrypted; `from` says whose it is, where a mail key known here signed it.
base::Result<std::string> opened_mail(Sharing& sharing, const std::string& path, const std::string& mail,
                                      const intel::Collection& collection, intel::Submission& from) {
  JINDO_TRY(const auto key, sharing.mail_key());
  const auto directory = sharing.store().directory();
  std::vector<intel::MailRecipient> senders;
  std::map<std::string, std::string> owner;
  for (const auto& [id, organisation] : directory->organisations) {
    JINDO_TRY(const std::string theirs, intel::mail_key_of(sharing.store(), id));
    if (theirs.empty()) continue;
    JINDO_TRY(const std::string fingerprint, intel::mail_fingerprint(organisation.name, theirs));
    senders.push_back({organisation.name, theirs});
    owner[fingerprint] = id;
  }
  auto opened = key->decrypt(mail, senders, kFileBytesMax);
  if (!opened.ok()) return base::Error{opened.error().kind, path + ": " + opened.error().message};
  if (opened->signer.empty()) return std::move(opened->text);
  const auto reader = directory->reader(owner[opened->signer], intel::Affiliation::kStaff, "");
  if (!reader) return base::wrong_use(path + ": signed by an organisation that is not active here");
  if (directory->collection(collection.id, *reader) == nullptr)
    return base::wrong_use(path + ": signed by an organisation that is not in the collection's group");
  from.by = *reader;
  from.key = "mail:" + opened->signer;
  from.way = intel::Way::kPushed;
  from.approved = true;
  return std::move(opened->text);
}
}  // namespace

namespace {
Status read_warning_lists(const std::vector<std::string>& paths, intel::WarningLists& out) {
  std::vector<std::string> lists;
  JINDO_DO(each_file(paths, "list.json", lists));
  for (const std::string& path : lists) {
    JINDO_TRY(const std::string text, base::read_file(path, kFileBytesMax));
    JINDO_DO(out.add(path, text));
  }
  return {};
}
base::Result<std::vector<stix::Object>> read_stix(const std::string& path, const std::string& text) {
  stix::Limits limits;
  limits.bytes = kFileBytesMax;
  limits.objects = 1'000'000;
  auto read = stix::parse_objects(text, limits);
  if (!read.ok()) return base::Error{read.error().kind, path + ": " + read.error().message};
  return read;
}
void refuse(FileImportSummary& out, const std::string& note) {
  ++out.refused;
  if (out.notes.size() < 1000) out.notes.push_back(note);
}
base::Result<std::vector<stix::Object>> read_misp(const std::string& path, const std::string& text,
                                                  const intel::Publisher& by, const intel::Directory& directory,
                                                  const intel::WarningLists& warnings, FileImportSummary& out) {
  std::map<std::string, std::string> groups;
  for (const auto& [id, group] : directory.groups) groups[id] = groups[group.name] = id;
  auto event = intel::read_misp_event(text, by, groups, warnings);
  if (!event.ok()) return base::Error{event.error().kind, path + ": " + event.error().message};
  for (const intel::MispRefusal& refusal : event->refused)
    refuse(out, path + ": " + refusal.attribute + ": " + refusal.reason);
  std::vector<stix::Object> objects;
  for (const std::string& json : event->objects) {
    JINDO_TRY(stix::Object object, stix::parse_object(json));
    objects.push_back(std::move(object));
  }
  return objects;
}
void count_in(const std::string& path, const intel::AddReport& report, FileImportSummary& out) {
  out.added += report.count(intel::Outcome::kAdded);
  out.known += report.count(intel::Outcome::kKnown);
  if (report.pending()) out.notes.push_back(path + ": waits for a second person, status " + report.id);
  for (const intel::Added& added : report.objects)
    if (added.outcome == intel::Outcome::kFailed) refuse(out, path + ": " + added.object + ": " + added.message);
}
}  // namespace

base::Result<FileImportSummary> import_files(Sharing& sharing, const FileImport& request) {
  const auto directory = sharing.store().directory();
  JINDO_TRY(const intel::Collection collection, collection_of(*directory, request.collection));
  JINDO_TRY(const intel::Publisher by, sharing.publisher());
  FileImportSummary out;
  intel::WarningLists warnings;
  JINDO_DO(read_warning_lists(request.warninglists, warnings));
  for (const std::string& name : warnings.unread())
    out.notes.push_back("warning list " + name + ": of a kind that is not read");
  std::vector<std::string> files;
  JINDO_DO(each_file(request.paths, ".json", files));
  const bool misp = request.format == "misp";
  intel::Submission submission;
  submission.collection = collection.id;
  submission.by = *directory->reader(by.own.id, intel::Affiliation::kStaff, "");
  submission.way = intel::Way::kLocal;
  for (const std::string& path : files) {
    const std::string name = path.substr(path.rfind('/') + 1);
    if (misp && (name == "manifest.json" || name == "hashes.csv")) continue;  // of a feed
    JINDO_TRY(std::string text, base::read_file(path, kFileBytesMax));
    intel::Submission from = submission;
    if (intel::is_mail(text)) {
      JINDO_TRY(text, opened_mail(sharing, path, text, collection, from));
      if (from.by.organisation == by.own.id)
        out.notes.push_back(path + ": signed by no mail key known here; taken as this organisation's own");
    }
    JINDO_TRY(const auto objects, misp ? read_misp(path, text, by, *directory, warnings, out) : read_stix(path, text));
    ++out.files;
    if (objects.empty()) continue;
    JINDO_TRY(const auto report, sharing.store().add(from, objects));
    count_in(path, report, out);
  }
  return out;
}

namespace {
using Print = std::function<void(std::string_view)>;

void print_bundle(const std::vector<Exported>& objects, const intel::Directory& directory, const Print& print) {
  std::string out = "{\"type\":\"bundle\",\"id\":\"" + stix::random_identifier("bundle") + "\",\"objects\":[";
  // Who made them and which extensions they have: the reader of a file can ask nobody.
  std::set<std::string> makers, there;
  std::string all;
  for (const Exported& e : objects) {
    makers.insert(e.object.created_by);
    there.insert(e.object.id);
    all += e.object.json;
  }
  bool any = false;
  for (const stix::Extension& extension : stix::own_extensions())
    if (there.count(extension.id) == 0 && all.find(extension.id) != std::string::npos) {
      out += (any ? ",\n" : "\n" + stix::jindo_identity() + ",\n") + stix::extension_definition(extension);
      any = true;
    }
  for (const auto& [id, organisation] : directory.organisations)
    if (makers.count(id) != 0 && there.count(id) == 0)
      out += (out.back() == '[' ? "\n" : ",\n") + intel::identity_object(organisation);
  for (const Exported& e : objects) out += (out.back() == '[' ? "\n" : ",\n") + e.object.json;
  print(out + "\n]}\n");
}
void print_csv(const std::vector<Exported>& objects, const intel::Directory& directory, const Print& print) {
  print("address,chain,marking,published_by,object\n");
  for (const Wallet& wallet : wallets_of(objects))
    for (const std::string& chain : wallet.chains)
      print(csv_cell(wallet.address) + "," + csv_cell(chain) + "," + attribution::name_of(wallet.marking) + "," +
            csv_cell(directory.name_of(wallet.owner)) + "," + wallet.id + "\n");
}
// Texts as JSON writes them are YAML.
void print_tagpack(const std::vector<Exported>& objects, const intel::Directory& directory,
                   const intel::Organisation& own, const Print& print) {
  const intel::Marking marking = strictest(objects);
  print("# Marked " + std::string(attribution::name_of(marking)) + ": pass on as that allows.\n");
  print("title: " + base::json_escape("Shared by " + own.name) + "\ncreator: " + base::json_escape(own.name) +
        "\nlastmod: " + base::format_time(base::unix_seconds()).substr(0, 10) +
        "\nis_public: " + (marking == intel::Marking::kClear ? "true" : "false") + "\ntags:\n");
  for (const Wallet& wallet : wallets_of(objects)) {
    std::set<std::string> currencies;
    for (const std::string& chain : wallet.chains)
      if (const auto network = chain::find_network(chain); network.ok())
        currencies.insert(std::string((*network)->native));
    for (const std::string& currency : currencies)
      print("  - address: " + base::json_escape(wallet.address) + "\n    currency: " + currency +
            "\n    label: " + base::json_escape("named by " + directory.name_of(wallet.owner)) +
            "\n    source: " + base::json_escape(wallet.id) + "\n    context: " +
            base::json_escape("{\"marking\":\"" + std::string(attribution::name_of(wallet.marking)) + "\"}") + "\n");
  }
}
void print_misp(const std::vector<Exported>& objects, const std::string& collection, const intel::Organisation& own,
                const Print& print) {
  std::string out = "{\"response\":[";
  for (const Event& event : events_of(objects, collection))
    out += (out.back() == '[' ? "\n" : ",\n") +
           intel::write_misp_event(event.uuid, event.name, event.marking, own, event.objects, base::unix_seconds());
  print(out + "\n]}\n");
}
}  // namespace

Status export_text(Sharing& sharing, const FileExport& request, const Print& print) {
  JINDO_TRY(const auto objects, exported(sharing, request));
  const auto directory = sharing.store().directory();
  if (request.format == "stix") {
    print_bundle(objects, *directory, print);
    return {};
  }
  JINDO_TRY(const intel::Organisation own, own_of(*directory));
  if (request.format == "csv") {
    print_csv(objects, *directory, print);
    return {};
  }
  if (request.format == "tagpack") {
    print_tagpack(objects, *directory, own, print);
    return {};
  }
  JINDO_TRY(const intel::Collection collection, collection_of(*directory, request.collection));
  print_misp(objects, collection.title, own, print);
  return {};
}
base::Result<std::string> as_mail(Sharing& sharing, const FileExport& request, const std::string& text) {
  if (!request.encrypt && request.encrypt_to.empty()) return text;
  std::vector<intel::MailRecipient> to;
  for (const std::string& path : request.encrypt_to) {
    JINDO_TRY(std::string key, base::read_file(path, size_t{1} << 20));
    to.push_back({path, std::move(key)});
  }
  if (request.encrypt) {
    const auto directory = sharing.store().directory();
    const std::string whom = request.organisation.empty() ? directory->own : request.organisation;
    JINDO_TRY(std::string key, intel::mail_key_of(sharing.store(), whom));
    if (key.empty())
      return base::wrong_use("the sharing file gives " + whom.substr(0, 100) +
                             " no mail_key_file; name the key with --encrypt-to FILE");
    to.push_back({whom, std::move(key)});
  }
  JINDO_TRY(const auto own, sharing.mail_key());
  return own->encrypt(text, to);
}
base::Result<size_t> export_feed(Sharing& sharing, const FileExport& request, const std::string& folder) {
  JINDO_TRY(const auto objects, exported(sharing, request));
  const auto directory = sharing.store().directory();
  JINDO_TRY(const intel::Organisation own, own_of(*directory));
  JINDO_TRY(const intel::Collection collection, collection_of(*directory, request.collection));
  JINDO_DO(base::make_folders(folder));
  const auto events = events_of(objects, collection.title);
  const int64_t now = base::unix_seconds();
  std::string manifest = "{";
  for (const Event& event : events) {
    JINDO_DO(
        base::replace_file(folder + "/" + event.uuid + ".json",
                           intel::write_misp_event(event.uuid, event.name, event.marking, own, event.objects, now)));
    std::string tag = attribution::name_of(event.marking);
    for (char& c : tag) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    manifest += (manifest.size() == 1 ? "\n" : ",\n") + base::json_escape(event.uuid) + ":" +
                base::json_object([&](base::JsonWriter& json) {
                  json.field("info", event.name);
                  json.field("date", base::format_time(now).substr(0, 10));
                  json.field("analysis", "2");
                  json.field("threat_level_id", "1");
                  json.field("timestamp", std::to_string(now));
                  json.key("Orgc");
                  json.begin_object();
                  json.field("name", own.name);
                  json.field("uuid", own.id.substr(10));
                  json.end_object();
                  json.key("Tag");
                  json.begin_array();
                  json.begin_object();
                  json.field("name", tag);
                  json.end_object();
                  json.end_array();
                });
  }
  // Last: the reader of the feed finds every event that it names.
  JINDO_DO(base::replace_file(folder + "/manifest.json", manifest + "\n}\n"));
  return events.size();
}
}  // namespace jindo::federation
