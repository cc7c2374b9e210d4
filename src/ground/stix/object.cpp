#include "stix/object.h"

#include <algorithm>
#include <array>

#include "stix/extensions.h"
#include "stix/identifier.h"
#include "stix/json.h"

namespace jindo::stix {
namespace {
using base::bad_input;
using base::Status;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

// What the standard requires of a type, beyond what all have; "a|b": one of them.
struct TypeRule {
  const char* type;
  char kind;  // 'd' domain object or relationship: created and modified; 'o' observable; 'm' meta: created
  const char* required;
};
constexpr TypeRule kTypes[] = {
    {"attack-pattern", 'd', "name"},
    {"campaign", 'd', "name"},
    {"course-of-action", 'd', "name"},
    {"grouping", 'd', "context object_refs"},
    {"identity", 'd', "name"},
    {"incident", 'd', "name"},
    {"indicator", 'd', "pattern pattern_type valid_from"},
    {"infrastructure", 'd', "name"},
    {"intrusion-set", 'd', "name"},
    {"location", 'd', "region|country|latitude"},
    {"malware", 'd', "is_family"},
    {"malware-analysis", 'd', "product result|analysis_sco_refs"},
    {"note", 'd', "content object_refs"},
    {"observed-data", 'd', "first_observed last_observed number_observed objects|object_refs"},
    {"opinion", 'd', "opinion object_refs"},
    {"report", 'd', "name published object_refs"},
    {"threat-actor", 'd', "name"},
    {"tool", 'd', "name"},
    {"vulnerability", 'd', "name"},
    {"relationship", 'd', "relationship_type source_ref target_ref"},
    {"sighting", 'd', "sighting_of_ref"},
    {"language-content", 'd', "object_ref contents"},
    {"extension-definition", 'd', "name schema version extension_types created_by_ref"},
    {"marking-definition", 'm', "definition|extensions"},
    {"artifact", 'o', ""},
    {"autonomous-system", 'o', "number"},
    {"directory", 'o', "path"},
    {"domain-name", 'o', "value"},
    {"email-addr", 'o', "value"},
    {"email-message", 'o', "is_multipart"},
    {"file", 'o', "hashes|name"},
    {"ipv4-addr", 'o', "value"},
    {"ipv6-addr", 'o', "value"},
    {"mac-addr", 'o', "value"},
    {"mutex", 'o', "name"},
    {"network-traffic", 'o', "protocols src_ref|dst_ref"},
    {"process", 'o', ""},
    {"software", 'o', "name"},
    {"url", 'o', "value"},
    {"user-account", 'o', ""},
    {"windows-registry-key", 'o', ""},
    {"x509-certificate", 'o', ""},
    {"cryptocurrency-wallet", 'o', "value"},
    {"cryptocurrency-transaction", 'o', "value"},
    {"virtual-asset-transfer", 'o', "chain transaction asset"},
};
const TypeRule* rule_of(std::string_view type) {
  for (const TypeRule& rule : kTypes)
    if (type == rule.type) return &rule;
  return nullptr;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}
// One walk over the whole object: what it refers to, and no key twice.
class Walk {
 public:
  Walk(Object& out, const Limits& limits) : out_(out), limits_(limits) {}
  Status look(element value, std::string_view name) {
    if (value.type() == element_type::OBJECT) return members(object(value), false);
    if (value.type() == element_type::ARRAY) {
      const bool refs = ends_with(name, "_refs");
      for (const element item : simdjson::dom::array(value)) {
        if (refs) {
          JINDO_DO(reference(item, name));
        } else {
          JINDO_DO(look(item, name));
        }
      }
    } else if (ends_with(name, "_ref")) {
      return reference(value, name);
    }
    return {};
  }
  Status members(const object& from, bool top) {
    std::array<std::string_view, 24> few;
    std::vector<std::string_view> many;
    size_t count = 0;
    for (const auto member : from) {
      if (member.key.empty()) return bad_input("a property without a name");
      for (size_t i = 0; i < std::min(count, few.size()); ++i)
        if (few[i] == member.key) return twice(member.key);
      if (count < few.size())
        few[count] = member.key;
      else
        many.push_back(member.key);
      ++count;
      if (top &&
          (member.key == "created_by_ref" || member.key == "object_marking_refs" || member.key == "granular_markings"))
        continue;
      JINDO_DO(look(member.value, member.key));
    }
    std::sort(many.begin(), many.end());
    if (const auto same = std::adjacent_find(many.begin(), many.end()); same != many.end()) return twice(*same);
    return {};
  }

