// The directory's look-ups, and what an organisation, group and collection must be.
#include "intel/directory.h"

#include <array>

#include "base/json_writer.h"
#include "stix/identifier.h"

namespace jindo::intel {
namespace {
constexpr std::array<const char*, 5> kOrganisationKinds = {"agency", "exchange", "issuer", "researcher", "other"};
base::Status one_line(const std::string& what, const std::string& text, size_t least, size_t most) {
  if (text.size() < least || text.size() > most)
    return base::wrong_use(what + ": expected " + std::to_string(least) + " to " + std::to_string(most) + " bytes");
  for (const char c : text)
    if (static_cast<unsigned char>(c) < ' ') return base::wrong_use(what + ": a control character");
  return {};
}
bool is_slug(const std::string& text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}
}  // namespace

base::Status check(const Organisation& o) {
  if (!stix::is_identifier(o.id) || stix::type_in(o.id) != "identity")
    return base::wrong_use("organisation: 'id': expected identity--UUID");
  JINDO_DO(one_line("organisation: 'name'", o.name, 1, 200));
  JINDO_DO(one_line("organisation: 'contact'", o.contact, 0, 300));
  if (o.country.size() != 2 || o.country[0] < 'A' || o.country[0] > 'Z' || o.country[1] < 'A' || o.country[1] > 'Z')
    return base::wrong_use("organisation: 'country': expected two letters of ISO 3166-1, like KR");
  std::string kinds;
  bool known = false;
  for (const char* kind : kOrganisationKinds) {
    known = known || o.kind == kind;
    kinds += (kinds.empty() ? "" : ", ") + std::string(kind);
  }
  if (!known) return base::wrong_use("organisation: 'kind': expected one of " + kinds);
  for (const std::string& key : o.keys)
    if (key.size() != 64 || key.find_first_not_of("0123456789abcdef") != std::string::npos)
      return base::wrong_use("organisation: 'keys': expected Ed25519 public keys, 64 hex digits each");
  return {};
}
base::Status check(const SharingGroup& group) {
  if (!is_slug(group.id)) return base::wrong_use("sharing group: 'id': expected lower case letters, digits, dashes");
  JINDO_DO(one_line("sharing group: 'name'", group.name, 1, 200));
  if (group.purpose.size() < 10 || group.purpose.size() > 4000)
    return base::wrong_use("sharing group: 'purpose': expected what it is for, in 10 to 4000 bytes");
  return {};
}
base::Status check(const Collection& collection) {
  JINDO_DO(one_line("collection: 'title'", collection.title, 1, 200));
  if (collection.description.size() > 4000) return base::wrong_use("collection: 'description': over 4000 bytes");
  if (!stix::is_identifier("collection--" + collection.id)) return base::wrong_use("collection: 'id': expected a UUID");
  return {};
}

std::optional<Reader> Directory::reader(const std::string& organisation, Affiliation affiliation,
                                        const std::string& individual) const {
  const auto found = organisations.find(organisation);
  if (found == organisations.end() || !found->second.active) return std::nullopt;
  Reader out;
  out.organisation = organisation;
  out.country = found->second.country;
  out.kind = found->second.kind;
  out.community = found->second.community;
  out.affiliation = affiliation;
  out.individual = individual;
  for (const auto& [id, group] : groups)
    if (group.members.count(organisation) != 0) out.groups.insert(id);
  return out;
}
std::string Directory::name_of(const std::string& organisation) const {
  const auto found = organisations.find(organisation);
  return found == organisations.end() ? organisation : found->second.name;
}
const Collection* Directory::collection(const std::string& id, const Reader& reader) const {
  const auto found = collections.find(id);
  if (found == collections.end()) return nullptr;
  const Collection& c = found->second;
  return c.group.empty() || reader.groups.count(c.group) != 0 ? &c : nullptr;
}
std::string identity_object(const Organisation& o) {
  return base::json_object([&](base::JsonWriter& json) {
    json.field("type", "identity");
    json.field("spec_version", "2.1");
    json.field("id", o.id);
    json.field("created", "2026-01-01T00:00:00.000Z");
    json.field("modified", "2026-01-01T00:00:00.000Z");
    json.field("name", o.name);
    json.field("identity_class", "organization");
    json.key("sectors");
    json.begin_array();
    json.string(o.kind == "agency" ? "government-national" : "financial-services");
    json.end_array();
    if (!o.contact.empty()) json.field("contact_information", o.contact);
  });
}
}  // namespace jindo::intel
