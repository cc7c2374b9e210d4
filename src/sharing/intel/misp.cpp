#include "intel/misp.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/clock.h"
#include "base/json_writer.h"
#include "chain/address.h"
#include "intel/incident_stix.h"
#include "stix/extensions.h"
#include "stix/identifier.h"
#include "stix/json.h"

namespace jindo::intel {
namespace {
using base::JsonWriter;
using simdjson::dom::element;
using simdjson::dom::object;
constexpr size_t kEventBytesMax = size_t{64} << 20;
constexpr size_t kAttributesMax = 100'000;

// A text, or a number as text: MISP writes both.
std::string word(const object& from, const char* name) {
  element value;
  if (from[name].get(value) != simdjson::SUCCESS) return "";
  std::string_view text;
  int64_t number = 0;
  bool yes = false;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  if (value.get(number) == simdjson::SUCCESS) return std::to_string(number);
  if (value.get(yes) == simdjson::SUCCESS) return yes ? "1" : "0";
  return "";
}
bool is_uuid(const std::string& text) { return text.size() == 36 && stix::is_identifier("xxx--" + text); }
std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}
// What the tags say of TLP; unknown words under "tlp:" count as the strictest that names no persons.
std::optional<Marking> tlp_of_tags(const object& from) {
  simdjson::dom::array tags;
  std::optional<Marking> out;
  if (from["Tag"].get(tags) != simdjson::SUCCESS) return out;
  for (const element tag : tags) {
    object o;
    if (tag.get(o) != simdjson::SUCCESS) continue;
    const std::string name = lower(std::string(stix::text_of(o, "name")));
    if (name.rfind("tlp:", 0) != 0) continue;
    const std::string level = name.substr(4);
    const Marking marking = attribution::find_marking(level).value_or(Marking::kAmberStrict);
    out = std::max(out.value_or(marking), marking);
  }
  return out;
}
struct Kind {
  const char* misp;
  const char* stix;  // the observable's type
  const char* hash;  // of files
  const char* path;  // in a pattern
};
constexpr Kind kKinds[] = {
    {"ip-dst", "ipv4-addr", "", "value"},
    {"ip-src", "ipv4-addr", "", "value"},
    {"domain", "domain-name", "", "value"},
    {"hostname", "domain-name", "", "value"},
    {"url", "url", "", "value"},
    {"link", "url", "", "value"},
    {"email-src", "email-addr", "", "value"},
    {"email-dst", "email-addr", "", "value"},
    {"email", "email-addr", "", "value"},
    {"md5", "file", "MD5", ""},
    {"sha1", "file", "SHA-1", ""},
    {"sha256", "file", "SHA-256", ""},
    {"sha512", "file", "SHA-512", ""},
    {"filename", "file", "", "name"},
};
std::string pattern_text(std::string_view value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}
struct Observable {
  std::string json, id, pattern;
};
Observable finish(const std::string& type, const std::function<void(JsonWriter&)>& fields, const Markings& markings,
                  const std::string& pattern) {
  Observable out;
  out.id = stix::observable_identifier(base::json_object([&](JsonWriter& json) {
    json.field("type", type);
    fields(json);
  }));
  out.pattern = pattern;
  out.json = base::json_object([&](JsonWriter& json) {
    json.field("type", type);
    json.field("spec_version", "2.1");
    json.field("id", out.id);
    json.key("object_marking_refs");
    json.begin_array();
    for (const std::string& ref : markings.refs) json.string(ref);
    json.end_array();
    fields(json);
  });
  return out;
}
// The public wallet, with the chains on which the address can be.
base::Result<Observable> wallet(const std::string& symbol, const std::string& value, const Markings& markings) {
  std::vector<std::string> chains;
  std::string text = value;
  for (const chain::Network& network : chain::networks()) {
    if (!symbol.empty() && lower(std::string(network.native)) != lower(symbol)) continue;
    const auto key = chain::parse_address(network, value);
    if (!key.ok() || network.name.find("regtest") != std::string_view::npos) continue;
    if (chains.empty()) text = chain::format_address(network, *key);
    chains.emplace_back(network.caip2);
  }
  if (chains.empty() && (symbol.empty() || symbol == "BTC" || symbol == "ETH"))
    return base::bad_input("'" + value.substr(0, 80) + "' is no address of a chain that is known here");
  return finish(
      "cryptocurrency-wallet",
      [&](JsonWriter& json) {
        json.field("value", text);
        json.key("extensions");
        json.begin_object();
        json.key(stix::kPublicWallet);
        json.json(R"({"extension_type":"new-sco"})");
        if (!chains.empty()) {
          json.key(stix::kWallet);
          json.begin_object();
          json.field("extension_type", "property-extension");
          json.key("chains");
          json.begin_array();
          for (const std::string& chain : chains) json.string(chain);
          json.end_array();
          json.end_object();
        }
        json.end_object();
      },
      markings, "[cryptocurrency-wallet:value = " + pattern_text(text) + "]");
}
base::Result<std::optional<Observable>> observable_of(const std::string& type, std::string value,
                                                      const Markings& markings) {
  if (type == "btc" || type == "xmr" || type == "dash") {
    std::string symbol = type;
    for (char& c : symbol) c = static_cast<char>(std::toupper(c));
    JINDO_TRY(Observable out, wallet(symbol, value, markings));
    return std::optional(std::move(out));
  }
  for (const Kind& kind : kKinds) {
    if (type != kind.misp) continue;
    std::string stix_type = kind.stix;
    if (stix_type == "ipv4-addr") {
      uint8_t bytes[16];
      const std::string address = value.substr(0, value.find('/'));
      if (inet_pton(AF_INET, address.c_str(), bytes) != 1) {
        if (inet_pton(AF_INET6, address.c_str(), bytes) != 1)
          return base::bad_input("'" + value.substr(0, 80) + "' is no IP address");
        stix_type = "ipv6-addr";
      }
    }
    if (*kind.hash != '\0') {
      value = lower(value);
      const size_t digits = type == "md5" ? 32 : type == "sha1" ? 40 : type == "sha256" ? 64 : 128;
      if (value.size() != digits || value.find_first_not_of("0123456789abcdef") != std::string::npos)
        return base::bad_input("'" + value.substr(0, 140) + "' is no " + type);
      return std::optional(finish(
          stix_type,
          [&](JsonWriter& json) {
            json.key("hashes");
            json.begin_object();
            json.field(kind.hash, value);
            json.end_object();
          },
          markings, std::string("[file:hashes.'") + kind.hash + "' = " + pattern_text(value) + "]"));
    }
    return std::optional(finish(
        stix_type, [&](JsonWriter& json) { json.field(kind.path, value); }, markings,
        "[" + stix_type + ":" + kind.path + " = " + pattern_text(value) + "]"));
  }
  return std::optional<Observable>();
}
int64_t time_us(const std::string& seconds, int64_t fallback) {
  const auto number = base::parse_decimal(seconds);
  return number && number->fits_u64() && number->low() < 4'000'000'000ULL
             ? static_cast<int64_t>(number->low()) * 1'000'000
             : fallback;
}

class EventReader {
 public:
  EventReader(const Publisher& by, const std::map<std::string, std::string>& groups, const WarningLists& warnings)
      : by_(by), groups_(groups), warnings_(warnings) {}