 private:
  static base::Error twice(std::string_view key) {
    return bad_input("property '" + std::string(key.substr(0, 80)) + "' stands there twice");
  }
  Status reference(element value, std::string_view name) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return {};  // of another vocabulary
    if (!is_identifier(text)) {
      // Observables of STIX 2.0 name each other by "0", "1"; other vocabularies have references of their own.
      if (text.size() > 300)
        return bad_input("'" + std::string(name.substr(0, 80)) + "': a reference of over 300 bytes");
      return {};
    }
    if (out_.refs.size() >= limits_.refs)
      return bad_input("it names more than " + std::to_string(limits_.refs) + " other objects");
    out_.refs.emplace_back(text);
    return {};
  }
  Object& out_;
  const Limits& limits_;
};

Status add_marking(element value, Object& out) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS || !is_identifier(text) || type_in(text) != "marking-definition")
    return bad_input("a marking: expected the identifier of a marking-definition");
  out.markings.emplace_back(text);
  return {};
}
// Section 7.2.2: "description", "labels.[0]", "extensions.x.y".
bool selects(element at, std::string_view selector) {
  while (!selector.empty()) {
    const size_t dot = std::min(selector.find('.'), selector.size());
    const std::string_view step = selector.substr(0, dot);
    selector.remove_prefix(std::min(selector.size(), dot + 1));
    if (at.type() == element_type::OBJECT) {
      element next;
      if (object(at)[step].get(next) != simdjson::SUCCESS) return false;
      at = next;
    } else if (at.type() == element_type::ARRAY && step.size() > 2 && step.front() == '[' && step.back() == ']') {
      size_t number = 0;
      for (const char c : step.substr(1, step.size() - 2)) {
        if (c < '0' || c > '9' || number > 1'000'000) return false;
        number = number * 10 + static_cast<size_t>(c - '0');
      }
      element next;
      if (simdjson::dom::array(at).at(number).get(next) != simdjson::SUCCESS) return false;
      at = next;
    } else {
      return false;
    }
  }
  return true;
}
Status read_markings(const object& from, element whole, Object& out) {
  simdjson::dom::array list;
  element value;
  if (from["object_marking_refs"].get(value) == simdjson::SUCCESS) {
    if (value.get(list) != simdjson::SUCCESS || list.size() == 0)
      return bad_input("'object_marking_refs': expected a list of identifiers, not an empty one");
    for (const element item : list) JINDO_DO(add_marking(item, out));
  }
  if (from["granular_markings"].get(value) == simdjson::SUCCESS) {
    if (value.get(list) != simdjson::SUCCESS) return bad_input("'granular_markings': expected a list");
    for (const element item : list) {
      object marking;
      element ref;
      simdjson::dom::array selectors;
      if (item.get(marking) != simdjson::SUCCESS || marking["selectors"].get(selectors) != simdjson::SUCCESS ||
          selectors.size() == 0)
        return bad_input("'granular_markings': expected objects with selectors");
      for (const element selector : selectors) {
        std::string_view text;
        if (selector.get(text) != simdjson::SUCCESS || text.empty() || !selects(whole, text))
          return bad_input("'granular_markings': the selector '" + std::string(text.substr(0, 100)) +
                           "' names nothing in the object");
      }
      if (marking["marking_ref"].get(ref) == simdjson::SUCCESS) {
        JINDO_DO(add_marking(ref, out));
      } else if (text_of(marking, "lang").empty()) {
        return bad_input("'granular_markings': expected marking_ref or lang");
      }
    }
  }
  std::sort(out.markings.begin(), out.markings.end());
  out.markings.erase(std::unique(out.markings.begin(), out.markings.end()), out.markings.end());
  return {};
}

