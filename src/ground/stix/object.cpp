// Objects out of JSON: what each type must have, its version, what it refers to, its signature and hash.
#include "stix/object.h"

#include <algorithm>
#include <array>

#include "stix/extensions.h"
#include "stix/identifier.h"
#include "stix/json.h"
#include "stix/object_markings.h"

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

// The type's own times, and so its version; `rule` is null for types that the standard does not have.
Status read_version(const object& from, const TypeRule* rule, Object& out) {
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
  return {};
}
// Whether one of the properties "a|b" is there.
bool has_one_of(const object& from, std::string_view names) {
  for (size_t at = 0; at <= names.size();) {
    const size_t bar = std::min(names.find('|', at), names.size());
    element value;
    if (from[names.substr(at, bar - at)].get(value) == simdjson::SUCCESS && !value.is_null()) return true;
    at = bar + 1;
  }
  return false;
}
Status check_required(const object& from, const TypeRule& rule) {
  std::string_view rest = rule.required;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view names = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), end + 1));
    if (!has_one_of(from, names))
      return bad_input("'" + std::string(names) + "' is missing, which " + rule.type + " requires");
  }
  return {};
}
Status read_references(const object& from, const Limits& limits, Object& out) {
  Walk walk(out, limits);
  JINDO_DO(walk.members(from, true));
  std::sort(out.refs.begin(), out.refs.end());
  out.refs.erase(std::unique(out.refs.begin(), out.refs.end()), out.refs.end());
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
  JINDO_DO(read_version(from, rule, out));
  if (rule != nullptr) JINDO_DO(check_required(from, *rule));
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
  JINDO_DO(read_references(from, limits, out));
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

}  // namespace jindo::stix