  base::Result<MispEvent> run(const object& event) {
    const std::string uuid = word(event, "uuid");
    if (!is_uuid(uuid)) return base::bad_input("event: 'uuid': expected a UUID");
    const std::string info = word(event, "info");
    if (info.empty()) return base::bad_input("event " + uuid + ": 'info' is missing");
    const auto date = base::parse_time(word(event, "date"));
    const int64_t created = date && *date > 0 ? *date * 1'000'000 : 0;  // before 1970 is a slip, and no STIX time
    changed_ = std::max(created, time_us(word(event, "timestamp"), created));
    created_ = std::min(created, changed_);
    const Release whole = release_of(event, Release{Marking::kClear, {}, {}, {}, {}, {}, 0}, true);
    JINDO_DO(attributes(event, whole, ""));
    simdjson::dom::array list;
    if (event["Object"].get(list) == simdjson::SUCCESS)
      for (const element item : list) {
        object o;
        if (item.get(o) != simdjson::SUCCESS) continue;
        const Release release = release_of(o, whole, false);
        if (word(o, "name") == "coin-address") {
          coin(o, release);
        } else {
          JINDO_DO(attributes(o, release, word(o, "name")));
        }
      }
    if (refs_.empty()) return base::bad_input("event " + uuid + ": nothing in it that can be read as STIX");
    const Markings markings = mark(whole);
    add(base::json_object([&](JsonWriter& json) {
      json.field("type", "report");
      json.field("spec_version", "2.1");
      json.field("id", "report--" + lower(uuid));
      json.field("created", stix::format_timestamp_us(created_));
      json.field("modified", stix::format_timestamp_us(changed_));
      json.field("name", info);
      json.field("published", stix::format_timestamp_us(changed_));
      list_of(json, "object_marking_refs", markings.refs);
      list_of(json, "object_refs", {refs_.begin(), refs_.end()});
      object orgc;
      if (event["Orgc"].get(orgc) == simdjson::SUCCESS && !word(orgc, "name").empty())
        json.field("description", "MISP event of " + word(orgc, "name"));
    }));
    return std::move(out_);
  }