Status texts(const object& from, const char* name, std::vector<std::string>& out) {
  element value;
  simdjson::dom::array list;
  if (from[name].get(value) != simdjson::SUCCESS) return {};
  if (value.get(list) != simdjson::SUCCESS || list.size() == 0 || list.size() > 1000)
    return bad_input(std::string("releasability: '") + name + "': expected a list of 1 to 1000 texts");
  for (const element item : list) {
    std::string_view text;
    if (item.get(text) != simdjson::SUCCESS || text.empty() || text.size() > 300)
      return bad_input(std::string("releasability: '") + name + "': expected texts of 1 to 300 bytes");
    out.emplace_back(text);
  }
  return {};
}
std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}
Status read_marking_definition(const object& from, Object& out) {
  MarkingText marking;
  const std::string_view kind = text_of(from, "definition_type");
  object definition, extensions;
  if (from["definition"].get(definition) == simdjson::SUCCESS) {
    if (kind == "tlp") {
      marking.tlp = lower(text_of(definition, "tlp"));
      marking.tlp1 = true;
      if (marking.tlp == "white") marking.tlp = "clear";
      marking.understood =
          marking.tlp == "clear" || marking.tlp == "green" || marking.tlp == "amber" || marking.tlp == "red";
    } else if (kind == "statement") {
      marking.statement = std::string(text_of(definition, "statement"));
      marking.understood = true;
    }
  }
  if (from["extensions"].get(extensions) == simdjson::SUCCESS) {
    object tlp, release;
    if (extensions[kTlp2].get(tlp) == simdjson::SUCCESS) {
      marking.tlp = lower(text_of(tlp, "tlp_2_0"));
      marking.understood = marking.tlp == "clear" || marking.tlp == "green" || marking.tlp == "amber" ||
                           marking.tlp == "amber+strict" || marking.tlp == "red";
    }
    if (extensions[kReleasability].get(release) == simdjson::SUCCESS) {
      marking.releasability = marking.understood = true;
      JINDO_DO(texts(release, "organisations", marking.organisations));
      JINDO_DO(texts(release, "sharing_groups", marking.sharing_groups));
      JINDO_DO(texts(release, "countries", marking.countries));
      JINDO_DO(texts(release, "kinds", marking.kinds));
      JINDO_DO(texts(release, "individuals", marking.individuals));
      if (const std::string_view until = text_of(release, "embargo_until"); !until.empty()) {
        const auto us = parse_timestamp_us(until);
        if (!us) return bad_input("releasability: 'embargo_until': expected a time like 2026-11-24T12:00:00Z");
        marking.embargo_until_us = *us;
      }
    }
  }
  out.marking = std::move(marking);
  return {};
}
Status read_signature(const object& from, Object& out) {
  object extensions, mine;
  if (from["extensions"].get(extensions) != simdjson::SUCCESS || extensions[kSignature].get(mine) != simdjson::SUCCESS)
    return {};
  Signature signature;
  signature.key = std::string(text_of(mine, "key"));
  signature.previous = std::string(text_of(mine, "previous"));
  signature.value = std::string(text_of(mine, "signature"));
  if (signature.key.size() != 64 || signature.value.size() != 128 ||
      (!signature.previous.empty() && signature.previous.size() != 64))
    return bad_input("the signature extension: expected key (64 hex digits), signature (128), previous (64 or none)");
  out.signature = std::move(signature);
  return {};
}

