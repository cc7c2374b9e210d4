// MISP's events in: an event's attributes and objects become observables and indicators, and the event a report of
// them.
#include "intel/misp.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>

#include "base/clock.h"
#include "base/json_writer.h"
#include "base/uint256.h"
#include "intel/misp_parts.h"
#include "stix/identifier.h"
#include "stix/json.h"

namespace jindo::intel {
namespace {
using base::JsonWriter;
using simdjson::dom::element;
using simdjson::dom::object;
constexpr size_t kEventBytesMax = size_t{64} << 20;
constexpr size_t kAttributesMax = 100'000;

bool is_uuid(const std::string& text) { return text.size() == 36 && stix::is_identifier("xxx--" + text); }
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
    const std::string uuid = misp_text(event, "uuid");
    if (!is_uuid(uuid)) return base::bad_input("event: 'uuid': expected a UUID");
    const std::string info = misp_text(event, "info");
    if (info.empty()) return base::bad_input("event " + uuid + ": 'info' is missing");
    const auto date = base::parse_time(misp_text(event, "date"));
    const int64_t created = date && *date > 0 ? *date * 1'000'000 : 0;  // before 1970 is a slip, and no STIX time
    changed_ = std::max(created, time_us(misp_text(event, "timestamp"), created));
    created_ = std::min(created, changed_);
    const Release whole = release_of(event, Release{Marking::kClear, {}, {}, {}, {}, {}, 0}, true);
    JINDO_DO(attributes(event, whole, ""));
    simdjson::dom::array list;
    if (event["Object"].get(list) == simdjson::SUCCESS)
      for (const element item : list) {
        object o;
        if (item.get(o) != simdjson::SUCCESS) continue;
        const Release release = release_of(o, whole, false);
        if (misp_text(o, "name") == "coin-address") {
          coin(o, release);
        } else {
          JINDO_DO(attributes(o, release, misp_text(o, "name")));
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
      if (event["Orgc"].get(orgc) == simdjson::SUCCESS && !misp_text(orgc, "name").empty())
        json.field("description", "MISP event of " + misp_text(orgc, "name"));
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
  // The stricter of what is around it, its tags and its distribution.
  Release release_of(const object& from, const Release& around, bool event) const {
    Release out = around;
    if (const auto tlp = tlp_of_tags(from)) out.tlp = std::max(out.tlp, *tlp);
    const std::string distribution = misp_text(from, "distribution");
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
          if (const auto found = groups_.find(misp_text(group, name)); known.empty() && found != groups_.end())
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
    const std::string looked_for = misp_text(attribute, "to_ids"), uuid = misp_text(attribute, "uuid");
    if (looked_for != "1" || !is_uuid(uuid)) return;
    const int64_t changed = time_us(misp_text(attribute, "timestamp"), changed_);
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
      const std::string type = misp_text(attribute, "type"), value = misp_text(attribute, "value");
      const std::string name = type + " " + value.substr(0, 100);
      if (misp_text(attribute, "deleted") == "1") continue;
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
        take(**observable, attribute, misp_text(attribute, "comment"), markings);
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
      if (item.get(attribute) == simdjson::SUCCESS && misp_text(attribute, "object_relation") == "symbol")
        symbol = misp_text(attribute, "value");
    }
    for (const element item : list) {
      object attribute;
      if (item.get(attribute) != simdjson::SUCCESS || misp_text(attribute, "deleted") == "1") continue;
      const std::string relation = misp_text(attribute, "object_relation"), value = misp_text(attribute, "value");
      if (relation != "address" && relation != "address-crypto" && relation != "address-xmr") continue;
      ++out_.attributes;
      if (const std::string list_name = warnings_.holds(misp_text(attribute, "type"), value); !list_name.empty()) {
        refuse("address " + value, "stands on the warning list '" + list_name + "'");
        continue;
      }
      const Markings markings = mark(release_of(attribute, around, false));
      const auto observable = wallet_observable(symbol, value, markings);
      if (observable.ok())
        take(*observable, attribute, misp_text(attribute, "comment"), markings);
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
}  // namespace jindo::intel