 private:
  static void list_of(JsonWriter& json, const char* name, const std::vector<std::string>& list) {
    json.key(name);
    json.begin_array();
    for (const std::string& text : list) json.string(text);
    json.end_array();
  }
  void add(std::string json) {
    if (seen_.insert(json).second) out_.objects.push_back(std::move(json));
  }
  Markings mark(const Release& release) {
    Markings out = markings_of(release, by_);
    for (const std::string& definition : out.definitions)
      add(with_times(definition, 1'767'225'600'000'000, 1'767'225'600'000'000));  // a definition is of no time: 2026
    return out;
  }
  // The stricter of what stands around it, its tags and its distribution.
  Release release_of(const object& from, const Release& around, bool event) const {
    Release out = around;
    if (const auto tlp = tlp_of_tags(from)) out.tlp = std::max(out.tlp, *tlp);
    const std::string distribution = word(from, "distribution");
    if (distribution == "3") {  // all communities
      out.tlp = std::max(out.tlp, tlp_of_tags(from).value_or(Marking::kGreen));
    } else if (distribution == "1" || distribution == "2") {
      out.tlp = std::max(out.tlp, Marking::kAmber);
    } else if (distribution == "4") {
      out.tlp = std::max(out.tlp, Marking::kAmber);
      object group;
      std::string known;
      if (from["SharingGroup"].get(group) == simdjson::SUCCESS)
        for (const char* name : {"uuid", "name"})
          if (const auto found = groups_.find(word(group, name)); known.empty() && found != groups_.end())
            known = found->second;
      if (known.empty())
        out.organisations = {by_.own.id};
      else
        out.groups = {known};
    } else if (distribution == "0" || event || !distribution.empty()) {
      // This organisation only; and so where nothing is said, or something that is not known. 5: as around it.
      if (distribution != "5" || event) {
        out.tlp = std::max(out.tlp, Marking::kAmberStrict);
        out.organisations = {by_.own.id};
      }
    }
    return out;
  }
  void refuse(const std::string& attribute, const std::string& reason) { out_.refused.push_back({attribute, reason}); }
  void take(const Observable& observable, const object& attribute, const std::string& about, const Markings& markings) {
    add(observable.json);
    refs_.insert(observable.id);
    const std::string looked_for = word(attribute, "to_ids"), uuid = word(attribute, "uuid");
    if (looked_for != "1" || !is_uuid(uuid)) return;
    const int64_t changed = time_us(word(attribute, "timestamp"), changed_);
    const std::string id = "indicator--" + lower(uuid);
    add(base::json_object([&](JsonWriter& json) {
      json.field("type", "indicator");
      json.field("spec_version", "2.1");
      json.field("id", id);
      json.field("created", stix::format_timestamp_us(std::min(created_, changed)));
      json.field("modified", stix::format_timestamp_us(changed));
      if (!about.empty()) json.field("description", about);
      json.field("pattern", observable.pattern);
      json.field("pattern_type", "stix");
      json.field("valid_from", stix::format_timestamp_us(std::min(created_, changed)));
      list_of(json, "object_marking_refs", markings.refs);
    }));
    refs_.insert(id);
  }
  base::Status attributes(const object& from, const Release& around, const std::string& of) {
    simdjson::dom::array list;
    if (from["Attribute"].get(list) != simdjson::SUCCESS) return {};
    for (const element item : list) {
      object attribute;
      if (item.get(attribute) != simdjson::SUCCESS) return base::bad_input("'Attribute': expected objects");
      if (++out_.attributes > kAttributesMax)
        return base::bad_input("more than " + std::to_string(kAttributesMax) + " attributes");
      const std::string type = word(attribute, "type"), value = word(attribute, "value");
      const std::string name = type + " " + value.substr(0, 100);
      if (word(attribute, "deleted") == "1") continue;
      if (const std::string list_name = warnings_.holds(type, value); !list_name.empty()) {
        refuse(name, "stands on the warning list '" + list_name + "'");
        continue;
      }
      const Markings markings = mark(release_of(attribute, around, false));
      auto observable = observable_of(type, value, markings);
      if (!observable.ok()) {
        refuse(name, observable.error().message);
      } else if (!*observable) {
        refuse(name, "attributes of type '" + type.substr(0, 60) + "'" + (of.empty() ? "" : " of '" + of + "'") +
                         " have no STIX observable here");
      } else {
        take(**observable, attribute, word(attribute, "comment"), markings);
      }
    }
    return {};
  }
  // MISP's object for addresses of any coin.
  void coin(const object& from, const Release& around) {
    simdjson::dom::array list;
    if (from["Attribute"].get(list) != simdjson::SUCCESS) return;
    std::string symbol;
    for (const element item : list) {
      object attribute;
      if (item.get(attribute) == simdjson::SUCCESS && word(attribute, "object_relation") == "symbol")
        symbol = word(attribute, "value");
    }
    for (const element item : list) {
      object attribute;
      if (item.get(attribute) != simdjson::SUCCESS || word(attribute, "deleted") == "1") continue;
      const std::string relation = word(attribute, "object_relation"), value = word(attribute, "value");
      if (relation != "address" && relation != "address-crypto" && relation != "address-xmr") continue;
      ++out_.attributes;
      if (const std::string list_name = warnings_.holds(word(attribute, "type"), value); !list_name.empty()) {
        refuse("address " + value, "stands on the warning list '" + list_name + "'");
        continue;
      }
      const Markings markings = mark(release_of(attribute, around, false));
      const auto observable = wallet(symbol, value, markings);
      if (observable.ok())
        take(*observable, attribute, word(attribute, "comment"), markings);
      else
        refuse("address " + value.substr(0, 100), observable.error().message);
    }
  }
  const Publisher& by_;
  const std::map<std::string, std::string>& groups_;
  const WarningLists& warnings_;
  int64_t created_ = 0, changed_ = 0;
  MispEvent out_;
  std::set<std::string> refs_, seen_;
};
}  // namespace

