// What a state derives of itself: look-ups of lists, and the words of what answers cover.
#include <algorithm>

#include "base/clock.h"
#include "base/hex.h"
#include "screening/screen.h"

namespace jindo::screening {

namespace {
exposure::NetworkAddress place_of(const ListEntry& entry) {
  return {exposure::network_number(*entry.network), entry.address};
}
}  // namespace

void State::finish() {
  entries.clear();
  for (const ListEntry& entry : policy->lists) entries[place_of(entry)].lists.push_back(&entry);
  for (const ListEntry& entry : policy->exemptions) entries[place_of(entry)].exemptions.push_back(&entry);
  coverage_json = coverage_of(nullptr);
}
std::string State::coverage_of(const std::set<std::string>* hidden) const {
  std::string out;
  base::JsonWriter json(out, false);
  json.begin_object();
  json.key("chains");
  json.begin_array();
  for (const exposure::ChainCoverage& chain : snapshot->chains) {
    json.begin_object();
    json.field("chain", chain.network->name);
    json.field("height", chain.height);
    json.field("time", base::format_time(chain.time));
    json.field("block", chain::format_hash(*chain.network, chain.hash));
    json.end_object();
  }
  json.end_array();
  json.field("ledger", base::to_hex(snapshot->ledger_digest));
  json.key("incidents");
  json.begin_object();
  json.field("count", hidden == nullptr ? incidents : incidents - std::min<uint64_t>(incidents, hidden->size()));
  json.field("digest", hidden == nullptr ? incidents_digest : std::string());
  json.end_object();
  json.key("tags");
  json.begin_object();
  json.field("count", static_cast<uint64_t>(tags ? tags->tags().size() : 0));
  json.field("digest", tags ? base::to_hex(tags->digest()) : std::string());
  json.field("in_force", base::format_time(tags_on));
  json.end_object();
  json.key("policy");
  json.begin_object();
  json.field("name", policy->name);
  json.field("digest", policy->digest);
  json.field("tracing", trace::policy_name(policy->tracing));
  json.end_object();
  json.field("findings_as_of", findings ? findings->as_of : std::string());
  json.field("state", number);
  json.end_object();
  return out;
}

void State::add_waiting(const std::string& incident, const std::string& problem) {
  unknown.push_back({incident, "incident " + incident + " is not traced yet: " + problem});
}
uint64_t State::waiting() const {
  return static_cast<uint64_t>(
      std::count_if(unknown.begin(), unknown.end(), [](const Unknown& u) { return !u.incident.empty(); }));
}
}  // namespace jindo::screening