base::Result<Object> read(element whole, std::string_view text, const Limits& limits) {
  Object out;
  object from;
  if (whole.get(from) != simdjson::SUCCESS) return bad_input("expected an object");
  if (text.size() > limits.object_bytes)
    return bad_input("larger than " + std::to_string(limits.object_bytes) + " bytes");
  out.type = std::string(text_of(from, "type"));
  out.id = std::string(text_of(from, "id"));
  if (!is_type(out.type)) return bad_input("'type': expected a type's name");
  if (!is_identifier(out.id) || type_in(out.id) != out.type)
    return bad_input("'id': expected " + out.type.substr(0, 100) + "--UUID");
  out.json = std::string(text);
  const TypeRule* rule = rule_of(out.type);
  // Observables may leave it out (3.1); STIX 2.0 had none on any object.
  element spec;
  const bool spec_there = from["spec_version"].get(spec) == simdjson::SUCCESS;
  if (spec_there ? text_of(from, "spec_version") != "2.1" : rule == nullptr || rule->kind != 'o')
    return bad_input("'spec_version': expected \"2.1\"");
  const auto time = [&](const char* name, int64_t& us) -> Status {
    element value;
    if (from[name].get(value) != simdjson::SUCCESS) return {};
    const auto parsed = parse_timestamp_us(text_of(from, name));
    if (!parsed) return bad_input(std::string("'") + name + "': expected a time like 2026-11-24T12:00:00.000Z");
    us = *parsed;
    return {};
  };
  int64_t created = -1, modified = -1;
  JINDO_DO(time("created", created));
  JINDO_DO(time("modified", modified));
  if (rule != nullptr && rule->kind == 'd' && (created < 0 || modified < 0))
    return bad_input(created < 0 ? "'created' is missing" : "'modified' is missing");
  if (rule != nullptr && rule->kind == 'm' && created < 0) return bad_input("'created' is missing");
  if (rule != nullptr && rule->kind == 'o') created = modified = -1;  // 3.1: observables have no versions
  if (modified >= 0 && created >= 0 && modified < created) return bad_input("'modified' is before 'created'");
  out.version_us = modified >= 0 ? modified : created;
  if (out.version_us >= 0) out.version = std::string(text_of(from, modified >= 0 ? "modified" : "created"));
  if (rule != nullptr) {
    std::string_view rest = rule->required;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(' '), rest.size());
      const std::string_view names = rest.substr(0, end);
      rest.remove_prefix(std::min(rest.size(), end + 1));
      bool there = false;
      for (size_t at = 0; at <= names.size() && !there;) {
        const size_t bar = std::min(names.find('|', at), names.size());
        element value;
        there = from[names.substr(at, bar - at)].get(value) == simdjson::SUCCESS && !value.is_null();
        at = bar + 1;
      }
      if (!there) return bad_input("'" + std::string(names) + "' is missing, which " + out.type + " requires");
    }
  }
  for (const char* name : {"source_ref", "target_ref", "sighting_of_ref", "created_by_ref"}) {
    element value;
    if (from[name].get(value) == simdjson::SUCCESS && !is_identifier(text_of(from, name)))
      return bad_input(std::string("'") + name + "': expected an identifier");
  }
  out.created_by = std::string(text_of(from, "created_by_ref"));
  element revoked;
  if (from["revoked"].get(revoked) == simdjson::SUCCESS) {
    bool yes = false;
    if (revoked.get(yes) != simdjson::SUCCESS) return bad_input("'revoked': expected true or false");
    out.revoked = yes;
  }
  Walk walk(out, limits);
  JINDO_DO(walk.members(from, true));
  std::sort(out.refs.begin(), out.refs.end());
  out.refs.erase(std::unique(out.refs.begin(), out.refs.end()), out.refs.end());
  if (out.type == "marking-definition") JINDO_DO(read_marking_definition(from, out));
  JINDO_DO(read_markings(from, whole, out));
  JINDO_DO(read_signature(from, out));
  static const std::string kSkip = std::string("extensions/") + kSignature + "/signature";
  out.hash = base::sha256(base::as_bytes(canonical(whole, kSkip)));
  return out;
}
base::Error named(const base::Error& error, size_t number, std::string_view id) {
  return {error.kind, "object " + std::to_string(number) +
                          (id.empty() ? "" : " (" + std::string(id.substr(0, 100)) + ")") + ": " + error.message};
}
}  // namespace

base::Result<std::vector<Object>> parse_objects(std::string_view json, const Limits& limits) {
  if (json.size() > limits.bytes) return bad_input("larger than " + std::to_string(limits.bytes) + " bytes");
  simdjson::dom::parser parser;
  if (parser.allocate(std::max<size_t>(json.size(), 64), limits.depth) != simdjson::SUCCESS)
    return base::machine_failed("out of memory");
  element root;
  const auto code = parser.parse(json.data(), json.size()).get(root);
  if (code == simdjson::DEPTH_ERROR) return bad_input("nested deeper than " + std::to_string(limits.depth));
  if (code == simdjson::NUMBER_ERROR) return bad_input("no JSON: a number that is none, or beyond 64 bits");
  if (code != simdjson::SUCCESS) return bad_input(std::string("no JSON: ") + simdjson::error_message(code));
  object top;
  if (root.get(top) != simdjson::SUCCESS) return bad_input("expected a bundle or an object");
  std::vector<Object> out;
  const std::string_view type = text_of(top, "type");
  element list_value;
  const bool list_there = top["objects"].get(list_value) == simdjson::SUCCESS;
  if (type.empty() || type == "bundle") {
    simdjson::dom::array list;
    for (const auto member : top) {
      size_t same = 0;
      for (const auto other : top) same += other.key == member.key ? 1 : 0;
      if (same > 1) return bad_input("property '" + std::string(member.key.substr(0, 80)) + "' stands there twice");
    }
    if (list_there && list_value.get(list) != simdjson::SUCCESS) return bad_input("'objects': expected a list");
    if (!list_there) {
      if (type.empty()) return bad_input("expected an envelope with 'objects', or a bundle");
      return out;
    }
    const std::vector<std::string_view> parts = slices(json, "objects");
    if (parts.size() > limits.objects) return bad_input("more than " + std::to_string(limits.objects) + " objects");
    out.reserve(parts.size());
    size_t number = 0;
    for (const element item : list) {
      if (item.type() != element_type::OBJECT)
        return bad_input("object " + std::to_string(number) + ": expected an object");
      auto read_one = read(item, parts[number], limits);
      if (!read_one.ok()) return named(read_one.error(), number, text_of(object(item), "id"));
      out.push_back(std::move(*read_one));
      ++number;
    }
    return out;
  }
  auto one = read(root, json, limits);
  if (!one.ok()) return named(one.error(), 0, text_of(top, "id"));
  out.push_back(std::move(*one));
  return out;
}
base::Result<Object> parse_object(std::string_view json, const Limits& limits) {
  JINDO_TRY(auto objects, parse_objects(json, limits));
  if (objects.size() != 1) return bad_input("expected one object, found " + std::to_string(objects.size()));
  return std::move(objects[0]);
}
bool is_observable(std::string_view type) {
  const TypeRule* rule = rule_of(type);
  return rule != nullptr && rule->kind == 'o';
}