base::Result<MispEvent> read_misp_event(std::string_view json, const Publisher& by,
                                        const std::map<std::string, std::string>& groups,
                                        const WarningLists& warnings) {
  if (json.size() > kEventBytesMax) return base::bad_input("larger than " + std::to_string(kEventBytesMax) + " bytes");
  simdjson::dom::parser parser;
  if (parser.allocate(std::max<size_t>(json.size(), 64), 32) != simdjson::SUCCESS)
    return base::machine_failed("out of memory");
  object root, event;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS)
    return base::bad_input("expected a MISP event, JSON");
  if (root["Event"].get(event) != simdjson::SUCCESS) event = root;
  return EventReader(by, groups, warnings).run(event);
}

// ---- warning lists ----
base::Status WarningLists::add(const std::string& name, std::string_view json) {
  simdjson::dom::parser parser;
  object root;
  simdjson::dom::array list;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS ||
      root["list"].get(list) != simdjson::SUCCESS)
    return base::bad_input(name + ": expected a MISP warning list: type, name, list");
  List out;
  out.name = word(root, "name").empty() ? name : word(root, "name");
  const std::string type = word(root, "type");
  simdjson::dom::array types;
  if (root["matching_attributes"].get(types) == simdjson::SUCCESS)
    for (const element item : types) {
      std::string_view text;
      if (item.get(text) == simdjson::SUCCESS) out.types.emplace(text);
    }
  if (type != "string" && type != "hostname" && type != "substring" && type != "cidr") {
    unread_.push_back(out.name + " (" + (type.empty() ? "no type" : type) + ")");
    return {};
  }
  for (const element item : list) {
    std::string_view raw;
    if (item.get(raw) != simdjson::SUCCESS || raw.empty()) continue;
    const std::string text = lower(std::string(raw));
    if (type == "string") out.strings.insert(text);
    if (type == "hostname") out.hostnames.insert(text[0] == '.' ? text.substr(1) : text);
    if (type == "substring") out.substrings.push_back(text);
    if (type == "cidr") {
      const size_t slash = text.find('/');
      const std::string address = text.substr(0, slash);
      std::vector<uint8_t> bytes(16);
      if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1)
        bytes.resize(4);
      else if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1)
        return base::bad_input(name + ": '" + text.substr(0, 80) + "': expected an IP network");
      unsigned bits = static_cast<unsigned>(bytes.size()) * 8;
      if (slash != std::string::npos) {
        const auto number = base::parse_decimal(text.substr(slash + 1));
        if (!number || !number->fits_u64() || number->low() > bits)
          return base::bad_input(name + ": '" + text.substr(0, 80) + "': expected a prefix of 0 to " +
                                 std::to_string(bits));
        bits = static_cast<unsigned>(number->low());
      }
      out.networks.emplace_back(std::move(bytes), bits);
    }
  }
  lists_.push_back(std::move(out));
  return {};
}
std::string WarningLists::holds(std::string_view type, std::string_view raw) const {
  const std::string value = lower(std::string(raw));
  std::string host = value;
  if (const size_t scheme = host.find("://"); scheme != std::string::npos) host = host.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/:?#"));
  std::vector<uint8_t> address(16);
  if (inet_pton(AF_INET, host.c_str(), address.data()) == 1)
    address.resize(4);
  else if (inet_pton(AF_INET6, value.c_str(), address.data()) != 1)
    address.clear();
  for (const List& list : lists_) {
    if (!list.types.empty() && list.types.count(std::string(type)) == 0) continue;
    if (list.strings.count(value) != 0) return list.name;
    for (std::string part = host; !list.hostnames.empty() && !part.empty();) {  // the name and all above it
      if (list.hostnames.count(part) != 0) return list.name;
      const size_t dot = part.find('.');
      part = dot == std::string::npos ? "" : part.substr(dot + 1);
    }
    for (const std::string& text : list.substrings)
      if (value.find(text) != std::string::npos) return list.name;
    for (const auto& [network, bits] : list.networks) {
      if (network.size() != address.size()) continue;
      bool inside = true;
      for (unsigned b = 0; b < bits && inside; ++b)
        inside = ((network[b / 8] ^ address[b / 8]) >> (7 - b % 8) & 1) == 0;
      if (inside) return list.name;
    }
  }
  return "";
}

