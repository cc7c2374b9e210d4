// TAXII 2.1 (OASIS Standard, 10 June 2021): every endpoint, over the store of shared intelligence. One API root. What a
// reader may not see does not exist for it: an unseen collection is a 404, an unseen object is in no page, no manifest,
// no count.
#include "base/hash.h"
#include "server/taxii.h"
#include "stix/identifier.h"

namespace jindo::server {
namespace {
constexpr const char* kRoot = "/taxii2/jindo/";

net::Response taxii_answer(std::string body, unsigned status = 200) {
  net::Response out;
  out.status = status;
  out.content_type = kTaxiiType;
  out.body = std::move(body);
  return out;
}
net::Response no_such() { return taxii_problem(404, "there is no such resource, or it is not yours to see"); }
net::Response taxii_problem_of(const base::Error& error) {
  switch (error.kind) {
    case base::ErrorKind::kNo:
      return taxii_problem(404, error.message);
    case base::ErrorKind::kWrongUse:
      return taxii_problem(403, error.message);
    case base::ErrorKind::kBadInput:
      return taxii_problem(422, error.message);
    default: {
      net::Response out = taxii_problem(503, error.message);
      out.headers.emplace_back("Retry-After", "1");
      return out;
    }
  }
}

// ---- what is asked ----
struct Asked {
  std::shared_ptr<const intel::Directory> directory;
  intel::Reader reader;
  const intel::Collection* collection = nullptr;
};
std::optional<net::Response> find(Call& call, Asked& out) {
  out.directory = call.context.sharing.store().directory();
  const auto reader = reader_of(call, *out.directory);
  if (!reader) return taxii_problem(403, "the key's organisation takes no part in sharing here");
  out.reader = *reader;
  out.collection = out.directory->collection(std::string(call.path["collection"]), out.reader);
  if (out.collection == nullptr) return no_such();
  return std::nullopt;
}
std::vector<std::string> listed(const std::string& text) {
  std::vector<std::string> out;
  for (size_t from = 0; from <= text.size();) {
    const size_t end = std::min(text.find(',', from), text.size());
    out.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return out;
}
// What a "next" goes on with must be what it began with, with or without the slash at the end.
uint64_t filters_of(const net::Request& request) {
  std::string all = request.path;
  if (all.back() != '/') all += '/';
  for (const char* name : {"match[id]", "match[type]", "match[version]", "match[spec_version]"})
    all += "\n" + net::query_value(request, name).value_or("");
  return base::xxh3(base::as_bytes(all));
}
std::string next_of(int64_t position, uint64_t filters) {
  char text[40];
  std::snprintf(text, sizeof text, "%016llx%08x", static_cast<unsigned long long>(position) ^ 0x6a696e646f000000ULL,
                static_cast<unsigned>(filters));
  return text;
}
std::optional<int64_t> position_in(const std::string& next, uint64_t filters) {
  if (next.size() != 24 || next.find_first_not_of("0123456789abcdef") != std::string::npos) return std::nullopt;
  if (std::stoul(next.substr(16), nullptr, 16) != static_cast<uint32_t>(filters)) return std::nullopt;
  return static_cast<int64_t>(std::stoull(next.substr(0, 16), nullptr, 16) ^ 0x6a696e646f000000ULL);
}
base::Result<intel::Query> query_of(const Call& call) {
  const net::Request& request = call.request;
  intel::Query out;
  for (std::string_view rest = request.query; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    const auto name = net::percent_decode(part.substr(0, part.find('=')), true);
    if (name && name->rfind("match", 0) == 0 && *name != "match[id]" && *name != "match[type]" &&
        *name != "match[version]" && *name != "match[spec_version]")
      return base::bad_input("'" + name->substr(0, 60) +
                             "': expected match[id], match[type], match[version] or match[spec_version]");
  }
  if (const auto text = net::query_value(request, "limit")) {
    const auto number = base::parse_decimal(*text);
    if (!number || !number->fits_u64() || number->low() == 0)
      return base::bad_input("'limit': expected a whole number from 1");
    out.limit = static_cast<size_t>(std::min<uint64_t>(number->low(), intel::kPageMax));
  }
  if (const auto text = net::query_value(request, "added_after")) {
    const auto us = stix::parse_timestamp_us(*text);
    if (!us) return base::bad_input("'added_after': expected a time like 2026-11-24T12:00:00.000000Z");
    out.after = *us;
  }
  if (const auto text = net::query_value(request, "next")) {
    const auto position = position_in(*text, filters_of(request));
    if (!position) return base::bad_input("'next': not of this server, or of another query");
    out.after = std::max(out.after, *position);
  }
  if (const auto text = net::query_value(request, "match[id]")) {
    out.ids = listed(*text);
    for (const std::string& id : out.ids)
      if (!stix::is_identifier(id)) return base::bad_input("'match[id]': expected identifiers, separated by commas");
  }
  if (const auto text = net::query_value(request, "match[type]")) {
    out.types = listed(*text);
    for (const std::string& type : out.types)
      if (!stix::is_type(type)) return base::bad_input("'match[type]': expected types, separated by commas");
  }
  if (const auto text = net::query_value(request, "match[spec_version]")) out.spec_versions = listed(*text);
  if (const auto text = net::query_value(request, "match[version]")) {
    out.last = false;
    for (const std::string& word : listed(*text)) {
      if (word == "last") {
        out.last = true;
      } else if (word == "first") {
        out.first = true;
      } else if (word == "all") {
        out.all = true;
      } else if (const auto us = stix::parse_timestamp_us(word)) {
        out.versions_us.push_back(*us);
      } else {
        return base::bad_input("'match[version]': expected last, first, all or times, separated by commas");
      }
    }
  }
  return out;
}

// ---- answers ----
std::string added_text(int64_t position) {
  // Six digits always: positions are told apart by them.
  std::string out = stix::format_timestamp_us(position);
  if (out.size() == 24) out.insert(23, "000");
  return out;
}
void date_headers(const intel::Page& page, net::Response& out) {
  if (page.items.empty()) return;
  out.headers.emplace_back("X-TAXII-Date-Added-First", added_text(page.items.front().position));
  out.headers.emplace_back("X-TAXII-Date-Added-Last", added_text(page.items.back().position));
}
// Every read of shared intelligence leaves a record before its answer does.
void leave_a_record(Call& call, const Asked& asked, const char* what, const intel::Page& page, net::Response& out) {
  federation::ReadRecord read;
  read.key = call.key->id;
  read.organisation = asked.reader.organisation;
  read.what = what;
  read.collection = asked.collection->id;
  read.count = page.items.size();
  if (!page.items.empty()) {
    read.first = page.items.front().position;
    read.last = page.items.back().position;
  }
  const auto number = call.context.sharing.record_read(read);
  if (!number.ok()) {
    out = taxii_problem_of(number.error());
    return;
  }
  out.settle = [sharing = &call.context.sharing, n = *number]() -> std::optional<net::Response> {
    const base::Status kept = sharing->reads().settle(n);
    if (kept.ok()) return std::nullopt;
    return taxii_problem(503, "the read could not be recorded: " + kept.error().message);
  };
}
void more_fields(const Call& call, const intel::Page& page, base::JsonWriter& json) {
  if (!page.more) return;
  json.field("more", true);
  json.field("next", next_of(page.items.back().position, filters_of(call.request)));
}
net::Response discovery(Call& call) {
  const auto directory = call.context.sharing.store().directory();
  const auto own = directory->organisations.find(directory->own);
  return taxii_answer(base::json_object([&](base::JsonWriter& json) {
    json.field("title", own == directory->organisations.end() ? "Jindo" : "Jindo of " + own->second.name);
    if (own != directory->organisations.end() && !own->second.contact.empty())
      json.field("contact", own->second.contact);
    json.field("default", kRoot);
    json.key("api_roots");
    json.begin_array();
    json.string(kRoot);
    json.end_array();
  }));
}
net::Response api_root(Call& call) {
  return taxii_answer(base::json_object([&](base::JsonWriter& json) {
    json.field("title", "Jindo");
    json.field("description", "Thefts of virtual assets, their trail, and who acted on them");
    json.key("versions");
    json.begin_array();
    json.string(kTaxiiType);
    json.end_array();
    json.field("max_content_length", uint64_t{call.context.body_bytes_max});
  }));
}
void write_collection(const Call& call, const intel::Collection& c, base::JsonWriter& json) {
  json.field("id", c.id);
  json.field("title", c.title);
  if (!c.description.empty()) json.field("description", c.description);
  json.field("can_read", (call.key->scopes & kShareRead) != 0);
  json.field("can_write", c.writable && (call.key->scopes & kShareWrite) != 0);
  json.key("media_types");
  json.begin_array();
  json.string(kStixType);
  json.end_array();
}
net::Response collections(Call& call) {
  const auto directory = call.context.sharing.store().directory();
  const auto reader = reader_of(call, *directory);
  if (!reader) return taxii_problem(403, "the key's organisation takes no part in sharing here");
  return taxii_answer(base::json_object([&](base::JsonWriter& json) {
    bool any = false;
    for (const auto& [id, c] : directory->collections) {
      if (directory->collection(id, *reader) == nullptr) continue;
      if (!any) {
        json.key("collections");
        json.begin_array();
        any = true;
      }
      json.begin_object();
      write_collection(call, c, json);
      json.end_object();
    }
    if (any) json.end_array();
  }));
}
net::Response collection(Call& call) {
  Asked asked;
  if (auto wrong = find(call, asked)) return std::move(*wrong);
  return taxii_answer(
      base::json_object([&](base::JsonWriter& json) { write_collection(call, *asked.collection, json); }));
}
net::Response manifest(Call& call) {
  Asked asked;
  if (auto wrong = find(call, asked)) return std::move(*wrong);
  auto query = query_of(call);
  if (!query.ok()) return taxii_problem(400, query.error().message);
  query->with_text = false;
  const auto page = call.context.sharing.store().page(*asked.collection, asked.reader, *query);
  if (!page.ok()) return taxii_problem_of(page.error());
  net::Response out = taxii_answer(base::json_object([&](base::JsonWriter& json) {
    more_fields(call, *page, json);
    if (page->items.empty()) return;
    json.key("objects");
    json.begin_array();
    for (const intel::Item& item : page->items) {
      json.begin_object();
      json.field("id", item.object);
      json.field("date_added", added_text(item.position));
      json.field("version", item.version);
      json.field("media_type", kStixType);
      json.end_object();
    }
    json.end_array();
  }));
  date_headers(*page, out);
  leave_a_record(call, asked, "manifest", *page, out);
  return out;
}
std::string envelope(const Call& call, const intel::Page& page) {
  size_t bytes = 256;
  for (const intel::Item& item : page.items) bytes += item.json.size() + 1;
  std::string out;
  out.reserve(bytes);
  out += '{';
  if (page.more)
    out += "\"more\":true,\"next\":\"" + next_of(page.items.back().position, filters_of(call.request)) + "\"";
  if (!page.items.empty()) {
    out += out.size() > 1 ? ",\"objects\":[" : "\"objects\":[";
    for (const intel::Item& item : page.items) {
      if (out.back() != '[') out += ',';
      out += item.json;
    }
    out += ']';
  }
  return out + "}";
}
net::Response objects(Call& call) {
  Asked asked;
  if (auto wrong = find(call, asked)) return std::move(*wrong);
  const auto query = query_of(call);
  if (!query.ok()) return taxii_problem(400, query.error().message);
  const auto page = call.context.sharing.store().page(*asked.collection, asked.reader, *query);
  if (!page.ok()) return taxii_problem_of(page.error());
  net::Response out = taxii_answer(envelope(call, *page));
  date_headers(*page, out);
  leave_a_record(call, asked, "objects", *page, out);
  return out;
}
// Of one object; 404 where the reader sees no version of it.
std::optional<net::Response> find_object(Call& call, const Asked& asked, intel::Query& query) {
  const std::string id(call.path["object"]);
  if (!stix::is_identifier(id)) return no_such();
  intel::Query any;
  any.ids = query.ids = {id};
  any.all = true;
  any.limit = 1;
  any.with_text = false;
  const auto page = call.context.sharing.store().page(*asked.collection, asked.reader, any);
  if (!page.ok()) return taxii_problem_of(page.error());
  if (page->items.empty()) return no_such();
  return std::nullopt;
}
net::Response object(Call& call) {
  Asked asked;
  if (auto wrong = find(call, asked)) return std::move(*wrong);
  auto query = query_of(call);
  if (!query.ok()) return taxii_problem(400, query.error().message);
  if (auto wrong = find_object(call, asked, *query)) return std::move(*wrong);
  const auto page = call.context.sharing.store().page(*asked.collection, asked.reader, *query);
  if (!page.ok()) return taxii_problem_of(page.error());
  net::Response out = taxii_answer(envelope(call, *page));
  date_headers(*page, out);
  leave_a_record(call, asked, "object", *page, out);
  return out;
}
net::Response versions(Call& call) {
  Asked asked;
  if (auto wrong = find(call, asked)) return std::move(*wrong);
  auto query = query_of(call);
  if (!query.ok()) return taxii_problem(400, query.error().message);
  query->all = true;
  query->with_text = false;
  if (auto wrong = find_object(call, asked, *query)) return std::move(*wrong);
  const auto page = call.context.sharing.store().page(*asked.collection, asked.reader, *query);
  if (!page.ok()) return taxii_problem_of(page.error());
  net::Response out = taxii_answer(base::json_object([&](base::JsonWriter& json) {
    more_fields(call, *page, json);
    if (page->items.empty()) return;
    json.key("versions");
    json.begin_array();
    std::string last;
    for (const intel::Item& item : page->items) {  // an observable's of two organisations may be of one time
      if (item.version != last) json.string(item.version);
      last = item.version;
    }
    json.end_array();
  }));
  date_headers(*page, out);
  leave_a_record(call, asked, "versions", *page, out);
  return out;
}
net::Response remove(Call& call) {
  Asked asked;
  if (auto wrong = find(call, asked)) return std::move(*wrong);
  auto query = query_of(call);
  if (!query.ok()) return taxii_problem(400, query.error().message);
  if (!net::query_value(call.request, "match[version]")) query->all = true;  // 5.7: without it, all versions
  if (auto wrong = find_object(call, asked, *query)) return std::move(*wrong);
  const auto removed = call.context.sharing.store().remove(
      *asked.collection, asked.reader, (call.key->scopes & kAdmin) != 0, std::string(call.path["object"]), *query);
  if (!removed.ok()) return taxii_problem_of(removed.error());
  return taxii_answer("{}");
}
net::Response add(Call& call) {
  Asked asked;
  if (auto wrong = find(call, asked)) return std::move(*wrong);
  if (!asked.collection->writable) return taxii_problem(403, "nothing can be added to this collection");
  stix::Limits limits;
  limits.bytes = call.context.body_bytes_max;
  const auto objects = stix::parse_objects(call.request.body, limits);
  if (!objects.ok()) return taxii_problem(422, objects.error().message);
  if (objects->empty()) return taxii_problem(422, "the envelope holds no objects");
  intel::Submission submission;
  submission.collection = asked.collection->id;
  submission.by = asked.reader;
  submission.key = call.key->id;
  submission.propose = (call.key->scopes & kSharePublish) == 0;
  const auto report = call.context.sharing.store().add(submission, *objects);
  if (!report.ok()) return taxii_problem_of(report.error());
  return taxii_answer(intel::status_json(*report), 202);
}
net::Response status(Call& call) {
  const auto directory = call.context.sharing.store().directory();
  const auto reader = reader_of(call, *directory);
  if (!reader) return taxii_problem(403, "the key's organisation takes no part in sharing here");
  const auto found = call.context.sharing.store().status(std::string(call.path["status"]));
  if (!found.ok()) return taxii_problem_of(found.error());
  if (!*found || (*found)->first != reader->organisation) return no_such();
  return taxii_answer((*found)->second);
}
// What the key alone says of its holder; country, kind and groups are the directory's.
intel::Reader named_by_key(const Call& call, const intel::Directory& directory) {
  const Holder& holder = call.key->holder;
  intel::Reader out;
  out.organisation = holder.organisation.empty() ? directory.own : holder.organisation;
  out.affiliation = intel::find_affiliation(holder.affiliation).value_or(intel::Affiliation::kClient);
  out.individual = holder.individual.empty() ? "key:" + call.key->id : holder.individual;
  return out;
}
}  // namespace

std::optional<intel::Reader> reader_of(const Call& call, const intel::Directory& directory) {
  const intel::Reader by_key = named_by_key(call, directory);
  return directory.reader(by_key.organisation, by_key.affiliation, by_key.individual);
}
intel::Reader own_reader_of(const Call& call, const intel::Directory& directory) {
  return reader_of(call, directory).value_or(named_by_key(call, directory));
}
std::shared_ptr<const std::set<std::string>> hidden_from(const Call& call) {
  if (!call.context.sharing.any_strict()) return nullptr;
  return call.context.sharing.hidden_from(own_reader_of(call, *call.context.sharing.store().directory()));
}
net::Response taxii_problem(unsigned status, const std::string& detail) {
  return taxii_answer(base::json_object([&](base::JsonWriter& json) {
                        json.field("title", detail.substr(0, 200));
                        json.field("description", detail);
                        json.field("http_status", std::to_string(status));
                      }),
                      status);
}
bool takes_taxii(std::string_view accept) {
  if (accept.empty()) return true;
  while (!accept.empty()) {
    std::string_view one = accept.substr(0, accept.find(','));
    accept.remove_prefix(std::min(accept.size(), one.size() + 1));
    if (is_taxii_type(one, true)) return true;
  }
  return false;
}
bool is_taxii_type(std::string_view text, bool wild) {
  std::string plain;
  for (const char c : text)
    if (c != ' ' && c != '\t' && c != '"') plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const std::string type = plain.substr(0, plain.find(';'));
  if (wild && (type == "*/*" || type == "application/*")) return true;
  if (type != "application/taxii+json") return false;
  const size_t version = plain.find(";version=");
  return version == std::string::npos || plain.compare(version, 12, ";version=2.1") == 0;
}

std::vector<Route> taxii_routes() {
  using net::Pace;
  const unsigned any = kShareRead | kShareWrite;
  return {
      {"GET", "/taxii2/", any, Pace::kQuick, "TAXII 2.1: discovery", "", "", "", 200, discovery},
      {"GET", "/taxii2/jindo/", any, Pace::kQuick, "TAXII 2.1: API root", "", "", "", 200, api_root},
      {"GET", "/taxii2/jindo/status/{status}/", any, Pace::kBatch, "TAXII 2.1: status", "", "", "", 200, status},
      {"GET", "/taxii2/jindo/collections/", any, Pace::kQuick, "TAXII 2.1: collections", "", "", "", 200, collections},
      {"GET", "/taxii2/jindo/collections/{collection}/", any, Pace::kQuick, "TAXII 2.1: collection", "", "", "", 200,
       collection},
      {"GET", "/taxii2/jindo/collections/{collection}/manifest/", kShareRead, Pace::kBatch, "TAXII 2.1: manifest", "",
       "", "", 200, manifest},
      {"GET", "/taxii2/jindo/collections/{collection}/objects/", kShareRead, Pace::kBatch, "TAXII 2.1: objects", "", "",
       "", 200, objects},
      {"POST", "/taxii2/jindo/collections/{collection}/objects/", kShareWrite, Pace::kChange, "TAXII 2.1: add objects",
       "", "Envelope", "", 202, add},
      {"GET", "/taxii2/jindo/collections/{collection}/objects/{object}/", kShareRead, Pace::kBatch,
       "TAXII 2.1: an object", "", "", "", 200, object},
      {"DELETE", "/taxii2/jindo/collections/{collection}/objects/{object}/", kSharePublish, Pace::kChange,
       "TAXII 2.1: take an object out", "", "", "", 200, remove},
      {"GET", "/taxii2/jindo/collections/{collection}/objects/{object}/versions/", kShareRead, Pace::kBatch,
       "TAXII 2.1: an object's versions", "", "", "", 200, versions},
  };
}
}  // namespace jindo::server