std::string observable_identifier(std::string_view json) {
  struct Contributing {
    const char* type;
    std::vector<const char*> names;
  };
  // The "ID contributing properties" of each type in section 6; the wallet's is the public extension's: its value.
  static const std::vector<Contributing> table = {
      {"artifact", {"hashes", "payload_bin"}},
      {"autonomous-system", {"number"}},
      {"directory", {"path"}},
      {"domain-name", {"value"}},
      {"email-addr", {"value"}},
      {"email-message", {"from_ref", "subject", "body"}},
      {"file", {"hashes", "name", "parent_directory_ref", "extensions"}},
      {"ipv4-addr", {"value"}},
      {"ipv6-addr", {"value"}},
      {"mac-addr", {"value"}},
      {"mutex", {"name"}},
      {"network-traffic", {"start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions"}},
      {"software", {"name", "cpe", "swid", "vendor", "version"}},
      {"url", {"value"}},
      {"user-account", {"account_type", "user_id", "account_login"}},
      {"windows-registry-key", {"key", "values"}},
      {"x509-certificate", {"hashes", "serial_number"}},
      {"virtual-asset-transfer", {"chain", "transaction", "position", "asset", "from_ref", "to_ref", "amount"}},
  };
  simdjson::dom::parser parser;
  object from;
  if (parser.parse(json.data(), json.size()).get(from) != simdjson::SUCCESS) return "";
  const std::string type(text_of(from, "type"));
  if (type == "cryptocurrency-wallet" || type == "cryptocurrency-transaction")
    return named_identifier(type, text_of(from, "value"));
  for (const Contributing& rule : table) {
    if (type != rule.type) continue;
    std::string content = "{";
    std::vector<std::string_view> names(rule.names.begin(), rule.names.end());
    std::sort(names.begin(), names.end());
    for (const std::string_view name : names) {
      element value;
      if (from[name].get(value) != simdjson::SUCCESS) continue;
      if (content.size() > 1) content += ',';
      content += "\"" + std::string(name) + "\":";
      object hashes;
      if (name == "hashes" && value.get(hashes) == simdjson::SUCCESS) {
        // Only one hash counts, the first of these that is there; without them the first by name.
        element chosen;
        std::string_view algorithm;
        for (const char* preferred : {"MD5", "SHA-1", "SHA-256", "SHA-512"})
          if (algorithm.empty() && hashes[preferred].get(chosen) == simdjson::SUCCESS) algorithm = preferred;
        for (const auto member : hashes)
          if (algorithm.empty() || (algorithm > member.key && chosen.is_null())) algorithm = member.key;
        if (hashes[algorithm].get(chosen) != simdjson::SUCCESS) return "";
        content += "{\"" + std::string(algorithm) + "\":" + canonical(chosen) + "}";
      } else {
        content += canonical(value);
      }
    }
    if (content.size() == 1) return "";  // nothing to tell it by: a random one
    return named_identifier(type, content + "}");
  }
  return "";
}
}  // namespace jindo::stix