// ---- out ----
std::string write_misp_event(const std::string& uuid, const std::string& name, Marking tlp, const Organisation& own,
                             const std::vector<stix::Object>& objects, int64_t now) {
  // Distribution never says more than TLP: all communities for CLEAR, this community for GREEN, else this organisation.
  const char* distribution = tlp == Marking::kClear ? "3" : tlp == Marking::kGreen ? "1" : "0";
  return base::json_object([&](JsonWriter& json) {
    json.key("Event");
    json.begin_object();
    json.field("uuid", uuid);
    json.field("info", name);
    json.field("date", base::format_time(now).substr(0, 10));
    json.field("timestamp", std::to_string(now));
    json.field("publish_timestamp", std::to_string(now));
    json.field("published", true);
    json.field("analysis", "2");
    json.field("threat_level_id", "1");
    json.field("distribution", distribution);
    json.key("Orgc");
    json.begin_object();
    json.field("name", own.name);
    json.field("uuid", own.id.substr(10));
    json.end_object();
    json.key("Tag");
    json.begin_array();
    json.begin_object();
    json.field("name", lower(attribution::name_of(tlp)));
    json.end_object();
    json.end_array();
    json.key("Attribute");
    json.begin_array();
    const auto attribute = [&](const std::string& id, const char* type, const char* category, std::string_view value) {
      json.begin_object();
      json.field("uuid", id.substr(id.size() - 36));
      json.field("type", type);
      json.field("category", category);
      json.field("value", value);
      json.field("to_ids", true);
      json.field("distribution", "5");
      json.field("timestamp", std::to_string(now));
      json.end_object();
    };
    std::vector<std::pair<std::string, std::pair<std::string, std::string>>> coins;
    for (const stix::Object& object_ : objects) {
      simdjson::dom::parser parser;
      object from, hashes;
      if (parser.parse(object_.json).get(from) != simdjson::SUCCESS) continue;
      const std::string value(stix::text_of(from, "value"));
      if (object_.type == "ipv4-addr" || object_.type == "ipv6-addr")
        attribute(object_.id, "ip-dst", "Network activity", value);
      if (object_.type == "domain-name") attribute(object_.id, "domain", "Network activity", value);
      if (object_.type == "url") attribute(object_.id, "url", "Network activity", value);
      if (object_.type == "email-addr") attribute(object_.id, "email", "Payload delivery", value);
      if (object_.type == "file" && from["hashes"].get(hashes) == simdjson::SUCCESS)
        for (const Kind& kind : kKinds)
          if (*kind.hash != '\0' && !stix::text_of(hashes, kind.hash).empty())
            attribute(object_.id, kind.misp, "Payload delivery", stix::text_of(hashes, kind.hash));
      if (object_.type != "cryptocurrency-wallet") continue;
      const auto bitcoin = chain::find_network("bitcoin");
      if (bitcoin.ok() && chain::parse_address(**bitcoin, value).ok()) {
        attribute(object_.id, "btc", "Financial fraud", value);
        continue;
      }
      std::string symbol;
      for (const chain::Network& network : chain::networks())
        if (symbol.empty() && chain::parse_address(network, value).ok()) symbol = std::string(network.native);
      coins.emplace_back(object_.id, std::make_pair(value, symbol));
    }
    json.end_array();
    json.key("Object");
    json.begin_array();
    for (const auto& entry : coins) {
      const std::string& id = entry.first;
      const auto& coin = entry.second;
      json.begin_object();
      json.field("uuid", id.substr(id.size() - 36));
      json.field("name", "coin-address");
      json.field("meta-category", "financial");
      json.field("template_uuid", "d0e6997e-78da-4815-a6a1-cfc1c1cb8a46");
      json.field("template_version", "7");
      json.field("distribution", "5");
      json.field("timestamp", std::to_string(now));
      json.key("Attribute");
      json.begin_array();
      const auto part = [&](const char* relation, const char* type, const std::string& value, bool looked_for) {
        json.begin_object();
        json.field("uuid", stix::own_identifier("attribute", id + relation).substr(11));
        json.field("object_relation", relation);
        json.field("type", type);
        json.field("category", "Financial fraud");
        json.field("value", value);
        json.field("to_ids", looked_for);
        json.field("distribution", "5");
        json.field("timestamp", std::to_string(now));
        json.end_object();
      };
      part("address-crypto", "text", coin.first, true);
      if (!coin.second.empty()) part("symbol", "text", coin.second, false);
      json.end_array();
      json.end_object();
    }
    json.end_array();
    json.end_object();
  });
}
}  // namespace jindo::intel
