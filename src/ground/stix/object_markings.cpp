// Markings of an object (STIX 2.1, section 7.2) and what marking definitions say: TLP, statements, releasability.
#include "stix/object_markings.h"

#include <algorithm>
#include <cctype>

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
Status read_releasability(const object& release, MarkingText& marking) {
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
  return {};
}
// One of granular_markings: it marks parts that must be there, or says a language.
Status read_granular(element item, element whole, Object& out) {
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
  return {};
}
}  // namespace

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
    for (const element item : list) JINDO_DO(read_granular(item, whole, out));
  }
  std::sort(out.markings.begin(), out.markings.end());
  out.markings.erase(std::unique(out.markings.begin(), out.markings.end()), out.markings.end());
  return {};
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
    if (extensions[kReleasability].get(release) == simdjson::SUCCESS) JINDO_DO(read_releasability(release, marking));
  }
  out.marking = std::move(marking);
  return {};
}
}  // namespace jindo::stix
